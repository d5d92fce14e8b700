#include "actors/bots/strategies/follow/plan.hpp"

#include <algorithm>
#include <stdexcept>

namespace outcry::following {

namespace {

using signals::entry_order;
using signals::trade_side;

/// More entries than this are not spread: the nearest ones are used.
constexpr std::size_t max_entries = 3;

/// A bot may have 16 orders unanswered: what all entries and their exits come to at most.
constexpr std::size_t max_orders = 16;

bool is_long(const signals::signal& call) {
  return call.side == trade_side::long_side;
}

/// True if `a` is farther in the direction of profit than `b`.
bool is_beyond(const signals::signal& call, Price a, Price b) {
  return is_long(call) ? a > b : a < b;
}

Quantity lot_of(const signals::signal& call, const parameters& money) {
  if (money.lot.is_positive()) return money.lot;
  return call.asset == signals::asset_kind::crypto ? *Quantity::parse("0.0001")
                                                   : Quantity::from_integer(1);
}

/// The largest multiple of `lot` that is not above `x`.
Quantity in_lots(Quantity x, Quantity lot) {
  return Quantity::from_units(x.units() / lot.units() * lot.units());
}

Price shifted(Price price, Ratio by, bool up) {
  const auto change = scaled(price, by);
  return up ? price + change : price - change;
}

/// Rounded so that it keeps no more places than the market quotes: shares in cents, below 1.00 in
/// hundredths of a cent; others finer, the cheaper the finer.
Price quoted(const signals::signal& call, Price price) {
  const bool cheap = price < Price::from_integer(1);
  int places = cheap ? 4 : 2;
  if (call.asset != signals::asset_kind::stock && call.asset != signals::asset_kind::unknown)
    places = cheap ? 8 : price < Price::from_integer(100) ? 6 : 4;
  return rounded(price, places, rounding::half_even);
}

/// Where the call wants to enter: one price for each order. A zone is entered at its near end.
std::vector<Price> entry_prices(const signals::signal& call) {
  auto result = call.entries;
  const auto nearest_first = [&](Price a, Price b) { return is_beyond(call, a, b); };
  std::sort(result.begin(), result.end(), nearest_first);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  if (call.entry_range) result.resize(std::min<std::size_t>(result.size(), 1));
  if (result.size() > max_entries) result.resize(max_entries);
  return result;
}

std::vector<planned_target> targets_of(const signals::signal& call, std::uint32_t most) {
  std::vector<planned_target> result;
  for (std::size_t i = 0; i < call.targets.size(); ++i)
    result.push_back({call.targets[i], static_cast<std::uint8_t>(i + 1)});
  if (result.size() > most) {
    result[most - 1] = result.back();
    result.resize(most);
  }
  return result;
}

order_terms exit_terms(const order_terms& entry, Quantity qty) {
  order_terms terms;
  terms.ticker = entry.ticker;
  terms.side = entry.side == order_side::buy ? order_side::sell : order_side::buy;
  terms.lasts = time_in_force::gtc;
  terms.qty = qty;
  return terms;
}

struct levels {
  std::vector<Price> entries;
  entry_order kind = entry_order::limit;
  Price stop;
  std::vector<planned_target> targets;
};

tl::expected<levels, refusal> find_levels(const signals::signal& call, const parameters& money,
                                          Price last) {
  const auto no = [](const char* code, std::string reason) {
    return tl::unexpected{refusal{code, std::move(reason)}};
  };
  levels at;
  at.targets = targets_of(call, money.max_targets);
  if (call.order == entry_order::market || call.entries.empty()) {
    if (!last.is_positive()) return no("no_price", "it enters at market and no price is known");
    if (!call.entries.empty()) {
      const auto named = entry_prices(call).front();
      if (is_beyond(call, last, shifted(named, money.max_chase, is_long(call))))
        return no("too_late", "the market has run from " + to_string(named) + " to " +
                                  to_string(last) + ", more than max_chase");
    }
    at.entries = {quoted(call, shifted(last, money.slippage, is_long(call)))};
  } else {
    at.entries = entry_prices(call);
    if (call.order == entry_order::stop) at.kind = entry_order::stop;
  }
  const auto worst = at.entries.front();
  const auto best = at.entries.back();
  if (call.stop) {
    at.stop = call.stop->price;
  } else if (money.default_stop.is_positive()) {
    at.stop = quoted(call, shifted(best, money.default_stop, !is_long(call)));
  } else {
    return no("no_stop", "the call names no stop, and default_stop is 0");
  }
  if (!at.stop.is_positive() || !is_beyond(call, best, at.stop))
    return no("levels", "the stop " + to_string(at.stop) + " does not protect an entry at " +
                            to_string(best));
  for (const auto& target : at.targets)
    if (!is_beyond(call, target.price, call.order == entry_order::market ? best : worst))
      return no("levels", "target " + to_string(target.price) + " is no gain for an entry at " +
                              to_string(worst));
  if (last.is_positive() && !is_beyond(call, last, at.stop))
    return no("too_late",
              "the market is at " + to_string(last) + ", beyond the stop at " + to_string(at.stop));
  if (last.is_positive() && !at.targets.empty() && !is_beyond(call, at.targets.front().price, last))
    return no("too_late", "the market is at " + to_string(last) + ", the first target at " +
                              to_string(at.targets.front().price));
  return at;
}

Quantity size_of(const levels& at, const parameters& money) {
  const auto worst = at.entries.front();
  auto qty = divide(money.max_notional, worst, detail::decimal_places, rounding::down);
  if (money.risk.is_positive()) {
    const auto apart = worst > at.stop ? worst - at.stop : at.stop - worst;
    qty = std::min(qty, divide(money.risk, apart, detail::decimal_places, rounding::down));
  }
  return qty;
}

}  // namespace

void add_exits(planned_entry& entry, Price stop, const std::vector<planned_target>& targets,
               Quantity lot) {
  const auto qty = entry.terms.qty;
  auto protect = exit_terms(entry.terms, qty);
  protect.type = order_type::stop;
  protect.stop_price = stop;
  entry.exits.push_back(protect);
  const auto lots = qty.units() / lot.units();
  const auto parts = std::min<std::size_t>(
      targets.size(), lots > 255 ? 255 : static_cast<std::size_t>(std::max<int128>(lots, 0)));
  auto left = qty;
  for (std::size_t i = 0; i < parts; ++i) {
    const bool is_last = i + 1 == parts;
    const auto part =
        is_last ? left
                : in_lots(Quantity::from_units(qty.units() / static_cast<int128>(parts)), lot);
    left -= part;
    auto take = exit_terms(entry.terms, part);
    take.type = order_type::limit;
    take.limit_price = targets[i].price;
    entry.exits.push_back(take);
    entry.targets.push_back(targets[i].number);
  }
}

tl::expected<trade_plan, refusal> make_plan(const signals::signal& call, const parameters& money,
                                            std::string_view ticker, Price last) {
  const auto no = [](const char* code, std::string reason) {
    return tl::unexpected{refusal{code, std::move(reason)}};
  };
  if (call.action != signals::trade_action::open)
    return no("not_an_opening", "the call closes a position");
  if (call.option) return no("option", "its prices are those of an option");
  if (!is_long(call) && !money.shorts)
    return no("short_not_allowed", "the call sells short, and shorts is false");
  if (!money.max_notional.is_positive())
    return no("no_size", "max_notional is 0: no call is followed");
  tl::expected<levels, refusal> at = tl::unexpected{refusal{}};
  try {
    at = find_levels(call, money, last);
  } catch (const std::overflow_error&) {
    return no("levels", "its prices are beyond all measure");
  }
  if (!at) return tl::unexpected{std::move(at).error()};
  const auto lot = lot_of(call, money);
  const auto total = size_of(*at, money);
  const auto each =
      in_lots(Quantity::from_units(total.units() / static_cast<int128>(at->entries.size())), lot);
  if (!each.is_positive())
    return no("too_small", "the money allows " + to_string(total) + " in " +
                               std::to_string(at->entries.size()) + " entries, a lot is " +
                               to_string(lot));
  auto targets = at->targets;
  const auto most = max_orders / at->entries.size() - 2;
  if (targets.size() > most) {
    targets[most - 1] = targets.back();
    targets.resize(most);
  }
  trade_plan plan;
  plan.side = is_long(call) ? order_side::buy : order_side::sell;
  plan.stop = at->stop;
  for (const auto price : at->entries) {
    planned_entry entry;
    entry.terms.ticker = ticker;
    entry.terms.side = plan.side;
    entry.terms.lasts = time_in_force::gtc;
    entry.terms.qty = each;
    if (at->kind == entry_order::stop) {
      entry.terms.type = order_type::stop_limit;
      entry.terms.stop_price = price;
      entry.terms.limit_price = quoted(call, shifted(price, money.slippage, is_long(call)));
    } else {
      entry.terms.type = order_type::limit;
      entry.terms.limit_price = price;
    }
    plan.wanted += each;
    add_exits(entry, at->stop, targets, lot);
    plan.entries.push_back(std::move(entry));
  }
  return plan;
}

}  // namespace outcry::following
