#include "adapters/paper/costs.hpp"

#include <algorithm>

namespace outcry::paper {

namespace {

constexpr basis_points half_in_bps = whole_in_bps / 2;

Price raised(Price price, basis_points by) {
  return price + scaled(price, ratio_of(by), rounding::up);
}

/// At which price an order must be able to pay.
Price price_to_pay(const order_terms& terms, Price last, const exchange_options& options) {
  switch (terms.type) {
    case order_type::limit:
    case order_type::stop_limit:
      return terms.limit_price;
    case order_type::stop:
      return raised(std::max(terms.stop_price, last), options.market_reserve);
    case order_type::market:
      break;
  }
  return raised(last, options.market_reserve);
}

}  // namespace

Money fees_of(const fee_schedule& fees, Price price, Quantity qty, bool first, rounding how) {
  auto sum = first ? fees.per_order : Money{};
  if (!fees.per_share.is_zero()) sum += multiply(fees.per_share, qty, how);
  if (fees.bps != 0) sum += scaled(multiply(price, qty, how), ratio_of(fees.bps), how);
  return sum;
}

Price with_slippage(Price price, order_side side, basis_points slippage) {
  constexpr int places = 4;
  if (slippage == 0) return price;
  const auto shift = scaled(price, ratio_of(slippage), rounding::up);
  if (side == order_side::buy) return rounded(price + shift, places, rounding::up);
  const auto lower = rounded(price - shift, places, rounding::down);
  return lower.is_positive() ? lower : price;
}

remainder remainder_of(const order_record& record) {
  const auto& terms = record.order.request.terms;
  if (terms.qty.is_zero()) return {{}, terms.notional - record.filled_value};
  return {terms.qty - record.order.filled_qty, {}};
}

Money buy_reserve(const order_terms& terms, const remainder& left, bool first, Price last,
                  const exchange_options& options) {
  constexpr auto up = rounding::up;
  const auto& fees = options.fees;
  if (left.notional.is_positive()) {
    auto sum = left.notional + scaled(left.notional, ratio_of(fees.bps), up);
    if (first) sum += fees.per_order;
    if (last.is_positive()) sum += multiply(fees.per_share, divide(left.notional, last, 9, up), up);
    return sum;
  }
  const auto price = price_to_pay(terms, last, options);
  return multiply(price, left.qty, up) + fees_of(fees, price, left.qty, first, up);
}

Money short_reserve(const order_terms& terms, Quantity left, Price last,
                    const exchange_options& options) {
  const auto price = std::max(last, price_to_pay(terms, last, options));
  return scaled(multiply(price, left, rounding::up), ratio_of(half_in_bps), rounding::up);
}

void apply_trade(position_record& position, order_side side, Quantity qty, Price price) {
  const auto before = position.qty;
  const auto change = side == order_side::buy ? qty : -qty;
  position.qty = before + change;
  const Quantity none;
  if (position.qty == none) {
    position.average_price = {};
  } else if (before == none || (before > none) != (position.qty > none)) {
    position.average_price = price;
  } else if ((before > none) == (change > none)) {
    const auto cost = multiply(position.average_price, before) + multiply(price, change);
    position.average_price = divide(cost, position.qty, 12, rounding::half_even);
  }
}

Money short_collateral(const position_record& position) {
  if (position.qty >= Quantity{}) return {};
  const auto value = multiply(position.average_price, -position.qty, rounding::up);
  return value + scaled(value, ratio_of(half_in_bps), rounding::up);
}

}  // namespace outcry::paper
