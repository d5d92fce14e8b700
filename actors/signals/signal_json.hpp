#pragma once

#include <cstddef>
#include <string_view>

#include <tl/expected.hpp>

#include "actors/signals/signal.hpp"
#include "actors/signals/update.hpp"
#include "messages/invalid_field.hpp"

namespace outcry::signals {

// The way back from `to_json` of reading_json.hpp: what it writes of a whole signal or update is
// read as what it was, with times to the microsecond. Others may write it, too, so reading is
// strict: a field that is unknown, stands twice, is null or of another type is refused, and the
// error names it ("targets[2]"). Numbers may stand as decimal texts or as JSON numbers; neither
// passes through a double. Any thread.
//
// Prices, quantities, leverage and factors are above 0, percentages are 0 to 100 (an update's
// above 0). Whether a call makes sense - its stop on the right side, its age - is not looked at.

constexpr std::size_t most_entries = 16;
constexpr std::size_t most_targets = 32;
constexpr std::size_t most_steps = 16;
constexpr std::size_t longest_signal_text = 128;                     ///< bytes of any text in it
constexpr std::size_t longest_signal_json = std::size_t{16} << 10U;  ///< bytes

/// Needs "action", "side" and "ticker", and "entries" unless "order" is "market".
tl::expected<signal, invalid_field> parse_signal(std::string_view json);

/// Needs "steps" with at least one.
tl::expected<update, invalid_field> parse_update(std::string_view json);

}  // namespace outcry::signals
