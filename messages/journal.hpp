#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/bots.hpp"
#include "messages/inspected.hpp"
#include "messages/operator.hpp"
#include "messages/orders.hpp"
#include "messages/performance.hpp"

namespace outcry {

/// A value that Firebase must come to hold: the unit of the outbox.
struct owed_value {
  std::string path;   ///< escaped database path without leading slash
  std::string value;  ///< JSON; "null" deletes

  bool operator==(const owed_value&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, owed_value& x) {
  return f(caf::meta::type_name("owed_value"), x.path, x.value);
}
OUTCRY_INSPECTED(owed_value);

/// An owed value with its place in the outbox.
struct outbox_row {
  std::int64_t seq = 0;  ///< rising; the order in which values were owed
  owed_value owed;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, outbox_row& x) {
  return f(caf::meta::type_name("outbox_row"), x.seq, x.owed);
}
OUTCRY_INSPECTED(outbox_row);

/// A change of one ledger line.
struct line_record {
  std::string message_id;
  ledger_line line;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, line_record& x) {
  return f(caf::meta::type_name("line_record"), x.message_id, x.line);
}
OUTCRY_INSPECTED(line_record);

/// A change of a message as a whole.
struct state_record {
  std::string message_id;
  message_state state = message_state::working;
  std::string code;
  std::string reason;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, state_record& x) {
  return f(caf::meta::type_name("state_record"), x.message_id, x.state, x.code, x.reason);
}
OUTCRY_INSPECTED(state_record);

/// Everything that must become durable together: one transaction, all or nothing.
struct journal_write {
  std::vector<ledger> adopted;  ///< new messages with their expected set
  std::vector<state_record> states;
  std::vector<line_record> lines;
  std::vector<bot_record> bots;           ///< replaces the bot's record
  std::vector<std::string> stopped_bots;  ///< desired = stopped for these, at `stopped_at_ms`
  std::int64_t stopped_at_ms = 0;
  std::vector<bot_identity> guests;             ///< bots in containers, to be expected from now on
  std::vector<std::string> departed_guests;     ///< those that will not come back, by bot id
  std::vector<halt_state> halt;                 ///< at most one: the floor's new halt
  std::vector<owed_value> owed;                 ///< appended to the outbox in this order
  std::vector<order_record> orders;             ///< each replaces the one of its bot and number
  std::vector<order_event> order_events;        ///< new ones; their `seq` has never been used
  std::vector<bot_holding> holdings;            ///< each replaces the one of its bot and ticker
  std::vector<ticker_account> tickers;          ///< each replaces the one of its ticker
  std::vector<performance_record> performance;  ///< each replaces the one of its bot and day
  std::vector<risk_limits> account_limits;      ///< at most one: the account's new limits
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, journal_write& x) {
  return f(caf::meta::type_name("journal_write"), x.adopted, x.states, x.lines, x.bots,
           x.stopped_bots, x.stopped_at_ms, x.guests, x.departed_guests, x.halt, x.owed, x.orders,
           x.order_events, x.holdings, x.tickers, x.performance, x.account_limits);
}
OUTCRY_INSPECTED(journal_write);

/// Answer to a journal_write: it is on disk.
struct journal_receipt {
  std::int64_t last_owed = 0;  ///< seq of the newest outbox row, 0 = the outbox was never used
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, journal_receipt& x) {
  return f(caf::meta::type_name("journal_receipt"), x.last_owed);
}
OUTCRY_INSPECTED(journal_receipt);

/// Asks for what the floor must know at start.
struct load_floor {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, load_floor&) {
  return f(caf::meta::type_name("load_floor"));
}

/// The floor as the journal remembers it.
struct floor_image {
  std::string floor_id;  ///< made with the journal; never changes
  halt_state halt;
  std::vector<ledger> open;          ///< messages that are not final yet, oldest first
  std::vector<bot_identity> guests;  ///< bots in containers that were ever here and have not left
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, floor_image& x) {
  return f(caf::meta::type_name("floor_image"), x.floor_id, x.halt, x.open, x.guests);
}
OUTCRY_INSPECTED(floor_image);

/// Asks for what survives of one bot.
struct load_bot {
  std::string bot_id;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, load_bot& x) {
  return f(caf::meta::type_name("load_bot"), x.bot_id);
}
OUTCRY_INSPECTED(load_bot);

/// A bot as the journal remembers it, with the halt a new bot inherits.
struct bot_image {
  bool known = false;
  bot_record record;  ///< of a known bot; else only bot_id is set
  halt_state halt;
  std::vector<order_record> orders;  ///< of this bot: open ones and the latest 32, by number
  std::vector<order_event> events;   ///< of this bot after `record.last_event`, by seq
  std::vector<bot_holding> holdings;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, bot_image& x) {
  return f(caf::meta::type_name("bot_image"), x.known, x.record, x.halt, x.orders, x.events,
           x.holdings);
}
OUTCRY_INSPECTED(bot_image);

/// Asks for one bot's line of one message: what it answered before a restart.
struct find_line {
  std::string message_id;
  std::string bot_id;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, find_line& x) {
  return f(caf::meta::type_name("find_line"), x.message_id, x.bot_id);
}
OUTCRY_INSPECTED(find_line);

/// Asks for events of one bot's orders.
struct read_order_events {
  std::string bot_id;
  std::int64_t after_seq = 0;
  std::uint32_t limit = 1000;  ///< 1 to 10,000
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, read_order_events& x) {
  return f(caf::meta::type_name("read_order_events"), x.bot_id, x.after_seq, x.limit);
}
OUTCRY_INSPECTED(read_order_events);

struct order_event_list {
  std::vector<order_event> events;  ///< by seq
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order_event_list& x) {
  return f(caf::meta::type_name("order_event_list"), x.events);
}
OUTCRY_INSPECTED(order_event_list);

/// Asks for orders. What is empty or 0 does not narrow the choice.
struct find_orders {
  std::string bot_id;
  std::uint64_t number = 0;
  std::string client_order_id;
  std::string ticker;
  bool only_open = false;
  std::int64_t before_asked_ns = 0;  ///< asked for before this
  std::uint32_t limit = 50;          ///< 1 to 1000
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, find_orders& x) {
  return f(caf::meta::type_name("find_orders"), x.bot_id, x.number, x.client_order_id, x.ticker,
           x.only_open, x.before_asked_ns, x.limit);
}
OUTCRY_INSPECTED(find_orders);

struct order_list {
  std::vector<order_record> orders;  ///< newest first
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order_list& x) {
  return f(caf::meta::type_name("order_list"), x.orders);
}
OUTCRY_INSPECTED(order_list);

/// Asks for what the order desk must know at start.
struct load_trading {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, load_trading&) {
  return f(caf::meta::type_name("load_trading"));
}

/// What one bot's record says to the order desk.
struct trading_bot {
  std::string bot_id;
  desired_state desired = desired_state::running;
  std::uint64_t last_number = 0;  ///< highest in the journal's orders
  Quantity claimed;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, trading_bot& x) {
  return f(caf::meta::type_name("trading_bot"), x.bot_id, x.desired, x.last_number, x.claimed);
}
OUTCRY_INSPECTED(trading_bot);

struct trading_image {
  std::string floor_id;
  halt_state halt;
  std::vector<trading_bot> bots;          ///< all with a record or an order
  std::vector<order_record> open_orders;  ///< not closed; by the time they were asked for
  std::vector<order_event> open_events;   ///< all events of those, by seq
  std::vector<order_record> parents;      ///< closed ones whose exits are open
  std::int64_t last_event = 0;            ///< the highest seq ever used
  std::vector<bot_holding> holdings;
  std::vector<ticker_account> tickers;
  bool has_account_limits = false;
  risk_limits account_limits;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, trading_image& x) {
  return f(caf::meta::type_name("trading_image"), x.floor_id, x.halt, x.bots, x.open_orders,
           x.open_events, x.parents, x.last_event, x.holdings, x.tickers, x.has_account_limits,
           x.account_limits);
}
OUTCRY_INSPECTED(trading_image);

/// Asks for stored messages.
struct find_ledgers {
  std::string id;                         ///< this one only; empty = the newest
  std::uint32_t limit = 20;               ///< 1 to 1000
  std::int64_t before_adopted_at_ms = 0;  ///< older than this; 0 = from the newest
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, find_ledgers& x) {
  return f(caf::meta::type_name("find_ledgers"), x.id, x.limit, x.before_adopted_at_ms);
}
OUTCRY_INSPECTED(find_ledgers);

struct ledger_list {
  std::vector<ledger> ledgers;  ///< newest first; empty when there is none
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, ledger_list& x) {
  return f(caf::meta::type_name("ledger_list"), x.ledgers);
}
OUTCRY_INSPECTED(ledger_list);

/// Asks for what is owed to Firebase, oldest first.
struct read_outbox {
  std::int64_t after_seq = 0;
  std::uint32_t limit = 500;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, read_outbox& x) {
  return f(caf::meta::type_name("read_outbox"), x.after_seq, x.limit);
}
OUTCRY_INSPECTED(read_outbox);

struct outbox_page {
  std::vector<outbox_row> rows;
  std::int64_t backlog = 0;  ///< rows in the outbox, these included
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, outbox_page& x) {
  return f(caf::meta::type_name("outbox_page"), x.rows, x.backlog);
}
OUTCRY_INSPECTED(outbox_page);

/// Firebase holds everything up to this seq: forget it. Rows named in `refused` are kept aside,
/// with the reason, because Firebase will never take them.
struct outbox_delivered {
  std::int64_t up_to_seq = 0;
  std::vector<std::int64_t> refused;
  std::string refusal;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, outbox_delivered& x) {
  return f(caf::meta::type_name("outbox_delivered"), x.up_to_seq, x.refused, x.refusal);
}
OUTCRY_INSPECTED(outbox_delivered);

}  // namespace outcry
