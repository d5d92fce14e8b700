#include "adapters/redis/performance_outlet.hpp"

#include <utility>

#include "messages/channels.hpp"
#include "messages/market_codec.hpp"
#include "messages/performance_codec.hpp"

namespace outcry::redis {

namespace {

constexpr std::size_t max_tickers = 10'000;

}  // namespace

void performance_outlet_state::open(performance_outlet_options options) {
  options_ = std::move(options);
  inbox_ = std::make_shared<inbox>(caf::actor_cast<caf::actor_addr>(self_));
  publisher_options out;
  out.connection = options_.connection;
  out.link = options_.link;
  // The thread knows the inbox and never the actor.
  out.on_state = [this, to = inbox_](const link_report& report) {
    to->post_step([this, report] { on_link(report); });
  };
  wire_ = std::make_unique<publisher>(std::move(out));
  wire_->start();
}

void performance_outlet_state::on_link(const link_report& report) {
  link_.note(report, options_.house->time->now_ms());
  if (report.state != link_state::live) return;
  for (const auto& [ticker, update] : last_) publish(update);
}

void performance_outlet_state::on_update(const performance_update& update) {
  if (last_.size() < max_tickers || last_.count(update.ticker) != 0) last_[update.ticker] = update;
  publish(update);
}

void performance_outlet_state::publish(const performance_update& update) {
  if (!wire_->is_live()) return;
  const auto channel = update.ticker.empty() ? std::string(channels::performance_aggregate)
                                             : channels::ticker_performance(update.ticker);
  const auto payload =
      to_envelope(service_performance_json(update), options_.sender, options_.house->time->now());
  if (wire_->publish(channel, payload) != submitted::queued) self_->count_error();
}

void performance_outlet_state::on_timer() {
  inbox_->run();
}

performance_outlet_interface::behavior_type performance_outlet(performance_outlet_actor* self,
                                                               performance_outlet_options options) {
  self->observe({"redis.performance", "redis", 10'000});
  self->state.open(std::move(options));
  return {
      // A ticker's figures, or the account's.
      [self](const performance_update& update) { self->state.on_update(update); },
      // The connection has something.
      [self](const wake&) { self->state.on_timer(); },
      // How it is.
      [self](const get_links&) { return self->state.links(); },
  };
}

}  // namespace outcry::redis
