#include "adapters/redis/redis_source.hpp"

#include <algorithm>
#include <mutex>
#include <set>
#include <span>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include "adapters/redis/complaints.hpp"
#include "adapters/redis/link_watch.hpp"
#include "adapters/redis/publisher.hpp"
#include "adapters/redis/subscriber.hpp"
#include "messages/channels.hpp"
#include "messages/market_codec.hpp"

namespace outcry::redis {

struct redis_source::core {
  explicit core(redis_source_options given) : options(std::move(given)) {}

  void on_batch(std::span<const message> batch) {
    // A handful of tickers at most in one batch: a search is quicker than a map.
    std::vector<price_batch> gathered;
    for (const auto& entry : batch) read(entry, gathered);
    for (auto& prices : gathered) tell(std::move(prices));
  }

  void read(const message& entry, std::vector<price_batch>& gathered) {
    auto ticker = channels::ticker_of(entry.channel);
    if (!ticker) return;
    auto now = options.house->time->now();
    auto update = parse_market_update(entry.payload, *ticker, now);
    if (!update) {
      unreadable.add(entry.channel, to_string(update.error()), now);
      return;
    }
    auto place = std::find_if(gathered.begin(), gathered.end(),
                              [&](const price_batch& x) { return x.ticker == *ticker; });
    if (auto* price = std::get_if<price_update>(&*update)) {
      if (place == gathered.end()) place = gathered.insert(place, price_batch{*ticker, {}, 0});
      place->ticks.push_back(price->tick);
      return;
    }
    // In the order of its ticker: the prices before it leave first.
    if (place != gathered.end()) {
      tell(std::move(*place));
      gathered.erase(place);
    }
    tell(std::get<order_update>(std::move(*update)));
  }

  template <class Message>
  void tell(Message&& what) {
    if (auto alive = caf::actor_cast<caf::strong_actor_ptr>(feed))
      caf::anon_send(caf::actor_cast<feed_actor>(alive), std::forward<Message>(what));
  }

  void on_state(const link_report& report) {
    if (auto changed = link.note(report, options.house->time->now_ms())) tell(*changed);
    if (report.state != link_state::live) return;
    std::lock_guard lock(mutex);
    for (const auto& ticker : wanted) announce(ticker);
  }

  void announce(const std::string& ticker) {
    if (!registrar) return;
    registrar->publish(
        channels::broker_registration,
        to_envelope(to_json(registration{true, ticker, {}}), "outcry", options.house->time->now()));
  }

  redis_source_options options;
  caf::actor_addr feed;
  complaints unreadable;
  link_watch link{"redis"};
  std::mutex mutex;
  std::set<std::string> wanted;
  std::unique_ptr<publisher> registrar;
  std::unique_ptr<subscriber> wire;  // last: its thread uses all of the above
};

redis_source::redis_source(redis_source_options options)
    : core_(std::make_shared<core>(std::move(options))) {
  publisher_options out;
  out.connection = core_->options.connection;
  out.link = core_->options.link;
  out.max_commands = 10'000;
  core_->registrar = std::make_unique<publisher>(std::move(out));
  subscriber_options in;
  in.connection = core_->options.connection;
  in.link = core_->options.link;
  auto* raw = core_.get();
  in.on_batch = [raw](std::span<const message> batch) { raw->on_batch(batch); };
  in.on_state = [raw](const link_report& report) { raw->on_state(report); };
  core_->wire = std::make_unique<subscriber>(std::move(in));
}

redis_source::~redis_source() {
  core_->wire->stop();
}

void redis_source::attach(const feed_actor& feed) {
  core_->feed = caf::actor_cast<caf::actor_addr>(feed);
  core_->registrar->start();
  core_->wire->start();
}

void redis_source::want(const std::string& ticker, bool wanted) {
  auto channel = channels::ticker_updates(ticker);
  std::lock_guard lock(core_->mutex);
  if (wanted) {
    core_->wanted.insert(ticker);
    core_->wire->subscribe(channels::listeners(ticker));
    core_->wire->subscribe(channel);
    core_->announce(ticker);
  } else {
    core_->wanted.erase(ticker);
    core_->wire->unsubscribe(channel);
    core_->wire->unsubscribe(channels::listeners(ticker));
  }
}

std::optional<timestamp_ns> redis_source::poll(timestamp_ns, std::vector<price_batch>&) {
  return std::nullopt;
}

std::string redis_source::describe() const {
  return "prices from " + to_string(core_->options.connection.address);
}

std::uint64_t redis_source::unreadable() const {
  return core_->unreadable.count();
}

}  // namespace outcry::redis
