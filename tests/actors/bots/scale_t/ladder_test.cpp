#include "actors/bots/strategies/scale_t/ladder.hpp"

#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "actors/bots/strategies/scale_t/build.hpp"
#include "actors/bots/strategies/scale_t/figures.hpp"
#include "tests/actors/bots/scale_t/fake_floor.hpp"

using namespace outcry;
using namespace outcry::ladders;
using namespace outcry::test;

namespace {

ladder built(const char* cash, const char* start, const char* step, std::uint32_t rows) {
  return build_ladder({money(cash), price(start), Ratio::parse(step).value(), rows}).value();
}

std::string refused(const char* cash, const char* start, const char* step, std::uint32_t rows) {
  auto result = build_ladder({money(cash), price(start), Ratio::parse(step).value(), rows});
  REQUIRE_FALSE(result);
  CHECK_FALSE(result.error().expected.empty());
  CHECK_FALSE(result.error().found.empty());
  return result.error().field;
}

void check_books(const ladder& x) {
  CHECK(x.cash + cost_of_held(x) == x.deposited + x.realized + x.converted);
}

/// Three rows that buy at 100, 99 and 98 and have 1 share of room each.
ladder three_rows() {
  ladder x;
  for (const auto buys : {"100", "99", "98"}) {
    ladder_row row;
    row.buy_price = price(buys);
    row.sell_price = row.buy_price + price("1");
    row.target = shares("1");
    x.rows.push_back(row);
  }
  x.deposited = x.cash = money("297");
  return x;
}

}  // namespace

TEST_CASE("scale_t ladder: 10,000 dollars from 107 in steps of 0.5 %") {
  const auto x = built("10000", "107", "0.005", 200);
  REQUIRE(x.rows.size() == 200);
  CHECK(x.rows[0].buy_price == price("106.99"));
  CHECK(x.rows[0].sell_price == price("107.53"));
  CHECK(x.rows[199].buy_price == price("39.49"));
  CHECK(planned_money(x) == money("10000"));
  CHECK(x.spare < multiply(x.rows[199].buy_price, smallest_share));
  CHECK(x.cash == money("10000"));
  for (std::size_t i = 0; i < x.rows.size(); ++i) {
    const auto& row = x.rows[i];
    CAPTURE(i);
    if (i > 0) CHECK(row.sell_price == x.rows[i - 1].buy_price);
    CHECK(rounded(row.target, 5, rounding::down) == row.target);
    const auto dollars = multiply(row.buy_price, row.target);
    CHECK(dollars > money("48"));
    CHECK(dollars < money("52"));
    CHECK(row.last == (i == 199));
  }
}

TEST_CASE("scale_t ladder: the prices of two other ladders, checked with Python's floats") {
  const auto x = built("5000", "12.34", "0.01", 100);
  CHECK(x.rows[0].sell_price == price("12.46"));
  CHECK(x.rows[0].buy_price == price("12.34"));
  CHECK(x.rows[50].buy_price == price("7.45"));
  CHECK(x.rows[99].buy_price == price("4.55"));
  const auto y = built("100000", "523.5", "0.003", 300);
  CHECK(y.rows[0].sell_price == price("525.07"));
  CHECK(y.rows[0].buy_price == price("523.49"));
  CHECK(y.rows[299].buy_price == price("213.15"));
}

TEST_CASE("scale_t ladder: a row's money comes in whole two dollars, what is left goes on") {
  const auto x = built("45", "100", "0.01", 3);
  const auto dollars = [&](std::size_t i) {
    return multiply(x.rows[i].buy_price, x.rows[i].target);
  };
  // 15 each: 14 and a dollar carried, 16, 15.
  CHECK(dollars(0) <= money("14"));
  CHECK(dollars(0) > money("13.998"));
  CHECK(dollars(1) <= money("16"));
  CHECK(dollars(1) > money("15.998"));
  CHECK(dollars(2) > money("14.999"));
  CHECK(dollars(0) + dollars(1) + dollars(2) + x.spare == money("45"));
}

TEST_CASE("scale_t ladder: cheap rows are a cent apart at least") {
  const auto x = built("10000", "1.05", "0.005", 60);
  for (const auto& row : x.rows) CHECK(row.buy_price < row.sell_price);
  CHECK(x.rows.back().buy_price == price("0.46"));
  CHECK(refused("10000", "1.05", "0.005", 200) == "rows");
}

TEST_CASE("scale_t ladder: refuses what makes none") {
  CHECK(refused("0", "107", "0.005", 200) == "cash");
  CHECK(refused("-1", "107", "0.005", 200) == "cash");
  CHECK(refused("300", "107", "0.005", 200) == "cash");
  CHECK(refused("1000000000001", "107", "0.005", 200) == "cash");
  CHECK(refused("10000", "0", "0.005", 200) == "start");
  CHECK(refused("10000", "0.009", "0.005", 200) == "start");
  CHECK(refused("10000", "10000001", "0.005", 200) == "start");
  CHECK(refused("10000", "107", "0", 200) == "step");
  CHECK(refused("10000", "107", "0.51", 200) == "step");
  CHECK(refused("10000", "107", "0.005", 0) == "rows");
  CHECK(refused("10000", "107", "0.005", 2001) == "rows");
}

TEST_CASE("scale_t ladder: buys fill rows from the top, sales empty them from the bottom") {
  auto x = three_rows();
  CHECK(book_buy(x, 2, shares("2.5"), price("97"), 7).is_zero());
  CHECK(x.rows[0].held == shares("1"));
  CHECK(x.rows[1].held == shares("1"));
  CHECK(x.rows[2].held == shares("0.5"));
  CHECK(x.rows[0].improvement == money("3"));
  CHECK(x.rows[2].improvement == money("0.5"));
  CHECK(x.rows[2].last_action_s == 7);
  CHECK(x.cash == money("54.5"));
  check_books(x);

  CHECK(book_sell(x, 1, shares("1"), price("101"), 8).is_zero());
  CHECK(x.rows[2].held.is_zero());
  CHECK(x.rows[1].held == shares("0.5"));
  CHECK(x.rows[0].held == shares("1"));
  CHECK(x.rows[2].improvement.is_zero());
  CHECK(x.rows[0].last_action_s == 7);
  check_books(x);
}

TEST_CASE("scale_t ladder: a fill larger than the rows' room leaves the rest") {
  auto x = three_rows();
  CHECK(book_buy(x, 1, shares("5.00001"), price("99"), 0) == shares("3.00001"));
  CHECK(x.rows[2].held.is_zero());
  CHECK(x.cash == money("99"));
  check_books(x);
  CHECK(book_sell(x, 1, shares("2"), price("101"), 0) == shares("1"));
  CHECK(held_shares(x) == shares("1"));
  check_books(x);
}

TEST_CASE("scale_t ladder: a partial sale converts its share of the improvement") {
  auto x = three_rows();
  book_buy(x, 0, shares("0.4"), price("95"), 0);
  CHECK(x.rows[0].improvement == money("2"));
  book_sell(x, 0, shares("0.1"), price("102"), 0);
  CHECK(x.converted == money("0.5"));
  CHECK(x.realized == money("0.2"));
  CHECK(x.rows[0].improvement == money("1.5"));
  CHECK(x.rows[0].profit == money("0.7"));
  check_books(x);
}

TEST_CASE("scale_t ladder: thirds of shares lose no money to rounding") {
  auto x = three_rows();
  book_buy(x, 2, shares("0.333333333333"), price("99.123456789012"), 0);
  book_buy(x, 2, shares("1.111111111111"), price("98.987654321098"), 0);
  check_books(x);
  book_sell(x, 0, shares("0.777777777777"), price("101.000000000007"), 0);
  check_books(x);
  book_sell(x, 0, shares("0.666666666667"), price("101.3"), 0);
  CHECK(held_shares(x).is_zero());
  CHECK(cost_of_held(x).is_zero());
  check_books(x);
}

TEST_CASE("scale_t ladder: the improvement is counted once") {
  auto x = three_rows();
  book_buy(x, 0, shares("1"), price("98"), 0);
  auto now = figures_of(x, price("99"));
  CHECK(now.unrealized == money("2"));
  CHECK(now.total == money("2"));
  CHECK(now.open == money("1"));
  CHECK(now.profit == money("1"));
  CHECK(now.cash + now.value == money("298"));
  book_sell(x, 0, shares("1"), price("101.5"), 0);
  now = figures_of(x, price("99"));
  CHECK(now.unrealized.is_zero());
  CHECK(now.converted == money("2"));
  CHECK(now.realized == money("1.5"));
  CHECK(now.total == money("3.5"));
  CHECK(now.profit == money("3.5"));
  CHECK(now.cash == money("300.5"));
}

TEST_CASE("scale_t ladder: added cash is spread evenly and lowers no target") {
  auto x = built("10000", "107", "0.005", 200);
  book_buy(x, 3, shares("1.5"), price("105"), 0);
  const auto before = x;
  add_cash(x, money("5000"));
  CHECK(x.deposited == money("15000"));
  CHECK(planned_money(x) == money("15000"));
  for (std::size_t i = 0; i < x.rows.size(); ++i) {
    CAPTURE(i);
    const auto added = multiply(x.rows[i].buy_price, x.rows[i].target - before.rows[i].target);
    CHECK(added > money("23.99"));
    // The last row takes what is left of each.
    CHECK(added < money(i == 199 ? "26.2" : "26.01"));
    CHECK(x.rows[i].held == before.rows[i].held);
  }
  check_books(x);
}
