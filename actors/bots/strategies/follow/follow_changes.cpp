#include <algorithm>
#include <utility>

#include "actors/bots/strategies/follow/follow.hpp"

// What updates change in a trade that is open: its stop, its targets, how much of it is held. The
// stop stays where it is meanwhile, and exits of one entry share what it has brought.

namespace outcry {

using namespace following;

namespace {

/// A sale at the market that was lost in a restart is not made up for after this.
constexpr duration_ns longest_loss = 300 * ns_per_s;

/// What an entry has brought that is not on its way out already.
Quantity free_of(const trade& x, const trade_order& entry) {
  auto left = pool(x, entry);
  for (const auto& order : x.orders)
    if (order.role == order_role::close && order.parent == entry.number && !order.over)
      left -= order.qty - order.filled;
  return std::max(left, Quantity{});
}

/// A target that is to stay until the broker has said what becomes of another one's place.
bool is_replaced(const trade& x, const trade_order& target) {
  return std::ranges::any_of(
      x.orders, [&](const trade_order& o) { return o.replaces == target.number && !o.over; });
}

std::string why_of(const own_order_event& event) {
  return event.reason.empty() ? event.event : event.reason;
}

}  // namespace

// Never farther away: a call's risk does not grow after it was taken.
refusal follow::move_stop(Price price) {
  auto& at = *state_.current;
  const bool is_long = at.side == order_side::buy;
  if (is_long ? price < at.stop : price > at.stop)
    return {"stop_wider", "the stop stays at " + to_string(at.stop) + ": " + to_string(price) +
                              " would risk more"};
  if (is_through(price))
    return {"stop_through_market",
            "the market is at " + to_string(state_.mark) + ", beyond " + to_string(price)};
  at.stop = price;
  at.stop_task = state_.last_task;
  // An entry beyond it would be stopped out at once.
  for (const auto& order : at.orders)
    if (order.role == order_role::entry && !order.over && order.price.is_positive() &&
        (is_long ? order.price <= price : order.price >= price))
      at.entries_end = true;
  return {};
}

// The one in the old place goes once the broker has the one in the new place.
refusal follow::set_target(std::uint8_t number, Price price, trader& floor) {
  auto& at = *state_.current;
  const bool is_long = at.side == order_side::buy;
  auto entry = record_of(at, {}, 0).entry_price;
  for (const auto& order : at.orders)
    if (entry.is_zero() && order.role == order_role::entry) entry = order.price;
  if (entry.is_positive() && (is_long ? price <= entry : price >= entry))
    return {"levels", to_string(price) + " is no gain"};
  std::vector<trade_order> wanted;
  for (const auto& order : at.orders) {
    if (order.role != order_role::target || order.over || order.cancel_asked_ns != 0) continue;
    if (number != 0 && order.target != number) continue;
    if (order.price == price || is_replaced(at, order)) continue;
    trade_order next;
    next.parent = order.parent;
    next.role = order_role::target;
    next.target = order.target;
    next.price = price;
    next.qty = order.qty - order.filled;
    next.replaces = order.number;
    next.task = state_.last_task;
    wanted.push_back(next);
  }
  if (wanted.empty()) return {"unsupported", "it has no such target that is open"};
  std::vector<std::uint64_t> overtaken;
  std::erase_if(at.again, [&](const trade_order& x) {
    const bool gone = x.role == order_role::target && (number == 0 || x.target == number);
    if (gone) overtaken.push_back(x.task);
    return gone;
  });
  for (const auto task : overtaken) not_done(task, "a later word came before it");
  parts_ += static_cast<std::uint32_t>(wanted.size());
  for (const auto& next : wanted) ask_for(next, floor);
  return {};
}

// Of all that is held and not on its way out already; in the same lots as it was bought.
refusal follow::close_part(Ratio part, trader& floor) {
  auto& at = *state_.current;
  Quantity all;
  bool whole = true;
  for (const auto& entry : at.orders) {
    if (entry.role != order_role::entry) continue;
    all += free_of(at, entry);
    whole = whole && rounded(entry.qty, 0, rounding::down) == entry.qty;
  }
  if (!all.is_positive()) return {"no_open_trade", "nothing is held that could be sold"};
  auto left = std::min(rounded(scaled(all, part), whole ? 0 : 4, rounding::up), all);
  std::vector<trade_order> wanted;
  for (const auto& entry : at.orders) {
    if (entry.role != order_role::entry) continue;
    const auto qty = std::min(left, free_of(at, entry));
    if (!qty.is_positive()) continue;
    left -= qty;
    trade_order close;
    close.parent = entry.number;
    close.role = order_role::close;
    close.qty = qty;
    close.task = state_.last_task;
    wanted.push_back(close);
  }
  parts_ += static_cast<std::uint32_t>(wanted.size());
  for (const auto& close : wanted) ask_for(close, floor);
  return {};
}

void follow::ask_for(trade_order order, trader& floor) {
  auto& at = *state_.current;
  const auto* entry = find_order(at, order.parent);
  if (entry == nullptr) return;
  if (order.asked_ns == 0) order.asked_ns = floor.now();
  order.number = submit_exit(*entry, order.role, order.price, order.qty, floor);
  at.orders.push_back(std::move(order));
}

// A moved target takes the old one's place once the broker has it. When the old one is reached
// first, the new one has nothing to take.
void follow::look_after_targets(trader& floor) {
  auto& at = *state_.current;
  for (auto& order : at.orders) {
    if (order.role != order_role::target || order.replaces == 0) continue;
    auto* old = find_order(at, order.replaces);
    if (old == nullptr) {
      order.replaces = 0;
    } else if (!old->over) {
      if (order.taken && !order.over) cancel(*old, floor);
    } else if (old->filled >= old->qty) {
      cancel(order, floor);
    } else {
      // It was to take another one's place itself.
      order.replaces = old->replaces;
    }
  }
}

// -- what came to nothing -------------------------------------------------------------------------

// An order of an update that the order desk never took, since everything ended just then, is asked
// for once more, under a number of its own: the first one will never be sent. What was refused for
// a reason is not asked for again, and the update is known as not done.
void follow::exit_ended(const trade_order& order, const own_order_event& event) {
  auto& at = *state_.current;
  const bool refused = was_refused(event.order) && order.filled.is_zero();
  const bool lost = refused && unheard_.count(order.number) != 0;
  if (order.role == order_role::stop) {
    if (!lost) stop_ended(order, event);
    return;
  }
  if (order.task == 0 || !order.filled.is_zero() || order.cancel_asked_ns != 0) return;
  if (lost) {
    at.again.push_back(order);
    return;
  }
  const auto* old = find_order(at, order.replaces);
  if (old != nullptr && !old->over && old->cancel_asked_ns == 0) {
    const auto why = "the target stays at " + to_string(old->price) + ": " + why_of(event);
    at.reason = why;
    not_done(order.task, why);
  } else if (refused) {
    not_done(order.task, why_of(event));
  }
}

// A stop that was to replace another one and was not taken: the old one stays in force.
void follow::stop_ended(const trade_order& order, const own_order_event& event) {
  auto& at = *state_.current;
  if (!was_refused(event.order) || order.price != at.stop) return;
  for (const auto& other : at.orders) {
    if (other.role != order_role::stop || other.over || other.price == at.stop) continue;
    at.stop = other.price;
    at.reason = "the stop stays at " + to_string(other.price) + ": " + why_of(event);
    not_done(std::exchange(at.stop_task, 0), at.reason);
    return;
  }
}

// While the bot runs: whatever else is asked for would only be refused.
void follow::ask_again(trader& floor) {
  auto& at = *state_.current;
  if (at.again.empty() || floor.now() < at.retry_ns) return;
  for (auto& order : std::exchange(at.again, {})) {
    const auto* entry = find_order(at, order.parent);
    const auto* old = find_order(at, order.replaces);
    const bool is_close = order.role == order_role::close;
    const bool late = is_close && floor.now() - order.asked_ns > longest_loss;
    const bool gone = !is_close && (old == nullptr || old->over || old->cancel_asked_ns != 0);
    auto qty = entry == nullptr ? Quantity{} : free_of(at, *entry);
    if (!is_close) qty = gone ? Quantity{} : old->qty - old->filled;
    if (late || at.closing || !qty.is_positive()) {
      not_done(order.task, late         ? "it was lost in a restart too long ago"
                           : at.closing ? "everything is being closed"
                                        : "it was lost in a restart, and nothing is left of it");
      continue;
    }
    order.qty = is_close ? std::min(order.qty, qty) : qty;
    order.over = false;
    ask_for(std::move(order), floor);
  }
}

// The update is answered so from now on.
void follow::not_done(std::uint64_t task, const std::string& why) {
  if (task == 0) return;
  const auto known = std::ranges::find(state_.tasks, task, &taken_task::id);
  if (known == state_.tasks.end()) return;
  if (known->parts != 0) --known->parts;
  known->taken = known->parts != 0;
  if (known->code.empty()) known->code = "not_done";
  known->reason += "; not done: " + why;
}

}  // namespace outcry
