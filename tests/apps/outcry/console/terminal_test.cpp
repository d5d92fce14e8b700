#include "tests/apps/outcry/console/terminal.hpp"

#include <catch2/catch.hpp>

#include <signal.h>

#include "tests/apps/outcry/console/made_floor.hpp"
#include "tests/support/process.hpp"
#include "tests/support/skip.hpp"

using namespace outcry::test;
using nlohmann::json;

namespace {

std::vector<std::string> command(const made_floor& floor, std::vector<std::string> more = {}) {
  std::vector<std::string> result{CONSOLE_PROGRAM, floor.socket()};
  result.insert(result.end(), more.begin(), more.end());
  return result;
}

}  // namespace

TEST_CASE("the console shows the floor on a real terminal") {
  if (!has_tmux()) OUTCRY_SKIP("tmux is not installed");
  made_floor floor;
  terminal at{command(floor), 80, 24};
  REQUIRE(at.shows("bot:counter-AAPL"));
  const auto screen = at.screen();
  INFO(screen);
  CHECK(screen.find("home 0.1.0") != std::string::npos);
  CHECK(screen.find("12/1000") != std::string::npos);
  CHECK(screen.find("redis live") != std::string::npos);
  at.type("/pit:M");
  CHECK(at.loses("bot:counter-AAPL"));
  CHECK(at.shows("pit:META"));
  at.press("Escape");
  CHECK(at.shows("bot:counter-AAPL"));
  at.press("F1");
  CHECK(at.shows("Keys"));
  at.type("q");
  CHECK(at.ended());
}
