#include "adapters/sqlite/dead_man_file.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::sqlite;

TEST_CASE("dead man file: what was saved last is there after a restart, until it is forgotten") {
  const outcry::test::temp_dir dir;
  const auto path = dead_man_path(dir.path()).string();
  const dead_man_record first{1'709'908'200'123, 0, 0, 0};
  const dead_man_record second{1'709'908'200'124, 9'007'199'254'740'992, 900'000, 1};
  {
    dead_man_file file(path);
    CHECK_FALSE(file.load());
    file.save(first);
    CHECK(file.load() == first);
  }
  {
    dead_man_file file(path);
    CHECK(file.load() == first);
    file.save(second);
  }
  dead_man_file file(path);
  CHECK(file.load() == second);
  file.forget();
  file.forget();
  CHECK_FALSE(file.load());
}

TEST_CASE("dead man file: a file that is something else is refused and named") {
  const outcry::test::temp_dir dir;
  const auto path = dead_man_path(dir.path()).string();
  std::ofstream(path) << "not a database, but long enough to have had a header of one";
  CHECK_THROWS_WITH(dead_man_file(path), Catch::Matchers::Contains(path));
}
