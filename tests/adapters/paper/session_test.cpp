#include <catch2/catch.hpp>

#include "adapters/calendar/always_open.hpp"
#include "tests/adapters/paper/trader.hpp"

using namespace outcry;
using namespace outcry::test;
using enum order_side;

namespace {

/// New York's time on 2024-07-15 and the days after it.
timestamp_ns at(double hours, int days = 0) {
  const auto midnight = monday_10 - 10 * hour;
  return midnight + static_cast<timestamp_ns>(hours * 3600) * second + days * 24 * hour;
}

}  // namespace

TEST_CASE("a day order expires when the regular session ends") {
  trader t;
  const auto id = t.place(t.limit(buy, "1", "99"));
  t.broker.on_time(at(16) - 1);
  CHECK(t.events() == lines{"new"});
  t.broker.on_time(at(16) + 5 * second);
  CHECK(t.events() == lines{"expired"});
  const auto order = t.order(id);
  CHECK(order.status == order_status::expired);
  CHECK(order.expired_ns == at(16));
  CHECK(t.buying_power() == "100000");
}

TEST_CASE("a print after the close finds the day's orders expired") {
  trader t;
  t.place(t.limit(buy, "1", "99"));
  t.now = at(16.5);
  t.print("98");
  CHECK(t.events() == lines{"new", "expired"});
}

TEST_CASE("an order for regular hours waits for the open") {
  trader t{{}, at(8)};
  t.print("100");
  const auto id = t.place(t.market(buy, "1"));
  CHECK(t.order(id).status == order_status::accepted);
  t.print("100");
  CHECK(t.events() == lines{"accepted"});
  t.now = at(9.5);
  t.print("101");
  CHECK(t.events() == lines{"new", "fill 1 @ 101 [1]"});
}

TEST_CASE("a day order given after the close is for the next trading day") {
  trader t{{}, at(17, 4)};  // Friday
  const auto id = t.place(t.limit(buy, "1", "99"));
  t.now = at(15, 7);
  t.print("99.50");
  CHECK(t.order(id).status == order_status::working);
  t.broker.on_time(at(16, 7));
  CHECK(t.events() == lines{"accepted", "new", "expired"});
}

TEST_CASE("extended hours: a limit order works from 04:00 to 20:00") {
  trader t{{}, at(3)};
  auto request = t.limit(buy, "1", "99");
  request.terms.extended_hours = true;
  SECTION("fills before the open") {
    t.place(request);
    CHECK(t.events() == lines{"accepted"});
    t.now = at(4.5);
    t.print("98");
    CHECK(t.events() == lines{"new", "fill 1 @ 98 [1]"});
  }
  SECTION("for the day: expires when after-hours end") {
    t.place(request);
    t.broker.on_time(at(19.9));
    CHECK(t.events() == lines{"accepted", "new"});
    t.broker.on_time(at(20));
    CHECK(t.events() == lines{"expired"});
  }
  SECTION("given after the close it works at once, until 20:00") {
    t.now = at(17);
    t.place(request);
    CHECK(t.events() == lines{"new"});
    t.broker.on_time(at(20));
    CHECK(t.events() == lines{"expired"});
  }
}

TEST_CASE("a gtc order is done for the day at its sessions' end and works again the next day") {
  trader t;
  auto request = t.limit(buy, "5", "99");
  request.terms.lasts = time_in_force::gtc;
  const auto id = t.place(request);
  SECTION("unfilled") {
    t.broker.on_time(at(18));
    CHECK(t.order(id).status == order_status::done_for_day);
    t.now = at(18);
    t.print("90");
    t.broker.on_time(at(10, 1));
    CHECK(t.order(id).status == order_status::working);
    CHECK(t.events() == lines{"new", "done_for_day", "new"});
  }
  SECTION("partially filled, over a weekend, in one step") {
    t.print("98", "2");
    t.broker.on_time(at(10, 2));
    CHECK(t.order(id).status == order_status::partially_filled);
    CHECK(t.events() ==
          lines{"new", "partial_fill 2 @ 98 [2]", "done_for_day", "new", "done_for_day", "new"});
    t.now = at(10, 2);
    t.print("98", "3");
    CHECK(t.events() == lines{"fill 3 @ 98 [5]"});
  }
  SECTION("cancelled while it rests") {
    t.broker.on_time(at(18));
    REQUIRE(t.broker.cancel(id, at(18)));
    CHECK(t.events() == lines{"new", "done_for_day", "pending_cancel", "canceled"});
    CHECK(t.buying_power() == "100000");
  }
}

TEST_CASE("a gtc order with extended hours rests only at night") {
  trader t;
  auto request = t.limit(buy, "5", "99");
  request.terms.lasts = time_in_force::gtc;
  request.terms.extended_hours = true;
  t.place(request);
  t.broker.on_time(at(19));
  CHECK(t.events() == lines{"new"});
  t.broker.on_time(at(5, 1));
  CHECK(t.events() == lines{"done_for_day", "new"});
}

TEST_CASE("ioc and fok are for the regular session and end with it") {
  trader t{{}, at(17)};
  auto request = t.market(buy, "1");
  request.terms.lasts = time_in_force::ioc;
  CHECK(t.refused(request) == "ioc and fok orders are only accepted in the regular session");
  t.now = at(10, 1);
  t.place(request);
  t.broker.on_time(at(16, 1));
  CHECK(t.events() == lines{"new", "canceled"});
}

TEST_CASE("stops sleep outside the regular session") {
  trader t;
  t.hold("5", "100");
  auto request = t.stop(sell, "5", "95");
  request.terms.lasts = time_in_force::gtc;
  t.place(request);
  t.now = at(17);
  t.print("90");
  t.print("90");
  t.now = at(10, 1);
  t.print("96");
  t.print("96");
  CHECK(t.events() == lines{"new", "done_for_day", "new"});
}

TEST_CASE("on a market that never closes a day order ends at New York's midnight") {
  paper::exchange broker{{.penny_prices = false, .fractional_always = true},
                         std::make_unique<calendar::always_open>(),
                         std::make_unique<paper::memory_store>()};
  order_maker make;
  auto day = make.limit(buy, "0.00000001", "64000.125");
  auto gtc = make.limit(buy, "0.5", "0.00012345");
  gtc.terms.lasts = time_in_force::gtc;
  REQUIRE(broker.submit(day, at(23, 5)));
  REQUIRE(broker.submit(gtc, at(23, 5)));
  broker.on_time(at(24, 5));
  const auto updates = broker.take_updates();
  REQUIRE(updates.size() == 3);
  CHECK(updates[2].event == "expired");
  CHECK(updates[2].at_ns == at(24, 5));
  CHECK(broker.open_orders().size() == 1);
}

TEST_CASE("time never goes back") {
  trader t;
  t.broker.on_time(at(12));
  const auto answer = t.broker.submit(t.limit(buy, "1", "99"), at(11));
  REQUIRE(answer);
  CHECK(answer->created_ns == at(12));
}
