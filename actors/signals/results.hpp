#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "messages/signals.hpp"

namespace outcry::signals {

/// What the calls of `source` have brought: `calls` is how many were read, `trades` those made of
/// them in any order. Only trades in state closed count, in the order of their closing (of two at
/// the same time, of their source_id).
///
/// One R is what the trade would have lost between its average entry and its first stop:
/// |entry_price - first_stop| * entered. Its result in R is profit / one R, rounded half to even at
/// the 12th place; trades without a first stop, without a distance to it, or whose figures leave
/// the range of a decimal have none. Sums that leave that range stay at its end.
source_result result_of(const std::string& source, std::uint32_t calls,
                        std::span<const trade_record> trades);

}  // namespace outcry::signals
