#include "actors/bots/strategies/scale_t/chase.hpp"

#include <algorithm>
#include <utility>

namespace outcry::ladders {

std::optional<Price> chase_threshold(const ladder& x) {
  if (x.rows.empty()) return std::nullopt;
  const auto& top = x.rows.front();
  if (has_shares(top)) return std::nullopt;
  if (top.sell_price < scaled(top.buy_price, smallest_chase_spread)) return std::nullopt;
  return top.buy_price + one_cent + one_cent;
}

bool chase(ladder& x) {
  if (!chase_threshold(x)) return false;
  auto rows = x.rows;
  const bool locked = rows.size() > 1 && rows[0].buy_price == rows[1].sell_price;
  if (locked) {
    if (rows.size() >= max_rows) return false;
    ladder_row top;
    top.buy_price = rows[0].buy_price + one_cent;
    top.sell_price = std::max(to_cents(scaled(rows[0].sell_price, inserted_row_factor)),
                              rows[0].sell_price + one_cent);
    rows.insert(rows.begin(), top);
  } else {
    if (rows[0].buy_price + one_cent >= rows[0].sell_price) return false;
    rows[0].buy_price += one_cent;
  }
  // Less than a smallest share that row 0 may still hold was bought at the old price.
  for (auto& row : rows) row.target = Quantity{};
  const auto spare = spread(rows, planned_money(x));
  if (std::ranges::any_of(rows, [](const auto& row) { return row.held > row.target; }))
    return false;
  if (!locked) {
    auto& top = rows[0];
    top.improvement += multiply(top.buy_price, top.held) - multiply(x.rows[0].buy_price, top.held);
  }
  x.rows = std::move(rows);
  x.spare = spare;
  return true;
}

}  // namespace outcry::ladders
