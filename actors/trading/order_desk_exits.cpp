#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "actors/trading/desk_timing.hpp"
#include "actors/trading/exit_cover.hpp"
#include "actors/trading/order_desk.hpp"

// Exits: orders that close what another order of their bot, their parent, has filled. The parent
// stays in memory as long as it has exits, with the sum of what they have closed.

namespace outcry {

namespace {

template <class... Ts>
risk_refusal refused(ec code, fmt::format_string<Ts...> text, Ts&&... values) {
  return {code, fmt::format(text, std::forward<Ts>(values)...)};
}

}  // namespace

live_order* order_desk_state::find_live(const std::string& bot_id, std::uint64_t number) {
  const auto found = live_.find({bot_id, number});
  return found == live_.end() ? nullptr : &found->second;
}

const live_order* order_desk_state::find_live(const std::string& bot_id,
                                              std::uint64_t number) const {
  const auto found = live_.find({bot_id, number});
  return found == live_.end() ? nullptr : &found->second;
}

// Exits have higher numbers than what they close.
std::vector<order_desk_state::order_key> order_desk_state::exits_of(const order_key& entry) const {
  std::vector<order_key> result;
  for (auto i = live_.upper_bound(entry); i != live_.end() && i->first.first == entry.first; ++i)
    if (i->second.record.parent == entry.second) result.push_back(i->first);
  return result;
}

// Those that share the entry's request.
std::vector<order_desk_state::order_key> order_desk_state::exits_along(
    const order_key& entry) const {
  auto result = exits_of(entry);
  std::erase_if(result, [this](const auto& key) { return !live_.at(key).along; });
  return result;
}

void order_desk_state::remember_parent(const order_record& record) {
  const order_key key{record.bot_id, record.number};
  auto [at, is_new] = live_.try_emplace(key);
  if (!is_new) return;
  auto& order = at->second;
  order.record = record;
  order.told_status = record.status;
  order.told_filled = record.order.filled_qty;
  by_client_id_[record.order.request.client_order_id] = key;
}

// Does `work` with that order in memory, if there is one. One that is over is in the journal.
void order_desk_state::with_parent(const std::string& bot_id, std::uint64_t parent,
                                   std::function<void()> work) {
  if (parent == 0 || find_live(bot_id, parent) != nullptr) {
    work();
    return;
  }
  find_orders query;
  query.bot_id = bot_id;
  query.number = parent;
  self_->request(services_.journal, desk_journal_timeout, query)
      .then(
          [this, key = order_key{bot_id, parent}, work](const order_list& found) {
            if (!found.orders.empty()) remember_parent(found.orders.front());
            work();
            drop_if_over(key);
          },
          [this, work](caf::error&) {
            self_->count_error();
            work();
          });
}

std::optional<risk_refusal> order_desk_state::why_not_exits(const place_order& wish) const {
  if (wish.parent != 0) {
    if (!wish.exits.empty()) return refused(ec::invalid_input, "exits: an exit has none");
    return why_not_later(wish);
  }
  const auto& [ticker, side] = std::tie(wish.terms.ticker, wish.terms.side);
  // Where shorting is on, a plain order may go through zero. Not with what exits are to close: they
  // would close it a second time, and so open a position.
  if (services_.options.shorting && has_exits(live_, wish.bot_id, ticker, side)) {
    const bool sells = side == order_side::sell;
    const auto own = own_position(wish.bot_id, ticker);
    const auto mark = wish.last_price.is_positive() ? wish.last_price : mark_of(ticker);
    const auto promised = open_qty(wish.bot_id, ticker, side, mark);
    const auto left = std::max((sells ? own : -own) - promised, Quantity{});
    const auto& notional = wish.terms.notional;
    const bool is_known = notional.is_zero() || mark.is_positive();
    const auto qty =
        notional.is_zero() || !is_known ? wish.terms.qty : divide(notional, mark, 9, rounding::up);
    if (!is_known || qty > left) {
      return refused(ec::risk_limit,
                     "a {} of {} beside exits when {} are left: the bot owns {}, its orders {} {}",
                     sells ? "sale" : "purchase", is_known ? to_string(qty) : "an unknown number",
                     to_string(left), to_string(own), sells ? "sell" : "buy", to_string(promised));
    }
  }
  if (wish.exits.empty()) return std::nullopt;
  if (wish.exits.size() > most_exits) {
    return refused(ec::invalid_input, "exits: at most {}, found {}", most_exits, wish.exits.size());
  }
  for (std::size_t i = 0; i < wish.exits.size(); ++i) {
    if (auto wrong = check_exit(wish.exits[i], wish.terms)) {
      return refused(wrong->code, "exits[{}].{}", i, wrong->reason);
    }
  }
  // Of what only makes a position smaller an exit would make it larger again.
  const auto own = own_position(wish.bot_id, wish.terms.ticker);
  const bool buys = wish.terms.side == order_side::buy;
  const bool opens = buys ? own >= Quantity{} : services_.options.shorting && own <= Quantity{};
  if (opens) return std::nullopt;
  return refused(ec::risk_limit, "a {} with exits opens a position{}: the bot owns {}",
                 buys ? "purchase" : "sale", buys ? "" : ", which needs shorting", to_string(own));
}

// An exit is never refused for a limit, a price or a gap of the feed: only when it could do more
// than close.
std::optional<risk_refusal> order_desk_state::why_not_later(const place_order& wish) const {
  const auto* parent = find_live(wish.bot_id, wish.parent);
  if (parent == nullptr || wish.parent >= wish.number) {
    return refused(ec::invalid_input, "parent: the bot has no order {} that could be read",
                   wish.parent);
  }
  const auto& its = parent->record;
  if (its.parent != 0) {
    return refused(ec::invalid_input, "parent: order {} is an exit itself", wish.parent);
  }
  if (auto wrong = check_exit(wish.terms, its.order.request.terms)) return wrong;
  const auto pool = its.order.filled_qty - its.exited;
  if (is_closed(its.status) && !pool.is_positive()) {
    return refused(ec::refused, "nothing of order {} is left to close", wish.parent);
  }
  // Its shares may have been sold by a plain order, while no exit held them.
  const auto& ticker = wish.terms.ticker;
  const bool sells = wish.terms.side == order_side::sell;
  const auto own = own_position(wish.bot_id, ticker);
  const auto promised =
      open_qty(wish.bot_id, ticker, wish.terms.side, mark_of(ticker), wish.parent);
  const auto left = std::max((sells ? own : -own) - promised, Quantity{});
  if (std::min(wish.terms.qty, pool) <= left) return std::nullopt;
  return refused(ec::risk_limit,
                 "an exit of {} when {} are left: the bot owns {}, other orders {} {}",
                 to_string(std::min(wish.terms.qty, pool)), to_string(left), to_string(own),
                 sells ? "sell" : "buy", to_string(promised));
}

/// What the exits of one entry may still close together.
Quantity order_desk_state::pool_of(const order_record& exit) const {
  const auto* parent = find_live(exit.bot_id, exit.parent);
  // Of an order that no journal knows: not more than it asks for.
  if (parent == nullptr) return left_of(exit);
  const auto pool = parent->record.order.filled_qty - parent->record.exited;
  return pool.is_positive() ? pool : Quantity{};
}

// Whose entry never was with the broker never were, either; those it has shown speak for
// themselves.
void order_desk_state::end_unsent_exits(const order_record& entry, std::string_view event) {
  if (entry.status != order_status::never_sent && entry.status != order_status::rejected) return;
  for (const auto& key : exits_of({entry.bot_id, entry.number})) {
    auto& exit = live_[key];
    const bool apart = exit.sending && !exit.along;
    if (is_closed(exit.record.status) || !exit.record.order.id.empty() || apart) continue;
    exit.sending = false;
    conclude(exit, order_status::never_sent, event == "rejected" ? "refused" : event, entry.code,
             entry.reason);
  }
}

// An entry that comes up late is not to go on. Its exits only close what it has filled meanwhile:
// they are what protects that, unless everything was to be cancelled.
bool order_desk_state::ends_when_surfaced(const live_order& order) const {
  return order.record.parent == 0 || closing_of(order.record.bot_id) == gate_closing::cancel_all;
}

}  // namespace outcry
