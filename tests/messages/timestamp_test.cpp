#include "messages/timestamp.hpp"

#include <limits>
#include <random>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

using namespace outcry;

TEST_CASE("timestamp: forms it reads") {
  const timestamp_ns whole = 1'381'239'000'000'000'000;
  const std::vector<std::pair<std::string, timestamp_ns>> table = {
      {"2013-10-08T13:30:00Z", whole},
      {"2013-10-08T13:30:00", whole},
      {"2013-10-08 13:30:00", whole},
      {"2013-10-08T13:30:00+00:00", whole},
      {"2013-10-08T15:30:00+0200", whole},
      {"2013-10-08T08:00:00-05:30", whole},
      {"2013-10-08T13:30:00.5Z", whole + 500'000'000},
      {"2013-10-08T13:30:00.123456789Z", whole + 123'456'789},
      {"2025-05-06 14:39:11.760112+00:00", 1'746'542'351'760'112'000},
      {"1970-01-01T00:00:00Z", 0},
      {"1969-12-31T23:59:59.999999999Z", -1},
      {"2024-02-29T00:00:00Z", 1'709'164'800'000'000'000},
      {"2262-04-11T23:47:16.854775807Z", std::numeric_limits<timestamp_ns>::max()},
      {"1677-09-21T00:12:43.145224192Z", std::numeric_limits<timestamp_ns>::min()},
  };
  for (const auto& [text, expected] : table) {
    CAPTURE(text);
    const auto t = parse_iso(text);
    REQUIRE(t);
    CHECK(*t == expected);
  }
}

TEST_CASE("timestamp: refuses everything else and names it") {
  for (const std::string text : {"",
                                 "now",
                                 "2013-10-08",
                                 "2013-10-08T13:30",
                                 "2013-10-08T13:30:00.",
                                 "2013-10-08T13:30:00.Z",
                                 "2013-10-08T13:30:00.1234567890Z",
                                 "2013-10-08t13:30:00Z",
                                 "2013-10-08T13:30:00z",
                                 "2013-13-01T00:00:00Z",
                                 "2013-00-01T00:00:00Z",
                                 "2013-02-29T00:00:00Z",
                                 "2013-04-31T00:00:00Z",
                                 "2013-10-00T00:00:00Z",
                                 "2013-10-08T24:00:00Z",
                                 "2013-10-08T13:60:00Z",
                                 "2013-10-08T13:30:60Z",
                                 "2013-10-08T13:30:00ZZ",
                                 "2013-10-08T13:30:00+",
                                 "2013-10-08T13:30:00+2",
                                 "2013-10-08T13:30:00+24:00",
                                 "2013-10-08T13:30:00+01:60",
                                 "2013-10-08T13:30:00 +01:00",
                                 " 2013-10-08T13:30:00",
                                 "2013-1-08T13:30:00",
                                 "-013-10-08T13:30:00",
                                 "2013-10-08T-1:30:00",
                                 "2262-04-11T23:47:16.854775808Z",
                                 "1677-09-21T00:12:43.145224191Z",
                                 "9999-12-31T23:59:59Z",
                                 "1381239000"}) {
    CAPTURE(text);
    const auto t = parse_iso(text);
    REQUIRE_FALSE(t);
    CHECK(t.error().find('"' + text + '"') != std::string::npos);
  }
  CHECK_FALSE(parse_iso(std::string_view{"2013-10-08T13:30:00\0", 20}));
}

TEST_CASE("timestamp: prints microseconds in UTC") {
  CHECK(to_iso(1'381'239'000'123'456'789) == "2013-10-08T13:30:00.123456+00:00");
  CHECK(to_iso(0) == "1970-01-01T00:00:00.000000+00:00");
  CHECK(to_iso(-1) == "1969-12-31T23:59:59.999999+00:00");
  CHECK(to_iso(std::numeric_limits<timestamp_ns>::max()) == "2262-04-11T23:47:16.854775+00:00");
  CHECK(to_iso(std::numeric_limits<timestamp_ns>::min()) == "1677-09-21T00:12:43.145224+00:00");
}

TEST_CASE("timestamp: what is printed is read back to the microsecond") {
  std::mt19937_64 random{4};
  for (int i = 0; i < 20'000; ++i) {
    const auto t = static_cast<timestamp_ns>(random()) / 2;
    const auto again = parse_iso(to_iso(t));
    REQUIRE(again);
    REQUIRE(*again <= t);
    REQUIRE(t - *again < 1'000);
    REQUIRE(*again % 1'000 == 0);
  }
}
