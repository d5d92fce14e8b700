#include "actors/bots/strategies/scale_t/outside.hpp"

#include <algorithm>

namespace outcry::ladders {

void buy(outside_shares& x, Quantity shares, Price price) {
  x.shares += shares;
  x.cost += multiply(price, shares);
}

Quantity sell(outside_shares& x, Quantity shares, Price price) {
  const auto sold = std::min(shares, x.shares);
  if (!sold.is_positive()) return shares;
  const auto cost = portion(x.cost, sold, x.shares);
  x.shares -= sold;
  x.cost -= cost;
  x.realized += multiply(price, sold) - cost;
  return shares - sold;
}

void sell_short(outside_shares& x, Quantity shares, Price price) {
  x.shares -= shares;
  x.cost -= multiply(price, shares);
}

}  // namespace outcry::ladders
