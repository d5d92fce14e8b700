#include "adapters/replay/tick_directory.hpp"

#include <filesystem>

#include <catch2/catch.hpp>

#include "tests/adapters/replay/tick_days.hpp"

using namespace outcry::replay;
using namespace date::literals;
using outcry::test::tick_day;

TEST_CASE("tickers are the unescaped names of the files, in order") {
  tick_day day;
  for (const char* name : {"SPY.csv.gz", "BTC%2FUSD.csv", "BRK.B.csv", "aapl.csv", "BF%2EB.csv"})
    day.rows(name, "");
  day.write("README.md", "not a ticker");
  day.write(".csv", "no name");
  std::filesystem::create_directory(day.file("DIR.csv"));
  CHECK(list_tickers(day.dir()) ==
        std::vector<std::string>{"AAPL", "BF.B", "BRK.B", "BTC/USD", "SPY"});
}

TEST_CASE("a directory that is missing or holds no ticks is named") {
  tick_day day;
  CHECK_THROWS_WITH(list_tickers(day.file("gone")),
                    Catch::StartsWith(day.file("gone") + ": ") && Catch::Contains("No such file"));
  CHECK_THROWS_WITH(list_tickers(day.dir()),
                    Catch::StartsWith(day.dir() + ": ") && Catch::Contains("found none"));
  day.write("file", "");
  CHECK_THROWS_WITH(list_tickers(day.file("file")), Catch::StartsWith(day.file("file") + ": ") &&
                                                        Catch::Contains("Not a directory"));
}

TEST_CASE("a name that is no ticker is refused") {
  for (const char* name : {"A B.csv", "A%2.csv", "A%ZZ.csv"}) {
    tick_day day;
    day.rows(name, "");
    CHECK_THROWS_WITH(list_tickers(day.dir()), Catch::StartsWith(day.file(name) + ": "));
  }
}

TEST_CASE("two files for one ticker are refused, naming both") {
  tick_day day;
  day.rows("SPY.csv", "");
  day.gzip_rows("SPY.csv.gz", "");
  CHECK_THROWS_WITH(list_tickers(day.dir()), Catch::Contains("one file for SPY") &&
                                                 Catch::Contains(day.file("SPY.csv")) &&
                                                 Catch::Contains(day.file("SPY.csv.gz")));
}

TEST_CASE("a directory's own name says its day") {
  CHECK(day_of("data/2013-10-08") == 2013_y / 10 / 8);
  CHECK(day_of("data/2013-10-08/") == 2013_y / 10 / 8);
  CHECK(day_of("2013-10-08/.") == 2013_y / 10 / 8);
  CHECK_FALSE(day_of("2013-10-08/more"));
  CHECK_FALSE(day_of("data"));
}
