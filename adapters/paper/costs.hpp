#pragma once

#include "adapters/paper/options.hpp"
#include "adapters/paper/records.hpp"

/// What fills cost and what open orders reserve. Fills are rounded down and reserves up, each at
/// the 12th place and each part on its own: since floor(a) + ceil(b) <= ceil(a + b), an order that
/// fills in parts never needs more than it reserved at the same price.
namespace outcry::paper {

/// The fees of `qty` at `price`; `first` when the order has no fill yet.
Money fees_of(const fee_schedule& fees, Price price, Quantity qty, bool first, rounding how);

/// What a market order pays or gets at a print of `price`. Never 0 or below.
Price with_slippage(Price price, order_side side, basis_points slippage);

/// What is left of an order; exactly one of both is above 0 while it is open.
struct remainder {
  Quantity qty;
  Money notional;  ///< of an order of money
};

remainder remainder_of(const order_record& record);

/// What an open buy holds back of the buying power for all that is left of it: at its limit, at
/// what the market may move to until a market order fills, or nothing when nobody knows (`last` is
/// 0). `first` when it has no fill yet.
Money buy_reserve(const order_terms& terms, const remainder& left, bool first, Price last,
                  const exchange_options& options);

/// What an open short sale holds back: half of its value, so that together with the proceeds one
/// and a half times the value is there.
Money short_reserve(const order_terms& terms, Quantity left, Price last,
                    const exchange_options& options);

/// Moves a position by a trade. The average price is that of what is held: buying more of it mixes
/// prices (rounded at the 12th place), giving some of it away leaves it.
void apply_trade(position_record& position, order_side side, Quantity qty, Price price);

/// What a short position holds back: one and a half times its value when it was sold (as for margin
/// accounts by Regulation T, 12 CFR 220.12). 0 for any other position.
Money short_collateral(const position_record& position);

}  // namespace outcry::paper
