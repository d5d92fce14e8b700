#pragma once

#include "actors/bots/strategies/scale_t/ladder.hpp"

namespace outcry::ladders {

/// What a ladder has earned, at one price. The first four carry the names today's bots report;
/// shares outside the rows are in none of them.
struct figures {
  Money unrealized;  ///< what the shares held cost less than at their rows' buying prices
  Money realized;    ///< of sales: (price - the row's buying price) * shares
  Money converted;   ///< `unrealized` of shares since sold: it moves from there to here
  Money total;       ///< unrealized + realized + converted: each improvement counted once
  Money invested;    ///< what the shares held cost
  Money value;       ///< the shares held at the price
  Money open;        ///< value - invested: mark to market
  Money profit;      ///< realized + converted + open = cash + value - deposited
  Money cash;        ///< not invested
  Quantity shares;   ///< held by the rows

  bool operator==(const figures&) const = default;
};

/// The figures with every share valued at `mark`; at 0 (no price yet), at what it cost.
figures figures_of(const ladder& x, Price mark);

}  // namespace outcry::ladders
