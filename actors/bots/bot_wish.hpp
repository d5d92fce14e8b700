#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <caf/actor_control_block.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/bots/bot_words.hpp"
#include "messages/bots.hpp"
#include "messages/interfaces/trading.hpp"

namespace outcry {

/// Who waits for the outcome of a command.
struct command_sender {
  caf::typed_response_promise<command_outcome> promise;
  caf::strong_actor_ptr address;  ///< hears the outcome when the promise was used for `pending`
};

struct waiting_command {
  bot_command command;
  command_sender sender;
};

/// An operator's command whose effect must be waited for. What it does next follows from how things
/// stand, so that it can be looked at again at any time.
struct bot_wish {
  std::uint64_t serial = 0;  ///< in the order in which they began
  bot_command command;
  verb what = verb::unknown;
  std::vector<command_sender> unanswered;
  std::vector<caf::strong_actor_ptr> listeners;  ///< heard `pending`, are owed the outcome

  // What is said while it is pending.
  bool told_pending = false;
  std::string code;
  std::string waiting_for;
  std::string note;                     ///< JSON; what a restart must know
  std::string told_words;               ///< `code` and `waiting_for` as last told
  std::optional<command_outcome> told;  ///< what was told last, if it is journalled

  // What is on its way.
  bool writing = false;     ///< to the journal
  bool ending = false;      ///< its outcome is on its way to the journal
  bool asking = false;      ///< to the order desk
  bool recorded = false;    ///< what it changes is in the journal, or cannot be now
  std::string not_durable;  ///< why it is not in the journal; empty: it is

  // stop, kill, exit
  gate_closing closing = gate_closing::keep_reducing;
  std::optional<gate_report> gate;  ///< the last answer

  // start
  bool accepts_position = false;  ///< config.confirm, until the order desk has agreed
  bool was_running = false;       ///< when it began
  bool started = false;           ///< the journal says that it runs
  bool opened = false;            ///< the order desk lets its orders through

  // exit
  exit_wish leave;
  std::uint64_t after = 0;  ///< its orders have higher numbers
  std::uint32_t tries = 0;
  bool cleared = false;      ///< the bot's other orders are gone
  bool is_flat = false;      ///< `then` is what is left to do
  bool overtaken = false;    ///< a later exit took its `then` away
  bool by_gate = false;      ///< goes by the order desk's reports: events are not told
  bool trusts_gate = true;   ///< the desk has not been restarted since it began
  std::uint32_t behind = 0;  ///< reports in a row that say more than the events
  Quantity began_with;       ///< the position when `cleared`

  // enter
  order_terms terms;
  std::uint64_t number = 0;  ///< of its order; 0 = none yet
};

}  // namespace outcry
