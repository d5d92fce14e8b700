#include <random>
#include <string>

#include <catch2/catch.hpp>

#include "actors/trading/risk.hpp"

using namespace outcry;

namespace {

Price price(const char* text) {
  return Price::parse(text).value();
}
Quantity shares(const char* text) {
  return Quantity::parse(text).value();
}
Money money(const char* text) {
  return Money::parse(text).value();
}

constexpr auto tuesday = "2013-10-08";
constexpr auto wednesday = "2013-10-09";

}  // namespace

TEST_CASE("the profit of the day is that of fills and of what is held") {
  bot_holding h;
  CHECK(profit_today(h).is_zero());
  note_fill(h, order_side::buy, price("100"), shares("10"), tuesday);
  CHECK(profit_today(h).is_zero());
  CHECK(position_value(h) == money("1000"));
  note_mark(h, price("101.5"), tuesday);
  CHECK(profit_today(h) == money("15"));
  note_fill(h, order_side::sell, price("102"), shares("10"), tuesday);
  CHECK(profit_today(h) == money("20"));
  CHECK(h.qty.is_zero());
  CHECK(h.spent == money("-20"));
}

TEST_CASE("a new day begins with what the holding was worth at the last mark") {
  bot_holding h;
  note_fill(h, order_side::buy, price("100"), shares("10"), tuesday);
  note_mark(h, price("98"), tuesday);
  CHECK(profit_today(h) == money("-20"));
  SECTION("by a price") {
    note_mark(h, price("97"), wednesday);
    CHECK(profit_today(h) == money("-10"));
  }
  SECTION("by a fill") {
    note_fill(h, order_side::sell, price("97"), shares("10"), wednesday);
    CHECK(profit_today(h) == money("-10"));
  }
  CHECK(h.day == wednesday);
  CHECK(h.day_start == money("-20"));
}

TEST_CASE("a price or fill of a day that is over moves neither day nor mark") {
  bot_holding h;
  note_fill(h, order_side::buy, price("100"), shares("10"), wednesday);
  note_mark(h, price("50"), tuesday);
  CHECK(h.mark == price("100"));
  note_fill(h, order_side::buy, price("90"), shares("1"), tuesday);
  CHECK(h.mark == price("100"));
  CHECK(h.day == wednesday);
  CHECK(profit_today(h) == money("10"));
}

TEST_CASE("a short position gains when the price falls") {
  bot_holding h;
  note_fill(h, order_side::sell, price("100"), shares("10"), tuesday);
  note_mark(h, price("99"), tuesday);
  CHECK(profit_today(h) == money("10"));
  CHECK(position_value(h) == money("990"));
}

TEST_CASE("claimed shares gain and lose, and claiming them is no gain") {
  bot_holding h;
  const auto claimed = shares("5");
  SECTION("before any price") {
    note_claim(h, {}, claimed);
    note_mark(h, price("100"), tuesday, claimed);
  }
  SECTION("after one") {
    note_mark(h, price("100"), tuesday);
    note_claim(h, {}, claimed);
  }
  CHECK(profit_today(h, claimed).is_zero());
  note_mark(h, price("97"), tuesday, claimed);
  CHECK(profit_today(h, claimed) == money("-15"));
  note_fill(h, order_side::sell, price("97"), claimed, tuesday, claimed);
  CHECK(profit_today(h, claimed) == money("-15"));
  note_mark(h, price("200"), tuesday, claimed);
  CHECK(profit_today(h, claimed) == money("-15"));
  CHECK(position_value(h, claimed).is_zero());
}

TEST_CASE("no profit is lost or made up, whatever the order of fills, marks and days") {
  std::mt19937 random{20131008};
  auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  for (int run = 0; run < 200; ++run) {
    bot_holding h;
    Money cash;
    Quantity held;
    Price last = price("100");
    Money before_today;  // the sum of all days that are over
    std::string day = "2013-10-01";
    note_mark(h, last, day);
    for (int step = 0; step < 50; ++step) {
      const auto kind = below(3);
      if (kind == 0) {
        last = Price::from_units(Price::from_integer(90 + below(20)).units() + below(100));
        note_mark(h, last, day);
      } else if (kind == 1) {
        const auto qty = Quantity::from_units(Quantity::from_integer(below(9)).units() + 1);
        const auto side = below(2) == 0 ? order_side::buy : order_side::sell;
        last = Price::from_integer(90 + below(20));
        note_fill(h, side, last, qty, day);
        held += side == order_side::buy ? qty : -qty;
        cash += side == order_side::buy ? -multiply(last, qty) : multiply(last, qty);
      } else if (day.back() != '9') {
        before_today += profit_today(h);
        ++day.back();
        note_mark(h, last, day);
        CHECK(profit_today(h).is_zero());
      }
      const Money ever = multiply(last, held) + cash;
      const Money rounding = ever - before_today - profit_today(h);
      REQUIRE(rounding.is_zero());
      REQUIRE(h.qty == held);
      REQUIRE(h.spent == -cash);
    }
  }
}
