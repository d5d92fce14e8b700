#include "apps/outcry/find_config.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "tests/support/temp_dir.hpp"

using namespace outcry::cli;

TEST_CASE("the floor's file is looked for in the documented order") {
  outcry::test::temp_dir dir;
  auto before = std::filesystem::current_path();
  std::filesystem::current_path(dir.path());
  ::unsetenv("OUTCRY_CONFIG");
  CHECK(find_config("") == "");
  std::filesystem::create_directory(".outcry");
  std::ofstream{".outcry/outcry.toml"};
  CHECK(find_config("") == ".outcry/outcry.toml");
  std::ofstream{"outcry.toml"};
  CHECK(find_config("") == "outcry.toml");
  ::setenv("OUTCRY_CONFIG", "elsewhere.toml", 1);
  CHECK(find_config("") == "elsewhere.toml");
  CHECK(find_config("given.toml") == "given.toml");
  ::unsetenv("OUTCRY_CONFIG");
  std::filesystem::current_path(before);
}

TEST_CASE("a file behind send is the floor's, KEY=VALUE is the message's") {
  outcry::test::temp_dir dir;
  std::ofstream{dir.file("outcry.toml")};
  std::ofstream{dir.file("a=b")};
  std::vector<std::string> values = {"every=2", dir.file("outcry.toml"), dir.file("a=b")};
  CHECK(take_config_file(values) == dir.file("outcry.toml"));
  CHECK(values == std::vector<std::string>{"every=2", dir.file("a=b")});
  CHECK(take_config_file(values) == "");
  std::vector<std::string> missing = {"none.toml"};
  CHECK(take_config_file(missing) == "");
  CHECK(missing.size() == 1);
}
