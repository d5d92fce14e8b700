#include "actors/bots/strategies/scale_t/build.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace outcry::ladders {

namespace {

constexpr auto one = Ratio::from_integer(1);
constexpr auto lowest_step = Ratio::from_units(detail::decimal_one / 10'000);
constexpr auto highest_step = Ratio::from_units(detail::decimal_one / 2);
constexpr auto highest_start = Price::from_integer(10'000'000);
constexpr auto highest_cash = Money::from_integer(1'000'000'000'000);

invalid_field refusal(const char* field, std::string expected, std::string found) {
  return {field, std::move(expected), std::move(found)};
}

}  // namespace

std::optional<invalid_field> check_ranges(const ladder_plan& plan) {
  if (plan.start < one_cent || plan.start > highest_start)
    return refusal("start", "a price from 0.01 to 10000000", to_string(plan.start));
  if (plan.step < lowest_step || plan.step > highest_step)
    return refusal("step", "a fraction from 0.0001 (0.01 %) to 0.5", to_string(plan.step));
  if (plan.rows < 1 || plan.rows > max_rows)
    return refusal("rows", fmt::format("a whole number from 1 to {}", max_rows),
                   std::to_string(plan.rows));
  if (!plan.cash.is_positive() || plan.cash > highest_cash)
    return refusal("cash", "an amount above 0, at most 1000000000000", to_string(plan.cash));
  return std::nullopt;
}

tl::expected<ladder, invalid_field> build_ladder(const ladder_plan& plan) {
  if (auto error = check_ranges(plan)) return tl::unexpected{*std::move(error)};
  ladder result;
  result.rows.resize(plan.rows);
  auto sell = to_cents(scaled(plan.start, one + plan.step));
  for (auto& row : result.rows) {
    row.sell_price = sell;
    row.buy_price = std::min(to_cents(scaled(sell, one - plan.step)), sell - one_cent);
    if (!row.buy_price.is_positive())
      return tl::unexpected{
          refusal("rows",
                  fmt::format("at most {} rows of this step from this start (the next one would "
                              "buy at 0)",
                              &row - result.rows.data()),
                  std::to_string(plan.rows))};
    sell = row.buy_price;
  }
  result.deposited = plan.cash;
  result.cash = plan.cash;
  result.spare = spread(result.rows, plan.cash);
  const auto poor = std::ranges::find_if_not(result.rows, has_room);
  if (poor != result.rows.end())
    return tl::unexpected{
        refusal("cash",
                fmt::format("enough for shares in each of {} rows (row {} would buy at {})",
                            plan.rows, poor - result.rows.begin(), to_string(poor->buy_price)),
                to_string(plan.cash))};
  return result;
}

}  // namespace outcry::ladders
