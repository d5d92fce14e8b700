#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/inspected.hpp"
#include "messages/timestamp.hpp"

namespace outcry {

/// What an operator asks for.
enum class verb : std::uint8_t {
  stop,
  start,
  exit,
  enter,
  set,
  status,
  kill,
  confirm,  ///< yes or no to a call that waits: said to the signal desk
  unknown,
};

std::string_view to_string(verb x);

/// `verb::unknown` for a word that is none.
verb parse_verb(std::string_view text);

/// True for the verbs that must work whatever else does not: stop and kill.
constexpr bool is_brake(verb x) {
  return x == verb::stop || x == verb::kill;
}

/// One operator message as the client wrote it. Immutable once made.
struct operator_message {
  std::string id;       ///< made by the client when its dialog opened; 1 to 128 key characters
  std::string type;     ///< the verb's word, kept as it came
  bool to_all = false;  ///< target.type is ALL
  std::vector<std::string> selected;  ///< tickers or bot ids; empty when `to_all`
  std::string config = "{}";          ///< JSON object: the verb's arguments
  std::string description;
  std::int64_t pressed_at_ms = 0;  ///< sender's clock plus its known offset to the server
  std::int64_t created_at_ms = 0;  ///< the server's clock when it was stored; 0 = unknown
  std::string created_by;          ///< uid, or "local:<user>" from the floor's socket

  bool operator==(const operator_message&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, operator_message& x) {
  return f(caf::meta::type_name("operator_message"), x.id, x.type, x.to_all, x.selected, x.config,
           x.description, x.pressed_at_ms, x.created_at_ms, x.created_by);
}
OUTCRY_INSPECTED(operator_message);

/// Where one bot stands with one message.
enum class line_status : std::uint8_t {
  open,       ///< nothing heard yet; never leaves the floor
  pending,    ///< receipt heard; waiting for what `reason` says, since `at_ms`
  done,       ///< the effect is confirmed
  ignored,    ///< the bot says: not for me
  error,      ///< `code` and `reason` say why
  expired,    ///< too late
  no_answer,  ///< no receipt within the deadline
};

std::string_view to_string(line_status x);

/// True for a status that ends the line. (no_answer may be amended once by a late answer.)
constexpr bool is_final(line_status x) {
  return x != line_status::open && x != line_status::pending;
}

/// One bot's acknowledgement of one message: a line of its ledger.
struct ledger_line {
  std::string bot_id;
  std::string container;  ///< host of the bot: "floor" for our own, else the container's name
  std::string ticker;
  line_status status = line_status::open;
  std::string code;    ///< an `ec` name for error, expired and no_answer; else empty or a remark
  std::string reason;  ///< one sentence for people
  std::string result;  ///< JSON, or empty
  std::int64_t at_ms = 0;
  bool late = false;       ///< came after the deadline and amended a no_answer
  bool addressed = false;  ///< the target names this bot; others are expected to say ignored

  bool operator==(const ledger_line&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, ledger_line& x) {
  return f(caf::meta::type_name("ledger_line"), x.bot_id, x.container, x.ticker, x.status, x.code,
           x.reason, x.result, x.at_ms, x.late, x.addressed);
}
OUTCRY_INSPECTED(ledger_line);

/// Where a message stands as a whole.
enum class message_state : std::uint8_t { sent, working, done, failed, expired };

std::string_view to_string(message_state x);

/// A message with everything the floor knows of it.
struct ledger {
  operator_message message;
  message_state state = message_state::sent;
  std::int64_t adopted_at_ms = 0;
  std::vector<std::string> unmatched;  ///< selected names that matched nobody
  std::string code;  ///< why the message failed as a whole: an `ec` name, or empty
  std::string reason;
  std::vector<ledger_line> lines;  ///< the expected set, ordered by bot id

  bool operator==(const ledger&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, ledger& x) {
  return f(caf::meta::type_name("ledger"), x.message, x.state, x.adopted_at_ms, x.unmatched, x.code,
           x.reason, x.lines);
}
OUTCRY_INSPECTED(ledger);

/// What stops every bot of the floor, and later ones too.
enum class halt_kind : std::uint8_t {
  none,
  stopped,  ///< stop for ALL
  killed,   ///< kill; lifted only by start with config.confirm
};

std::string_view to_string(halt_kind x);

struct halt_state {
  halt_kind kind = halt_kind::none;
  std::string message_id;  ///< the message that set it
  std::int64_t since_ms = 0;

  bool operator==(const halt_state&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, halt_state& x) {
  return f(caf::meta::type_name("halt_state"), x.kind, x.message_id, x.since_ms);
}
OUTCRY_INSPECTED(halt_state);

}  // namespace outcry
