#include "actors/market/pit.hpp"

#include <algorithm>
#include <chrono>

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "messages/roster_codec.hpp"

namespace outcry {

namespace {

constexpr std::chrono::seconds history_timeout{30};
constexpr std::chrono::seconds lockstep_timeout{60};
constexpr std::chrono::milliseconds catch_up_pause{20};
constexpr duration_ns tell_again_ns = 10 * ns_per_s;
constexpr duration_ns complain_again_ns = 60 * ns_per_s;
constexpr std::uint64_t pit_mailbox_bound = 100'000;

bool is_behind(const caf::actor& subscriber) {
  const auto* counters = counters_of(subscriber);
  return counters != nullptr && counters->depth() > slow_subscriber_depth;
}

}  // namespace

void pit_state::open(std::shared_ptr<pit_book> book, pit_neighbours neighbours, house_ptr house) {
  book_ = std::move(book);
  neighbours_ = std::move(neighbours);
  house_ = std::move(house);
  book_->status.ticker = book_->ticker;
  // Subscribers of a predecessor are still ours; its monitors and its timer ended with it.
  for (const auto& subscriber : book_->subscribers) {
    self_->monitor(subscriber.handle);
    if (subscriber.held_back) arm_timer();
  }
  tell_demand();
}

void pit_state::note(const price_batch& batch) {
  book_->last = batch.ticks.back();
  book_->ticks += batch.ticks.size();
}

void pit_state::on_prices(const price_batch& batch) {
  if (batch.ticks.empty()) return;
  note(batch);
  fan_out(batch);
  record(batch);
  tell_relay();
}

void pit_state::fan_out(const price_batch& batch) {
  auto shared = caf::make_message(batch);
  for (auto& subscriber : book_->subscribers) deliver(subscriber, batch, shared);
}

void pit_state::deliver(pit_subscriber& to, const price_batch& batch, const caf::message& shared) {
  if (is_behind(to.handle)) {
    hold_back(to, batch);
    return;
  }
  if (to.held_back) release(to);
  to.handle->enqueue(self_->ctrl(), caf::make_message_id(), shared, self_->context());
}

void pit_state::hold_back(pit_subscriber& from, const price_batch& batch) {
  auto left_out = batch.ticks.size() - (from.held_back ? 0 : 1);
  from.conflated += static_cast<std::uint32_t>(left_out);
  book_->conflated += left_out;
  from.held_back = std::make_unique<price_tick>(batch.ticks.back());
  arm_timer();
}

void pit_state::release(pit_subscriber& to) {
  price_batch latest{book_->ticker, {*to.held_back}, to.conflated};
  to.held_back.reset();
  to.conflated = 0;
  caf::anon_send(to.handle, std::move(latest));
}

void pit_state::flush_held_back() {
  timer_armed_ = false;
  bool waiting = false;
  for (auto& subscriber : book_->subscribers) {
    if (!subscriber.held_back) continue;
    if (is_behind(subscriber.handle))
      waiting = true;
    else
      release(subscriber);
  }
  if (waiting) arm_timer();
}

void pit_state::arm_timer() {
  if (timer_armed_) return;
  timer_armed_ = true;
  self_->delayed_send(self_, catch_up_pause, wake{});
}

caf::result<batch_receipt> pit_state::on_lockstep(const lockstep_batch& step) {
  const auto& batch = step.batch;
  auto promise = self_->make_response_promise<batch_receipt>();
  if (batch.ticks.empty()) return promise.deliver(batch_receipt{});
  note(batch);
  tell_relay();
  // One count for everybody who must have handled the batch before the next one may come.
  auto open = std::make_shared<std::size_t>(book_->subscribers.size() + 1);
  auto receipt = batch_receipt{batch.ticks.size()};
  auto settle = [open, promise, receipt]() mutable {
    if (--*open == 0) promise.deliver(receipt);
  };
  auto complain = [this, settle, count = batch.ticks.size()](caf::error& reason) mutable {
    note_missed(count, reason);
    settle();
  };
  for (auto& subscriber : book_->subscribers) {
    auto typed = caf::actor_cast<price_subscriber_actor>(subscriber.handle);
    self_->request(typed, lockstep_timeout, step)
        .then([settle](const batch_receipt&) mutable { settle(); }, complain);
  }
  if (neighbours_.history)
    self_->request(neighbours_.history, history_timeout, batch)
        .then([settle](const history_receipt&) mutable { settle(); }, complain);
  else
    settle();
  return promise;
}

void pit_state::record(const price_batch& batch) {
  if (!neighbours_.history) return;
  self_->request(neighbours_.history, history_timeout, batch)
      .then([](const history_receipt&) {},
            [this, count = batch.ticks.size()](caf::error& reason) { note_missed(count, reason); });
}

// A history that is gone misses every batch: one line a minute says it as well.
void pit_state::note_missed(std::size_t ticks, const caf::error& reason) {
  self_->count_error();
  missed_ += ticks;
  auto now = house_->time->now();
  if (complained_ns_ != 0 && now - complained_ns_ < complain_again_ns) return;
  complained_ns_ = now;
  spdlog::error("pit {}: {} prices did not reach everybody: {}", book_->ticker, missed_,
                self_->system().render(reason));
  missed_ = 0;
}

void pit_state::on_order(const order_update& update) {
  auto shared = caf::make_message(update);
  for (auto& subscriber : book_->subscribers)
    subscriber.handle->enqueue(self_->ctrl(), caf::make_message_id(), shared, self_->context());
}

void pit_state::on_feed(const feed_status& status) {
  book_->status = status;
  auto shared = caf::make_message(status);
  for (auto& subscriber : book_->subscribers)
    subscriber.handle->enqueue(self_->ctrl(), caf::make_message_id(), shared, self_->context());
}

void pit_state::subscribe(const subscribe_pit& request) {
  auto& all = book_->subscribers;
  auto known = std::find_if(all.begin(), all.end(), [&](const pit_subscriber& x) {
    return x.handle == request.subscriber;
  });
  if (known == all.end()) {
    self_->monitor(request.subscriber);
    all.push_back({request.subscriber, request.counts_as_demand, {}, 0});
  } else {
    known->counts_as_demand = request.counts_as_demand;
  }
  // The feed knows of the demand before the subscriber knows that it is heard.
  tell_demand();
  caf::anon_send(request.subscriber, book_->status);
  if (book_->last && book_->status.state == feed_state::live)
    caf::anon_send(request.subscriber, price_batch{book_->ticker, {*book_->last}, 0});
}

void pit_state::forget(const caf::actor_addr& subscriber) {
  std::erase_if(book_->subscribers,
                [&](const pit_subscriber& x) { return x.handle.address() == subscriber; });
  tell_demand();
}

void pit_state::tell_demand() {
  auto wanted = std::count_if(book_->subscribers.begin(), book_->subscribers.end(),
                              [](const pit_subscriber& x) { return x.counts_as_demand; });
  if (neighbours_.feed)
    self_->send(neighbours_.feed, demand{book_->ticker, static_cast<std::uint32_t>(wanted),
                                         caf::actor_cast<caf::actor>(self_)});
}

void pit_state::tell_relay() {
  if (!neighbours_.relay) return;
  // Told again after a while: a relay that was restarted has forgotten.
  auto now = house_->time->now();
  if (book_->relay_told_ns != 0 && now - book_->relay_told_ns < tell_again_ns) return;
  book_->relay_told_ns = now;
  self_->send(neighbours_.relay, price_changed{book_->ticker, caf::actor_cast<caf::actor>(self_)});
}

pit_status pit_state::status() const {
  pit_status result;
  result.ticker = book_->ticker;
  result.state = book_->status.state;
  result.since_ns = book_->status.since_ns;
  result.has_price = book_->last.has_value();
  if (book_->last) result.last = *book_->last;
  result.ticks = book_->ticks;
  result.conflated = book_->conflated;
  result.subscribers = static_cast<std::uint32_t>(book_->subscribers.size());
  return result;
}

price_update pit_state::take_price() {
  book_->relay_told_ns = 0;
  return {book_->ticker, book_->last.value_or(price_tick{})};
}

pit_impl::behavior_type pit(pit_self* self, std::shared_ptr<pit_book> book,
                            pit_neighbours neighbours, house_ptr house) {
  self->observe({"pit:" + book->ticker, "pit", pit_mailbox_bound});
  self->tell_state([self] { return to_json(self->state.status()); });
  self->set_down_handler(
      [self](const caf::down_msg& message) { self->state.forget(message.source); });
  self->state.open(std::move(book), std::move(neighbours), std::move(house));
  return {
      // -- price_subscriber_actor ----------------------------------------------------------------
      // Ticks from the feed.
      [self](const price_batch& batch) { self->state.on_prices(batch); },
      // Ticks of a replay at full speed.
      [self](const lockstep_batch& step) { return self->state.on_lockstep(step); },
      // An order event.
      [self](const order_update& update) { self->state.on_order(update); },
      // The feed of this ticker changed its state.
      [self](const feed_status& status) { self->state.on_feed(status); },
      // -- pit_actor -----------------------------------------------------------------------------
      // A new listener.
      [self](const subscribe_pit& request) { self->state.subscribe(request); },
      // A listener less.
      [self](const unsubscribe_pit& request) { self->state.forget(request.subscriber.address()); },
      // How the pit is.
      [self](const get_pit&) { return self->state.status(); },
      // The relay is about to send the price.
      [self](const take_price&) { return self->state.take_price(); },
      // Somebody slow may have caught up.
      [self](const wake&) { self->state.flush_held_back(); },
  };
}

}  // namespace outcry
