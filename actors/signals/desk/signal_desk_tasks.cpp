#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/signals/desk/desk_timing.hpp"
#include "actors/signals/desk/signal_desk.hpp"
#include "messages/paths.hpp"
#include "messages/signals_codec.hpp"

// What follows from a decision: bots are told, and what they tell is kept.

namespace outcry {

const follower* signal_desk_state::bot_of(const signal_record& record) const {
  for (const auto& [ticker, follower] : book_->followers)
    if (follower.bot_id == record.bot_id) return &follower;
  return nullptr;
}

void signal_desk_state::act(const signal_record& record) {
  const auto key = key_of(record);
  known_.put(record);
  if (record.code == deleted_code && !is_final(record.state)) {
    send_withdrawal(key);
  } else if (record.state == signal_state::accepted) {
    send_call(key);
  }
  tell(record);
  owe(record);
}

void signal_desk_state::act(const signal_update_record& update) {
  said_updates_[{update.source, update.source_id}] = update.received_ns;
  for (const auto& watcher : watchers_)
    self_->send(caf::actor_cast<signal_watcher_actor>(watcher), update);
  if (update.code == sending_code) send_update(update);
}

// -- to the bots ----------------------------------------------------------------------------------

void signal_desk_state::send_call(const call_key& key) {
  const auto* record = known_.find(key);
  if (record == nullptr || is_final(record->state)) {
    asked_.erase(key);
    return;
  }
  const auto* bot = bot_of(*record);
  if (bot == nullptr) {
    asked_.erase(key);
    // A position of a bot that is configured no more is not this desk's to judge.
    if (record->state == signal_state::accepted) {
      auto next = *record;
      change(next, signal_state::refused, "no_follower", "no bot of that name follows calls");
    }
    return;
  }
  // Nobody is asked to take what was taken back.
  if (record->code == deleted_code && record->state == signal_state::accepted) {
    asked_.erase(key);
    withdrawals_.insert(key);
    return;
  }
  asked_[key] = false;
  const auto handle = caf::actor_cast<follower_actor>(bot->bot);
  if (!handle) return;  // the floor closes
  follow_task task;
  task.what = follow_kind::call;
  task.source = record->source;
  task.source_id = record->source_id;
  task.body = record->call;
  task.expires_ns = record->expires_ns;
  self_->request(handle, signal_task_timeout, std::move(task))
      .then([this, key](const follow_receipt& receipt) { on_receipt(key, receipt); },
            [this, key](caf::error& reason) {
              // It may have taken it: it is asked until it says.
              self_->count_error();
              spdlog::warn("the bot of {}/{} does not answer: {}", key.first, key.second,
                           self_->system().render(reason));
              if (asked_.count(key) != 0) asked_[key] = true;
            });
}

void signal_desk_state::on_receipt(const call_key& key, const follow_receipt& receipt) {
  asked_.erase(key);
  auto* record = known_.find(key);
  if (record == nullptr || is_final(record->state)) return;
  if (!receipt.trade.empty()) {
    apply(*record, receipt.trade.front());
  } else if (record->state == signal_state::accepted && !receipt.taken) {
    auto next = *record;
    change(next, signal_state::refused, receipt.code, receipt.reason);
  } else if (!receipt.taken && receipt.code == not_running_code) {
    // What it told of the trade was not in its journal when it ended, or has been forgotten: it
    // says which once it runs.
    asked_[key] = true;
  } else if (!receipt.taken) {
    auto next = *record;
    change(next, signal_state::refused, receipt.code, receipt.reason);
  } else {
    auto next = *record;
    change(next, signal_state::closed, "forgotten",
           "its bot took it, and has forgotten the trade: it is long over");
  }
}

void signal_desk_state::on_trade(const trade_record& trade) {
  const call_key key{trade.source, trade.source_id};
  if (auto* record = known_.find(key)) {
    apply(*record, trade);
    return;
  }
  if (!loaded_) return;  // the bot is asked again after loading
  find_signals query;
  query.source = trade.source;
  query.source_id = trade.source_id;
  self_->request(services_.store, signal_store_timeout, query)
      .then(
          [this, trade](const signal_list& found) {
            if (found.signals.empty()) return;
            known_.put(found.signals.front());
            apply(*known_.find({trade.source, trade.source_id}), trade);
          },
          [this](caf::error&) { self_->count_error(); });
}

void signal_desk_state::apply(signal_record& record, const trade_record& trade) {
  if (!record.trade.empty() && record.trade.front().version >= trade.version) return;
  auto next = record;
  next.trade = {trade};
  next.bot_id = trade.bot_id;
  change(next, trade.state, {}, trade.reason);
}

void signal_desk_state::change(signal_record& record, signal_state state, std::string code,
                               std::string reason) {
  auto next = record;
  next.state = state;
  next.code = std::move(code);
  next.reason = std::move(reason);
  next.version = record.version + 1;
  next.updated_ns = now();
  known_.put(next);
  save(next);
  tell(next);
  owe(next);
  answer_confirmed(next);
}

void signal_desk_state::send_update(const signal_update_record& update) {
  const call_key said{update.source, update.source_id + '@' + std::to_string(update.edited_ns)};
  auto& open = open_updates_[said];
  if (open.under_way) return;
  open.update = update;
  const auto finish = [this, said](std::string code, std::string reason) {
    auto found = open_updates_.find(said);
    if (found == open_updates_.end()) return;
    auto next = found->second.update;
    open_updates_.erase(found);
    next.code = std::move(code);
    next.reason = std::move(reason);
    ++next.version;
    self_->request(services_.store, signal_store_timeout, store_signals{{}, {next}})
        .then([](const store_receipt&) {}, [this](caf::error&) { self_->count_error(); });
    for (const auto& watcher : watchers_)
      self_->send(caf::actor_cast<signal_watcher_actor>(watcher), next);
  };
  const auto* record = known_.find(call_key{update.target_source, update.target_source_id});
  const auto* bot = record == nullptr ? nullptr : bot_of(*record);
  const auto handle = bot == nullptr ? follower_actor{} : caf::actor_cast<follower_actor>(bot->bot);
  if (!handle) {
    finish("no_open_trade", "nobody follows the call");
    return;
  }
  const auto* rules = rules_for(services_.options, update.source);
  const auto oldest = (rules ? rules->reading : signals::channel_rules{}).maximum_age;
  if (now() - update.received_ns > oldest) {
    finish("too_old", "its bot did not answer in time");
    return;
  }
  open.under_way = true;
  follow_task task;
  task.what = follow_kind::update;
  task.source = update.source;
  task.source_id = update.source_id;
  task.edited_ns = update.edited_ns;
  task.target_source = update.target_source;
  task.target_source_id = update.target_source_id;
  task.body = update.update;
  self_->request(handle, signal_task_timeout, std::move(task))
      .then(
          [finish](const follow_receipt& receipt) {
            finish(receipt.taken && receipt.code.empty() ? "applied"
                   : receipt.taken                       ? "applied_in_part"
                                                         : receipt.code,
                   receipt.reason);
          },
          [this, said](caf::error& reason) {
            self_->count_error();
            spdlog::warn("an update of {} is not answered by its bot: {}", said.first,
                         self_->system().render(reason));
            // A bot that is about to be restarted answers the next time.
            auto found = open_updates_.find(said);
            if (found != open_updates_.end()) found->second.under_way = false;
          });
}

void signal_desk_state::resend_updates() {
  const auto open = open_updates_;
  for (const auto& [said, waiting] : open)
    if (!waiting.under_way) send_update(waiting.update);
}

// Until the bot has answered: it refuses the call from then on, should it not have come yet.
void signal_desk_state::send_withdrawal(const call_key& key) {
  const auto* record = known_.find(key);
  withdrawals_.erase(key);
  if (record == nullptr || is_final(record->state)) return;
  const auto* bot = record == nullptr ? nullptr : bot_of(*record);
  const auto handle = bot == nullptr ? follower_actor{} : caf::actor_cast<follower_actor>(bot->bot);
  if (!handle) return;
  follow_task task;
  task.what = follow_kind::withdraw;
  task.source = key.first;
  task.source_id = key.second + "/withdrawn";
  task.target_source = key.first;
  task.target_source_id = key.second;
  self_->request(handle, signal_task_timeout, std::move(task))
      .then(
          [this, key](const follow_receipt& receipt) {
            spdlog::info("{}/{} was deleted: {}", key.first, key.second, receipt.reason);
            auto* known = known_.find(key);
            if (known == nullptr || known->state != signal_state::accepted) return;
            if (receipt.taken) return;
            asked_.erase(key);
            auto next = *known;
            change(next, signal_state::cancelled, std::string(deleted_code),
                   "its author deleted it");
          },
          [this, key](caf::error& reason) {
            self_->count_error();
            withdrawals_.insert(key);
            spdlog::warn("{}/{} was deleted, its bot does not answer: {}", key.first, key.second,
                         self_->system().render(reason));
          });
}

// -- to the store, the watchers and the mirror ----------------------------------------------------

void signal_desk_state::save(const signal_record& record) {
  unsaved_[key_of(record)] = record;
  write_unsaved();
}

// All that changed meanwhile goes with the next write; of one call only the last word counts.
void signal_desk_state::write_unsaved() {
  if (!saving_ && !unsaved_.empty()) {
    saving_ = true;
    store_signals write;
    for (const auto& [key, record] : unsaved_) write.signals.push_back(record);
    self_->request(services_.store, signal_store_timeout, write)
        .then(
            [this, write](const store_receipt&) {
              saving_ = false;
              for (const auto& record : write.signals) {
                auto found = unsaved_.find(key_of(record));
                if (found != unsaved_.end() && found->second.version == record.version)
                  unsaved_.erase(found);
              }
              if (!unsaved_.empty()) write_unsaved();
            },
            [this](caf::error& reason) {
              saving_ = false;
              self_->count_error();
              spdlog::warn("{} changes of signals are not stored yet: {}", unsaved_.size(),
                           self_->system().render(reason));
            });
  }
  if (owing_ || unowed_.empty() || !services_.journal) return;
  owing_ = true;
  journal_write write;
  for (const auto& [path, value] : unowed_) write.owed.push_back(value);
  self_->request(services_.journal, signal_journal_timeout, write)
      .then(
          [this, write](const journal_receipt&) {
            owing_ = false;
            for (const auto& value : write.owed) {
              auto found = unowed_.find(value.path);
              if (found != unowed_.end() && found->second == value) unowed_.erase(found);
            }
          },
          [this](caf::error&) {
            owing_ = false;
            self_->count_error();
          });
}

void signal_desk_state::tell(const signal_record& record) {
  for (const auto& watcher : watchers_)
    self_->send(caf::actor_cast<signal_watcher_actor>(watcher), record);
}

// What nobody follows is no news for the phone.
void signal_desk_state::owe(const signal_record& record) {
  if (!services_.house->has_mirror || record.state == signal_state::observed) return;
  auto path = paths::signal(record.source, record.source_id);
  unowed_[path] = {path, to_json(record)};
  write_unsaved();
}

}  // namespace outcry
