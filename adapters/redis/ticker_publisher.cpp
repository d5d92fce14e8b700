#include "adapters/redis/ticker_publisher.hpp"

#include <chrono>
#include <utility>

#include "messages/channels.hpp"
#include "messages/error.hpp"

namespace outcry::redis {

namespace {

constexpr std::uint8_t go_on_timer = 2;

constexpr std::chrono::milliseconds room_pause{2};

}  // namespace

ticker_publisher_state::~ticker_publisher_state() {
  // CAF 0.17 says nothing to those whose promise is dropped.
  for (auto& step : waiting_) step.promise.deliver(caf::make_error(ec::unavailable));
}

void ticker_publisher_state::open(std::string ticker, std::shared_ptr<price_outlet> outlet) {
  ticker_ = std::move(ticker);
  channel_ = channels::ticker_updates(ticker_);
  outlet_ = std::move(outlet);
}

void ticker_publisher_state::send_or_drop(const price_tick& tick) {
  auto how = outlet_->price(channel_, ticker_, tick);
  if (how != price_outlet::sent::queued) outlet_->drop(how);
}

void ticker_publisher_state::on_prices(const price_batch& batch) {
  if (batch.ticks.empty()) return;
  last_ = batch.ticks.back();
  for (const auto& tick : batch.ticks) send_or_drop(tick);
}

caf::result<batch_receipt> ticker_publisher_state::on_lockstep(const lockstep_batch& step) {
  auto promise = self_->make_response_promise<batch_receipt>();
  waiting_.push_back({step.batch, 0, promise});
  if (waiting_.size() == 1) go_on();
  return promise;
}

// A replay at full speed outruns any connection: the next batch waits for room, and only an outage
// drops anything.
void ticker_publisher_state::go_on() {
  while (!waiting_.empty()) {
    auto& front = waiting_.front();
    for (; front.next < front.batch.ticks.size(); ++front.next) {
      const auto& tick = front.batch.ticks[front.next];
      auto how = outlet_->price(channel_, ticker_, tick);
      if (how == price_outlet::sent::full) {
        self_->delayed_send(self_, room_pause, wake{go_on_timer, 0});
        return;
      }
      if (how == price_outlet::sent::down) outlet_->drop(how);
      last_ = tick;
    }
    front.promise.deliver(batch_receipt{front.batch.ticks.size()});
    waiting_.pop_front();
  }
}

void ticker_publisher_state::on_order(const order_update& update) {
  outlet_->order(channel_, update);
}

// With its own time: nobody takes it for a new trade.
void ticker_publisher_state::repeat() {
  if (last_ && fresh_) send_or_drop(*last_);
}

void ticker_publisher_state::on_timer(const wake& timer) {
  if (timer.timer == repeat_timer)
    repeat();
  else
    go_on();
}

ticker_publisher_interface::behavior_type ticker_publisher(ticker_publisher_actor* self,
                                                           std::string ticker,
                                                           std::shared_ptr<price_outlet> outlet) {
  self->observe({"redis:" + ticker, "redis", 10'000});
  self->state.open(std::move(ticker), std::move(outlet));
  return {
      // -- price_subscriber_actor ----------------------------------------------------------------
      // Ticks.
      [self](const price_batch& batch) { self->state.on_prices(batch); },
      // Ticks of a replay at full speed.
      [self](const lockstep_batch& step) { return self->state.on_lockstep(step); },
      // An order event.
      [self](const order_update& update) { self->state.on_order(update); },
      // The feed of the ticker.
      [self](const feed_status& status) { self->state.on_feed(status); },
      // Somebody new listens, or there may be room again.
      [self](const wake& timer) { self->state.on_timer(timer); },
  };
}

}  // namespace outcry::redis
