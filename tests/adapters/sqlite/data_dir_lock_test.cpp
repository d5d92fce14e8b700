#include "adapters/sqlite/data_dir_lock.hpp"

#include <fstream>
#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include "adapters/sqlite/store_error.hpp"
#include "tests/support/temp_dir.hpp"

using outcry::sqlite::data_dir_lock;
using outcry::sqlite::store_error;

TEST_CASE("one floor per data directory, the second hears who holds it") {
  outcry::test::temp_dir dir;
  const auto path = dir.file("data");
  std::optional<data_dir_lock> first(path);
  CHECK_THROWS_WITH(data_dir_lock(path),
                    Catch::Contains(path) && Catch::Contains("pid " + std::to_string(::getpid())));
  first.reset();
  CHECK_NOTHROW(data_dir_lock(path));
}

TEST_CASE("the data directory is made, for us alone, with its parents") {
  outcry::test::temp_dir dir;
  const auto path = dir.file("a/b");
  const data_dir_lock lock(path);
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0700);
}

TEST_CASE("a data directory that cannot be made is named") {
  outcry::test::temp_dir dir;
  { std::ofstream(dir.file("file")) << "x"; }
  CHECK_THROWS_AS(data_dir_lock(dir.file("file/data")), store_error);
  CHECK_THROWS_WITH(data_dir_lock(dir.file("file")), Catch::Contains(dir.file("file")));
}

TEST_CASE("a pid left behind by a dead floor locks nobody out") {
  outcry::test::temp_dir dir;
  { std::ofstream(dir.file("lock")) << "1234567890123456\n"; }
  const data_dir_lock lock(dir.path().string());
  std::string pid;
  std::ifstream(dir.file("lock")) >> pid;
  CHECK(pid == std::to_string(::getpid()));
}
