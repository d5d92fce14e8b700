#include "actors/signals/results.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <vector>

namespace outcry::signals {

namespace {

constexpr auto highest = static_cast<int128>(~unsigned_int128{0} >> 1);
constexpr auto lowest = -highest;

/// The end of the range a sum fell out of: that on the side of what was added.
template <class Decimal>
Decimal clamped_sum(Decimal a, Decimal b) {
  try {
    return a + b;
  } catch (const std::overflow_error&) {
    return Decimal::from_units(b.is_positive() ? highest : lowest);
  }
}

Money clamped_difference(Money a, Money b) {
  try {
    return a - b;
  } catch (const std::overflow_error&) {
    return Money::from_units(b.is_positive() ? lowest : highest);
  }
}

std::optional<Ratio> in_first_risks(const trade_record& x) {
  if (!x.first_stop.is_positive() || !x.entered.is_positive()) return std::nullopt;
  try {
    const auto distance =
        x.entry_price > x.first_stop ? x.entry_price - x.first_stop : x.first_stop - x.entry_price;
    const auto risk = multiply(distance, x.entered);
    if (!risk.is_positive()) return std::nullopt;
    return portion(Ratio::from_integer(1), x.profit, risk);
  } catch (const std::overflow_error&) {
    return std::nullopt;
  }
}

std::vector<const trade_record*> by_closing(std::span<const trade_record> trades) {
  std::vector<const trade_record*> closed;
  for (const auto& x : trades)
    if (x.state == signal_state::closed) closed.push_back(&x);
  std::sort(closed.begin(), closed.end(), [](const auto* a, const auto* b) {
    return std::tie(a->closed_ns, a->source_id) < std::tie(b->closed_ns, b->source_id);
  });
  return closed;
}

}  // namespace

source_result result_of(const std::string& source, std::uint32_t calls,
                        std::span<const trade_record> trades) {
  source_result result;
  result.source = source;
  result.signals = calls;
  Money peak;
  Ratio risks;
  for (const auto* trade : by_closing(trades)) {
    ++result.trades;
    if (trade->profit > Money{}) ++result.wins;
    if (trade->profit < Money{}) ++result.losses;
    result.profit = clamped_sum(result.profit, trade->profit);
    peak = std::max(peak, result.profit);
    result.drawdown = std::max(result.drawdown, clamped_difference(peak, result.profit));
    if (const auto r = in_first_risks(*trade)) {
      ++result.r_trades;
      risks = clamped_sum(risks, *r);
    }
  }
  if (result.r_trades > 0)
    result.average_r = portion(risks, Ratio::from_integer(1), Ratio::from_integer(result.r_trades));
  return result;
}

}  // namespace outcry::signals
