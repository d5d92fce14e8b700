#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "messages/bots.hpp"
#include "messages/error.hpp"
#include "messages/operator.hpp"

namespace outcry {

/// Limits of the command desk.
struct desk_limits {
  std::int64_t answer_deadline_ms = 10'000;  ///< without a receipt by then: no_answer
  std::int64_t late_window_ms = 600'000;     ///< how long a no_answer can still be amended
  std::int64_t clock_skew_limit_ms = 60'000;
  std::size_t max_open_messages = 1000;  ///< more are refused, but for stop and kill
};

/// What the desk decided about a message when it took it in.
struct adoption {
  ledger entry;                        ///< with its expected set, frozen
  std::optional<halt_state> new_halt;  ///< the floor's halt changes with this message
  std::int64_t expires_at_ms = 0;      ///< 0 = never
};

/// Bots by id.
using bot_directory = std::map<std::string, bot_identity>;

/// How long a message of that verb is good for after it was pressed, in milliseconds; 0 = for ever.
/// A client may ask for less with config.expires_s, never for more.
std::int64_t default_expiry_ms(verb wish);

/// When the message is no longer to be carried out, in UNIX milliseconds; 0 = never.
/// Nothing: its config.expires_s is no whole number above 0.
std::optional<std::int64_t> expiry_of(const operator_message& message);

/// A line for that bot, open, addressed or not as the message says.
ledger_line expected_line(const operator_message& message, const bot_identity& bot);

/// True for config.protective = "cancel": a stop that takes protective orders along.
bool cancels_protective(const operator_message& message);

/// When a brake that was taken in counts as pressed: no later than it came, whatever its sender's
/// clock says.
std::int64_t brake_pressed_ms(const ledger& brake);

/// Decides who is meant by a message and whether it may be done at all. The expected set is every
/// bot of the directory; those not addressed are expected to answer `ignored`, but for desks, which
/// are expected only when they are named. A message that is
/// refused as a whole (unknown verb, impossible clock, too late, floor killed, nobody meant, a
/// start pressed before the brake for all at `halt_pressed_ms` that holds) comes back with every
/// line final.
adoption adopt(const operator_message& message, const bot_directory& bots, const halt_state& halt,
               const desk_limits& limits, std::int64_t now_ms, std::int64_t halt_pressed_ms = 0);

/// Where the message stands: working while a line is not final; done when every addressed bot is
/// done; expired when nothing but expiry kept it from that; failed otherwise, and when a name of
/// its target matched nobody.
message_state judge(const ledger& entry);

}  // namespace outcry
