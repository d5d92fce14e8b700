#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "actors/signals/desk/signal_desk.hpp"
#include "adapters/sqlite/journal_bridge.hpp"
#include "adapters/sqlite/signal_bridge.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::test {

/// What the bots were told and what they answer.
struct follower_script {
  std::vector<follow_task> tasks;
  bool is_away = false;      ///< answers with an error
  std::string refuses;       ///< a code: takes nothing
  std::string part_refused;  ///< a code: takes it in part
  std::map<call_key, trade_record> trades;
  std::uint64_t version = 0;

  std::vector<follow_task> of(follow_kind kind) const {
    std::vector<follow_task> result;
    for (const auto& task : tasks)
      if (task.what == kind) result.push_back(task);
    return result;
  }
};

inline follower_actor::behavior_type scripted_follower(
    follower_actor::pointer, const std::shared_ptr<follower_script>& script) {
  return {[=](const follow_task& task) -> caf::result<follow_receipt> {
    script->tasks.push_back(task);
    if (script->is_away) return caf::make_error(ec::unavailable, "the bot is away");
    follow_receipt receipt;
    receipt.taken = script->refuses.empty();
    receipt.code = script->refuses.empty() ? script->part_refused : script->refuses;
    receipt.reason = "as the script says";
    if (task.what == follow_kind::call && receipt.taken) {
      auto& trade = script->trades[{task.source, task.source_id}];
      trade.source = task.source;
      trade.source_id = task.source_id;
      trade.bot_id = "follow-AAPL";
      if (trade.version == 0) trade.version = ++script->version;
      receipt.trade = {trade};
    }
    return receipt;
  }};
}

struct store_faults {
  bool refuses_writes = false;
  bool is_deaf = false;  ///< writes are neither done nor answered
  bool is_slow = false;  ///< they are done, and answered only at the next get_cursor
  std::vector<std::function<void()>> late;
  int writes = 0;
};

inline signal_store_actor::behavior_type faulty_store(signal_store_actor::pointer self,
                                                      const signal_store_actor& real,
                                                      const std::shared_ptr<store_faults>& faults) {
  const auto write = [=](const auto& x) -> caf::result<store_receipt> {
    ++faults->writes;
    if (faults->refuses_writes) return caf::make_error(ec::not_durable, "the disk is full");
    if (!faults->is_deaf && !faults->is_slow) return self->delegate(real, x);
    auto promise = self->template make_response_promise<store_receipt>();
    if (faults->is_slow)
      self->request(real, caf::infinite, x)
          .then(
              [=](const store_receipt& receipt) {
                faults->late.push_back([=]() mutable { promise.deliver(receipt); });
              },
              [](const caf::error&) {});
    else
      faults->late.push_back([=]() mutable { promise.deliver(caf::make_error(ec::unavailable)); });
    return promise;
  };
  return {
      [=](const store_message& x) { return write(x); },
      [=](const store_signals& x) { return write(x); },
      [=](const load_signals& x) { return self->delegate(real, x); },
      [=](const find_signals& x) { return self->delegate(real, x); },
      [=](const find_messages& x) { return self->delegate(real, x); },
      [=](const find_updates& x) { return self->delegate(real, x); },
      [=](const get_source_results& x) { return self->delegate(real, x); },
      [=](const get_last_source_id& x) { return self->delegate(real, x); },
      [=](const read_unshared& x) { return self->delegate(real, x); },
      [=](const mark_shared& x) { return self->delegate(real, x); },
      [=](const save_cursor& x) { return self->delegate(real, x); },
      [=](const get_cursor& x) {
        for (const auto& answer : std::exchange(faults->late, {})) answer();
        return self->delegate(real, x);
      },
  };
}

/// A signal desk between a real store, a real journal, and bots and a market by hand. Two after one
/// another on one directory and one script are a floor before and after kill -9.
class signal_desk_rig : public actor_fixture {
public:
  explicit signal_desk_rig(const std::string& dir, std::shared_ptr<follower_script> bots = {},
                           signal_desk_options options = followed(false));

  /// A source "discord:1" of stocks whose calls are followed at once.
  static signal_desk_options followed(bool confirm);

  raw_message message(const std::string& id, const std::string& text) const;
  desk_verdict say(const raw_message& message);
  desk_verdict say(const std::string& id, const std::string& text) {
    return say(message(id, text));
  }
  desk_verdict edit(const std::string& id, const std::string& text);
  desk_verdict take_back(const std::string& id);
  ledger_line confirm(const std::string& signal, const std::string& answer);
  answer<command_outcome> ask_confirm(const std::string& signal, const std::string& answer);
  signal_record stored(const std::string& id);
  std::vector<signal_update_record> updates();
  void tell(const std::string& id, signal_state state, const std::string& reason = {});

  std::shared_ptr<follower_script> bots;
  std::shared_ptr<store_faults> faults = std::make_shared<store_faults>();
  std::shared_ptr<pit_list> pits = std::make_shared<pit_list>();
  signal_store_actor store;
  journal_actor journal;
  std::shared_ptr<signal_book> book = std::make_shared<signal_book>();
  signal_desk_services services;
  signal_desk_actor desk;
};

}  // namespace outcry::test
