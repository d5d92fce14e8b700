#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "tests/actors/operator/floor_fixture.hpp"

namespace outcry::test {

/// A floor with a desk for its tests to open.
struct desk_fixture {
  temp_dir dir;
  floor_fixture floor{dir.path().string()};

  void open_with_three_bots() {
    for (const char* ticker : {"AAPL", "GOOGL", "META"}) floor.add_bot(ticker);
    floor.open_desk();
  }

  void run_without_journal() { floor.run_without(caf::actor_cast<caf::actor>(floor.journal)); }

  std::string statuses(const ledger& entry) {
    std::string result;
    for (const auto& line : entry.lines) result += std::string(to_string(line.status)) + ' ';
    return result;
  }
};

/// A bot that answers a command with the outcome it is sent.
struct slow_bot_words {
  std::vector<bot_command> commands;
};

struct slow_bot_state {
  std::deque<caf::typed_response_promise<command_outcome>> promises;
};

using slow_bot_actor = commandable_actor::extend<caf::reacts_to<command_outcome>>;

inline slow_bot_actor::behavior_type slow_bot(slow_bot_actor::stateful_pointer<slow_bot_state> self,
                                              const std::shared_ptr<slow_bot_words>& words) {
  return {
      [=](const bot_command& command) -> caf::result<command_outcome> {
        words->commands.push_back(command);
        auto promise = self->make_response_promise<command_outcome>();
        self->state.promises.push_back(promise);
        return promise;
      },
      [](const get_bot&) { return bot_status{}; },
      [=](const command_outcome& outcome) {
        self->state.promises.front().deliver(outcome);
        self->state.promises.pop_front();
      },
  };
}

inline command_outcome outcome_of(const std::string& message_id, const std::string& bot_id,
                                  line_status status) {
  command_outcome outcome;
  outcome.message_id = message_id;
  outcome.line.bot_id = bot_id;
  outcome.line.ticker = bot_id.substr(bot_id.find('-') + 1);
  outcome.line.status = status;
  outcome.durable = false;
  return outcome;
}

/// Leaves what a floor that was killed, with a bot in a container, has journalled.
inline void leave_killed_with_guest(const std::string& data_dir) {
  floor_fixture floor(data_dir);
  floor.add_bot("AAPL");
  floor.open_desk();
  REQUIRE(floor.submit(floor.message("m1", "kill")));
  floor.advance(std::chrono::seconds(1));
  journal_write write;
  write.guests = {{"python-MSFT", "MSFT", "mean", "box", bot_kind::controlled}};
  REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
}

}  // namespace outcry::test
