#include <algorithm>

#include "adapters/paper/costs.hpp"
#include "adapters/paper/exchange.hpp"

namespace outcry::paper {

namespace {

bool is_at_once(time_in_force lasts) {
  return lasts == time_in_force::ioc || lasts == time_in_force::fok;
}

bool has_limit(order_type type) {
  return type == order_type::limit || type == order_type::stop_limit;
}

bool has_stop(order_type type) {
  return type == order_type::stop || type == order_type::stop_limit;
}

bool is_whole(Quantity qty) {
  return qty.units() % detail::decimal_one == 0;
}

/// Whether a print of `price` is at the stop price or beyond it.
bool elects(const order_terms& terms, Price price) {
  return terms.side == order_side::buy ? price >= terms.stop_price : price <= terms.stop_price;
}

/// Exits that protect, and those that are to close at any price.
bool goes_before_targets(const order_terms& terms) {
  return terms.type != order_type::limit;
}

/// Whether the limit, if there is one, allows `price`.
bool allows(const order_terms& terms, Price price) {
  if (!has_limit(terms.type)) return true;
  return terms.side == order_side::buy ? price <= terms.limit_price : price >= terms.limit_price;
}

constexpr auto too_few_shares = "insufficient qty available";

}  // namespace

/// What our orders may still take of a print.
struct exchange::liquidity {
  bool unlimited = false;
  Quantity left;

  bool is_used_up() const { return !unlimited && left.is_zero(); }
  Quantity most_of(Quantity wanted) const { return unlimited ? wanted : std::min(wanted, left); }
  void take(Quantity qty) {
    if (!unlimited) left -= qty;
  }
};

void exchange::match(ticker_state& at, const price_tick& tick, timestamp_ns came) {
  require_sound();
  const auto clock = account_.clock_ns;
  liquidity pool;
  pool.unlimited = !tick.volume.is_positive();
  if (!pool.unlimited) {
    pool.left = options_.participation == whole_in_bps
                    ? tick.volume
                    : scaled(tick.volume, ratio_of(options_.participation), rounding::down);
    pool.left = rounded(pool.left, 9, rounding::down);
  }
  ++prints_;
  try {
    for (auto* order : at.open) {
      // Who was first within one trade nobody knows: the worse for us.
      if (order->parent != nullptr && !goes_before_targets(order->record.order.request.terms)) {
        for (auto* other : order->parent->exits) {
          if (goes_before_targets(other->record.order.request.terms)) {
            expose(*other, at, tick, came, pool);
          }
        }
      }
      expose(*order, at, tick, came, pool);
    }
    commit();
  } catch (...) {
    undo(clock);
    throw;
  }
}

void exchange::expose(live_order& order, ticker_state& at, const price_tick& tick,
                      timestamp_ns came, liquidity& pool) {
  if (order.exposed_to == prints_) return;
  order.exposed_to = prints_;
  auto& record = order.record;
  const auto& terms = record.order.request.terms;
  if (!is_at_market(record.order.status) || record.order.created_ns > came) return;
  // That trade was the entry's: what closes it can only come after it.
  if (order.woken_by == prints_) return;
  if (has_stop(terms.type) && !record.elected) {
    if (elects(terms, tick.price)) {
      record.elected = true;
      touch(order);
    }
    return;
  }
  if (allows(terms, tick.price)) {
    const auto price = has_limit(terms.type)
                           ? tick.price
                           : with_slippage(tick.price, terms.side, options_.slippage);
    offer(order, at, price, pool);
  }
  if (is_at_once(terms.lasts) && !is_closed(record.order.status)) {
    close(order, order_status::canceled, "canceled", "not filled at once");
  }
}

void exchange::offer(live_order& order, ticker_state& at, Price price, liquidity& pool) {
  auto& record = order.record;
  const auto& terms = record.order.request.terms;
  const auto left = remainder_of(record);
  const bool of_money = !terms.notional.is_zero();
  const bool whole = !of_money && is_whole(terms.qty);
  const auto wanted = of_money ? divide(left.notional, price, 9, rounding::down) : left.qty;
  const auto share = order.parent == nullptr ? wanted : share_of(order);
  auto take = std::min(pool.most_of(wanted), share);
  // The last part of a share goes with the whole ones: nobody else could close it.
  const bool is_last = order.parent != nullptr && (take == share || take == wanted);
  if (whole && !is_last) take = rounded(take, 0, rounding::down);

  // Only trades made elsewhere can have taken away what a sale was accepted on.
  bool lacks_shares = false;
  if (terms.side == order_side::sell && (!options_.shorting || !whole)) {
    const auto held = std::max(at.position.qty, Quantity{});
    lacks_shares = std::min(wanted, share) > held;
    take = std::min(take, held);
  }
  if (terms.lasts == time_in_force::fok && take < wanted) return;
  if (take.is_positive()) {
    if (!can_pay(order, at, price, take)) {
      const bool filled = record.order.filled_qty.is_positive();
      close(order, filled ? order_status::canceled : order_status::rejected,
            filled ? "canceled" : "rejected", "insufficient buying power");
      return;
    }
    pool.take(take);
    fill(order, at, price, take, take == wanted);
  }
  if (is_closed(record.order.status)) return;
  if (lacks_shares && at.position.qty <= Quantity{}) {
    close(order, order_status::canceled, "canceled", too_few_shares);
  } else if (wanted.is_zero()) {
    close(order, order_status::canceled, "canceled", "notional is too small for this price");
  }
}

Money exchange::reserve_after(const live_order& order, Price price, Quantity qty) const {
  const auto& record = order.record;
  if (record.reserved.is_zero()) return {};
  const auto& terms = record.order.request.terms;
  const auto value = multiply(price, qty, rounding::down);
  auto left = remainder_of(record);
  if (terms.qty.is_zero()) {
    left.notional -= value;
  } else {
    left.qty -= qty;
  }
  if (terms.side == order_side::sell) {
    return std::min(record.reserved, short_reserve(terms, left.qty, price, options_));
  }
  const bool first = record.order.filled_qty.is_zero();
  const auto spent = value + fees_of(options_.fees, price, qty, first, rounding::down);
  if (spent >= record.reserved) return {};
  // An order never holds back more than it did before.
  return std::min(record.reserved - spent, buy_reserve(terms, left, false, price, options_));
}

bool exchange::can_pay(const live_order& order, const ticker_state& at, Price price,
                       Quantity qty) const {
  const auto& record = order.record;
  const auto side = record.order.request.terms.side;
  const auto held = at.position.qty;
  // What makes a position smaller is never refused.
  if (side == order_side::sell ? qty <= held : qty <= -held) return true;
  const bool first = record.order.filled_qty.is_zero();
  const auto value = multiply(price, qty, rounding::down);
  const auto fees = fees_of(options_.fees, price, qty, first, rounding::down);
  auto moved = at.position;
  apply_trade(moved, side, qty, price);
  const auto cash = account_.cash - fees + (side == order_side::sell ? value : -value);
  const auto held_back = held_back_ - record.reserved + reserve_after(order, price, qty) -
                         short_collateral(at.position) + short_collateral(moved);
  return cash >= held_back;
}

void exchange::fill(live_order& order, ticker_state& at, Price price, Quantity qty, bool complete) {
  auto& record = order.record;
  auto& x = record.order;
  const auto side = x.request.terms.side;
  const auto value = multiply(price, qty, rounding::down);
  auto fees = fees_of(options_.fees, price, qty, x.filled_qty.is_zero(), rounding::down);
  if (side == order_side::sell) fees = std::min(fees, value);
  const auto reserved = complete ? Money{} : reserve_after(order, price, qty);

  account_.cash += (side == order_side::sell ? value : -value) - fees;
  move_position(at, side, qty, price);
  record.filled_value += value;
  record.fees += fees;
  x.filled_qty += qty;
  x.filled_avg_price = divide(record.filled_value, x.filled_qty, 12, rounding::half_even);
  x.status = complete ? order_status::filled : order_status::partially_filled;
  if (complete) x.filled_ns = account_.clock_ns;
  reserve(order, reserved);

  auto& update = tell(order, complete ? "fill" : "partial_fill");
  update.price = price;
  update.qty = qty;
  update.position_qty = at.position.qty;
  if (order.parent == nullptr) {
    order.fresh = qty;
    order.filled_by = prints_;
    settle(order);
    return;
  }
  order.parent->record.exited += qty;
  touch(*order.parent);
  settle(*order.parent);
}

void exchange::move_position(ticker_state& at, order_side side, Quantity qty, Price price) {
  const auto before = short_collateral(at.position);
  apply_trade(at.position, side, qty, price);
  held_back_ += short_collateral(at.position) - before;
}

}  // namespace outcry::paper
