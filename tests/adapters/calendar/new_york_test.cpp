#include "adapters/calendar/new_york.hpp"

#include <catch2/catch.hpp>

#include "tests/adapters/calendar/utc.hpp"

using namespace outcry;
using namespace outcry::calendar;
using namespace date::literals;
using outcry::test::utc;
using std::chrono::hours;
using std::chrono::minutes;

TEST_CASE("New York is five hours behind UTC in winter, four in summer") {
  CHECK(new_york_time(2024_y / 1 / 15, hours{9} + minutes{30}) == utc("2024-01-15T14:30:00Z"));
  CHECK(new_york_time(2024_y / 7 / 15, hours{9} + minutes{30}) == utc("2024-07-15T13:30:00Z"));
}

TEST_CASE("New York's times around the changes of 2024") {
  CHECK(new_york_time(2024_y / 3 / 10, hours{0}) == utc("2024-03-10T05:00:00Z"));
  CHECK(new_york_time(2024_y / 3 / 11, hours{0}) == utc("2024-03-11T04:00:00Z"));
  CHECK(new_york_time(2024_y / 3 / 10, hours{2} + minutes{30}) == utc("2024-03-10T07:00:00Z"));
  CHECK(new_york_time(2024_y / 11 / 3, hours{1} + minutes{30}) == utc("2024-11-03T05:30:00Z"));
  CHECK(new_york_time(2024_y / 11 / 4, hours{0}) == utc("2024-11-04T05:00:00Z"));
}

TEST_CASE("the day in New York begins with its own midnight") {
  CHECK(new_york_day(utc("2024-07-15T03:59:59.999999999Z")) == 2024_y / 7 / 14);
  CHECK(new_york_day(utc("2024-07-15T04:00:00Z")) == 2024_y / 7 / 15);
  CHECK(new_york_day(utc("2024-01-15T04:59:59Z")) == 2024_y / 1 / 14);
  CHECK(new_york_day(utc("2024-01-15T05:00:00Z")) == 2024_y / 1 / 15);
  CHECK(day_text(2013_y / 10 / 8) == "2013-10-08");
}
