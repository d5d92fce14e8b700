#include <catch2/catch.hpp>

#include "tests/adapters/paper/trader.hpp"

using namespace outcry;
using namespace outcry::test;
using enum order_side;

namespace {

paper::exchange_options with_cash(std::string_view cash) {
  paper::exchange_options result;
  result.cash = money(cash);
  return result;
}

}  // namespace

TEST_CASE("an open buy holds back its limit, until it is filled or gone") {
  trader t{with_cash("1000")};
  const auto id = t.place(t.limit(buy, "6", "100"));
  CHECK(t.buying_power() == "400");
  CHECK(t.cash() == "1000");
  const auto answer = t.broker.submit(t.limit(buy, "5", "100"), t.now);
  REQUIRE(!answer);
  CHECK(answer.error() == paper::refusal{403, 40310000, "insufficient buying power"});
  t.print("90", "2");
  CHECK(t.cash() == "820");
  CHECK(t.buying_power() == "420");
  REQUIRE(t.broker.cancel(id, t.now));
  CHECK(t.buying_power() == "820");
}

TEST_CASE("a market buy holds back the last price and a reserve above it") {
  trader t{with_cash("1000")};
  t.print("100");
  CHECK(t.refused(t.market(buy, "10")) == "insufficient buying power");
  t.place(t.market(buy, "9"));
  CHECK(t.buying_power() == "73");
  t.print("101");
  CHECK(t.buying_power() == "91");
}

TEST_CASE("a market buy the market ran away from is rejected, or loses its rest") {
  trader t{with_cash("1000")};
  t.print("100");
  const auto id = t.place(t.market(buy, "9"));
  SECTION("at once") {
    t.print("112");
    CHECK(t.events() == lines{"new", "rejected"});
    const auto order = t.order(id);
    CHECK(order.status == order_status::rejected);
    CHECK(order.reason == "insufficient buying power");
    CHECK(order.failed_ns == monday_10);
    CHECK(t.cash() == "1000");
  }
  SECTION("after a fill") {
    t.print("100", "5");
    t.print("200");
    CHECK(t.events() == lines{"new", "partial_fill 5 @ 100 [5]", "canceled"});
    CHECK(t.order(id).filled_qty == qty("5"));
    CHECK(t.cash() == "500");
  }
  CHECK(t.buying_power() == t.cash());
}

TEST_CASE("without any price a market buy is checked when it fills") {
  trader t{with_cash("1000")};
  t.place(t.market(buy, "11"));
  CHECK(t.buying_power() == "1000");
  t.print("100");
  CHECK(t.events() == lines{"new", "rejected"});
}

TEST_CASE("shares are sold once, and no more than there are") {
  trader t;
  CHECK(t.refused(t.market(sell, "1")) == "account is not allowed to short");
  t.hold("10", "100");
  t.place(t.limit(sell, "6", "105"));
  const auto answer = t.broker.submit(t.limit(sell, "5", "105"), t.now);
  REQUIRE(!answer);
  CHECK(answer.error() ==
        paper::refusal{403, 40310000,
                       "insufficient qty available for order (requested: 5, available: 4)"});
  CHECK(t.refused(t.of_money(sell, "401")) ==
        "insufficient qty available for order (requested: 4.01, available: 4)");
  t.place(t.of_money(sell, "400"));
}

TEST_CASE("a sale whose shares were sold elsewhere sells what is left and is cancelled") {
  trader t;
  t.hold("10", "100");
  const auto id = t.place(t.limit(sell, "10", "101"));
  REQUIRE(t.broker.book_outside_trade("SPY", sell, qty("7"), price("100"), t.now));
  t.print("101");
  CHECK(t.events() == lines{"new", "partial_fill 3 @ 101 [0]", "canceled"});
  CHECK(t.order(id).reason == "insufficient qty available");
}

TEST_CASE("fees: per order once, per share and by value with each fill") {
  auto options = with_cash("10000");
  options.fees = {.per_order = money("1"), .per_share = price("0.01"), .bps = 10};
  trader t{options};
  t.place(t.limit(buy, "10", "100"));
  CHECK(t.buying_power() == "8997.9");  // 1000 + 1 + 0.10 + 1
  t.print("100", "4");
  CHECK(t.cash() == "9598.56");  // 400 + 1 + 0.04 + 0.40
  CHECK(t.buying_power() == "8997.9");
  t.print("100", "6");
  CHECK(t.cash() == "8997.9");
  CHECK(t.buying_power() == "8997.9");
}

TEST_CASE("a sale never costs more than it brings") {
  auto options = with_cash("1");
  options.fees.per_order = money("5");
  trader t{options};
  t.hold("1", "1");
  t.place(t.market(sell, "1"));
  t.print("2");
  CHECK(t.position() == "0");
  CHECK(t.cash() == "0");
}

TEST_CASE("equity values positions at their last prices") {
  trader t{with_cash("1000")};
  t.hold("5", "100");
  CHECK(t.broker.account().equity == money("1000"));
  t.print("110");
  CHECK(t.broker.account().equity == money("1050"));
  CHECK(t.broker.account().cash == money("500"));
}

TEST_CASE("short selling, where it is enabled, holds back one and a half times the value") {
  auto options = with_cash("1000");
  options.shorting = true;
  trader t{options};
  t.print("100");
  CHECK(t.refused(t.market(sell, "1.5")) == "fractional orders cannot be sold short");
  CHECK(t.refused(t.limit(sell, "21", "100")) == "insufficient buying power");
  t.place(t.limit(sell, "10", "100"));
  CHECK(t.buying_power() == "500");
  t.print("100", "4");
  CHECK(t.buying_power() == "500");
  t.print("100", "6");
  CHECK(t.position() == "-10");
  CHECK(t.cash() == "2000");
  CHECK(t.buying_power() == "500");
  CHECK(t.broker.account().equity == money("1000"));

  SECTION("buying back needs no buying power and cannot turn the position") {
    CHECK(t.refused(t.limit(buy, "11", "100")) ==
          "insufficient qty available for order (requested: 11, available: 10)");
    t.place(t.limit(buy, "10", "300"));
    t.print("180");
    CHECK(t.position() == "0");
    CHECK(t.cash() == "200");
    CHECK(t.buying_power() == "200");
  }
  SECTION("a loss beyond what was held back shows as no buying power") {
    t.place(t.market(buy, "10"));
    t.print("250");
    CHECK(t.cash() == "-500");
    CHECK(t.buying_power() == "0");
  }
}

TEST_CASE("trades made elsewhere change cash and position, in silence") {
  trader t{with_cash("1000")};
  t.place(t.limit(buy, "5", "100"));
  t.events();
  const auto book = [&](order_side side, const char* n, const char* at) {
    const auto done = t.broker.book_outside_trade("SPY", side, qty(n), price(at), t.now);
    return done ? std::string{} : done.error().reason;
  };
  CHECK(book(buy, "6", "100") == "insufficient buying power");
  CHECK(book(buy, "2.5", "100") == "");
  CHECK(t.position() == "2.5");
  CHECK(t.cash() == "750");
  CHECK(book(sell, "3", "100") ==
        "insufficient qty available for order (requested: 3, available: 2.5)");
  CHECK(book(sell, "2.5", "104") == "");
  CHECK(t.cash() == "1010");
  CHECK(book(buy, "0", "100") == "qty must be > 0");
  CHECK(book(buy, "1", "0") == "price must be > 0");
  CHECK(t.events().empty());
}

TEST_CASE("options out of range are refused") {
  const auto make = [](paper::exchange_options options) { trader t{options}; };
  CHECK_THROWS_AS(make({.participation = 0}), std::invalid_argument);
  CHECK_THROWS_AS(make({.participation = 10'001}), std::invalid_argument);
  CHECK_THROWS_AS(make({.slippage = 10'000}), std::invalid_argument);
  CHECK_THROWS_AS(make(with_cash("-1")), std::invalid_argument);
}
