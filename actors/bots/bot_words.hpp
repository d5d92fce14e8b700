#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "actors/bots/order_pad.hpp"
#include "actors/bots/strategies/trader.hpp"
#include "messages/interfaces/trading.hpp"
#include "messages/invalid_field.hpp"
#include "messages/orders.hpp"

/// What a ticker bot reads in its messages and says of its orders. Pure.
namespace outcry {

/// One of a bot's orders as far as the bot itself must know it.
struct order_view {
  own_order order;
  order_purpose purpose = order_purpose::strategy;
  std::string code;    ///< of a refusal
  std::string reason;  ///< for people
};

/// The order desk's word as the strategy hears it.
own_order_event told_to_strategy(const order_event& event);

/// An order that was never given to anybody.
own_order_event refused_event(const order_view& order, timestamp_ns at_ns);

/// An order that nobody has heard of yet.
order_view view_of(const order_ask& ask, order_purpose purpose);
/// The exits it brings along.
std::vector<order_view> exits_of(const order_ask& ask, order_purpose purpose);
order_view view_of(const order_event& event);
order_view view_of(const order_record& record);

/// Above 0: shares that came; below: that went.
Quantity signed_fill(const order_event& event);

/// What the verb `exit` is asked for.
struct exit_wish {
  Price limit_price;          ///< 0 = at the market
  bool starts_again = false;  ///< config.then is "start"
};

/// Reads {"limit_price","then"}; anything else is refused, but for "expires_s".
tl::expected<exit_wish, invalid_field> read_exit(std::string_view config);

/// Reads {"side","qty" or "notional","limit_price"} as an order of that ticker for the day; with a
/// limit price it also works in extended hours. Anything else is refused, but for "expires_s".
tl::expected<order_terms, invalid_field> read_enter(std::string_view config,
                                                    const std::string& ticker);

/// True for config.`name` = true.
bool says_yes(std::string_view config, std::string_view name);

/// True for config.protective = "cancel".
bool takes_protective(std::string_view config);

/// What the verb `set` changes: JSON objects.
struct set_wish {
  std::string parameters = "{}";  ///< of the strategy
  std::string limits;             ///< of the bot; empty = none given
  bool limits_apart = true;       ///< they stand in config.limits, not among the parameters
};

/// Takes a config apart; numbers keep every digit. Limits stand in "limits" or, where there is no
/// such member, beside the parameters. A text that is no object goes to the strategy
/// as it is, which refuses it.
set_wish read_set(const std::string& config);

/// The limits that a `set` leaves in force, `now` being those before it. All of them, or what is
/// wrong with one, named as it stands in the config.
tl::expected<risk_limits, invalid_field> read_limits(const set_wish& wish, const risk_limits& now);

/// The number that a pending line's result has under `name`; 0 = none.
std::uint64_t noted_number(std::string_view result, std::string_view name);

/// "sell 10 AAPL at 107.5", "buy 3 AAPL at the market", "sell 5 AAPL stop 90".
std::string in_words(const order_terms& terms);

/// "nothing remains", "1 order remains: ...; position 12".
std::string remaining_words(const gate_report& report, Quantity position);

/// {"remaining":[orders],"position":"12"}.
std::string remaining_json(const gate_report& report, Quantity position);

}  // namespace outcry
