#include "actors/bots/strategies/follow/follow.hpp"

#include <algorithm>
#include <stdexcept>

#include "messages/detail/json_writer.hpp"

namespace outcry {

using namespace following;

namespace {

/// After a refused or rejected order: the next try has to wait.
constexpr duration_ns refusal_pause = 5 * ns_per_s;
/// An exit that ends unfilled so soon after another one is not replaced without a pause.
constexpr duration_ns lost_exit_memory = 60 * ns_per_s;
/// A cancel whose answer may have been lost is asked for again.
constexpr duration_ns cancel_pause = 10 * ns_per_s;

}  // namespace

void follow::on_price(const price_tick& tick, trader& floor) {
  state_.mark = tick.price;
  mark_is_fresh_ = true;
  on_time(floor);
}

void follow::on_time(trader& floor) {
  if (!state_.current) return;
  ask_again(floor);
  look_after(floor);
}

// -- what the broker says -------------------------------------------------------------------------

void follow::on_own_order(const own_order_event& event, trader& floor) {
  auto* order = state_.current ? find_order(*state_.current, event.order.number) : nullptr;
  if (order == nullptr) {
    if (!filled_late(event)) book_foreign(event);
    look_after(floor);
    return;
  }
  auto& at = *state_.current;
  const bool was_over = order->over;
  const auto filled = book(at, *order, event);
  if (was_refused(event.order) && !was_over) {
    at.retry_ns = floor.now() + refusal_pause;
    at.reason = event.reason.empty() ? event.event : event.reason;
  }
  if (event.event == "order_cancel_rejected") order->cancel_asked_ns = 0;
  // A trade that has begun to end, by its stop or by a target, is not added to.
  if (filled.is_positive() && order->role != order_role::entry) at.entries_end = true;
  if (order->over && !was_over && order->role != order_role::entry) exit_ended(*order, event);
  unheard_.erase(event.order.number);
  if (order->over && !was_over && order->filled.is_zero() && order->role != order_role::entry)
    note_lost_exit(floor.now());
  look_after(floor);
  settle(event.at_ns);
}

// One that ends unfilled is asked for again at once; when the next ends so, too, not without a
// pause: whoever ends them may go on doing so.
void follow::note_lost_exit(timestamp_ns now) {
  auto& at = *state_.current;
  if (lost_ns_ != 0 && now - lost_ns_ < lost_exit_memory) at.retry_ns = now + refusal_pause;
  lost_ns_ = now;
}

// Orders of the verbs enter and exit.
void follow::book_foreign(const own_order_event& event) {
  auto qty = event.qty;
  if (!qty.is_positive()) return;
  const auto price = event.price.is_positive() ? event.price : event.order.filled_avg_price;
  const bool buys = event.order.terms.side == order_side::buy;
  if (state_.current && (state_.current->side == order_side::buy) != buys) {
    auto& at = *state_.current;
    const auto of_trade = std::min(qty, held(at));
    at.sold_elsewhere += of_trade;
    at.sold_elsewhere_money += multiply(price, of_trade);
    if (of_trade.is_positive()) {
      at.entries_end = true;
      at.reason = "closed by the operator";
    }
    qty -= of_trade;
  }
  const auto money = multiply(price, qty);
  state_.outside += buys ? qty : -qty;
  state_.outside_paid += buys ? money : -money;
}

// An entry that had been given up has filled: nobody counts on it any more and nothing protects
// it. Where nothing else is traded its trade opens again, to be closed at the market; else it is
// protected and sold with what is traded now.
bool follow::filled_late(const own_order_event& event) {
  auto past = std::ranges::find_if(
      state_.past, [&](const past_order& x) { return x.order.number == event.order.number; });
  if (past == state_.past.end()) return false;
  const auto more = event.order.filled_qty - past->order.filled;
  if (!more.is_positive()) return true;
  const bool opens = past->order.role == order_role::entry;
  if (!opens || (state_.current && state_.current->side != past->side)) {
    past->order.filled = event.order.filled_qty;
    auto rest = event;
    rest.qty = more;
    book_foreign(rest);
    return true;
  }
  auto entry = past->order;
  // What it had brought before has been sold since.
  trade_order sold;
  sold.parent = entry.number;
  sold.role = order_role::close;
  sold.filled = sold.qty = entry.filled;
  sold.over = true;
  entry.filled = event.order.filled_qty;
  entry.money = multiply(event.order.filled_avg_price, entry.filled);
  sold.money = multiply(event.order.filled_avg_price, sold.filled);
  entry.over = is_closed(event.order.status);
  entry.taken = true;
  if (!state_.current) {
    trade again;
    again.source = past->source;
    again.source_id = past->source_id;
    again.side = past->side;
    again.stop = again.first_stop = past->stop;
    again.closing = again.entries_end = true;
    again.opened_ns = event.at_ns;
    again.reason = "its entry filled after it had been given up";
    state_.current = std::move(again);
  }
  state_.current->wanted += more;
  state_.current->orders.push_back(entry);
  if (sold.filled.is_positive()) state_.current->orders.push_back(sold);
  state_.past.erase(past);
  return true;
}

// -- looking after the trade ----------------------------------------------------------------------

void follow::cancel(trade_order& order, trader& floor) {
  if (order.over) return;
  if (order.cancel_asked_ns != 0 && floor.now() - order.cancel_asked_ns < cancel_pause) return;
  order.cancel_asked_ns = floor.now();
  floor.cancel(order.number);
}

std::uint64_t follow::submit_exit(const trade_order& entry, order_role role, Price price,
                                  Quantity qty, trader& floor) {
  order_terms terms;
  terms.ticker = ticker_;
  const bool is_long =
      !state_.current ? !(state_.outside < Quantity{}) : state_.current->side == order_side::buy;
  terms.side = is_long ? order_side::sell : order_side::buy;
  terms.qty = qty;
  terms.lasts = time_in_force::gtc;
  if (role == order_role::stop) {
    terms.type = order_type::stop;
    terms.stop_price = price;
  } else if (role == order_role::target) {
    terms.type = order_type::limit;
    terms.limit_price = price;
  } else {
    terms.type = order_type::market;
    terms.lasts = time_in_force::day;
  }
  return floor.submit_exit(entry.number, terms);
}

bool follow::is_through(Price stop) const {
  if (!state_.mark.is_positive()) return false;
  return state_.current->side == order_side::buy ? state_.mark <= stop : state_.mark >= stop;
}

void follow::look_after(trader& floor) {
  if (!state_.current) return;
  auto& at = *state_.current;
  if (at.entry_until_ns != 0 && floor.now() >= at.entry_until_ns && can_enter(at) &&
      !at.entries_end) {
    at.entries_end = true;
    if (entered(at).is_zero()) at.reason = "the entry was not reached in time";
  }
  look_after_entries(floor);
  look_after_targets(floor);
  for (auto& order : at.orders)
    if (order.cancel_asked_ns != 0) cancel(order, floor);
  // A pause after a refusal is no reason to stay without a stop beyond the stop.
  const bool must_sell = !at.closing && held(at).is_positive() && is_through(at.stop) &&
                         std::ranges::none_of(at.orders, [](const trade_order& x) {
                           return x.role == order_role::stop && !x.over;
                         });
  if (floor.now() < at.retry_ns && !must_sell) {
    settle(floor.now());
    return;
  }
  if (at.closing)
    close_all(floor);
  else
    look_after_stops(floor);
  settle(floor.now());
}

void follow::look_after_entries(trader& floor) {
  auto& at = *state_.current;
  if (!at.entries_end && !at.closing) return;
  for (auto& order : at.orders)
    if (order.role == order_role::entry) cancel(order, floor);
}

// Every entry that can bring something, or has, needs one stop where the trade wants it. An older
// one goes once the new one is with the broker, not before.
void follow::look_after_stops(trader& floor) {
  auto& at = *state_.current;
  std::vector<trade_order> wanted;
  for (const auto& entry : at.orders) {
    if (entry.role != order_role::entry) continue;
    const auto needed = pool(at, entry);
    if (entry.over && needed.is_zero()) continue;
    const auto is_stop = [&](const trade_order& x) {
      return x.role == order_role::stop && x.parent == entry.number && !x.over;
    };
    const auto in_place = std::ranges::find_if(at.orders, [&](const trade_order& x) {
      return is_stop(x) && x.price == at.stop && x.qty - x.filled >= needed;
    });
    if (in_place == at.orders.end()) {
      // Before its first word an entry may not be with the broker: its exits come with it.
      if (entry.taken || needed.is_positive()) wanted.push_back(entry);
      continue;
    }
    if (!in_place->taken) continue;
    const auto keep = in_place->number;
    for (auto& order : at.orders)
      if (is_stop(order) && order.number != keep) cancel(order, floor);
  }
  for (const auto& entry : wanted) {
    const auto needed = pool(at, entry);
    if (needed.is_positive() && is_through(at.stop)) {
      at.closing = true;
      at.reason = "the market is beyond the stop, and no stop is at the broker";
      close_all(floor);
      return;
    }
    trade_order stop;
    stop.parent = entry.number;
    stop.role = order_role::stop;
    stop.price = at.stop;
    stop.qty = entry.over ? needed : entry.qty;
    stop.number = submit_exit(entry, stop.role, stop.price, stop.qty, floor);
    at.orders.push_back(stop);
  }
}

// The stop stays until the sale has filled: both share what there is to sell.
void follow::close_all(trader& floor) {
  auto& at = *state_.current;
  std::vector<trade_order> asked;
  for (const auto& entry : at.orders) {
    if (entry.role != order_role::entry) continue;
    auto left = pool(at, entry);
    for (const auto& order : at.orders)
      if (order.role == order_role::close && order.parent == entry.number && !order.over)
        left -= order.qty - order.filled;
    if (!left.is_positive()) continue;
    trade_order close;
    close.parent = entry.number;
    close.role = order_role::close;
    close.qty = left;
    close.number = submit_exit(entry, close.role, {}, left, floor);
    asked.push_back(close);
  }
  at.orders.insert(at.orders.end(), asked.begin(), asked.end());
}

// -- what others hear -----------------------------------------------------------------------------

void follow::settle(timestamp_ns now) {
  if (!state_.current) return;
  auto& at = *state_.current;
  // Exits that ended without having sold say nothing more, and there may be many.
  std::erase_if(at.orders, [](const trade_order& x) {
    return x.over && x.filled.is_zero() && x.role != order_role::entry;
  });
  if (!is_over(at)) {
    tell(now);
    return;
  }
  at.closed_ns = now;
  tell(now);
  auto record = news_.empty() ? record_of(at, {}, now) : news_.back();
  state_.realized += record.profit;
  state_.ended.push_back(std::move(record));
  while (state_.ended.size() > most_ended) state_.ended.pop_front();
  for (const auto& order : at.orders)
    if (order.number != 0 && (order.role == order_role::entry || order.filled.is_positive()))
      state_.past.push_back({at.source, at.source_id, at.side, at.stop, order});
  while (state_.past.size() > most_past) state_.past.pop_front();
  state_.current.reset();
  told_ = {};
}

void follow::tell(timestamp_ns now) {
  auto& at = *state_.current;
  auto record = record_of(at, {}, 0);
  record.version = 0;
  if (record == told_) return;
  told_ = record;
  at.version = ++state_.last_version;
  record = record_of(at, {}, now);
  news_.push_back(std::move(record));
}

// -- parameters and state -------------------------------------------------------------------------

tl::expected<std::string, invalid_field> follow::check_parameters(std::string_view changes) const {
  auto checked = read_changes(parameters_, changes);
  if (!checked) return tl::unexpected{std::move(checked).error()};
  return write_parameters(*checked);
}

void follow::set_parameters(std::string_view parameters) {
  auto read = read_changes(default_parameters(), parameters);
  if (!read) throw std::runtime_error{"follow parameters: " + to_string(read.error())};
  parameters_ = *read;
}

void follow::restore(std::string_view snapshot) {
  state_ = read_state(snapshot);
  mark_is_fresh_ = false;
  told_ = {};
  news_.clear();
  unheard_.clear();
  if (!state_.current) return;
  for (const auto& order : state_.current->orders)
    if (order.role != order_role::entry && !order.taken && !order.over)
      unheard_.insert(order.number);
}

Quantity follow::position() const {
  auto result = state_.outside;
  if (!state_.current) return result;
  const auto of_trade = entered(*state_.current) - exited(*state_.current);
  return state_.current->side == order_side::buy ? result + of_trade : result - of_trade;
}

std::optional<profit_figures> follow::performance() const {
  profit_figures result;
  result.realized = state_.realized;
  Money open;
  if (state_.current) {
    const auto record = record_of(*state_.current, {}, 0);
    result.realized += record.profit;
    const auto left = held(*state_.current);
    if (left.is_positive() && state_.mark.is_positive()) {
      const auto worth = multiply(state_.mark, left);
      const auto paid = multiply(record.entry_price, left);
      open = state_.current->side == order_side::buy ? worth - paid : paid - worth;
    }
  }
  const auto outside = state_.mark.is_positive()
                           ? multiply(state_.mark, state_.outside) - state_.outside_paid
                           : Money{};
  result.open = open + outside;
  result.profit = result.realized + result.open;
  result.total = result.realized;
  return result;
}

std::string follow::details() const {
  detail::object_writer out;
  out.text("max_notional", to_string(parameters_.max_notional))
      .text("realized", to_string(state_.realized))
      .count("ended", state_.ended.size());
  if (!state_.outside.is_zero()) out.text("outside_shares", to_string(state_.outside));
  if (state_.current) {
    const auto& at = *state_.current;
    out.raw("trade", detail::object_writer{}
                         .text("source", at.source)
                         .text("source_id", at.source_id)
                         .text("state", to_string(state_of(at)))
                         .text("side", at.side == order_side::buy ? "long" : "short")
                         .text("wanted", to_string(at.wanted))
                         .text("held", to_string(held(at)))
                         .text("stop", to_string(at.stop))
                         .boolean("protected", is_protected(at))
                         .text("reason", at.reason)
                         .finish());
  }
  return out.finish();
}

}  // namespace outcry
