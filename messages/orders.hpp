#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/inspected.hpp"
#include "messages/trading.hpp"

namespace outcry {

/// Whose wish an order is.
enum class order_purpose : std::uint8_t {
  strategy,  ///< the bot's own decision
  enter,     ///< the operator's verb `enter`
  exit,      ///< the operator's verb `exit`: passes a closed gate
};

std::string_view to_string(order_purpose x);

/// An order of one bot from its intent to its end, as the journal keeps it. Bot and number name it
/// for ever; `order.request.client_order_id` is how the broker knows it.
struct order_record {
  std::string bot_id;
  std::uint64_t number = 0;  ///< the bot's own count of its intents: 1, 2, ...
  order_purpose purpose = order_purpose::strategy;
  order_status status = order_status::intended;  ///< the floor's view; `order.status` the broker's
  broker_order order;           ///< `request` from the start, the rest as the broker said last
  std::string code;             ///< an `ec` name, or the broker's code, when it was refused
  std::string reason;           ///< for people
  timestamp_ns asked_ns = 0;    ///< when the order desk took it
  timestamp_ns sent_ns = 0;     ///< when it went to the broker; 0 = not known to have been sent
  timestamp_ns updated_ns = 0;  ///< when this record changed last

  /// Number of the bot's order whose fills it closes; 0 = none. See `order_request::parent`.
  std::uint64_t parent = 0;
  Quantity exited = {};  ///< of what it has filled, what its own exits have closed again

  bool operator==(const order_record&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order_record& x) {
  return f(caf::meta::type_name("order_record"), x.bot_id, x.number, x.purpose, x.status, x.order,
           x.code, x.reason, x.asked_ns, x.sent_ns, x.updated_ns, x.parent, x.exited);
}
OUTCRY_INSPECTED(order_record);

/// One event of one order of one bot. `seq` rises over all orders of the floor; a bot that has
/// handled `seq` never hears an event with that one or a lower one again.
struct order_event {
  std::int64_t seq = 0;
  std::string bot_id;
  std::uint64_t number = 0;
  std::string event;         ///< the broker's word, or "refused", "withdrawn", "never_sent"
  std::string execution_id;  ///< unique within the order
  order_purpose purpose = order_purpose::strategy;
  order_terms terms;
  order_status status = order_status::intended;  ///< after the event
  Quantity filled_qty;                           ///< after the event
  Price filled_avg_price;                        ///< 0 = nothing filled yet
  Price price;                                   ///< of this fill
  Quantity qty;                                  ///< of this fill; 0 = no fill
  std::string code;
  std::string reason;
  timestamp_ns at_ns = 0;
  std::uint64_t parent = 0;  ///< number of the order whose fills it closes; 0 = none

  bool operator==(const order_event&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order_event& x) {
  return f(caf::meta::type_name("order_event"), x.seq, x.bot_id, x.number, x.event, x.execution_id,
           x.purpose, x.terms, x.status, x.filled_qty, x.filled_avg_price, x.price, x.qty, x.code,
           x.reason, x.at_ns, x.parent);
}
OUTCRY_INSPECTED(order_event);

/// What one bot's fills have made of one ticker. Its own position is `qty` and what it has claimed
/// of the shares held outside (`bot_record::claimed`).
struct bot_holding {
  std::string bot_id;
  std::string ticker;
  Quantity qty;     ///< bought less sold
  Money spent;      ///< paid less received, without fees
  Price mark;       ///< the last price known; 0 = none
  std::string day;  ///< the trading day of `day_start`: "2013-10-08"
  Money day_start;  ///< `qty` at its price less `spent` when that day began

  bool operator==(const bot_holding&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, bot_holding& x) {
  return f(caf::meta::type_name("bot_holding"), x.bot_id, x.ticker, x.qty, x.spent, x.mark, x.day,
           x.day_start);
}
OUTCRY_INSPECTED(bot_holding);

/// What the account holds of one ticker beside the fills of the floor's bots: the broker's position
/// is the sum of all `bot_holding::qty` and this.
struct ticker_account {
  std::string ticker;
  Quantity outside;    ///< of it, bots may have claimed some
  std::string halted;  ///< why no order may increase exposure; empty = none is kept from it

  bool operator==(const ticker_account&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, ticker_account& x) {
  return f(caf::meta::type_name("ticker_account"), x.ticker, x.outside, x.halted);
}
OUTCRY_INSPECTED(ticker_account);

/// Limits on orders that increase exposure. 0 = no limit.
struct risk_limits {
  Money max_position;        ///< of one ticker at its last price, open orders included
  Money max_order_notional;  ///< of one order
  std::uint32_t max_orders_per_minute = 0;
  Money daily_loss_limit;  ///< of a trading day, mark to market
  Ratio price_collar;      ///< how far a limit may be beyond the last trade: 0.05 = 5 %

  bool operator==(const risk_limits&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, risk_limits& x) {
  return f(caf::meta::type_name("risk_limits"), x.max_position, x.max_order_notional,
           x.max_orders_per_minute, x.daily_loss_limit, x.price_collar);
}
OUTCRY_INSPECTED(risk_limits);

}  // namespace outcry
