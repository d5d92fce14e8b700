#include "adapters/redis/price_outlet.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "messages/market_codec.hpp"

namespace outcry::redis {

price_outlet::price_outlet(publisher_options options, std::string sender, house_ptr house)
    : wire_(std::move(options)), sender_(std::move(sender)), house_(std::move(house)) {}

price_outlet::sent price_outlet::price(const std::string& channel, const std::string& ticker,
                                       const price_tick& tick) {
  if (!wire_.is_live()) return sent::down;
  auto payload = to_envelope(to_json(price_update{ticker, tick}), sender_, house_->time->now());
  return wire_.publish(channel, payload) == submitted::queued ? sent::queued : sent::full;
}

void price_outlet::drop(sent why) {
  ++dropped_prices_;
  if (said_.exchange(true)) return;
  spdlog::warn("redis: prices are dropped: {}",
               why == sent::full ? "too many wait to be sent" : "it is not connected");
}

void price_outlet::order(const std::string& channel, const order_update& update) {
  auto payload = to_envelope(to_json(update), sender_, house_->time->now());
  if (wire_.publish(channel, payload) == submitted::queued) return;
  ++lost_orders_;
  spdlog::error("redis: order {} of {} was not published: too much waits to be sent",
                update.order_id, update.ticker);
}

void price_outlet::back() {
  said_ = false;
  std::uint64_t dropped = dropped_prices_;
  auto since = dropped - told_prices_.exchange(dropped);
  if (since != 0) spdlog::warn("redis: {} prices were not published", since);
}

}  // namespace outcry::redis
