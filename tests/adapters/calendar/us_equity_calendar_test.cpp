#include "adapters/calendar/us_equity_calendar.hpp"

#include <catch2/catch.hpp>

#include "tests/adapters/calendar/utc.hpp"

using namespace outcry;
using namespace outcry::calendar;
using outcry::test::utc;

namespace {

void check(const us_equity_calendar& market, const char* at, session_phase phase, const char* day,
           const char* until) {
  INFO(at);
  const auto s = market.session_at(utc(at));
  CHECK(to_string(s.phase) == to_string(phase));
  CHECK(s.trading_day == day);
  CHECK(to_iso(s.next_change_ns) == to_iso(utc(until)));
}

}  // namespace

TEST_CASE("the sessions of a summer's day, each from its border to the next") {
  const us_equity_calendar market;
  using enum session_phase;
  check(market, "2013-10-08T07:59:59.999999999Z", closed, "2013-10-08", "2013-10-08T08:00:00Z");
  check(market, "2013-10-08T08:00:00Z", pre_market, "2013-10-08", "2013-10-08T13:30:00Z");
  check(market, "2013-10-08T13:29:59.999999999Z", pre_market, "2013-10-08", "2013-10-08T13:30:00Z");
  check(market, "2013-10-08T13:30:00Z", regular, "2013-10-08", "2013-10-08T20:00:00Z");
  check(market, "2013-10-08T20:00:00Z", after_hours, "2013-10-08", "2013-10-09T00:00:00Z");
  check(market, "2013-10-09T00:00:00Z", closed, "2013-10-09", "2013-10-09T08:00:00Z");
  check(market, "2013-10-08T15:00:00Z", regular, "2013-10-08", "2013-10-08T20:00:00Z");
}

TEST_CASE("a short day closes at 13:00, its after-hours end at 17:00") {
  const us_equity_calendar market;
  using enum session_phase;
  check(market, "2024-11-29T17:59:59Z", regular, "2024-11-29", "2024-11-29T18:00:00Z");
  check(market, "2024-11-29T18:00:00Z", after_hours, "2024-11-29", "2024-11-29T22:00:00Z");
  check(market, "2024-11-29T22:00:00Z", closed, "2024-12-02", "2024-12-02T09:00:00Z");
}

TEST_CASE("a closed market names the next trading day, over weekends, holidays and clock changes") {
  const us_equity_calendar market;
  using enum session_phase;
  check(market, "2024-03-09T12:00:00Z", closed, "2024-03-11", "2024-03-11T08:00:00Z");
  check(market, "2024-03-28T23:59:59Z", after_hours, "2024-03-28", "2024-03-29T00:00:00Z");
  check(market, "2024-03-29T15:00:00Z", closed, "2024-04-01", "2024-04-01T08:00:00Z");
  check(market, "2012-10-29T15:00:00Z", closed, "2012-10-31", "2012-10-31T08:00:00Z");
  check(market, "2024-11-01T20:30:00Z", after_hours, "2024-11-01", "2024-11-02T00:00:00Z");
  check(market, "2024-11-04T13:00:00Z", pre_market, "2024-11-04", "2024-11-04T14:30:00Z");
}

TEST_CASE("a session keeps its answer whatever was asked before") {
  const us_equity_calendar used;
  timestamp_ns t = utc("2024-11-27T00:00:00Z");
  const auto end = utc("2024-12-04T00:00:00Z");
  std::uint64_t jump = 1;
  while (t < end) {
    const us_equity_calendar fresh;
    const auto expected = fresh.session_at(t);
    const auto got = used.session_at(t);
    REQUIRE(got.phase == expected.phase);
    REQUIRE(got.trading_day == expected.trading_day);
    REQUIRE(got.next_change_ns == expected.next_change_ns);
    REQUIRE(got.next_change_ns > t);
    // Back and forth, forward on the whole.
    jump = jump * 6364136223846793005U + 1442695040888963407U;
    const auto step = static_cast<std::int64_t>((jump >> 33) % 7'200) - 2'400;
    t += step * ns_per_s;
  }
}
