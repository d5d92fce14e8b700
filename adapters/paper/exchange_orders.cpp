#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "adapters/paper/costs.hpp"
#include "adapters/paper/exchange.hpp"
#include "adapters/paper/request_check.hpp"

namespace outcry::paper {

namespace {

refusal too_few(Quantity wanted, Quantity available) {
  return not_enough(
      fmt::format("insufficient qty available for order (requested: {}, available: {})",
                  to_string(wanted), to_string(std::max(available, Quantity{}))));
}

remainder whole_of(const order_terms& terms) {
  return {terms.qty, terms.notional};
}

/// An order of money in shares at the last price, at least so many; 0 when none is known.
Quantity shares_of(const order_terms& terms, Price last) {
  if (terms.notional.is_zero()) return terms.qty;
  return last.is_zero() ? Quantity{} : divide(terms.notional, last, 9, rounding::up);
}

}  // namespace

tl::expected<broker_order, refusal> exchange::submit(const order_request& request,
                                                     timestamp_ns now) {
  tl::expected<broker_order, refusal> answer;
  transact(now, [&] {
    if (auto bad = check_new(request)) {
      answer = tl::unexpected{std::move(*bad)};
      return;
    }
    const auto& terms = request.terms;
    const auto& at = tickers_[static_cast<std::size_t>(handle_of(terms.ticker))];
    auto bad = request.parent.empty() ? check_means(terms, at, nullptr) : check_later_exit(request);
    if (!bad) bad = check_exits(request);
    if (bad) {
      answer = tl::unexpected{std::move(*bad)};
      return;
    }
    broker_order order;
    order.id = next_id();
    order.request = {request.client_order_id, terms, request.parent, {}};
    answer = open(std::move(order));
    for (const auto& exit : request.exits) {
      broker_order held;
      held.id = next_id();
      held.request = {exit.client_order_id, exit.terms, request.client_order_id, {}};
      open(std::move(held));
    }
  });
  return answer;
}

std::optional<refusal> exchange::check_new(const order_request& request) const {
  if (auto bad = check_request(request, options_)) return bad;
  const auto& client_id = request.client_order_id;
  if (by_client_id_.count(client_id) != 0 || store_->find_by_client_id(client_id)) {
    return invalid("client_order_id must be unique");
  }
  const auto lasts = request.terms.lasts;
  const bool at_once = lasts == time_in_force::ioc || lasts == time_in_force::fok;
  if (at_once && session_.phase != session_phase::regular) {
    return not_possible("ioc and fok orders are only accepted in the regular session");
  }
  return std::nullopt;
}

std::optional<refusal> exchange::check_means(const order_terms& terms, const ticker_state& at,
                                             const live_order* instead_of) const {
  if (terms.side == order_side::sell) return check_sale(terms, at, instead_of);
  const auto& position = at.position;
  if (position.qty < Quantity{}) {
    // Buying back needs no buying power, but may not turn the position in one order.
    const auto wanted = shares_of(terms, position.last_price);
    const auto available = -position.qty - open_qty(at, order_side::buy, instead_of);
    if (wanted > available) return too_few(wanted, available);
    return std::nullopt;
  }
  const auto free = free_buying_power() + (instead_of ? instead_of->record.reserved : Money{});
  if (reserve_for(terms, at) > free) return not_enough("insufficient buying power");
  return std::nullopt;
}

std::optional<refusal> exchange::check_sale(const order_terms& terms, const ticker_state& at,
                                            const live_order* instead_of) const {
  const auto& position = at.position;
  const bool is_short_sale = !position.qty.is_positive();
  const auto wanted = shares_of(terms, position.last_price);
  if (!is_short_sale) {
    const auto available = position.qty - open_qty(at, order_side::sell, instead_of);
    if (wanted.is_zero()) return not_possible("no price is known to turn notional into shares");
    if (wanted > available) return too_few(wanted, available);
    return std::nullopt;
  }
  if (!options_.shorting) return not_enough("account is not allowed to short");
  if (!terms.notional.is_zero() || rounded(terms.qty, 0, rounding::down) != terms.qty) {
    return invalid("fractional orders cannot be sold short");
  }
  const auto free = free_buying_power() + (instead_of ? instead_of->record.reserved : Money{});
  const auto needed = reserve_for(terms, at);
  if (needed.is_zero()) return not_possible("no price is known to value the short sale");
  if (needed > free) return not_enough("insufficient buying power");
  return std::nullopt;
}

Money exchange::reserve_for(const order_terms& terms, const ticker_state& at) const {
  const auto& position = at.position;
  if (terms.side == order_side::buy) {
    if (position.qty < Quantity{}) return {};
    return buy_reserve(terms, whole_of(terms), true, position.last_price, options_);
  }
  if (position.qty.is_positive()) return {};
  return short_reserve(terms, terms.qty, position.last_price, options_);
}

Quantity exchange::open_qty(const ticker_state& at, order_side side,
                            const live_order* except) const {
  Quantity sum;
  std::vector<const live_order*> counted;
  for (const auto* order : at.open) {
    const auto& x = order->record.order;
    if (order == except || x.request.terms.side != side || is_closed(x.status)) continue;
    if (order->parent != nullptr) {
      // However many exits there are: together they close what is there, once.
      if (std::find(counted.begin(), counted.end(), order->parent) != counted.end()) continue;
      counted.push_back(order->parent);
      sum += pool_of(order->parent->record);
      continue;
    }
    const auto left = remainder_of(order->record);
    sum += left.qty;
    if (left.notional.is_positive() && at.position.last_price.is_positive()) {
      sum += divide(left.notional, at.position.last_price, 9, rounding::up);
    }
  }
  return sum;
}

const broker_order& exchange::open(broker_order order) {
  const auto now = account_.clock_ns;
  auto* parent = order.request.parent.empty() ? nullptr : &parent_named(order.request.parent);
  const bool is_held = parent != nullptr && pool_of(parent->record).is_zero();
  const bool waits = !is_eligible(order.request.terms);
  order.created_ns = now;
  order.submitted_ns = now;
  order.status = is_held ? order_status::held
                 : waits ? order_status::accepted
                         : order_status::working;

  order_record record;
  record.order = std::move(order);
  record.sequence = ++account_.sequences_used;
  record.expires_ns = expiry_of(record.order.request.terms);
  auto& kept = keep(std::move(record));
  const auto& x = kept.record.order;
  if (parent == nullptr) {
    reserve(kept, reserve_for(x.request.terms, tickers_[kept.ticker]));
  } else {
    // What it buys back is paid for by what the short sale holds back.
    kept.parent = parent;
    parent->exits.push_back(&kept);
  }
  tell(kept, is_held ? "held" : waits ? "accepted" : "new");
  return x;
}

tl::expected<exchange::live_order*, refusal> exchange::find_open(std::string_view id) {
  auto status = order_status::working;
  if (const auto found = by_id_.find(id); found != by_id_.end()) {
    status = found->second->record.order.status;
    if (!is_closed(status)) return found->second;
  } else if (const auto record = store_->find(id)) {
    status = record->order.status;
  } else {
    return tl::unexpected{not_found()};
  }
  return tl::unexpected{
      not_possible(fmt::format("order is already in \"{}\" state", to_string(status)))};
}

tl::expected<broker_order, refusal> exchange::cancel(std::string_view id, timestamp_ns now) {
  tl::expected<broker_order, refusal> answer;
  transact(now, [&] {
    const auto found = find_open(id);
    if (!found) {
      answer = tl::unexpected{found.error()};
      return;
    }
    auto& order = **found;
    order.record.order.status = order_status::pending_cancel;
    tell(order, "pending_cancel");
    close(order, order_status::canceled, "canceled", "canceled on request");
    answer = order.record.order;
  });
  return answer;
}

tl::expected<broker_order, refusal> exchange::replace(std::string_view id,
                                                      const order_changes& what, timestamp_ns now) {
  tl::expected<broker_order, refusal> answer;
  const auto refuse = [&](refusal why) { answer = tl::unexpected{std::move(why)}; };
  transact(now, [&] {
    const auto found = find_open(id);
    if (!found) return refuse(found.error());
    auto& old = **found;
    auto request = old.record.order.request;
    auto& terms = request.terms;
    if (!terms.notional.is_zero()) {
      return refuse(not_possible("notional orders cannot be replaced"));
    }
    if (has_open_exits(old)) return refuse(not_possible("orders with exits cannot be replaced"));
    const auto left = remainder_of(old.record).qty;
    terms.qty = what.qty.value_or(left);
    terms.limit_price = what.limit_price.value_or(terms.limit_price);
    terms.stop_price = what.stop_price.value_or(terms.stop_price);
    terms.lasts = what.lasts.value_or(terms.lasts);
    auto unchanged = old.record.order.request.terms;
    unchanged.qty = left;
    if (terms == unchanged) return refuse(not_possible("order parameters are not changed"));

    const auto ids_used = account_.ids_used;
    request.client_order_id = what.client_order_id.empty() ? next_id() : what.client_order_id;
    auto bad = check_new(request);
    if (!bad) {
      bad = old.parent == nullptr ? check_means(terms, tickers_[old.ticker], &old)
                                  : check_later_exit(request);
    }
    if (bad) {
      account_.ids_used = ids_used;
      return refuse(std::move(*bad));
    }
    broker_order order;
    order.id = next_id();
    order.request = std::move(request);
    order.replaces = old.record.order.id;
    const bool elected = old.record.elected;
    old.record.order.replaced_by = order.id;
    close(old, order_status::replaced, "replaced", "replaced on request");
    const auto new_id = order.id;
    answer = open(std::move(order));
    by_id_.at(new_id)->record.elected = elected && !what.stop_price;
  });
  return answer;
}

tl::expected<void, refusal> exchange::book_outside_trade(std::string_view ticker, order_side side,
                                                         Quantity qty, Price price,
                                                         timestamp_ns now) {
  tl::expected<void, refusal> answer;
  const auto refuse = [&](refusal why) { answer = tl::unexpected{std::move(why)}; };
  transact(now, [&] {
    if (!qty.is_positive() || qty >= Quantity::from_integer(too_large)) {
      return refuse(invalid("qty must be > 0"));
    }
    if (!is_plausible(price)) return refuse(invalid("price must be > 0"));
    auto& at = tickers_[static_cast<std::size_t>(handle_of(ticker))];
    const auto value = multiply(price, qty, rounding::down);
    const auto held = at.position.qty;
    if (side == order_side::sell && !options_.shorting && qty > held) {
      return refuse(too_few(qty, held));
    }
    const bool reduces = side == order_side::buy ? qty <= -held : qty <= held;
    auto moved = at.position;
    apply_trade(moved, side, qty, price);
    const auto cash = side == order_side::buy ? account_.cash - value : account_.cash + value;
    const auto held_back = held_back_ - short_collateral(at.position) + short_collateral(moved);
    if (!reduces && cash < held_back) return refuse(not_enough("insufficient buying power"));
    account_.cash = cash;
    move_position(at, side, qty, price);
    if (at.position.last_price.is_zero()) at.position.last_price = price;
    touch(at);
  });
  return answer;
}

}  // namespace outcry::paper
