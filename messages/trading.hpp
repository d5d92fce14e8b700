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

enum class order_side : std::uint8_t { buy, sell };

std::string_view to_string(order_side x);

enum class order_type : std::uint8_t { market, limit, stop, stop_limit };

std::string_view to_string(order_type x);

/// How long an order may rest.
enum class time_in_force : std::uint8_t {
  day,  ///< until the session's end
  gtc,  ///< until it is cancelled
  ioc,  ///< what fills at once; the rest is cancelled
  fok,  ///< all at once or nothing
};

std::string_view to_string(time_in_force x);

/// Where an order stands. From pending_new on the words are those existing bots know from Alpaca's
/// API; the first three are the floor's own.
enum class order_status : std::uint8_t {
  intended,    ///< journalled; nothing has been sent yet
  unknown,     ///< sent, and nobody can say whether the broker has it
  never_sent,  ///< certainly not with the broker
  pending_new,
  accepted,
  working,  ///< "new": at the market
  partially_filled,
  filled,
  done_for_day,
  canceled,
  expired,
  replaced,
  pending_cancel,
  pending_replace,
  rejected,
  stopped,
  suspended,
  calculated,
  held,
};

/// "partially_filled", ...; "new" for `working`.
std::string_view to_string(order_status x);

/// True when no more fills can come of it.
constexpr bool is_closed(order_status x) {
  switch (x) {
    case order_status::never_sent:
    case order_status::filled:
    case order_status::canceled:
    case order_status::expired:
    case order_status::replaced:
    case order_status::rejected:
      return true;
    default:
      return false;
  }
}

/// What is to be bought or sold, and how. Zero means "not given".
struct order_terms {
  std::string ticker;
  order_side side = order_side::buy;
  order_type type = order_type::market;
  time_in_force lasts = time_in_force::day;
  Quantity qty;       ///< shares; exactly one of qty and notional is above 0
  Money notional;     ///< an amount of money; market orders for the day only
  Price limit_price;  ///< of limit and stop_limit orders
  Price stop_price;   ///< of stop and stop_limit orders
  bool extended_hours = false;

  bool operator==(const order_terms&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order_terms& x) {
  return f(caf::meta::type_name("order_terms"), x.ticker, x.side, x.type, x.lasts, x.qty,
           x.notional, x.limit_price, x.stop_price, x.extended_hours);
}
OUTCRY_INSPECTED(order_terms);

/// How many exits an order may bring along.
constexpr std::size_t most_exits = 8;

/// An exit that goes to the broker with the order whose fills it closes.
struct exit_request {
  std::string client_order_id;  ///< as that of any order
  order_terms terms;

  bool operator==(const exit_request&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, exit_request& x) {
  return f(caf::meta::type_name("exit_request"), x.client_order_id, x.terms);
}
OUTCRY_INSPECTED(exit_request);

/// An order as it goes to a broker.
///
/// One with a parent is an *exit*: it closes what its parent, an order on the opposite side of the
/// same ticker that is no exit itself, has filled. All exits of one parent share a pool: what the
/// parent has filled less what they have. None ever trades more than is in the pool. While it is
/// empty they are `held`; when it is empty and the parent is closed they are cancelled.
struct order_request {
  std::string client_order_id;  ///< unique for ever in the account; 1 to 128 characters
  order_terms terms;
  std::string parent = {};               ///< client_order_id of the order it closes; empty = none
  std::vector<exit_request> exits = {};  ///< taken with it, or nothing is; at most `most_exits`

  bool operator==(const order_request&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order_request& x) {
  return f(caf::meta::type_name("order_request"), x.client_order_id, x.terms, x.parent, x.exits);
}
OUTCRY_INSPECTED(order_request);

/// Whether an exit may have these terms: in shares, resting for the day or until it is cancelled.
constexpr bool are_exit_terms(const order_terms& x) {
  return x.qty.is_positive() && x.notional.is_zero() &&
         (x.lasts == time_in_force::day || x.lasts == time_in_force::gtc);
}

/// An order as the broker knows it.
struct broker_order {
  std::string id;         ///< the broker's
  order_request request;  ///< without `exits`: they are orders of their own
  order_status status = order_status::pending_new;
  Quantity filled_qty;
  Price filled_avg_price;  ///< 0 = nothing filled yet
  std::string replaced_by;
  std::string replaces;
  std::string reason;  ///< why it was rejected or cancelled, for people
  timestamp_ns created_ns = 0;
  timestamp_ns updated_ns = 0;
  timestamp_ns submitted_ns = 0;
  timestamp_ns filled_ns = 0;
  timestamp_ns expired_ns = 0;
  timestamp_ns canceled_ns = 0;
  timestamp_ns failed_ns = 0;
  timestamp_ns replaced_ns = 0;

  bool operator==(const broker_order&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, broker_order& x) {
  return f(caf::meta::type_name("broker_order"), x.id, x.request, x.status, x.filled_qty,
           x.filled_avg_price, x.replaced_by, x.replaces, x.reason, x.created_ns, x.updated_ns,
           x.submitted_ns, x.filled_ns, x.expired_ns, x.canceled_ns, x.failed_ns, x.replaced_ns);
}
OUTCRY_INSPECTED(broker_order);

/// One thing that happened to one order at the broker.
struct broker_update {
  std::string event;         ///< "new", "fill", "partial_fill", "canceled", "rejected", ...
  std::string execution_id;  ///< unique for each event; the same when it is told twice
  broker_order order;        ///< as it stands after the event
  Price price;               ///< of this fill
  Quantity qty;              ///< of this fill
  Quantity position_qty;     ///< of the account in this ticker after it; only with a fill
  timestamp_ns at_ns = 0;

  bool operator==(const broker_update&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, broker_update& x) {
  return f(caf::meta::type_name("broker_update"), x.event, x.execution_id, x.order, x.price, x.qty,
           x.position_qty, x.at_ns);
}
OUTCRY_INSPECTED(broker_update);

/// What the account holds of one ticker, whoever bought it.
struct broker_position {
  std::string ticker;
  Quantity qty;  ///< below 0: short
  Price average_price;

  bool operator==(const broker_position&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, broker_position& x) {
  return f(caf::meta::type_name("broker_position"), x.ticker, x.qty, x.average_price);
}
OUTCRY_INSPECTED(broker_position);

/// The account as a whole.
struct broker_account {
  Money cash;
  Money buying_power;
  Money equity;          ///< cash and what the positions are worth at their last prices
  bool blocked = false;  ///< the broker takes no orders that increase exposure
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, broker_account& x) {
  return f(caf::meta::type_name("broker_account"), x.cash, x.buying_power, x.equity, x.blocked);
}
OUTCRY_INSPECTED(broker_account);

/// Where the market's day stands.
enum class session_phase : std::uint8_t { closed, pre_market, regular, after_hours };

std::string_view to_string(session_phase x);

struct market_session {
  session_phase phase = session_phase::closed;
  std::string trading_day;          ///< "2013-10-08", New York; of the next session when closed
  timestamp_ns next_change_ns = 0;  ///< when `phase` changes
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, market_session& x) {
  return f(caf::meta::type_name("market_session"), x.phase, x.trading_day, x.next_change_ns);
}
OUTCRY_INSPECTED(market_session);

}  // namespace outcry
