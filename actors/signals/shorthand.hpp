#pragma once

#include "actors/signals/levels.hpp"

namespace outcry::signals {

/// Completes prices of which only the last digits are written: "134.30/35" (134.35), "2650-47"
/// (2647), "0.00002150 - 2180" (0.00002180). The price before in the same list gives the rest.
void expand_shorthand(level_set& levels, const message_view& view);

/// `tail` completed from `full`: the last digits of `full` replaced. Nothing if it cannot be.
std::optional<Price> complete(const token& full, Price value, const token& tail);

}  // namespace outcry::signals
