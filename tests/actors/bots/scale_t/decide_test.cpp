#include "actors/bots/strategies/scale_t/decide.hpp"

#include <random>

#include <catch2/catch.hpp>

#include "actors/bots/strategies/scale_t/build.hpp"
#include "actors/bots/strategies/scale_t/chase.hpp"
#include "tests/actors/bots/scale_t/fake_floor.hpp"

using namespace outcry;
using namespace outcry::ladders;
using namespace outcry::test;

namespace {

constexpr auto open = session_phase::regular;

/// The older tool's ladder: 50 rows of 1 share, row 0 sells at 100.00, 0.5 % apart.
ladder share_each() {
  ladder x;
  auto sell = price("100");
  for (int i = 0; i < 50; ++i) {
    ladder_row row;
    row.sell_price = sell;
    row.buy_price = to_cents(scaled(sell, Ratio::parse("0.995").value()));
    row.target = shares("1");
    sell = row.buy_price;
    x.deposited += multiply(row.buy_price, row.target);
    x.rows.push_back(row);
  }
  x.cash = x.deposited;
  return x;
}

ladder_order resting(order_side side, const char* limit) {
  ladder_order x;
  x.number = 1;
  x.side = side;
  x.qty = shares("1");
  x.limit = x.reference = price(limit);
  return x;
}

decision at(const ladder& x, const char* p, const std::optional<ladder_order>& pending = {},
            session_phase phase = open) {
  return decide(x, pending, price(p), phase, true);
}

void hold(ladder& x, std::size_t rows) {
  for (std::size_t i = 0; i < rows; ++i) x.rows[i].held = x.rows[i].target;
}

}  // namespace

TEST_CASE("scale_t decides: 99.25 buys 1 at 99.26") {
  const auto x = at(share_each(), "99.25");
  REQUIRE(x.what == action::submit);
  CHECK(x.order.side == order_side::buy);
  CHECK(x.order.qty == shares("1"));
  CHECK(x.order.limit == price("99.26"));
  CHECK_FALSE(x.order.market);
  CHECK(x.order.row == 0);
}

TEST_CASE("scale_t decides: a buy sums the gaps of all rows at or above the price") {
  auto ladder = share_each();
  ladder.rows[1].held = shares("1");
  const auto x = at(ladder, "98.51");  // rows 0 to 2 buy at 99.50, 99.00, 98.51 (rounded)
  REQUIRE(x.what == action::submit);
  CHECK(ladder.rows[2].buy_price == price("98.5"));
  CHECK(x.order.qty == shares("1"));
  const auto y = at(ladder, "98.50");
  CHECK(y.order.qty == shares("2"));
  CHECK(y.order.row == 2);
  // A cent above the price would be more than row 2 pays.
  CHECK(y.order.limit == price("98.50"));
}

TEST_CASE("scale_t decides: a sale sums what rows at or below the price hold") {
  auto ladder = share_each();
  hold(ladder, 4);
  const auto x = at(ladder, "99.01");  // rows 2 and 3 sell at 99.00 and 98.50
  REQUIRE(x.what == action::submit);
  CHECK(x.order.side == order_side::sell);
  CHECK(x.order.qty == shares("2"));
  CHECK(x.order.row == 2);
  CHECK(x.order.limit == price("99.00"));
  CHECK(at(ladder, "99.25").order.limit == price("99.24"));
  CHECK(at(ladder, "99.00").order.limit == price("99.00"));
}

TEST_CASE("scale_t decides: selling comes before buying") {
  auto ladder = share_each();
  ladder.rows[10].held = shares("1");
  const auto x = at(ladder, "97");
  REQUIRE(x.what == action::submit);
  CHECK(x.order.side == order_side::sell);
}

TEST_CASE("scale_t decides: one order at a time") {
  auto ladder = share_each();
  CHECK(at(ladder, "99.20", resting(order_side::buy, "99.26")).what == action::nothing);
  CHECK(at(ladder, "99.20", resting(order_side::sell, "99.25")).what == action::cancel);
  hold(ladder, 2);
  CHECK(at(ladder, "99.60", resting(order_side::sell, "99.6")).what == action::nothing);
  CHECK(at(ladder, "99.60", resting(order_side::buy, "99.55")).what == action::cancel);
}

TEST_CASE("scale_t decides: an order the price has left by 0.25 % is cancelled") {
  auto ladder = share_each();
  ladder.rows[0].buy_price = price("80");  // nothing else to do up here
  ladder.rows.resize(1);
  const auto buy = resting(order_side::buy, "100");
  CHECK(at(ladder, "100.24", buy).what == action::nothing);
  CHECK(at(ladder, "100.25", buy).what == action::cancel);
  const auto sell = resting(order_side::sell, "100");
  CHECK(at(ladder, "99.76", sell).what == action::nothing);
  CHECK(at(ladder, "99.75", sell).what == action::cancel);
  auto market = resting(order_side::buy, "99");
  market.market = true;
  market.reference = price("101");
  CHECK(at(ladder, "101.25", market).what == action::nothing);
  CHECK(at(ladder, "101.26", market).what == action::cancel);
}

TEST_CASE("scale_t decides: whole shares first, as a limit order in extended hours too") {
  auto ladder = share_each();
  ladder.rows[0].target = shares("2.7");
  ladder.cash += money("200");
  const auto x = at(ladder, "99.25", {}, session_phase::pre_market);
  REQUIRE(x.what == action::submit);
  CHECK(x.order.qty == shares("2"));
  CHECK_FALSE(x.order.market);
  CHECK(at(ladder, "99.25", {}, session_phase::closed).what == action::nothing);
}

TEST_CASE("scale_t decides: a fraction goes as a market order when the price is better") {
  auto ladder = share_each();
  ladder.rows[0].held = shares("0.3");
  const auto x = at(ladder, "99.25");
  REQUIRE(x.what == action::submit);
  CHECK(x.order.qty == shares("0.7"));
  CHECK(x.order.market);
  CHECK(x.order.reference == price("99.50"));
  // At the row's own price the limit is the price: not strictly better.
  CHECK(at(ladder, "99.50").what == action::nothing);
  CHECK(at(ladder, "99.504").what == action::nothing);
  CHECK(at(ladder, "99.496").what == action::submit);
  CHECK(at(ladder, "99.25", {}, session_phase::after_hours).what == action::nothing);

  ladder.rows[0].held = shares("0.7");
  const auto y = at(ladder, "100.02");
  REQUIRE(y.what == action::submit);
  CHECK(y.order.side == order_side::sell);
  CHECK(y.order.qty == shares("0.7"));
  CHECK(y.order.reference == price("100"));
  CHECK(at(ladder, "100").what == action::nothing);
}

TEST_CASE("scale_t decides: under a hundredth of a share is not bought") {
  auto ladder = share_each();
  ladder.rows[0].held = shares("0.99001");
  CHECK(at(ladder, "99.25").what == action::nothing);
  ladder.rows[0].held = shares("0.99");
  CHECK(at(ladder, "99.25").what == action::submit);
}

TEST_CASE("scale_t decides: what is under a smallest share is no holding and no room") {
  auto ladder = share_each();
  ladder.rows[0].held = shares("0.000009");
  CHECK(at(ladder, "101").what == action::chase);
  CHECK(find_quiet_range(ladder, {}, false).high > price("1000000"));
  ladder.rows[0].held = shares("0.00001");
  CHECK(at(ladder, "101").what == action::submit);
  ladder.rows[0].held = shares("0.999991");
  CHECK(at(ladder, "99.25").what == action::nothing);
  CHECK(find_quiet_range(ladder, {}, true).low < price("99.25"));
  // It is sold with the next shares, as far as an order can say it.
  ladder.rows[0].held = shares("1.000009");
  CHECK(at(ladder, "101").order.qty == shares("1"));
}

TEST_CASE("scale_t decides: never spends more than there is") {
  auto ladder = share_each();
  ladder.cash = money("150");
  const auto x = at(ladder, "97");
  REQUIRE(x.what == action::submit);
  CHECK(x.order.qty == shares("1"));
  ladder.cash = money("50");
  const auto y = at(ladder, "97");
  REQUIRE(y.what == action::submit);
  CHECK(y.order.market);
  CHECK(multiply(scaled(y.order.limit, market_reserve), y.order.qty) <= ladder.cash);
  ladder.cash = money("0.5");
  CHECK(at(ladder, "97").what == action::nothing);
  ladder.cash = money("-1");
  CHECK(at(ladder, "97").what == action::nothing);
}

TEST_CASE("scale_t decides: chases last, and only with nothing pending") {
  auto ladder = share_each();
  CHECK(at(ladder, "99.51").what == action::nothing);
  CHECK(at(ladder, "99.52").what == action::chase);
  CHECK(decide(ladder, {}, price("99.52"), open, false).what == action::nothing);
  CHECK(at(ladder, "99.52", resting(order_side::buy, "99.5")).what == action::nothing);
  ladder.rows[0].held = shares("1");
  CHECK(at(ladder, "99.52").what == action::nothing);
}

TEST_CASE("scale_t decides: nothing ever happens inside the quiet range") {
  std::mt19937 random{11};
  const auto any = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  int quiet_prices = 0;
  for (int run = 0; run < 400; ++run) {
    auto ladder = share_each();
    const auto full = static_cast<std::size_t>(any(50));
    hold(ladder, full);
    if (full < 50 && any(2) == 0) ladder.rows[full].held = shares("0.42");
    std::optional<ladder_order> pending;
    if (any(3) == 0) {
      pending = resting(any(2) == 0 ? order_side::buy : order_side::sell, "1");
      pending->reference = price("78") + Price::from_units(detail::decimal_one / 100 * any(2200));
    }
    const bool may_chase = any(2) == 0;
    const auto range = find_quiet_range(ladder, pending, may_chase);
    for (int i = 0; i < 100; ++i) {
      // Tenths of a cent from 77 to 102.
      const auto p = Price::from_units(detail::decimal_one / 1000 * (77'000 + any(25'000)));
      if (p <= range.low || p >= range.high) continue;
      ++quiet_prices;
      CAPTURE(to_string(p), full);
      REQUIRE(decide(ladder, pending, p, open, may_chase).what == action::nothing);
    }
  }
  CHECK(quiet_prices > 500);
}

TEST_CASE("scale_t decides: the quiet range is as wide as it can be") {
  auto ladder = share_each();
  hold(ladder, 3);
  const auto range = find_quiet_range(ladder, {}, true);
  // Row 3 buys at 98.01, row 2 sells at 99.00.
  CHECK(range.low == price("98.015"));
  CHECK(range.high == price("98.995"));
}
