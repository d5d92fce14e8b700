#include <filesystem>
#include <fstream>
#include <vector>

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include "adapters/discord/identify_budget.hpp"
#include "tests/support/temp_dir.hpp"

namespace outcry::discord::test {

TEST_CASE("times of identifies survive in a file of their own") {
  outcry::test::temp_dir folder;
  const auto path = folder.path() / "discord.identifies";
  identify_file file(path);
  CHECK(file.load().empty());
  file.save({5, 7});
  file.save({5, 7, 9});
  CHECK(identify_file(path).load() == std::vector<std::int64_t>{5, 7, 9});
  struct stat about {};
  REQUIRE(::stat(path.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
  CHECK_FALSE(std::filesystem::exists(path.string() + ".new"));
}

TEST_CASE("a file of identifies that is none, or has no place, is an error") {
  outcry::test::temp_dir folder;
  const auto path = folder.path() / "x";
  std::ofstream(path) << "5\nsoon\n";
  CHECK_THROWS_WITH(identify_file(path).load(),
                    Catch::Contains("line 2: expected a time in ms, found \"soon\""));
  CHECK_THROWS_AS(identify_file(folder.path() / "no" / "x").save({1}), std::runtime_error);
}

}  // namespace outcry::discord::test
