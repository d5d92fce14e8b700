#include <utility>

#include <spdlog/spdlog.h>

#include "actors/bots/bot_timing.hpp"
#include "actors/bots/ticker_bot.hpp"

// What a ticker bot does about calls, if its strategy follows them.

namespace outcry {

namespace {

/// Tasks that may wait for the journal.
constexpr std::size_t max_waiting_tasks = 100;

}  // namespace

caf::result<follow_receipt> ticker_bot_state::on_task(const follow_task& task) {
  auto promise = self_->make_response_promise<follow_receipt>();
  if (!ready_ || leaving_) {
    promise.deliver(caf::make_error(ec::unavailable, "the bot is not open"));
    return promise;
  }
  if (tasks_.size() >= max_waiting_tasks) {
    promise.deliver(caf::make_error(ec::mailbox_full, "too many calls wait for the journal"));
    return promise;
  }
  if (auto known = strategy_->known_task(task)) {
    for (auto& trade : known->trade) trade.bot_id = setup_->identity.id;
    wait_for_task({promise, task, std::move(*known)});
    return promise;
  }
  const bool opens = state_ == bot_state::starting && hold_.empty() && blocked_.empty();
  if (opens || reparametrising_) {
    promise.deliver(caf::make_error(ec::unavailable, "the bot is not ready yet"));
    return promise;
  }
  // Cancels are sent in every state.
  if (!may_order() && task.what != follow_kind::withdraw) {
    follow_receipt refused;
    refused.code = "not_running";
    refused.reason = hold_.empty() ? "the bot is " + std::string(to_string(state_)) : hold_;
    promise.deliver(std::move(refused));
    return promise;
  }
  pad_.set_time(services_->house->time->now());
  follow_receipt receipt;
  guarded(0, [&] {
    // What it has not heard while it was not running.
    if (last_tick_.price.is_positive()) strategy_->on_price(last_tick_, pad_);
    receipt = strategy_->on_task(task, pad_);
  });
  for (auto& trade : receipt.trade) trade.bot_id = setup_->identity.id;
  take_pad();
  tell_trades();
  wait_for_task({promise, task, std::move(receipt)});
  if (strategy_->wants_time()) arm_tick();
  return promise;
}

// Who asks again has given up waiting for the answer to the first time.
void ticker_bot_state::wait_for_task(waiting_task task) {
  std::erase_if(tasks_, [&](waiting_task& x) {
    if (x.task != task.task) return false;
    x.promise.deliver(caf::make_error(ec::unavailable, "it was asked again"));
    return true;
  });
  tasks_.push_back(std::move(task));
  save();
}

// Whether the end could come now and leave nothing of what the update asked for.
bool ticker_bot_state::is_unsettled(const follow_task& task) const {
  if (task.what != follow_kind::update) return false;
  return !record_.asked.empty() || strategy_->is_asking_again(task);
}

// The bot's state with what was decided is in the journal, or could not be written: then it is
// asked again, and a strategy that remembers it answers the same.
void ticker_bot_state::tasks_saved(const caf::error* reason) {
  std::erase_if(tasks_, [&](waiting_task& x) {
    if (!std::exchange(x.saving, false)) return false;
    x.saved = reason == nullptr;
    if (reason != nullptr) x.promise.deliver(*reason);
    return reason != nullptr;
  });
  answer_tasks();
}

// What has become of it meanwhile may not be what was decided.
void ticker_bot_state::answer_tasks() {
  std::erase_if(tasks_, [&](waiting_task& x) {
    if (!x.saved || is_unsettled(x.task)) return false;
    if (x.task.what == follow_kind::update) {
      if (auto known = strategy_->known_task(x.task)) x.receipt = std::move(*known);
      for (auto& trade : x.receipt.trade) trade.bot_id = setup_->identity.id;
    }
    x.promise.deliver(std::move(x.receipt));
    return true;
  });
}

// What an order came to may change what a task is answered: that is journalled before it is said.
void ticker_bot_state::save_tasks_again() {
  if (tasks_.empty()) return;
  for (auto& task : tasks_) task.saved = task.saving = false;
  save();
}

// What it asks for while the bot does not run would only be refused.
void ticker_bot_state::give_time() {
  if (!may_order()) return;
  pad_.set_time(services_->house->time->now());
  guarded(0, [&] { strategy_->on_time(pad_); });
  if (!pad_.is_blank()) mark_dirty();
  take_pad();
  tell_trades();
}

void ticker_bot_state::tell_trades() {
  for (auto& trade : strategy_->take_trades()) {
    trade.bot_id = setup_->identity.id;
    if (services_->signals) self_->send(services_->signals, std::move(trade));
  }
}

}  // namespace outcry
