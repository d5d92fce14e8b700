#pragma once

#include "actors/signals/levels.hpp"

namespace outcry::signals {

/// Completes prices of which only the last digits are written: "170.40/45" (170.45), "2412-08"
/// (2408), "0.00003120 - 3080" (0.0000308). The price before in the same list gives the rest.
void expand_shorthand(level_set& levels, const message_view& view);

/// `tail` completed from `full`: the last digits of `full` replaced. Nothing if it cannot be.
std::optional<Price> complete(const token& full, Price value, const token& tail);

}  // namespace outcry::signals
