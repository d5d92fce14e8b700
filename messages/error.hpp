#pragma once

#include <cstdint>
#include <string_view>

#include <caf/error.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>

namespace outcry {

/// Why something was not done. The names are what callers and operators see in JSON.
enum class ec : std::uint8_t {
  unavailable = 1,      ///< the actor behind this address is down and about to be restarted
  failed,               ///< the actor behind this address has failed for good
  mailbox_full,         ///< the receiver's mailbox is at its bound
  invalid_input,        ///< a field is wrong; the text says which
  unknown_type,         ///< no such verb
  unsupported,          ///< the verb exists, this bot or floor cannot do it
  unknown_target,       ///< nobody of that name
  invalid_config,       ///< an argument of the verb is wrong
  expired,              ///< too late: past the message's expiry
  clock_skew,           ///< the sender's clock cannot be right
  killed,               ///< the floor is blocked by a kill
  halted,               ///< the floor is halted by a stop for all
  not_controllable,     ///< an observed container bot: it takes no commands
  not_durable,          ///< done from memory, the journal could not be written
  journal_unavailable,  ///< refused because the journal cannot be written
  no_answer,            ///< no receipt within the deadline
  bot_failed,           ///< the bot crashed too often and is not running
  bot_absent,           ///< the bot is known, but nobody hosts it now
  unreachable,          ///< the outside system cannot be reached; worth another try
  refused,              ///< the outside system refused; another try will not help
  strategy_error,       ///< the strategy threw
  shutting_down,        ///< the floor is ending
  risk_limit,           ///< an order would go beyond a limit; the text names it
  stale_price,          ///< no price to trust, so nothing that increases exposure
  ticker_halted,        ///< the ticker is halted: nothing that increases exposure
  no_broker,            ///< the broker is not connected or takes no such order now
};

/// The code's name, as in JSON: "unavailable".
std::string_view to_string(ec code);

}  // namespace outcry

CAF_ERROR_CODE_ENUM(outcry::ec, "outcry")
