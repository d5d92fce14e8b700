#include <cstdint>
#include <random>

#include <catch2/catch.hpp>

#include "actors/trading/risk.hpp"

using namespace outcry;

namespace {

/// Random questions, with figures small enough to meet each other and every limit now and then.
class questions {
public:
  explicit questions(std::uint32_t seed) : random_(seed) {}

  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  Quantity quantity(int n) { return Quantity::from_units(below(n) * detail::decimal_one / 2); }
  Money money(int n) { return Money::from_integer(below(n)); }

  risk_limits limits() {
    risk_limits x;
    x.max_position = money(2000);
    x.max_order_notional = money(2000);
    x.max_orders_per_minute = static_cast<std::uint32_t>(below(5));
    x.daily_loss_limit = money(20);
    x.price_collar = Ratio::from_units(below(10) * detail::decimal_one / 100);
    return x;
  }

  risk_question next() {
    risk_question q;
    q.terms.ticker = "SPY";
    q.terms.side = below(2) == 0 ? order_side::buy : order_side::sell;
    q.terms.type = static_cast<order_type>(below(4));
    if (below(8) == 0) {
      q.terms.notional = Money::from_integer(1 + below(2000));
    } else {
      q.terms.qty = quantity(30);
    }
    if (q.terms.type != order_type::market) {
      if (q.terms.type != order_type::stop)
        q.terms.limit_price = Price::from_integer(90 + below(20));
      if (q.terms.type != order_type::limit)
        q.terms.stop_price = Price::from_integer(90 + below(20));
    }
    q.last = Price::from_integer(below(10) == 0 ? 0 : 90 + below(20));
    q.feed = below(3) == 0 ? static_cast<feed_state>(below(5)) : feed_state::live;
    q.own = quantity(40) - quantity(20);
    q.open_buys = quantity(10);
    q.open_sells = quantity(10);
    q.bot_today = money(40) - money(40);
    q.account_today = money(40) - money(40);
    q.account_position = money(2000);
    q.bot_orders = static_cast<std::uint32_t>(below(4));
    q.account_orders = static_cast<std::uint32_t>(below(4));
    if (below(2) == 0) q.bot = limits();
    if (below(2) == 0) q.account = limits();
    q.shorting = below(2) == 0;
    q.broker_connected = below(10) != 0;
    q.account_blocked = below(20) == 0;
    if (below(20) == 0) q.halted = "a mismatch";
    return q;
  }

private:
  std::mt19937 random_;
};

Quantity size_of(Quantity x) {
  return x < Quantity{} ? -x : x;
}

/// The position if all open orders of one side and this one are filled.
Quantity at_worst(const risk_question& q) {
  return q.terms.side == order_side::buy ? q.own + q.open_buys + q.terms.qty
                                         : q.own - q.open_sells - q.terms.qty;
}

/// Harder on everybody than `q`: whatever passes here must pass there.
risk_question harder(risk_question q, questions& random) {
  switch (random.below(6)) {
    case 0:
      q.bot_today -= random.money(20);
      q.account_today -= random.money(20);
      break;
    case 1:
      q.bot_orders += static_cast<std::uint32_t>(random.below(3));
      q.account_orders += static_cast<std::uint32_t>(random.below(3));
      break;
    case 2:
      q.account_position += random.money(500);
      break;
    case 3:
      q.shorting = false;
      break;
    case 4:
      q.broker_connected = false;
      break;
    default:
      q.feed = feed_state::stale;
      break;
  }
  return q;
}

}  // namespace

TEST_CASE("no limit is ever passed, and the brake always works") {
  questions random{42};
  int sent = 0;
  int reducing = 0;
  int stopped = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto q = random.next();
    const auto no = check(q);
    if (check_terms(q.terms)) {
      REQUIRE(no);
      REQUIRE(no->code == ec::invalid_input);
      continue;
    }
    if (!increases_exposure(q.terms, q.own, q.open_buys, q.open_sells)) {
      ++reducing;
      REQUIRE_FALSE(no);
      // It cannot open a position of the other side, and never makes one larger.
      REQUIRE(size_of(at_worst(q)) <= size_of(q.own));
      continue;
    }
    if (no) {
      ++stopped;
      REQUIRE_FALSE(no->reason.empty());
      continue;
    }
    ++sent;
    REQUIRE(q.broker_connected);
    REQUIRE(q.halted.empty());
    REQUIRE(q.last.is_positive());
    if (!q.shorting) REQUIRE((q.terms.side == order_side::buy || !(at_worst(q) < Quantity{})));
    for (const auto* limits : {&q.bot, &q.account}) {
      const bool of_bot = limits == &q.bot;
      if (limits->max_orders_per_minute != 0) {
        REQUIRE((of_bot ? q.bot_orders : q.account_orders) < limits->max_orders_per_minute);
      }
      if (limits->daily_loss_limit.is_positive()) {
        REQUIRE((of_bot ? q.bot_today : q.account_today) + limits->daily_loss_limit > Money{});
      }
      if (limits->max_order_notional.is_positive()) {
        REQUIRE(order_notional(q.terms, q.last) <= limits->max_order_notional);
      }
    }
    if (q.bot.max_position.is_positive() && q.terms.notional.is_zero()) {
      REQUIRE(multiply(q.last, size_of(at_worst(q))) <= q.bot.max_position);
    }
  }
  // The property says something only if all three were met often.
  CHECK(sent > 500);
  CHECK(reducing > 500);
  CHECK(stopped > 500);
}

TEST_CASE("what is refused is not allowed when things are worse") {
  questions random{7};
  int both = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto q = random.next();
    const auto worse = harder(q, random);
    if (!check(q)) continue;
    ++both;
    REQUIRE(check(worse));
  }
  CHECK(both > 500);
}
