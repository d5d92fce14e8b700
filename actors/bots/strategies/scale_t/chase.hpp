#pragma once

#include <optional>

#include "actors/bots/strategies/scale_t/ladder.hpp"

namespace outcry::ladders {

/// Row 0's selling price must be at least this much above its buying price for a chase: 0.4 %.
constexpr auto smallest_chase_spread = Ratio::from_units(1'004'000'000'000);

/// An inserted row sells at the old row 0's selling price times this.
constexpr auto inserted_row_factor = Ratio::from_units(1'005'000'000'000);

/// The price in whole cents from which the ladder follows upward: above row 0's buying price by
/// more than a cent. Nothing while row 0 holds shares or is too narrow.
std::optional<Price> chase_threshold(const ladder& x);

/// Follows the price up by one cent. "Locked" (row 0 buys where row 1 sells): a new row 0 that buys
/// a cent higher is put on top; otherwise row 0 buys a cent higher. Then the planned money is
/// spread evenly over all rows again. Returns false and changes nothing when the ladder must not
/// follow: `chase_threshold` is nothing, a row holds more than its new target, row 0 would buy at
/// its selling price, or there are max_rows rows.
bool chase(ladder& x);

}  // namespace outcry::ladders
