#pragma once

#include <cstdint>
#include <optional>

#include <tl/expected.hpp>

#include "actors/bots/strategies/scale_t/ladder.hpp"
#include "messages/invalid_field.hpp"

namespace outcry::ladders {

constexpr auto default_step = Ratio::from_units(5'000'000'000);
constexpr std::uint32_t default_rows = 200;

/// What a new ladder is made of.
struct ladder_plan {
  Money cash;                         ///< spread evenly over the rows
  Price start;                        ///< row 0 sells one step above it
  Ratio step = default_step;          ///< from a row's selling to its buying price: 0.005 = 0.5 %
  std::uint32_t rows = default_rows;  ///< 1 to max_rows

  bool operator==(const ladder_plan&) const = default;
};

/// A ladder without a start is built at the first price times this.
constexpr auto default_start_factor = Ratio::from_units(1'070'000'000'000);

/// A ladder for risk 1 (careful) to 5 has this many rows for each step of risk: more rows, less
/// money in each, reaching further down.
constexpr std::uint32_t rows_per_risk = 100;

/// Refuses a value of the plan that is out of its range (field "cash", "start", "step" or "rows").
std::optional<invalid_field> check_ranges(const ladder_plan& plan);

/// Builds it: sell[0] = start * (1 + step), buy[i] = sell[i] * (1 - step), sell[i + 1] = buy[i],
/// each to the nearest cent, half a cent down; a row that would buy at its selling price buys one
/// cent below it. Refuses (field "cash", "start", "step" or "rows") what makes no ladder: a value
/// out of its range, rows that would reach a price of 0, cash that leaves a row without shares.
tl::expected<ladder, invalid_field> build_ladder(const ladder_plan& plan);

}  // namespace outcry::ladders
