#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/decimal.hpp"
#include "messages/inspected.hpp"
#include "messages/timestamp.hpp"

namespace outcry {

/// One message of a trading channel as it was said. `source`, `source_id` and `edited_ns` name it
/// for ever: what comes a second time under the same three is the same.
struct raw_message {
  std::string source;     ///< where: "discord:<channel id>", "http:<name>", "tradingview:<name>"
  std::string source_id;  ///< unique within the source; 1 to 128 bytes, as `source`
  std::int64_t edited_ns = 0;  ///< 0 = as first said
  bool deleted = false;        ///< it was taken back; the text may be empty then
  bool trusted = true;         ///< its author may give calls in this channel
  std::string author_id;       ///< unique within the source
  std::string author;          ///< for people
  std::string text;            ///< UTF-8, embeds included
  timestamp_ns sent_ns = 0;    ///< when it was first said
  timestamp_ns received_ns = 0;
  std::string reply_to;     ///< source_id of the message it answers; empty = none
  std::string contributor;  ///< who handed it in, for people: "" = this floor itself

  bool operator==(const raw_message&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, raw_message& x) {
  return f(caf::meta::type_name("raw_message"), x.source, x.source_id, x.edited_ns, x.deleted,
           x.trusted, x.author_id, x.author, x.text, x.sent_ns, x.received_ns, x.reply_to,
           x.contributor);
}
OUTCRY_INSPECTED(raw_message);

/// How a raw message was read.
struct message_verdict {
  std::string verdict;  ///< "signal", "update", "quarantine", "refused", "nothing"; "duplicate"
  std::string rule;     ///< the reader's that decided; empty = none did
  std::string reason;   ///< one sentence for people
  std::uint8_t confidence = 0;  ///< 0 to 100
  std::string reading;  ///< JSON of all that was read, as `outcry signals explain` prints it

  bool operator==(const message_verdict&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, message_verdict& x) {
  return f(caf::meta::type_name("message_verdict"), x.verdict, x.rule, x.reason, x.confidence,
           x.reading);
}
OUTCRY_INSPECTED(message_verdict);

/// What became of a call.
enum class signal_state : std::uint8_t {
  quarantined,  ///< waits for a person's judgement
  waiting,      ///< may be traded once the operator says yes
  accepted,     ///< is on its way to its bot
  entering,     ///< the bot has taken it; its entry rests at the broker
  open,         ///< a position is held, with its exits at the broker
  closing,      ///< on its way out
  closed,       ///< final: there was a position, now there is none
  cancelled,    ///< final: the entry ended before anything was bought
  refused,      ///< final: `code` and `reason` say which rule stood against it
  declined,     ///< final: the operator said no
  expired,      ///< final: too old, or nobody answered in time
  observed,     ///< final: kept, not traded here (nobody follows it)
};

std::string_view to_string(signal_state x);
/// Throws std::invalid_argument for a word that is none.
signal_state parse_signal_state(std::string_view text);

constexpr bool is_final(signal_state x) {
  return x == signal_state::closed || x == signal_state::cancelled || x == signal_state::refused ||
         x == signal_state::declined || x == signal_state::expired || x == signal_state::observed;
}

/// The trade made of a call, as its bot tells it. Each `version` replaces those below.
struct trade_record {
  std::string source;  ///< the call's
  std::string source_id;
  std::string bot_id;
  std::uint64_t version = 0;
  signal_state state = signal_state::entering;  ///< entering, open, closing, closed, cancelled
  std::string side;                             ///< "long", "short"
  Quantity wanted;                              ///< by the entries together
  Quantity entered;                             ///< bought (short: sold) so far
  Quantity exited;                              ///< sold again (short: bought) so far
  Price entry_price;                            ///< average; 0 = nothing entered yet
  Price exit_price;                             ///< average; 0 = nothing exited yet
  Price stop;                                   ///< in force now; 0 = none
  Price first_stop;                             ///< what one R is measured by; 0 = none
  Money profit;                                 ///< of what was exited, before fees
  std::string reason;                           ///< why it ended, or what it waits for
  timestamp_ns opened_ns = 0;                   ///< first fill
  timestamp_ns closed_ns = 0;
  timestamp_ns updated_ns = 0;

  bool operator==(const trade_record&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, trade_record& x) {
  return f(caf::meta::type_name("trade_record"), x.source, x.source_id, x.bot_id, x.version,
           x.state, x.side, x.wanted, x.entered, x.exited, x.entry_price, x.exit_price, x.stop,
           x.first_stop, x.profit, x.reason, x.opened_ns, x.closed_ns, x.updated_ns);
}
OUTCRY_INSPECTED(trade_record);

/// One call with all that became of it: one for each (source, source_id), whoever contributed it.
struct signal_record {
  std::int64_t id = 0;  ///< the store's, rising with each new call; 0 = not stored yet
  std::string source;
  std::string source_id;
  std::string author_id;
  std::string author;
  std::string ticker;  ///< "" = not said
  std::string side;    ///< "long", "short"
  std::string action;  ///< "open", "close"
  std::string asset;   ///< "stock", "crypto", ...; "unknown"
  std::string call;    ///< JSON of the call, as `outcry signals explain` prints it
  std::uint8_t confidence = 0;
  signal_state state = signal_state::quarantined;
  std::string code;    ///< why it is where it is, as a constant word; empty = as it should be
  std::string reason;  ///< the same for people
  std::string bot_id;  ///< who follows it; empty = nobody
  std::string contributor;
  timestamp_ns said_ns = 0;
  timestamp_ns received_ns = 0;
  timestamp_ns expires_ns = 0;  ///< of waiting and quarantined ones; 0 = never
  timestamp_ns updated_ns = 0;
  std::uint64_t version = 0;             ///< each replaces those below
  std::vector<trade_record> trade = {};  ///< at most one: it has none before a bot took it

  bool operator==(const signal_record&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, signal_record& x) {
  return f(caf::meta::type_name("signal_record"), x.id, x.source, x.source_id, x.author_id,
           x.author, x.ticker, x.side, x.action, x.asset, x.call, x.confidence, x.state, x.code,
           x.reason, x.bot_id, x.contributor, x.said_ns, x.received_ns, x.expires_ns, x.updated_ns,
           x.version, x.trade);
}
OUTCRY_INSPECTED(signal_record);

/// What an author said later about a call, or what an edit made of it.
struct signal_update_record {
  std::int64_t id = 0;  ///< the store's, rising; 0 = not stored yet
  std::string source;   ///< of the message that says it
  std::string source_id;
  std::int64_t edited_ns = 0;
  std::string author_id;
  std::string ticker;         ///< "" = not said
  std::string update;         ///< JSON, as `outcry signals explain` prints it
  std::string target_source;  ///< the call it was applied to; empty = none
  std::string target_source_id;
  std::string code;  ///< "applied", "report", "no_open_trade", "ambiguous", "too_old", ...
  std::string reason;
  std::string contributor;
  timestamp_ns said_ns = 0;
  timestamp_ns received_ns = 0;
  std::uint64_t version = 0;  ///< each replaces those below

  bool operator==(const signal_update_record&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, signal_update_record& x) {
  return f(caf::meta::type_name("signal_update_record"), x.id, x.source, x.source_id, x.edited_ns,
           x.author_id, x.ticker, x.update, x.target_source, x.target_source_id, x.code, x.reason,
           x.contributor, x.said_ns, x.received_ns, x.version);
}
OUTCRY_INSPECTED(signal_update_record);

/// What the calls of one source have brought, of closed trades only.
struct source_result {
  std::string source;
  std::uint32_t signals = 0;  ///< calls read, traded or not
  std::uint32_t trades = 0;   ///< closed
  std::uint32_t wins = 0;     ///< profit above 0
  std::uint32_t losses = 0;   ///< profit below 0
  Ratio average_r;  ///< mean profit in units of the first risk; trades without a stop left out
  std::uint32_t r_trades = 0;  ///< trades that `average_r` is of
  Money profit;
  Money drawdown;  ///< largest fall of the summed profit from its peak; 0 or above

  bool operator==(const source_result&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, source_result& x) {
  return f(caf::meta::type_name("source_result"), x.source, x.signals, x.trades, x.wins, x.losses,
           x.average_r, x.r_trades, x.profit, x.drawdown);
}
OUTCRY_INSPECTED(source_result);

// -- desk <-> bot ---------------------------------------------------------------------------------

enum class follow_kind : std::uint8_t {
  call,      ///< `body` is the call: trade it
  update,    ///< `body` is the update: apply it to the trade of `target_*`
  withdraw,  ///< the call was taken back: give up an entry that has bought nothing
};

std::string_view to_string(follow_kind x);

/// What a bot is to do about a call. Delivered at least once: the bot knows by source and source_id
/// (for later words: of the message that says it, with its edit) what it has taken already.
struct follow_task {
  follow_kind what = follow_kind::call;
  std::string source;
  std::string source_id;
  std::int64_t edited_ns = 0;
  std::string target_source;  ///< of update and withdraw: the call
  std::string target_source_id;
  std::string body;             ///< JSON
  timestamp_ns expires_ns = 0;  ///< a call is not entered after this; 0 = never

  bool operator==(const follow_task&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, follow_task& x) {
  return f(caf::meta::type_name("follow_task"), x.what, x.source, x.source_id, x.edited_ns,
           x.target_source, x.target_source_id, x.body, x.expires_ns);
}
OUTCRY_INSPECTED(follow_task);

/// A bot's answer to a task, once it has journalled what it will do.
struct follow_receipt {
  bool taken = false;
  std::string code;    ///< why not: "stopped", "already_open", "too_late", "no_price", ...
  std::string reason;  ///< for people; also what was done
  std::vector<trade_record> trade = {};  ///< the trade as it stands; at most one

  bool operator==(const follow_receipt&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, follow_receipt& x) {
  return f(caf::meta::type_name("follow_receipt"), x.taken, x.code, x.reason, x.trade);
}
OUTCRY_INSPECTED(follow_receipt);

}  // namespace outcry
