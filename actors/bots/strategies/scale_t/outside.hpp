#pragma once

#include "messages/decimal.hpp"

namespace outcry::ladders {

/// Shares of the bot that no row holds: bought by the verb `enter`, filled beyond what a row had
/// room for, or declared by the operator. The ladder never orders to sell them. Always
/// `cost - realized` = paid for them less received for them.
struct outside_shares {
  Quantity shares;  ///< below 0: more was sold than the bot had; the ladder stops ordering
  Money cost;       ///< of the shares here; 0 for declared ones
  Money realized;   ///< of those sold: price less cost

  bool operator==(const outside_shares&) const = default;
};

/// Books shares bought.
void buy(outside_shares& x, Quantity shares, Price price);

/// Books up to `shares` sold, no more than there are; returns the rest.
Quantity sell(outside_shares& x, Quantity shares, Price price);

/// Books shares sold that nobody had: below 0.
void sell_short(outside_shares& x, Quantity shares, Price price);

}  // namespace outcry::ladders
