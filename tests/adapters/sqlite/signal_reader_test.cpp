#include "adapters/sqlite/signal_reader.hpp"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "adapters/sqlite/signal_schema.hpp"
#include "tests/adapters/sqlite/signal_samples.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::sqlite;
using namespace outcry::sqlite::test;

TEST_CASE("signals are read beside a floor that goes on writing them") {
  outcry::test::temp_dir dir;
  const auto path = signals_path(dir.path().string());
  signal_engine floor(dir.path().string());
  one<store_receipt>(floor, storing("1"));
  signal_reader reader(path);
  CHECK(reader.ask().read(find_messages{}).messages.size() == 1);
  one<store_receipt>(floor, storing("2"));
  CHECK(reader.ask().read(find_messages{}).messages.size() == 2);
  CHECK_THROWS_AS(reader.ask().read(find_messages{0, "", "", "", 0}), bad_write);
}

TEST_CASE("signals are read after the floor has ended, and the file stays as it is") {
  outcry::test::temp_dir dir;
  const auto path = signals_path(dir.path().string());
  { one<store_receipt>(*std::make_unique<signal_engine>(dir.path().string()), storing("1")); }
  const auto written = std::filesystem::last_write_time(path);
  { CHECK(signal_reader(path).ask().read(find_messages{}).messages.size() == 1); }
  CHECK(std::filesystem::last_write_time(path) == written);
}

TEST_CASE("a file of signals that cannot be read is refused by name") {
  outcry::test::temp_dir dir;
  const auto path = signals_path(dir.path().string());
  const auto refuses = [&](const char* word) {
    CHECK_THROWS_WITH(signal_reader(path), Catch::Contains(word) && Catch::Contains("signals.db"));
  };
  SECTION("missing") {
    refuses("no such file");
    CHECK_FALSE(std::filesystem::exists(path));
  }
  SECTION("no database") {
    std::ofstream(path) << std::string(2000, 'x');
    refuses("cannot be read");
  }
  SECTION("another program's") {
    SQLite::Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE x (y)");
    refuses("another program");
  }
  SECTION("newer") {
    signal_engine(dir.path().string());
    SQLite::Database(path, SQLite::OPEN_READWRITE).exec("PRAGMA user_version=99");
    refuses("newer version");
  }
  SECTION("older") {
    signal_engine(dir.path().string());
    SQLite::Database(path, SQLite::OPEN_READWRITE).exec("PRAGMA user_version=0");
    refuses("older version");
    CHECK(SQLite::Database(path).execAndGet("PRAGMA user_version").getInt() == 0);
  }
}
