#include "actors/bots/strategies/scale_t/decide.hpp"

#include <algorithm>
#include <limits>

#include "actors/bots/strategies/scale_t/chase.hpp"

namespace outcry::ladders {

namespace {

constexpr auto half_a_cent = Price::from_units(detail::decimal_one / 200);
constexpr auto one_share = Quantity::from_integer(1);

/// Far above any price, far from overflow.
constexpr auto far_above = Price::from_units(int128{1} << 120);

Price cancel_threshold(const ladder_order& order) {
  return scaled(order.reference,
                order.side == order_side::buy ? buy_left_behind : sell_left_behind);
}

bool is_left_behind(const ladder_order& order, Price cents) {
  const auto threshold = cancel_threshold(order);
  return order.side == order_side::buy ? cents >= threshold : cents <= threshold;
}

/// What rows at a price add up to.
struct row_demand {
  Quantity shares;
  std::size_t row = 0;  ///< the one nearest the price
};

/// Rows that sell at `cents` or below, from the last one up.
row_demand wants_to_sell(const ladder& x, Price cents) {
  row_demand result;
  for (std::size_t i = x.rows.size(); i-- > 0 && x.rows[i].sell_price <= cents;) {
    if (!has_shares(x.rows[i])) continue;
    result.shares += x.rows[i].held;
    result.row = i;
  }
  result.shares = rounded(result.shares, share_places, rounding::down);
  return result;
}

/// Rows that buy at `cents` or above, from row 0 down.
row_demand wants_to_buy(const ladder& x, Price cents) {
  row_demand result;
  for (std::size_t i = 0; i < x.rows.size() && x.rows[i].buy_price >= cents; ++i) {
    if (!has_room(x.rows[i])) continue;
    result.shares += x.rows[i].target - x.rows[i].held;
    result.row = i;
  }
  result.shares = rounded(result.shares, share_places, rounding::down);
  return result;
}

Quantity affordable(Money cash, Price price) {
  return cash.is_positive() ? divide(cash, price, share_places, rounding::down) : Quantity{};
}

decision submit(ladder_order order, Price price, session_phase phase) {
  if (order.qty >= one_share) {
    // The fraction follows on its own.
    order.qty = rounded(order.qty, 0, rounding::down);
    order.reference = order.limit;
    if (phase == session_phase::closed) return {};
    return {action::submit, order};
  }
  // Brokers take fractions as market orders in the regular session; the price must be better than
  // what a limit order would have asked for.
  const bool better = order.side == order_side::buy ? price < order.limit : price > order.limit;
  if (phase != session_phase::regular || !better) return {};
  order.market = true;
  return {action::submit, order};
}

decision sell(const ladder& x, const row_demand& wanted, Price cents, Price price,
              session_phase phase) {
  ladder_order order;
  order.side = order_side::sell;
  order.row = wanted.row;
  order.qty = wanted.shares;
  order.reference = x.rows[wanted.row].sell_price;
  order.limit = std::max(cents - one_cent, order.reference);
  return submit(order, price, phase);
}

decision buy(const ladder& x, const row_demand& wanted, Price cents, Price price,
             session_phase phase) {
  ladder_order order;
  order.row = wanted.row;
  order.reference = x.rows[wanted.row].buy_price;
  order.limit = std::min(cents + one_cent, order.reference);
  order.qty = std::min(wanted.shares, affordable(x.cash, order.limit));
  if (order.qty < one_share)
    order.qty = std::min(order.qty, affordable(x.cash, scaled(order.limit, market_reserve)));
  return order.qty < smallest_buy ? decision{} : submit(order, price, phase);
}

}  // namespace

decision decide(const ladder& x, const std::optional<ladder_order>& pending, Price price,
                session_phase phase, bool may_chase) {
  const auto cents = to_cents(price);
  if (pending && is_left_behind(*pending, cents)) return {action::cancel, {}};
  const auto one_at_a_time = [&](order_side wanted) {
    return decision{pending->side == wanted ? action::nothing : action::cancel, {}};
  };
  if (const auto wanted = wants_to_sell(x, cents); wanted.shares.is_positive())
    return pending ? one_at_a_time(order_side::sell) : sell(x, wanted, cents, price, phase);
  if (const auto wanted = wants_to_buy(x, cents); wanted.shares >= smallest_buy)
    return pending ? one_at_a_time(order_side::buy) : buy(x, wanted, cents, price, phase);
  if (pending || !may_chase) return {};
  const auto threshold = chase_threshold(x);
  return threshold && cents >= *threshold ? decision{action::chase, {}} : decision{};
}

quiet_range find_quiet_range(const ladder& x, const std::optional<ladder_order>& pending,
                             bool may_chase) {
  quiet_range result{Price{}, far_above};
  const auto below = [&](Price p) { result.low = std::max(result.low, p); };
  const auto above = [&](Price p) { result.high = std::min(result.high, p); };
  if (pending) {
    const auto threshold = cancel_threshold(*pending);
    pending->side == order_side::buy ? above(threshold) : below(threshold);
  }
  if (!pending || pending->side == order_side::sell) {
    const auto row = std::ranges::find_if(x.rows, has_room);
    if (row != x.rows.end()) below(row->buy_price);
  }
  if (!pending || pending->side == order_side::buy) {
    const auto row = std::find_if(x.rows.rbegin(), x.rows.rend(), has_shares);
    if (row != x.rows.rend()) above(row->sell_price);
  }
  if (!pending && may_chase) {
    if (const auto threshold = chase_threshold(x)) above(*threshold);
  }
  // A raw price is at most half a cent from its cents.
  return {result.low + half_a_cent, result.high - half_a_cent};
}

}  // namespace outcry::ladders
