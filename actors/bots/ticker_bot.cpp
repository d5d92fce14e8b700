#include "actors/bots/ticker_bot.hpp"

#include <algorithm>
#include <utility>

#include <caf/exit_reason.hpp>
#include <caf/system_messages.hpp>
#include <spdlog/spdlog.h>

#include "actors/bots/bot_timing.hpp"
#include "messages/bots_codec.hpp"

namespace outcry {

ticker_bot_state::~ticker_bot_state() {
  // CAF 0.17 says nothing to those whose promise is dropped; the desk asks again.
  const auto drop = [](command_sender& sender) {
    sender.promise.deliver(caf::make_error(ec::unavailable));
  };
  for (auto& waiting : commands_) drop(waiting.sender);
  for (auto& wish : wishes_)
    for (auto& sender : wish.unanswered) drop(sender);
  for (auto& promise : waiting_) promise.deliver(caf::make_error(ec::unavailable));
  for (auto& task : tasks_) task.promise.deliver(caf::make_error(ec::unavailable));
}

// -- prices ---------------------------------------------------------------------------------------

void ticker_bot_state::on_prices(const price_batch& batch) {
  if (state_ != bot_state::running) {
    // The operator's orders are measured against it.
    if (!batch.ticks.empty()) last_tick_ = batch.ticks.back();
    return;
  }
  if (reparametrising_) {
    // What it decided by the old parameters would be sent under the new ones.
    for (const auto& tick : batch.ticks) {
      if (kept_prices_.size() >= max_kept_prices) kept_prices_.erase(kept_prices_.begin());
      kept_prices_.push_back(tick);
    }
    return;
  }
  hand_over(batch.ticks);
}

void ticker_bot_state::hand_over(const std::vector<price_tick>& ticks) {
  for (const auto& tick : ticks) {
    // The pit hands its last price to whoever comes new.
    if (tick.init_ns == setup_->legacy.fatal_init_ns && tick.init_ns != 0) continue;
    last_tick_ = tick;
    pad_.set_time(tick.init_ns);
    guarded(tick.init_ns, [&] { strategy_->on_price(tick, pad_); });
    take_pad();
  }
  tell_trades();
  price_moved_ = true;
  mark_dirty();
}

void ticker_bot_state::on_order(const order_update& update) {
  if (!ready_) return;
  guarded(0, [&] { strategy_->on_order(update); });
  mark_dirty();
}

// Before a crash the strategy's state is put where the next one finds it: the journal's may be ten
// seconds old.
void ticker_bot_state::leave_legacy(timestamp_ns init_ns) {
  auto& left = setup_->legacy;
  left.fatal_init_ns = init_ns;
  // Never sent: the next one tells its strategy so.
  for (const auto& ask : pad_.take_asks())
    for (auto i = ask.number; ask.has_number(i); ++i) record_.asked.push_back(i);
  left.record = record_;
  left.record.intents = pad_.last_number();
  try {
    left.snapshot = strategy_->snapshot();
  } catch (const std::exception& e) {
    spdlog::error("bot {}: its strategy cannot even say what it knew: {}", setup_->identity.id,
                  e.what());
    left.snapshot.clear();
  }
}

void ticker_bot_state::on_feed(const feed_status& status) {
  feed_ = status.state;
  if (ready_) refresh_state();
  if (!listens_) now_listens();
}

void ticker_bot_state::on_hold(bool held, const std::string& reason) {
  auto next = held ? (reason.empty() ? "held" : reason) : std::string{};
  if (next == hold_) return;
  hold_ = std::move(next);
  if (ready_) refresh_state();
  report();
}

void ticker_bot_state::on_session(const market_session& session) {
  pad_.set_phase(session.phase);
  if (ready_) pursue_all();
}

// -- state ----------------------------------------------------------------------------------------

// The brake takes hold at once, whatever waits before it; its outcome is journalled in turn.
bool ticker_bot_state::brake_waits() const {
  return std::any_of(commands_.begin(), commands_.end(), [](const waiting_command& x) {
    return x.command.addressed && is_brake(parse_verb(x.command.message.type));
  });
}

void ticker_bot_state::refresh_state() {
  auto next = bot_state::running;
  if (record_.desired == desired_state::stopped || brake_waits())
    next = bot_state::stopped;
  else if (!hold_.empty() || !blocked_.empty())
    next = bot_state::starting;
  else if (feed_ == feed_state::closed)
    next = bot_state::waiting_for_open;
  if (next == state_ && record_.desired == reported_desired_) return;
  // Since when it is stopped the journal knows, also across a restart.
  if (next != state_)
    since_ms_ = next == bot_state::stopped && record_.desired == desired_state::stopped
                    ? record_.since_ms
                    : services_->house->time->now_ms();
  state_ = next;
  reported_desired_ = record_.desired;
  report();
}

bot_status ticker_bot_state::status() const {
  bot_status result;
  result.identity = setup_->identity;
  result.state = state_;
  result.desired = record_.desired;
  result.since_ms = since_ms_;
  result.reason = hold_.empty() ? blocked_ : hold_;
  result.heartbeat_ms = services_->house->time->now_ms();
  try {
    if (strategy_) result.details = strategy_->details();
  } catch (const std::exception& e) {
    result.reason = std::string("its strategy cannot say how it is: ") + e.what();
  }
  return result;
}

void ticker_bot_state::report() {
  self_->send(services_->roster, status());
  if (services_->relay) self_->send(services_->relay, status());
}

void ticker_bot_state::tell_performance() {
  price_moved_ = false;
  if (!services_->performance) return;
  if (const auto figures = strategy_->performance())
    self_->send(
        services_->performance,
        bot_performance{setup_->identity.id, setup_->identity.ticker, *figures, pad_.now()});
}

caf::result<bot_status> ticker_bot_state::on_get() {
  auto promise = self_->make_response_promise<bot_status>();
  if (listens_)
    promise.deliver(status());
  else
    waiting_.push_back(promise);
  return promise;
}

// -- what survives --------------------------------------------------------------------------------

std::string ticker_bot_state::snapshot_or_last() const {
  try {
    return strategy_->snapshot();
  } catch (const std::exception& e) {
    spdlog::error("bot {}: its strategy cannot say what it knows: {}", setup_->identity.id,
                  e.what());
    return record_.snapshot;
  }
}

bot_record ticker_bot_state::next_record() {
  ++record_.version;
  record_.intents = pad_.last_number();
  auto result = record_;
  result.snapshot = snapshot_or_last();
  return result;
}

void ticker_bot_state::mark_dirty() {
  dirty_ = true;
  if (save_armed_) return;
  save_armed_ = true;
  self_->delayed_send(self_, save_interval, wake{save_timer, 0});
}

// One at a time: the next takes everything that happened meanwhile. Not while a change is on its
// way, which a record without it would take back.
void ticker_bot_state::save() {
  if (saving_ || changing_) {
    save_again_ = true;
    return;
  }
  saving_ = true;
  save_again_ = false;
  dirty_ = false;
  for (auto& task : tasks_) task.saving = true;
  journal_write write;
  write.bots.push_back(next_record());
  self_->request(services_->journal, bot_journal_timeout, std::move(write))
      .then([this](const journal_receipt&) { saved(nullptr); },
            [this](caf::error& reason) { saved(&reason); });
}

void ticker_bot_state::saved(const caf::error* reason) {
  saving_ = false;
  journal_away_ = reason != nullptr;
  if (reason == nullptr) {
    owes_record_ = false;
  } else {
    self_->count_error();
    spdlog::warn("bot {} could not save its state: {}", setup_->identity.id,
                 self_->system().render(*reason));
    if (!leaving_) mark_dirty();
  }
  tasks_saved(reason);
  if (leaving_)
    leave();
  else if (save_again_ && reason == nullptr)
    save();
}

void ticker_bot_state::on_timer(const wake& timer) {
  switch (timer.timer) {
    case load_timer:
      load();
      return;
    case subscribe_timer:
      if (!listens_) subscribe();
      return;
    case pending_timer:
      told_pending_in_time(timer.generation);
      return;
    case tick_timer:
      on_tick();
      return;
    default:
      break;
  }
  save_armed_ = false;
  if (price_moved_) tell_performance();
  if (busy_ || changing_) {
    // A decision is on its way to the journal and carries the snapshot; save after it.
    mark_dirty();
  } else if (dirty_ || owes_record_) {
    save();
    report();
  }
}

// Once a second while anything is being waited for.
void ticker_bot_state::on_tick() {
  tick_armed_ = false;
  if (leaving_) return;
  tell_refusals();
  settle_open_asks();
  if (missed_events_ && ready_) read_missed_events();
  if (claim_pause_ != 0 && --claim_pause_ == 0) check_claim();
  pursue_all();
  if (ready_ && strategy_->wants_time()) give_time();
  answer_tasks();
  const bool unsettled =
      std::any_of(placed_.begin(), placed_.end(), [](const auto& x) { return x.second; });
  const bool waits_for_time = ready_ && strategy_->wants_time();
  if (!wishes_.empty() || !refusals_.empty() || claim_pause_ != 0 || unsettled || missed_events_ ||
      waits_for_time)
    arm_tick();
}

void ticker_bot_state::arm_tick() {
  if (tick_armed_) return;
  tick_armed_ = true;
  self_->delayed_send(self_, retry_pause, wake{tick_timer, 0});
}

void ticker_bot_state::on_exit(const caf::exit_msg& message) {
  if (message.reason != caf::exit_reason::user_shutdown || !ready_) {
    self_->quit(message.reason);
    return;
  }
  ready_ = false;  // commands that come now wait for the next floor
  leaving_ = true;
  leave();
}

// Once what is on its way to the journal has arrived.
void ticker_bot_state::leave() {
  if (busy_ || changing_ || saving_) return;
  if ((dirty_ || owes_record_) && !std::exchange(last_save_, true))
    save();
  else
    self_->quit(caf::exit_reason::user_shutdown);
}

bot_impl::behavior_type ticker_bot(ticker_bot_self* self, bot_setup_ptr setup,
                                   std::shared_ptr<const bot_services> services) {
  self->observe({"bot:" + setup->identity.id, "bot", 10'000});
  self->tell_state([self] { return to_json(self->state.status()); });
  self->set_exit_handler([self](const caf::exit_msg& message) { self->state.on_exit(message); });
  self->state.open(std::move(setup), std::move(services));
  return {
      // -- commandable_actor ---------------------------------------------------------------------
      // An operator's wish.
      [self](const bot_command& command) { return self->state.on_command(command); },
      // How the bot is, once it has read the journal.
      [self](const get_bot&) { return self->state.on_get(); },
      // -- price_subscriber_actor ----------------------------------------------------------------
      // Ticks.
      [self](const price_batch& batch) { self->state.on_prices(batch); },
      // Ticks of a replay at full speed.
      [self](const lockstep_batch& step) {
        self->state.on_prices(step.batch);
        return batch_receipt{step.batch.ticks.size()};
      },
      // An order event.
      [self](const order_update& update) { self->state.on_order(update); },
      // The feed of the ticker.
      [self](const feed_status& status) { self->state.on_feed(status); },
      // -- holdable_actor ------------------------------------------------------------------------
      // Whether it may act.
      [self](bool held, const std::string& reason) { self->state.on_hold(held, reason); },
      // -- order_owner_actor ---------------------------------------------------------------------
      // An event of one of its orders.
      [self](const order_event& event) { self->state.on_event(event); },
      // Events may be missing.
      [self](const orders_reopened& news) { self->state.on_reopened(news); },
      // The market's day has moved on.
      [self](const market_session& session) { self->state.on_session(session); },
      // -- follower_actor ------------------------------------------------------------------------
      // What to do about a call.
      [self](const follow_task& task) { return self->state.on_task(task); },
      // -- of its own ----------------------------------------------------------------------------
      // Time to load again, to save, or to look after what is waited for.
      [self](const wake& timer) { self->state.on_timer(timer); },
  };
}

}  // namespace outcry
