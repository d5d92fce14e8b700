#include "adapters/calendar/always_open.hpp"

#include <catch2/catch.hpp>

#include "tests/adapters/calendar/utc.hpp"

using namespace outcry;
using outcry::test::utc;

TEST_CASE("an open market changes its day at New York's midnight, in any order of questions") {
  calendar::always_open market;
  const auto check = [&](const char* at, const char* day, const char* until) {
    const auto s = market.session_at(utc(at));
    CHECK(s.phase == session_phase::regular);
    CHECK(s.trading_day == day);
    CHECK(s.next_change_ns == utc(until));
  };
  check("2024-12-25T12:00:00Z", "2024-12-25", "2024-12-26T05:00:00Z");
  check("2024-12-26T05:00:00Z", "2024-12-26", "2024-12-27T05:00:00Z");
  check("2024-12-26T04:59:59.9Z", "2024-12-25", "2024-12-26T05:00:00Z");
  check("2024-03-10T12:00:00Z", "2024-03-10", "2024-03-11T04:00:00Z");
}
