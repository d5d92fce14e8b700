#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "messages/decimal.hpp"

/// The parts of the SCALE_T strategy: a ladder of prices downward from its first row. Pure.
namespace outcry::ladders {

/// Shares are planned and ordered to this many places.
constexpr int share_places = 5;

constexpr auto one_cent = Price::from_units(detail::decimal_one / 100);

/// What is below this is neither room nor a holding.
constexpr Quantity smallest_share = Quantity::from_units(10'000'000);

/// Rows a ladder may have. A chase inserts no row beyond it.
constexpr std::size_t max_rows = 2000;

/// One row: buys at or below `buy_price`, sells at or above `sell_price`.
struct ladder_row {
  Price buy_price;   ///< whole cents, above 0
  Price sell_price;  ///< whole cents, above `buy_price`
  Quantity target;   ///< shares it buys at most, to 5 places
  Quantity held;     ///< shares it holds, exactly as they were filled
  /// What the shares held cost less than at `buy_price`; below 0: more.
  Money improvement;
  Money profit;                    ///< made by this row's sales so far
  std::int64_t last_action_s = 0;  ///< its last fill, UNIX seconds; 0 = none
  bool last = false;               ///< took what was left when the cash was spread

  bool operator==(const ladder_row&) const = default;
};

/// True when a row can buy.
constexpr bool has_room(const ladder_row& row) {
  return row.target.units() - row.held.units() >= smallest_share.units();
}

/// True when a row can sell.
constexpr bool has_shares(const ladder_row& row) {
  return row.held >= smallest_share;
}

/// The rows, highest price first, and the money that is theirs. Always
/// `cash + cost_of_held() == deposited + realized + converted`.
struct ladder {
  std::vector<ladder_row> rows;
  Money deposited;  ///< put in so far
  Money spare;  ///< of the planned money, what no row's target uses: under one row's smallest_share
  Money cash;   ///< not invested now
  Money realized;   ///< of sales: (price - buy_price) * shares
  Money converted;  ///< of sales: the improvement of the shares sold

  bool operator==(const ladder&) const = default;
};

/// To whole cents, as a tick is looked at: the nearest; half a cent goes down.
inline Price to_cents(Price price) {
  return rounded(price, 2, rounding::half_down);
}

/// All shares the rows hold.
Quantity held_shares(const ladder& x);

/// What the shares held cost.
Money cost_of_held(const ladder& x);

/// The improvement of the shares held.
Money improvement_of_held(const ladder& x);

/// What the rows' targets cost at their buying prices, and `spare`.
Money planned_money(const ladder& x);

/// Spreads `money` evenly over the rows: adds to each target what its share of it buys at the
/// row's price. A row's share is cut down to whole two dollars (brokers refuse very small orders),
/// targets to 5 places; what is left is carried on to the next row, at last to the last one.
/// Returns what even that one could not use.
Money spread(std::vector<ladder_row>& rows, Money money);

/// Books `shares` bought at `price` each: fills the rows' room from row 0 down to `lowest`.
/// Returns the shares no row had room for; they are not paid by this ladder.
Quantity book_buy(ladder& x, std::size_t lowest, Quantity shares, Price price, std::int64_t at_s);

/// Books `shares` sold at `price` each: empties the rows from the last one up to `highest`. A row's
/// improvement is converted in proportion to the shares it sold. Returns the shares no row held.
Quantity book_sell(ladder& x, std::size_t highest, Quantity shares, Price price, std::int64_t at_s);

/// Puts more money in and spreads it evenly over the rows; no target falls.
void add_cash(ladder& x, Money money);

}  // namespace outcry::ladders
