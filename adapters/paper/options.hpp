#pragma once

#include <cstdint>

#include "messages/decimal.hpp"

namespace outcry::paper {

/// Hundredths of a percent: 10,000 is the whole.
using basis_points = std::uint32_t;

constexpr basis_points whole_in_bps = 10'000;

/// `bps` as a pure number.
constexpr Ratio ratio_of(basis_points bps) {
  return Ratio::from_units(int128{bps} * (detail::decimal_one / whole_in_bps));
}

/// What trading costs. Each part is charged with the fill it belongs to and rounded down at the
/// 12th place; a sale's fees are never more than what the sale brings.
struct fee_schedule {
  Money per_order = {};  ///< with an order's first fill
  Price per_share = {};  ///< for each share of a fill
  basis_points bps = 0;  ///< of a fill's price times quantity
};

/// How the paper broker behaves. `cash` and `seed` count only when its store is new.
struct exchange_options {
  Money cash = Money::from_integer(100'000);

  /// Order ids and execution ids follow from it. Tests and backtests take a fixed one; an account
  /// that may be made anew takes a random one, because equal ids would look like repetitions.
  std::uint64_t seed = 1;

  /// Sales beyond what is held open a short position; else they are refused.
  bool shorting = false;

  /// How much of each print our orders may take together; above 0, at most 10,000.
  basis_points participation = whole_in_bps;

  /// What a market order, or a stop order once elected, pays above the print, or gets below it;
  /// below 10,000. Rounded against the order to 4 places.
  basis_points slippage = 0;

  /// What a market buy reserves above the last price, a stop buy above its stop price.
  basis_points market_reserve = 300;

  /// US shares: prices of 1.00 and more in whole cents, below in hundredths of a cent.
  bool penny_prices = true;

  /// Fractional quantities in every kind of order (crypto), not only in market orders for the day.
  bool fractional_always = false;

  fee_schedule fees = {};
};

}  // namespace outcry::paper
