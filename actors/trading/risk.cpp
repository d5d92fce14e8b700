#include "actors/trading/risk.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include <fmt/format.h>

namespace outcry {

namespace {

using verdict = std::optional<risk_refusal>;

constexpr duration_ns minute_ns = 60 * ns_per_s;
constexpr std::int64_t too_large = 1'000'000'000'000;
constexpr std::size_t max_remembered = 1'000'000;

template <class... Ts>
risk_refusal refused(ec code, fmt::format_string<Ts...> text, Ts&&... values) {
  return {code, fmt::format(text, std::forward<Ts>(values)...)};
}

template <class Tag>
decimal<Tag> without_sign(decimal<Tag> x) {
  return x < decimal<Tag>{} ? -x : x;
}

bool has_limit_price(order_type type) {
  return type == order_type::limit || type == order_type::stop_limit;
}

bool has_stop_price(order_type type) {
  return type == order_type::stop || type == order_type::stop_limit;
}

verdict check_price(std::string_view name, bool wanted, Price found, std::string_view type) {
  if (wanted ? found.is_positive() : found.is_zero()) return std::nullopt;
  return refused(ec::invalid_input, "{}: a {} order has {}, found {}", name, type,
                 wanted ? "one above 0" : "none", to_string(found));
}

verdict check_outside(const risk_question& q) {
  if (!q.broker_connected) return refused(ec::no_broker, "the broker is not connected");
  if (q.account_blocked) {
    return refused(ec::no_broker, "the broker takes no order that increases exposure");
  }
  if (!q.halted.empty()) {
    return refused(ec::ticker_halted, "{} is halted: {}", q.terms.ticker, q.halted);
  }
  if (!q.last.is_positive()) {
    return refused(ec::stale_price, "no trade of {} is known", q.terms.ticker);
  }
  if (q.feed == feed_state::live) return std::nullopt;
  if (q.feed != feed_state::closed) {
    return refused(ec::stale_price, "the prices of {} are {}, not live", q.terms.ticker,
                   to_string(q.feed));
  }
  if (has_limit_price(q.terms.type)) return std::nullopt;
  return refused(ec::stale_price, "out of session a {} order needs a limit price",
                 to_string(q.terms.type));
}

verdict check_ownership(const risk_question& q) {
  if (q.terms.side == order_side::buy) return std::nullopt;
  if (!q.terms.notional.is_zero()) {
    return refused(ec::risk_limit, "a sale is given in shares (qty), found notional {}",
                   to_string(q.terms.notional));
  }
  if (q.shorting) return std::nullopt;
  return refused(ec::risk_limit, "a sale of {} when the bot owns {} and {} of it are being sold",
                 to_string(q.terms.qty), to_string(q.own), to_string(q.open_sells));
}

/// The checks that bot and account have in common.
verdict check_pace(const risk_limits& limits, Money today, std::uint32_t orders, Money notional,
                   std::string_view owner) {
  if (limits.daily_loss_limit.is_positive() && today <= -limits.daily_loss_limit) {
    return refused(ec::risk_limit, "daily_loss_limit {} of the {}: today's profit is {}",
                   to_string(limits.daily_loss_limit), owner, to_string(today));
  }
  if (limits.max_orders_per_minute != 0 && orders >= limits.max_orders_per_minute) {
    return refused(ec::risk_limit, "max_orders_per_minute {} of the {}: {} in the last minute",
                   limits.max_orders_per_minute, owner, orders);
  }
  if (limits.max_order_notional.is_positive() && notional > limits.max_order_notional) {
    return refused(ec::risk_limit, "max_order_notional {} of the {}: the order is worth {}",
                   to_string(limits.max_order_notional), owner, to_string(notional));
  }
  return std::nullopt;
}

verdict check_collar(const risk_question& q, Ratio collar, std::string_view owner) {
  if (!collar.is_positive() || !has_limit_price(q.terms.type)) return std::nullopt;
  const bool buys = q.terms.side == order_side::buy;
  Price around = q.last;
  if (has_stop_price(q.terms.type)) {
    around = buys ? std::max(around, q.terms.stop_price) : std::min(around, q.terms.stop_price);
  }
  // Rounded away from the order: the bound itself is never widened.
  const Price reach = scaled(around, collar, rounding::down);
  const Price bound = buys ? around + reach : around - reach;
  if (buys ? q.terms.limit_price <= bound : q.terms.limit_price >= bound) return std::nullopt;
  return refused(ec::risk_limit, "price_collar {} of the {}: limit_price {} is {} {}, around {}",
                 to_string(collar), owner, to_string(q.terms.limit_price), buys ? "above" : "below",
                 to_string(bound), to_string(around));
}

verdict check_positions(const risk_question& q) {
  const bool buys = q.terms.side == order_side::buy;
  const Money wanted =
      q.terms.notional.is_zero() ? multiply(q.last, q.terms.qty) : q.terms.notional;
  const Quantity shares = buys ? q.own + q.open_buys : q.own - q.open_sells;
  const Money signed_wanted = buys ? wanted : -wanted;
  const Money own = without_sign(multiply(q.last, shares) + signed_wanted);
  if (q.bot.max_position.is_positive() && own > q.bot.max_position) {
    return refused(ec::risk_limit, "max_position {} of the bot: {} with this order",
                   to_string(q.bot.max_position), to_string(own));
  }
  const Money all = q.account_position + wanted;
  if (q.account.max_position.is_positive() && all > q.account.max_position) {
    return refused(ec::risk_limit, "max_position {} of the account: {} with this order",
                   to_string(q.account.max_position), to_string(all));
  }
  return std::nullopt;
}

verdict check_increase(const risk_question& q) {
  if (auto no = check_outside(q)) return no;
  if (auto no = check_ownership(q)) return no;
  const Money notional = order_notional(q.terms, q.last);
  if (auto no = check_pace(q.bot, q.bot_today, q.bot_orders, notional, "bot")) return no;
  if (auto no = check_pace(q.account, q.account_today, q.account_orders, notional, "account")) {
    return no;
  }
  if (auto no = check_collar(q, q.bot.price_collar, "bot")) return no;
  if (auto no = check_collar(q, q.account.price_collar, "account")) return no;
  return check_positions(q);
}

Money worth(const bot_holding& holding, Quantity claimed) {
  return multiply(holding.mark, holding.qty + claimed) - holding.spent;
}

/// False for a price of a day that is over.
bool roll_day(bot_holding& holding, std::string_view day, Quantity claimed) {
  if (day < holding.day) return false;
  if (day == holding.day) return true;
  holding.day_start = worth(holding, claimed);
  holding.day = day;
  return true;
}

void set_mark(bot_holding& holding, Price price, Quantity claimed) {
  // Without a mark all was worth nothing: the first one is no profit.
  if (holding.mark.is_zero()) holding.day_start += multiply(price, holding.qty + claimed);
  holding.mark = price;
}

}  // namespace

bool increases_exposure(const order_terms& terms, Quantity own, Quantity open_buys,
                        Quantity open_sells) {
  if (!terms.notional.is_zero() || !terms.qty.is_positive()) return true;
  if (terms.side == order_side::sell) return terms.qty > own - open_sells;
  return terms.qty > -own - open_buys;
}

Money order_notional(const order_terms& terms, Price last) {
  if (!terms.notional.is_zero()) return terms.notional;
  const bool is_bounded = terms.side == order_side::buy && has_limit_price(terms.type);
  const Price price =
      is_bounded ? terms.limit_price : std::max({last, terms.limit_price, terms.stop_price});
  return multiply(price, terms.qty);
}

std::optional<risk_refusal> check_terms(const order_terms& terms) {
  if (terms.ticker.empty()) return refused(ec::invalid_input, "ticker: it is missing");
  const bool by_qty = terms.qty.is_positive() && terms.notional.is_zero();
  const bool by_notional = terms.notional.is_positive() && terms.qty.is_zero();
  if (!by_qty && !by_notional) {
    return refused(ec::invalid_input,
                   "qty, notional: one of them is above 0 and the other is not given, found {}, {}",
                   to_string(terms.qty), to_string(terms.notional));
  }
  // What is larger could not be multiplied with a price any more.
  if (terms.qty >= Quantity::from_integer(too_large) ||
      terms.notional >= Money::from_integer(too_large) ||
      terms.limit_price >= Price::from_integer(too_large) ||
      terms.stop_price >= Price::from_integer(too_large)) {
    return refused(ec::invalid_input,
                   "too large: qty, notional, limit_price and stop_price are less than {}, found "
                   "{}, {}, {}, {}",
                   too_large, to_string(terms.qty), to_string(terms.notional),
                   to_string(terms.limit_price), to_string(terms.stop_price));
  }
  const auto type = to_string(terms.type);
  auto bad = check_price("limit_price", has_limit_price(terms.type), terms.limit_price, type);
  if (bad) return bad;
  return check_price("stop_price", has_stop_price(terms.type), terms.stop_price, type);
}

std::optional<risk_refusal> check_exit(const order_terms& exit, const order_terms& parent) {
  if (exit.ticker != parent.ticker) {
    return refused(ec::invalid_input, "ticker: an exit is for {} as its entry is, found {}",
                   parent.ticker, exit.ticker);
  }
  if (exit.side == parent.side) {
    return refused(ec::invalid_input, "side: an exit is on the other side than its entry, found {}",
                   to_string(exit.side));
  }
  if (!are_exit_terms(exit)) {
    return refused(ec::invalid_input,
                   "qty, lasts: an exit is in shares and day or gtc, found qty {}, {}",
                   to_string(exit.qty), to_string(exit.lasts));
  }
  return check_terms(exit);
}

std::optional<risk_refusal> check(const risk_question& question) {
  if (auto bad = check_terms(question.terms)) return bad;
  try {
    if (!increases_exposure(question.terms, question.own, question.open_buys,
                            question.open_sells)) {
      return std::nullopt;
    }
    return check_increase(question);
  } catch (const std::overflow_error&) {
    return refused(ec::invalid_input, "the order is too large to be judged");
  }
}

risk_limits merged(const risk_limits& own, const risk_limits& defaults) {
  risk_limits all = own;
  if (all.max_position.is_zero()) all.max_position = defaults.max_position;
  if (all.max_order_notional.is_zero()) all.max_order_notional = defaults.max_order_notional;
  if (all.max_orders_per_minute == 0) all.max_orders_per_minute = defaults.max_orders_per_minute;
  if (all.daily_loss_limit.is_zero()) all.daily_loss_limit = defaults.daily_loss_limit;
  if (all.price_collar.is_zero()) all.price_collar = defaults.price_collar;
  return all;
}

void order_rate::note(timestamp_ns now) {
  forget(now);
  if (times_.size() == max_remembered) times_.pop_front();
  times_.push_back(now);
}

std::uint32_t order_rate::count(timestamp_ns now) const {
  forget(now);
  return static_cast<std::uint32_t>(times_.size());
}

void order_rate::forget(timestamp_ns now) const {
  const auto is_out = [now](timestamp_ns t) { return t <= now - minute_ns || t > now + minute_ns; };
  while (!times_.empty() && is_out(times_.front())) times_.pop_front();
}

void note_fill(bot_holding& holding, order_side side, Price price, Quantity qty,
               std::string_view day, Quantity claimed) {
  bot_holding next = holding;
  const bool is_current = roll_day(next, day, claimed);
  if (is_current || next.mark.is_zero()) set_mark(next, price, claimed);
  const Money amount = multiply(price, qty);
  next.qty += side == order_side::buy ? qty : -qty;
  next.spent += side == order_side::buy ? amount : -amount;
  holding = next;
}

void note_mark(bot_holding& holding, Price price, std::string_view day, Quantity claimed) {
  if (!price.is_positive()) return;
  bot_holding next = holding;
  if (!roll_day(next, day, claimed)) return;
  set_mark(next, price, claimed);
  holding = next;
}

void note_claim(bot_holding& holding, Quantity before, Quantity after) {
  holding.day_start += multiply(holding.mark, after - before);
}

Money profit_today(const bot_holding& holding, Quantity claimed) {
  return worth(holding, claimed) - holding.day_start;
}

Money position_value(const bot_holding& holding, Quantity claimed) {
  return without_sign(multiply(holding.mark, holding.qty + claimed));
}

}  // namespace outcry
