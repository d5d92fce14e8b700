#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "actors/bots/strategies/scale_t/ladder.hpp"
#include "messages/timestamp.hpp"
#include "messages/trading.hpp"

namespace outcry::ladders {

/// A pending order is cancelled when the price has left it by this: 0.25 %.
constexpr auto buy_left_behind = Ratio::from_units(1'002'500'000'000);
constexpr auto sell_left_behind = Ratio::from_units(997'500'000'000);

/// Fewer shares than this are not bought.
constexpr auto smallest_buy = Quantity::from_units(10'000'000'000);

/// A market order is bought only if the cash covers its limit times this: it may slip.
constexpr auto market_reserve = Ratio::from_units(1'010'000'000'000);

/// The order a ladder has at the broker, or asked for.
struct ladder_order {
  std::uint64_t number = 0;
  order_side side = order_side::buy;
  bool market = false;
  std::size_t row = 0;  ///< a buy's lowest row, a sell's highest
  Quantity qty;
  Price limit;         ///< of a market order: what the price had to beat
  Price reference;     ///< what the price is compared with: the limit; of a market order the row's
  Quantity booked;     ///< of `qty`, filled and accounted for; more if the broker filled more
  Money booked_money;  ///< paid or received for `booked`
  bool cancelling = false;           ///< a cancel was asked for, its answer is outstanding
  timestamp_ns cancel_asked_ns = 0;  ///< when it was asked for last

  bool operator==(const ladder_order&) const = default;
};

enum class action : std::uint8_t { nothing, cancel, submit, chase };

struct decision {
  action what = action::nothing;
  ladder_order order;  ///< of submit; without its number
};

/// What to do at a price, in this order: cancel a pending order the price has left; sell all that
/// rows at or below the price hold; buy what rows at or above it lack; chase. One order at a time:
/// with one pending, the same side does nothing and the other side cancels it. Not called while a
/// cancel is in flight. `price` is as it came; decisions look at its cents.
decision decide(const ladder& x, const std::optional<ladder_order>& pending, Price price,
                session_phase phase, bool may_chase);

/// Prices strictly between `low` and `high`: whatever comes, `decide` says nothing.
struct quiet_range {
  Price low;
  Price high;
};

/// The range in which nothing can happen until the ladder or its order changes; for raw prices, not
/// yet rounded to cents.
quiet_range find_quiet_range(const ladder& x, const std::optional<ladder_order>& pending,
                             bool may_chase);

}  // namespace outcry::ladders
