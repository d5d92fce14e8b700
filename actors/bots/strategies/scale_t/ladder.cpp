#include "actors/bots/strategies/scale_t/ladder.hpp"

#include <algorithm>

namespace outcry::ladders {

namespace {

/// The smallest sum of money a row is given.
constexpr auto two_dollars = Money::from_integer(2);

Money whole_steps(Money money) {
  return money.is_positive()
             ? Money::from_units(money.units() - money.units() % two_dollars.units())
             : Money{};
}

}  // namespace

Quantity held_shares(const ladder& x) {
  Quantity result;
  for (const auto& row : x.rows) result += row.held;
  return result;
}

Money cost_of_held(const ladder& x) {
  Money result;
  for (const auto& row : x.rows) {
    if (!row.held.is_zero()) result += multiply(row.buy_price, row.held) - row.improvement;
  }
  return result;
}

Money improvement_of_held(const ladder& x) {
  Money result;
  for (const auto& row : x.rows) result += row.improvement;
  return result;
}

Money planned_money(const ladder& x) {
  auto result = x.spare;
  for (const auto& row : x.rows) result += multiply(row.buy_price, row.target);
  return result;
}

Money spread(std::vector<ladder_row>& rows, Money money) {
  if (rows.empty()) return money;
  const auto even = Money::from_units(money.units() / static_cast<std::int64_t>(rows.size()));
  auto rest = money - Money::from_units(even.units() * static_cast<std::int64_t>(rows.size()));
  for (auto& row : rows) {
    rest += even;
    const bool last = &row == &rows.back();
    const auto dollars = last ? rest : whole_steps(rest);
    const auto shares = divide(dollars, row.buy_price, share_places, rounding::down);
    row.target += shares;
    row.last = last;
    rest -= multiply(row.buy_price, shares);
  }
  return rest;
}

Quantity book_buy(ladder& x, std::size_t lowest, Quantity shares, Price price, std::int64_t at_s) {
  for (std::size_t i = 0; i < x.rows.size() && i <= lowest && shares.is_positive(); ++i) {
    auto& row = x.rows[i];
    const auto taken = std::min(shares, row.target - row.held);
    if (!taken.is_positive()) continue;
    const auto cost = multiply(price, taken);
    // The row's cost at its buying price is rounded as cost_of_held() rounds it: the sum holds to
    // the last place.
    const auto before = multiply(row.buy_price, row.held);
    row.held += taken;
    row.improvement += multiply(row.buy_price, row.held) - before - cost;
    row.last_action_s = at_s;
    x.cash -= cost;
    shares -= taken;
  }
  return shares;
}

Quantity book_sell(ladder& x, std::size_t highest, Quantity shares, Price price,
                   std::int64_t at_s) {
  for (std::size_t i = x.rows.size(); i-- > highest && shares.is_positive();) {
    auto& row = x.rows[i];
    const auto sold = std::min(shares, row.held);
    if (!sold.is_positive()) continue;
    const auto proceeds = multiply(price, sold);
    const auto converted = portion(row.improvement, sold, row.held);
    const auto before = multiply(row.buy_price, row.held);
    row.held -= sold;
    const auto realized = proceeds - (before - multiply(row.buy_price, row.held));
    row.improvement -= converted;
    row.profit += realized + converted;
    row.last_action_s = at_s;
    x.cash += proceeds;
    x.realized += realized;
    x.converted += converted;
    shares -= sold;
  }
  return shares;
}

void add_cash(ladder& x, Money money) {
  x.deposited += money;
  x.cash += money;
  x.spare = spread(x.rows, money + x.spare);
}

}  // namespace outcry::ladders
