#include "actors/bots/strategies/follow/trade.hpp"

#include <algorithm>

namespace outcry::following {

namespace {

template <class Amount>
Amount sum(const trade& x, bool entries, Amount trade_order::*amount) {
  Amount result;
  for (const auto& order : x.orders)
    if ((order.role == order_role::entry) == entries) result += order.*amount;
  return result;
}

Price average(Money money, Quantity qty) {
  return qty.is_positive() ? divide(money, qty, 8, rounding::half_even) : Price{};
}

}  // namespace

std::string_view to_string(order_role x) {
  switch (x) {
    case order_role::entry:
      return "entry";
    case order_role::stop:
      return "stop";
    case order_role::target:
      return "target";
    case order_role::close:
      return "close";
  }
  return "entry";
}

bool was_refused(const own_order& x) {
  return x.status == order_status::never_sent || x.status == order_status::rejected;
}

trade_order* find_order(trade& x, std::uint64_t number) {
  auto found = std::ranges::find(x.orders, number, &trade_order::number);
  return found == x.orders.end() ? nullptr : &*found;
}

Quantity book(trade& x, trade_order& order, const own_order_event& event) {
  const auto status = event.order.status;
  const auto more = event.order.filled_qty - order.filled;
  Quantity booked;
  if (more.is_positive()) {
    booked = more;
    const auto all = multiply(event.order.filled_avg_price, event.order.filled_qty);
    const bool is_told = event.qty == more && event.price.is_positive();
    order.money = is_told ? order.money + multiply(event.price, more) : all;
    order.filled = event.order.filled_qty;
    if (order.role == order_role::entry && x.opened_ns == 0) x.opened_ns = event.at_ns;
  }
  order.over = is_closed(status);
  order.taken = order.taken || order.filled.is_positive() || status == order_status::accepted ||
                status == order_status::working || status == order_status::held;
  return booked;
}

Quantity entered(const trade& x) {
  return sum(x, true, &trade_order::filled);
}

Quantity exited(const trade& x) {
  return sum(x, false, &trade_order::filled) + x.sold_elsewhere;
}

Quantity held(const trade& x) {
  const auto left = entered(x) - exited(x);
  return left.is_positive() ? left : Quantity{};
}

Quantity pool(const trade& x, const trade_order& entry) {
  auto elsewhere = x.sold_elsewhere;
  for (const auto& other : x.orders) {
    if (other.role != order_role::entry) continue;
    auto left = other.filled;
    for (const auto& order : x.orders)
      if (order.parent == other.number) left -= order.filled;
    const auto gone = std::min(std::max(left, Quantity{}), elsewhere);
    if (other.number == entry.number) return std::max(left - gone, Quantity{});
    elsewhere -= gone;
  }
  return {};
}

bool can_enter(const trade& x) {
  return std::ranges::any_of(x.orders,
                             [](const auto& o) { return o.role == order_role::entry && !o.over; });
}

bool is_over(const trade& x) {
  return held(x).is_zero() &&
         std::ranges::all_of(x.orders, [](const auto& order) { return order.over; });
}

bool is_protected(const trade& x) {
  return std::ranges::all_of(x.orders, [&](const trade_order& entry) {
    if (entry.role != order_role::entry) return true;
    const auto needed = pool(x, entry);
    return needed.is_zero() || std::ranges::any_of(x.orders, [&](const trade_order& o) {
             return o.role == order_role::stop && o.parent == entry.number && o.taken && !o.over &&
                    o.qty - o.filled >= needed;
           });
  });
}

signal_state state_of(const trade& x) {
  if (is_over(x)) return entered(x).is_zero() ? signal_state::cancelled : signal_state::closed;
  if (held(x).is_positive()) return x.closing ? signal_state::closing : signal_state::open;
  return entered(x).is_zero() ? signal_state::entering : signal_state::closing;
}

trade_record record_of(const trade& x, const std::string& bot_id, timestamp_ns now) {
  trade_record result;
  result.source = x.source;
  result.source_id = x.source_id;
  result.bot_id = bot_id;
  result.version = x.version;
  result.state = state_of(x);
  result.side = x.side == order_side::buy ? "long" : "short";
  result.wanted = x.wanted;
  result.entered = entered(x);
  result.exited = exited(x);
  const auto paid = sum(x, true, &trade_order::money);
  const auto got = sum(x, false, &trade_order::money) + x.sold_elsewhere_money;
  result.entry_price = average(paid, result.entered);
  result.exit_price = average(got, result.exited);
  result.stop = x.stop;
  result.first_stop = x.first_stop;
  if (result.exited.is_positive() && result.entered.is_positive()) {
    const auto cost = portion(paid, result.exited, result.entered);
    result.profit = x.side == order_side::buy ? got - cost : cost - got;
  }
  result.reason = x.reason;
  result.opened_ns = x.opened_ns;
  result.closed_ns = x.closed_ns;
  result.updated_ns = now;
  return result;
}

}  // namespace outcry::following
