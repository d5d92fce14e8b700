#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/bots/bot_timing.hpp"
#include "actors/bots/ticker_bot.hpp"

// What a ticker bot asks the order desk for, and what it hears of it.

namespace outcry {

namespace {

/// Closed orders of enter and exit that a bot remembers.
constexpr std::size_t max_closed_orders = 32;

/// Events that wait for older ones; beyond that they are read from the journal.
constexpr std::size_t max_early_events = 1000;

}  // namespace

// -- asking ---------------------------------------------------------------------------------------

bool ticker_bot_state::may_order() const {
  return ready_ && state_ == bot_state::running && services_->orders;
}

// What the strategy asked for during the call that has just returned.
void ticker_bot_state::take_pad() {
  if (pad_.is_blank()) return;
  for (auto& ask : pad_.take_asks()) {
    record_.asked.push_back(ask.number);
    note_order(view_of(ask, order_purpose::strategy));
    for (auto& exit : exits_of(ask, order_purpose::strategy)) {
      record_.asked.push_back(exit.order.number);
      note_order(std::move(exit));
    }
    if (!may_order())
      refuse_later(ask, "the bot is not running");
    else if (record_.asked.size() > max_open_asks)
      refuse_later(ask, "too many orders are unanswered");
    else
      unsent_.push_back(std::move(ask));
  }
  if (services_->orders)
    for (const auto number : pad_.take_cancels())
      self_->send(services_->orders, cancel_order{setup_->identity.id, number});
  send_asks();
}

// Not while a change of the record is on its way to the journal: a later record without it would
// take it back.
void ticker_bot_state::send_asks() {
  if (changing_ || unsent_.empty()) return;
  const auto record = next_record();
  for (const auto& ask : std::exchange(unsent_, {})) {
    if (may_order())
      place(ask, order_purpose::strategy, {record});
    else
      refuse_later(ask, "the bot is not running");
  }
}

void ticker_bot_state::place(const order_ask& ask, order_purpose purpose,
                             std::vector<bot_record> record) {
  place_order wish;
  wish.bot_id = setup_->identity.id;
  wish.number = ask.number;
  wish.purpose = purpose;
  wish.terms = ask.terms;
  wish.record = std::move(record);
  wish.limits = limits_;
  wish.claimed = record_.claimed;
  wish.feed = feed_;
  wish.last_price = last_tick_.price;
  wish.last_price_ns = last_tick_.init_ns;
  wish.parent = ask.parent;
  wish.exits = ask.exits;
  const auto last = ask.number + ask.exits.size();
  for (auto number = ask.number; number <= last; ++number) placed_[number] = false;
  self_->request(services_->orders, order_desk_timeout, std::move(wish))
      .then(
          [this, first = ask.number, last](const order_record& order) {
            // What it says of the order it says of the exits: they are journalled together.
            for (auto number = first; number <= last; ++number) on_placed(number, order);
          },
          [this, first = ask.number, last](caf::error&) {
            for (auto number = first; number <= last; ++number) not_answered(number);
          });
}

// A refusal is journalled after it was answered; its event says that it is.
void ticker_bot_state::on_placed(std::uint64_t number, const order_record& order) {
  if (order.status != order_status::never_sent) {
    fate_known(number);
    answer_tasks();
    return;
  }
  placed_.erase(number);
  // An exit does not wait for a journal to hear that its order was refused.
  auto known = orders_.find(number);
  if (known == orders_.end() || known->second.purpose != order_purpose::exit) return;
  known->second.order.status = order_status::never_sent;
  known->second.code = order.code;
  known->second.reason = order.reason;
  pursue_all();
}

void ticker_bot_state::not_answered(std::uint64_t number) {
  self_->count_error();
  auto found = placed_.find(number);
  if (found == placed_.end()) return;
  found->second = true;
  arm_tick();
}

// The same order is never asked for again: it may be at the broker.
void ticker_bot_state::settle_open_asks() {
  for (auto& [number, unsettled] : placed_) {
    if (!unsettled) continue;
    unsettled = false;
    self_->request(services_->orders, order_desk_timeout, settle_order{setup_->identity.id, number})
        .then([this, n = number](const order_record& order) { on_placed(n, order); },
              [this, n = number](caf::error&) { not_answered(n); });
  }
}

// Told with the next tick: a strategy that asks again at every refusal must not spin.
void ticker_bot_state::refuse_later(const order_ask& ask, const std::string& reason) {
  auto refused = exits_of(ask, order_purpose::strategy);
  refused.insert(refused.begin(), view_of(ask, order_purpose::strategy));
  for (auto& order : refused) {
    order.reason = reason;
    refusals_.push_back(std::move(order));
  }
  arm_tick();
}

void ticker_bot_state::tell_refusals() {
  for (const auto& refused : std::exchange(refusals_, {})) tell_refused(refused);
}

void ticker_bot_state::tell_refused(const order_view& order) {
  fate_known(order.order.number);
  orders_.erase(order.order.number);
  const auto now = services_->house->time->now();
  guarded(0, [&] {
    pad_.set_time(now);
    strategy_->on_own_order(refused_event(order, now), pad_);
  });
  mark_dirty();
  take_pad();
  tell_trades();
  save_tasks_again();
}

void ticker_bot_state::fate_known(std::uint64_t number) {
  placed_.erase(number);
  std::erase(record_.asked, number);
}

// -- hearing --------------------------------------------------------------------------------------

void ticker_bot_state::on_event(const order_event& event) {
  if (leaving_) return;  // the next one reads it in the journal
  if (!ready_ || reading_events_) {
    // Too many to remember: all of them are read from the journal.
    if (early_events_.size() >= max_early_events) missed_events_ = true;
    if (missed_events_)
      early_events_.clear();
    else
      early_events_.push_back(event);
    return;
  }
  take_event(event);
  pursue_all();
}

void ticker_bot_state::take_event(const order_event& event) {
  if (event.seq <= record_.last_event) return;
  // Before the call: what its strategy dies of is not told to the next one.
  record_.last_event = event.seq;
  fate_known(event.number);
  if (event.terms.ticker == setup_->identity.ticker) holding_ += signed_fill(event);
  auto order = view_of(event);
  // A wish the order desk never took has no terms there.
  if (auto known = orders_.find(event.number);
      known != orders_.end() && order.order.terms.ticker.empty()) {
    order.order.terms = known->second.order.terms;
    order.order.parent = known->second.order.parent;
    order.purpose = known->second.purpose;
  }
  auto told = told_to_strategy(event);
  told.order.terms = order.order.terms;
  told.order.parent = order.order.parent;
  note_order(std::move(order));
  guarded(0, [&] {
    pad_.set_time(event.at_ns);
    strategy_->on_own_order(told, pad_);
  });
  mark_dirty();
  take_pad();
  tell_trades();
  if (ready_ && strategy_->wants_time()) arm_tick();
  // A ladder that had to wait for an order may have come into force.
  if (ready_) check_claim();
  if (ready_ && event.qty.is_positive()) save();
  if (ready_ && is_closed(event.status)) save_tasks_again();
  tell_performance();
}

void ticker_bot_state::note_order(order_view order) {
  const auto number = order.order.number;
  const bool over = is_closed(order.order.status);
  if (over && order.purpose == order_purpose::strategy) {
    orders_.erase(number);
    return;
  }
  orders_[number] = std::move(order);
  if (over) forget_closed_orders();
}

void ticker_bot_state::forget_closed_orders() {
  auto closed = static_cast<std::size_t>(std::ranges::count_if(
      orders_, [](const auto& x) { return is_closed(x.second.order.status); }));
  for (auto i = orders_.begin(); closed > max_closed_orders && i != orders_.end();) {
    if (!is_closed(i->second.order.status)) {
      ++i;
      continue;
    }
    i = orders_.erase(i);
    --closed;
  }
}

const order_view* ticker_bot_state::open_exit_order() const {
  for (const auto& [number, order] : orders_)
    if (order.purpose == order_purpose::exit && !is_closed(order.order.status)) return &order;
  return nullptr;
}

// -- what was missed ------------------------------------------------------------------------------

void ticker_bot_state::on_reopened(const orders_reopened& news) {
  pad_.set_phase(news.session.phase);
  if (!ready_) return;
  // It may have forgotten an order that nobody journalled.
  for (auto& wish : wishes_) wish.trusts_gate = wish.by_gate = false;
  // What the order desk had taken and not journalled is gone with it.
  for (const auto number : record_.asked) {
    const auto is_this = [&](const auto& x) {
      if constexpr (requires { x.order.number; })
        return x.order.number == number;
      else
        return x.has_number(number);
    };
    if (std::ranges::any_of(unsent_, is_this) || std::ranges::any_of(refusals_, is_this)) continue;
    placed_[number] = true;
  }
  arm_tick();
  // What is being read may be older than the news.
  if (reading_events_)
    missed_events_ = true;
  else
    read_missed_events();
}

void ticker_bot_state::read_missed_events() {
  reading_events_ = true;
  missed_events_ = false;
  self_
      ->request(services_->journal, bot_journal_timeout,
                read_order_events{setup_->identity.id, record_.last_event, max_early_events})
      .then([this](const order_event_list& list) { events_read(list); },
            [this](caf::error&) {
              self_->count_error();
              missed_events_ = true;  // read with the next tick; those that come meanwhile too
              early_events_.clear();
              arm_tick();
            });
}

void ticker_bot_state::events_read(const order_event_list& list) {
  for (const auto& event : list.events) take_event(event);
  if (list.events.size() >= max_early_events || missed_events_) {
    read_missed_events();
    return;
  }
  reading_events_ = false;
  for (const auto& event : std::exchange(early_events_, {})) take_event(event);
  pursue_all();
}

}  // namespace outcry
