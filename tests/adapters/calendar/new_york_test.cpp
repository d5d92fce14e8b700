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
  CHECK(new_york_time(2024_y / 3 / 8, hours{0}) == utc("2024-03-08T05:00:00Z"));
  CHECK(new_york_time(2013_y / 10 / 8, hours{0}) == utc("2013-10-08T04:00:00Z"));
  CHECK(new_york_time(2024_y / 11 / 3, hours{0}) == utc("2024-11-03T04:00:00Z"));
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
  CHECK(new_york_day(utc("2024-03-08T04:59:59Z")) == 2024_y / 3 / 7);
  CHECK(new_york_day(utc("2024-03-08T05:00:00Z")) == 2024_y / 3 / 8);
  CHECK(new_york_day(utc("2024-07-01T03:59:59Z")) == 2024_y / 6 / 30);
  CHECK(new_york_day(utc("2024-07-01T04:00:00Z")) == 2024_y / 7 / 1);
  CHECK(day_text(2013_y / 10 / 8) == "2013-10-08");
}

TEST_CASE("a day is read only as YYYY-MM-DD and if it exists") {
  CHECK(parse_day("2013-10-08") == 2013_y / 10 / 8);
  CHECK(parse_day("2024-02-29") == 2024_y / 2 / 29);
  for (const char* text : {"", "2023-02-29", "2024-13-01", "2024-00-10", "2024-1-1", "20240101",
                           "2024-01-01x", "2024-01-+1", "2024/01/01", "today"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_day(text));
  }
}
