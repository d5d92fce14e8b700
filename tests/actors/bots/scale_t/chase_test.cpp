#include "actors/bots/strategies/scale_t/chase.hpp"

#include <catch2/catch.hpp>

#include "actors/bots/strategies/scale_t/build.hpp"
#include "actors/bots/strategies/scale_t/decide.hpp"
#include "tests/actors/bots/scale_t/fake_floor.hpp"

using namespace outcry;
using namespace outcry::ladders;
using namespace outcry::test;

namespace {

constexpr auto cent = Price::from_units(detail::decimal_one / 100);

ladder five_rows(const char* start) {
  return build_ladder({money("1000"), price(start), default_step, 5}).value();
}

/// Walks the price cent by cent; returns at how many of them the ladder followed.
int walk(ladder& x, const char* from, const char* to) {
  int result = 0;
  for (auto p = price(from); p <= price(to); p += cent) {
    if (decide(x, {}, p, session_phase::regular, true).what != action::chase) continue;
    REQUIRE(chase(x));
    ++result;
  }
  return result;
}

}  // namespace

TEST_CASE("scale_t chase: 100 to 103 takes 296 ticks and makes 11 rows of 5") {
  auto x = five_rows("100.03");
  REQUIRE(x.rows[0].buy_price == price("100.03"));
  CHECK(walk(x, "100", "103") == 296);
  CHECK(x.rows.size() == 11);
  CHECK(x.rows[0].buy_price == price("102.99"));
  CHECK(planned_money(x) == money("1000"));
  CHECK(x.cash == money("1000"));
  for (std::size_t i = 2; i < x.rows.size(); ++i) {
    CAPTURE(i);
    CHECK(x.rows[i].sell_price == x.rows[i - 1].buy_price);
  }
}

TEST_CASE("scale_t chase: from a row that buys at 100.00 it takes 299") {
  auto x = five_rows("100");
  CHECK(walk(x, "100", "103") == 299);
  CHECK(x.rows.size() == 11);
  CHECK(x.rows[0].buy_price == price("102.99"));
}

TEST_CASE("scale_t chase: a locked row 0 gets a new row above it, an unlocked one moves up") {
  auto x = five_rows("100");
  const auto old = x;
  REQUIRE(old.rows[0].buy_price == price("100"));
  REQUIRE(old.rows[0].sell_price == price("100.5"));
  REQUIRE(chase(x));
  REQUIRE(x.rows.size() == 6);
  CHECK(x.rows[0].buy_price == price("100.01"));
  CHECK(x.rows[0].sell_price == price("101"));  // 101.0025
  CHECK(x.rows[1].buy_price == old.rows[0].buy_price);
  REQUIRE(chase(x));
  REQUIRE(x.rows.size() == 6);
  CHECK(x.rows[0].buy_price == price("100.02"));
  CHECK(x.rows[0].sell_price == price("101"));
  // Evenly again: 1,000 over 6 rows.
  for (const auto& row : x.rows) {
    const auto dollars = multiply(row.buy_price, row.target);
    CHECK(dollars > money("163"));
    CHECK(dollars < money("169"));
  }
  CHECK(x.rows.back().last);
  CHECK(planned_money(x) == money("1000"));
}

TEST_CASE("scale_t chase: not while row 0 holds shares or is too narrow") {
  auto x = five_rows("100");
  CHECK(chase_threshold(x) == price("100.02"));
  x.rows[0].held = shares("0.1");
  CHECK_FALSE(chase_threshold(x));
  CHECK_FALSE(chase(x));
  x = five_rows("100");
  x.rows[0].sell_price = price("100.39");
  CHECK_FALSE(chase_threshold(x));
  x.rows[0].sell_price = price("100.40");
  CHECK(chase_threshold(x));
  CHECK_FALSE(chase_threshold(ladder{}));
}

TEST_CASE("scale_t chase: less than a smallest share in row 0 goes along and costs what it did") {
  auto x = five_rows("100");
  REQUIRE(chase(x));  // from here on row 0 moves up
  book_buy(x, 0, shares("0.000009"), price("99.5"), 0);
  for (int i = 0; i < 60; ++i) {
    REQUIRE(chase(x));
    REQUIRE(x.cash + cost_of_held(x) == x.deposited);
  }
  CHECK(held_shares(x) == shares("0.000009"));
  CHECK(x.rows.size() == 7);
}

TEST_CASE("scale_t chase: sets no target below what a row holds") {
  auto x = five_rows("100");
  x.rows[3].held = x.rows[3].target;
  const auto before = x;
  CHECK_FALSE(chase(x));
  CHECK(x == before);
  x.rows[3].held = shares("0.5");
  CHECK(chase(x));
}

TEST_CASE("scale_t chase: stops at the greatest number of rows") {
  auto x =
      build_ladder({money("1000000"), price("10000"), Ratio::parse("0.0001").value(), max_rows})
          .value();
  x.rows[0].sell_price = price("10100");
  CHECK_FALSE(chase(x));
}
