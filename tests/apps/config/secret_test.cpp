#include "apps/config/secret.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "tests/support/temp_dir.hpp"

using outcry::config::read_secret;

namespace {

std::string with(const outcry::test::temp_dir& dir, const std::string& content) {
  std::ofstream{dir.file("secret"), std::ios::binary} << content;
  return dir.file("secret");
}

}  // namespace

TEST_CASE("a secret is the file's content without the line end") {
  outcry::test::temp_dir dir;
  CHECK(read_secret(with(dir, "geheim")) == "geheim");
  CHECK(read_secret(with(dir, "geheim\n")) == "geheim");
  CHECK(read_secret(with(dir, " geheim \r\n")) == " geheim ");
  CHECK(read_secret(with(dir, std::string(16384, 'x'))).value().size() == 16384);
}

TEST_CASE("a file that holds no secret is refused by its name, never with its content") {
  outcry::test::temp_dir dir;
  auto missing = read_secret(dir.file("none"));
  REQUIRE_FALSE(missing);
  CHECK(missing.error() == dir.file("none") + " cannot be read");
  CHECK_FALSE(read_secret(with(dir, "")));
  CHECK_FALSE(read_secret(with(dir, "\n\n")));
  CHECK_FALSE(read_secret(dir.path()));
  auto large = read_secret(with(dir, "geheim" + std::string(16384, 'x')));
  REQUIRE_FALSE(large);
  CHECK(large.error().find("geheim") == std::string::npos);
}
