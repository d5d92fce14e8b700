#include <catch2/catch.hpp>

#include "tests/adapters/paper/trader.hpp"

using namespace outcry;
using namespace outcry::test;
using enum order_side;

TEST_CASE("a market order fills at the next print, not at the last one") {
  trader t;
  t.print("100");
  const auto id = t.place(t.market(buy, "3"));
  CHECK(t.order(id).status == order_status::working);
  t.print("101.5");
  CHECK(t.events() == lines{"new", "fill 3 @ 101.5 [3]"});
  const auto order = t.order(id);
  CHECK(order.status == order_status::filled);
  CHECK(order.filled_qty == qty("3"));
  CHECK(order.filled_avg_price == price("101.5"));
  CHECK(order.filled_ns == monday_10);
  CHECK(t.cash() == "99695.5");
}

TEST_CASE("a limit buy fills at its limit or below, a limit sell at its limit or above") {
  trader t;
  t.hold("10", "100");
  t.place(t.limit(buy, "1", "99.50"));
  t.place(t.limit(sell, "2", "100.50"));
  t.print("99.51");
  t.print("100.49");
  CHECK(t.events() == lines{"new", "new"});
  t.print("99.40");
  t.print("100.50");
  CHECK(t.events() == lines{"fill 1 @ 99.4 [11]", "fill 2 @ 100.5 [9]"});
}

TEST_CASE("a stop order is elected by one print and fills at the next") {
  trader t;
  t.hold("10", "100");
  SECTION("a stop sell, at whatever price comes") {
    t.place(t.stop(sell, "4", "95"));
    t.print("95.01");
    t.print("94.80");
    CHECK(t.events() == lines{"new"});
    t.print("95.20");
    CHECK(t.events() == lines{"fill 4 @ 95.2 [6]"});
  }
  SECTION("a stop buy") {
    t.place(t.stop(buy, "4", "105"));
    t.print("104.99");
    t.print("104.98");
    t.print("105");
    t.print("104");
    CHECK(t.events() == lines{"new", "fill 4 @ 104 [14]"});
  }
  SECTION("a stop-limit sell, not below its limit") {
    t.place(t.stop_limit(sell, "4", "95", "94.50"));
    t.print("96");
    t.print("95");
    t.print("94.49");
    CHECK(t.events() == lines{"new"});
    t.print("94.60");
    CHECK(t.events() == lines{"fill 4 @ 94.6 [6]"});
  }
}

TEST_CASE("orders share a print's size in the order they came, whatever their limits") {
  trader t;
  t.place(t.limit(buy, "5", "100"));
  t.place(t.limit(buy, "5", "101"));
  t.print("99", "7");
  CHECK(t.events() == lines{"new", "new", "fill 5 @ 99 [5]", "partial_fill 2 @ 99 [7]"});
  t.print("100.50", "2");
  t.print("100.25", "9");
  CHECK(t.events() == lines{"partial_fill 2 @ 100.5 [9]", "fill 1 @ 100.25 [10]"});
}

TEST_CASE("a print of unknown size fills all") {
  trader t;
  t.place(t.limit(buy, "500", "100"));
  t.print("99");
  CHECK(t.events() == lines{"new", "fill 500 @ 99 [500]"});
}

TEST_CASE("orders take no more of a print than the participation allows, in whole shares") {
  trader t{{.participation = 2'500}};
  t.place(t.limit(buy, "5", "100"));
  t.print("99", "3");
  CHECK(t.events() == lines{"new"});
  t.print("99", "11");
  CHECK(t.events() == lines{"partial_fill 2 @ 99 [2]"});
  t.print("99", "100");
  CHECK(t.events() == lines{"fill 3 @ 99 [5]"});
}

TEST_CASE("a fractional order takes fractions of a print") {
  trader t{{.participation = 1'000}};
  t.place(t.market(buy, "1.5"));
  t.print("100", "7");
  t.print("100", "20");
  CHECK(t.events() == lines{"new", "partial_fill 0.7 @ 100 [0.7]", "fill 0.8 @ 100 [1.5]"});
}

TEST_CASE("the average price weighs fills by their size") {
  trader t;
  const auto id = t.place(t.limit(buy, "4", "100"));
  t.print("99", "1");
  t.print("95", "3");
  CHECK(t.order(id).filled_avg_price == price("96"));
  CHECK(t.broker.positions().front().average_price == price("96"));
}

TEST_CASE("immediate-or-cancel takes what the next print gives") {
  trader t;
  auto request = t.limit(buy, "5", "100");
  request.terms.lasts = time_in_force::ioc;
  SECTION("a part of it") {
    const auto id = t.place(request);
    t.print("99", "2");
    CHECK(t.events() == lines{"new", "partial_fill 2 @ 99 [2]", "canceled"});
    CHECK(t.order(id).filled_qty == qty("2"));
    CHECK(t.order(id).status == order_status::canceled);
  }
  SECTION("nothing, when it is beyond the limit") {
    t.place(request);
    t.print("101", "9");
    CHECK(t.events() == lines{"new", "canceled"});
  }
  SECTION("all of it") {
    t.place(request);
    t.print("100", "5");
    CHECK(t.events() == lines{"new", "fill 5 @ 100 [5]"});
  }
  CHECK(t.broker.open_orders().empty());
}

TEST_CASE("fill-or-kill fills whole at the next print or not at all") {
  trader t;
  auto request = t.limit(buy, "5", "100");
  request.terms.lasts = time_in_force::fok;
  t.place(request);
  SECTION("too small a print") {
    t.print("99", "4");
    CHECK(t.events() == lines{"new", "canceled"});
    CHECK(t.position() == "0");
  }
  SECTION("large enough") {
    t.print("99", "5");
    CHECK(t.events() == lines{"new", "fill 5 @ 99 [5]"});
  }
}

TEST_CASE("an order of money buys what the amount pays, to nine places") {
  trader t;
  t.print("30");
  const auto id = t.place(t.of_money(buy, "100"));
  t.print("30");
  CHECK(t.events() == lines{"new", "fill 3.333333333 @ 30 [3.333333333]"});
  CHECK(t.order(id).filled_qty == qty("3.333333333"));
  CHECK(t.cash() == "99900.00000001");
  CHECK(t.buying_power() == t.cash());
}

TEST_CASE("an order of money fills in parts, each for what is left of it") {
  trader t;
  t.print("10");
  t.place(t.of_money(buy, "100"));
  t.print("10", "4");
  t.print("20", "50");
  CHECK(t.events() == lines{"new", "partial_fill 4 @ 10 [4]", "fill 3 @ 20 [7]"});
  CHECK(t.cash() == "99900");
}

TEST_CASE("slippage goes against market and elected stop orders only") {
  trader t{{.slippage = 10}};
  t.hold("10", "100");
  t.place(t.market(buy, "1"));
  t.place(t.market(sell, "1"));
  t.place(t.limit(buy, "1", "101"));
  t.print("100.01");
  CHECK(t.events() == lines{"new", "new", "new", "fill 1 @ 100.1101 [11]", "fill 1 @ 99.9099 [10]",
                            "fill 1 @ 100.01 [11]"});
}

TEST_CASE("prints that cannot be are passed over") {
  trader t;
  t.place(t.market(buy, "1"));
  t.print("0");
  t.print("-1");
  t.print("1000000000000");
  CHECK(t.events() == lines{"new"});
}
