#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/decimal.hpp"
#include "messages/inspected.hpp"
#include "messages/operator.hpp"

namespace outcry {

/// What hosts a bot.
enum class bot_kind : std::uint8_t {
  hosted,      ///< a ticker bot: an actor of this floor
  controlled,  ///< in a container, takes commands over Redis
  observed,    ///< in a container, only listens to prices; takes no commands
  desk,        ///< no bot: a desk that can be told things by name, and is left out of ALL
};

std::string_view to_string(bot_kind x);

/// What a bot does now.
enum class bot_state : std::uint8_t {
  starting,
  running,
  waiting_for_open,  ///< wanted to run, the session is closed
  stopped,
  restarting,  ///< crashed, about to be restarted
  failed,      ///< crashed too often
  absent,      ///< known, but nobody hosts it now
};

std::string_view to_string(bot_state x);

/// What the operator wants a bot to do.
enum class desired_state : std::uint8_t { running, stopped };

std::string_view to_string(desired_state x);

/// Who a bot is. Does not change while the floor is open.
struct bot_identity {
  std::string id;  ///< unique on the floor; default "<strategy>-<ticker>"
  std::string ticker;
  std::string strategy;
  std::string container = "floor";
  bot_kind kind = bot_kind::hosted;

  bool operator==(const bot_identity&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, bot_identity& x) {
  return f(caf::meta::type_name("bot_identity"), x.id, x.ticker, x.strategy, x.container, x.kind);
}
OUTCRY_INSPECTED(bot_identity);

/// What survives of a bot. `revision` counts the changes of `desired` and `parameters` that
/// operator messages made: an effect happened once if it grew by one.
struct bot_record {
  std::string bot_id;
  desired_state desired = desired_state::running;
  std::uint64_t revision = 0;
  std::string parameters = "{}";  ///< JSON object: money management and strategy parameters
  std::string snapshot;           ///< JSON of the strategy; empty = none yet
  std::int64_t since_ms = 0;      ///< when `desired` changed last
  std::string limits = "{}";      ///< JSON object: its own risk limits; what is missing is default
  std::uint64_t version = 0;      ///< rises with every record made: an older one replaces no newer
  std::uint64_t intents = 0;      ///< orders asked for, ever: the number of the last one
  std::int64_t last_event = 0;    ///< `order_event::seq` that the snapshot has been told
  std::vector<std::uint64_t> asked = {};  ///< numbers asked for whose fate the bot did not know
  Quantity claimed = {};                  ///< own shares that no fill of it brought

  bool operator==(const bot_record&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, bot_record& x) {
  return f(caf::meta::type_name("bot_record"), x.bot_id, x.desired, x.revision, x.parameters,
           x.snapshot, x.since_ms, x.limits, x.version, x.intents, x.last_event, x.asked,
           x.claimed);
}
OUTCRY_INSPECTED(bot_record);

/// A bot as the roster, the relay and the operator see it.
struct bot_status {
  bot_identity identity;
  bot_state state = bot_state::starting;
  desired_state desired = desired_state::running;
  std::int64_t since_ms = 0;      ///< when `state` changed last
  std::int64_t heartbeat_ms = 0;  ///< when it was last heard
  std::string details;            ///< JSON object of the strategy's own figures; "" = none
  std::string reason;             ///< why it is not running, for people
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, bot_status& x) {
  return f(caf::meta::type_name("bot_status"), x.identity, x.state, x.desired, x.since_ms,
           x.heartbeat_ms, x.details, x.reason);
}
OUTCRY_INSPECTED(bot_status);

/// A bot has left the floor for good: desk, roster and relay forget it. Absence is not leaving.
/// What the journal knows of it stays: one that comes under its id again is what it was.
struct unregister_bot {
  std::string bot_id;
  std::string reason;  ///< one sentence for people
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, unregister_bot& x) {
  return f(caf::meta::type_name("unregister_bot"), x.bot_id, x.reason);
}
OUTCRY_INSPECTED(unregister_bot);

/// The command desk's word to one bot. Delivered at least once: a bot deduplicates by message id.
struct bot_command {
  operator_message message;
  bool addressed = false;          ///< false: the bot is expected to answer `ignored`
  std::int64_t expires_at_ms = 0;  ///< 0 = never
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, bot_command& x) {
  return f(caf::meta::type_name("bot_command"), x.message, x.addressed, x.expires_at_ms);
}
OUTCRY_INSPECTED(bot_command);

/// A bot's answer to one command. A hosted bot has journalled it, together with its own change of
/// state, before it answers.
struct command_outcome {
  std::string message_id;
  ledger_line line;
  bool durable = true;  ///< false: acted from memory, the journal could not be written
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, command_outcome& x) {
  return f(caf::meta::type_name("command_outcome"), x.message_id, x.line, x.durable);
}
OUTCRY_INSPECTED(command_outcome);

}  // namespace outcry
