#include "adapters/replay/new_york.hpp"

#include <catch2/catch.hpp>

using namespace outcry;
using namespace outcry::replay;
using namespace date::literals;

namespace {

timestamp_ns utc(const char* iso) {
  auto result = parse_iso(iso);
  REQUIRE(result);
  return *result;
}

}  // namespace

TEST_CASE("midnight in New York is five hours after that of UTC in winter, four in summer") {
  CHECK(new_york_midnight(2024_y / 3 / 8) == utc("2024-03-08T05:00:00Z"));
  CHECK(new_york_midnight(2013_y / 10 / 8) == utc("2013-10-08T04:00:00Z"));
}

TEST_CASE("midnight in New York around the changes of 2024") {
  CHECK(new_york_midnight(2024_y / 3 / 10) == utc("2024-03-10T05:00:00Z"));
  CHECK(new_york_midnight(2024_y / 3 / 11) == utc("2024-03-11T04:00:00Z"));
  CHECK(new_york_midnight(2024_y / 11 / 3) == utc("2024-11-03T04:00:00Z"));
  CHECK(new_york_midnight(2024_y / 11 / 4) == utc("2024-11-04T05:00:00Z"));
}

TEST_CASE("New York's day begins hours after that of UTC") {
  CHECK(new_york_day(utc("2024-03-08T04:59:59Z")) == 2024_y / 3 / 7);
  CHECK(new_york_day(utc("2024-03-08T05:00:00Z")) == 2024_y / 3 / 8);
  CHECK(new_york_day(utc("2024-07-01T03:59:59Z")) == 2024_y / 6 / 30);
  CHECK(new_york_day(utc("2024-07-01T04:00:00Z")) == 2024_y / 7 / 1);
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
