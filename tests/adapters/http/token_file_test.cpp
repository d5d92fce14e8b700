#include "adapters/http/token_file.hpp"

#include <fstream>
#include <latch>
#include <set>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include "tests/support/temp_dir.hpp"

namespace http = outcry::http;
using Catch::Matchers::Contains;

TEST_CASE("a token file is made once, for its owner only") {
  const outcry::test::temp_dir dir;
  const std::string file = dir.file("operator.token");
  const std::string token = http::ensure_token(file);
  CHECK(token.size() == 43);
  CHECK(
      token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
      std::string::npos);
  struct stat found {};
  REQUIRE(::stat(file.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
  CHECK(http::ensure_token(file) == token);
  CHECK(http::read_token(file) == token);
  CHECK(http::ensure_token(dir.file("floor.token")) != token);
}

TEST_CASE("all who make the same token file at once get the same token") {
  const outcry::test::temp_dir dir;
  constexpr int rounds = 50;
  constexpr int threads = 8;
  for (int round = 0; round < rounds; ++round) {
    const std::string file = dir.file(std::to_string(round));
    std::vector<std::string> tokens(threads);
    std::latch start(threads);
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i) {
      running.emplace_back([&, i] {
        start.arrive_and_wait();
        tokens[static_cast<std::size_t>(i)] = http::ensure_token(file);
      });
    }
    for (std::thread& one : running) one.join();
    CHECK(std::set<std::string>(tokens.begin(), tokens.end()).size() == 1);
  }
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    ++files;
  }
  CHECK(files == rounds);
}

TEST_CASE("a token file that holds no token is refused without telling its content") {
  const outcry::test::temp_dir dir;
  const auto write = [&](const std::string& text) {
    std::ofstream(dir.file("t")) << text;
    return dir.file("t");
  };
  CHECK(http::read_token(write("  0123456789abcdef \n")) == "0123456789abcdef");
  CHECK_THROWS_WITH(http::read_token(write("")), Contains("found 0 characters"));
  CHECK_THROWS_WITH(http::read_token(write("short-secret")),
                    Contains("found 12 characters") && !Contains("short-secret"));
  CHECK_THROWS_WITH(http::read_token(write("two secrets in one file")), !Contains("secrets"));
  CHECK_THROWS_WITH(http::read_token(write(std::string(5000, 'x'))), Contains("4096"));
  CHECK_THROWS_WITH(http::read_token(dir.file("none")), Contains("none"));
}

TEST_CASE("tokens are compared whole") {
  CHECK(http::same_token("abc", "abc"));
  CHECK_FALSE(http::same_token("abc", "abd"));
  CHECK_FALSE(http::same_token("abc", "abcd"));
  CHECK_FALSE(http::same_token("", "a"));
}
