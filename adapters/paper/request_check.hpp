#pragma once

#include <optional>

#include "adapters/paper/options.hpp"
#include "adapters/paper/refusal.hpp"
#include "messages/trading.hpp"

namespace outcry::paper {

/// Prices, quantities and amounts from here on are refused: beyond them sums could overflow.
constexpr std::int64_t too_large = 1'000'000'000'000;

/// What is wrong with a request in itself, whatever the account holds; nothing if it is fine:
/// - client_order_id of 1 to 128 characters; ticker of 1 to 32, without blanks;
/// - exactly one of qty and notional, above 0; qty with at most 9 decimal places, notional from
///   1.00 on with at most 2;
/// - a limit price with limit and stop_limit orders, a stop price with stop and stop_limit orders,
///   neither with any other; above 0; in whole cents from 1.00 on, else in hundredths of a cent
///   (`penny_prices`);
/// - fractional quantities only in market orders for the day (`fractional_always`), an amount of
///   money only there;
/// - ioc and fok only with market and limit orders;
/// - extended hours only for limit orders, day or gtc.
std::optional<refusal> check_request(const order_request& request, const exchange_options& options);

/// What keeps an order of these terms from being an exit of one of those of `parent`; nothing if it
/// can be: the same asset, the opposite side, in shares, for the day or until it is cancelled.
std::optional<refusal> check_exit(const order_terms& exit, const order_terms& parent);

}  // namespace outcry::paper
