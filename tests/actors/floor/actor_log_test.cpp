#include "actors/floor/actor_log.hpp"

#include <catch2/catch.hpp>
#include <spdlog/spdlog.h>

#include "actors/floor/gauge.hpp"
#include "tests/support/captured_log.hpp"

using namespace outcry;

namespace {

/// A program that logs from "info" on, and two actors of it.
struct two_loggers {
  test::captured_log printed;
  gauge one;
  gauge other;

  two_loggers() {
    spdlog::default_logger()->set_level(spdlog::level::info);
    one.name = "one";
    other.name = "other";
  }

  static void say(gauge& who, const std::string& text) {
    stage_entry stage{who};
    spdlog::info("{}", text);
    spdlog::debug("{} in detail", text);
  }
};

}  // namespace

TEST_CASE_METHOD(two_loggers, "an actor's lines are kept apart, and printed as before") {
  actor_log log;
  say(one, "first");
  say(other, "second");
  spdlog::info("from nobody");
  REQUIRE(log.lines("one").size() == 1);
  CHECK_THAT(log.lines("one")[0], Catch::EndsWith(" info first"));
  CHECK(log.lines("other").size() == 1);
  CHECK(log.lines("third").empty());
  CHECK(printed.text() == "first\nsecond\nfrom nobody\n");
}

TEST_CASE_METHOD(two_loggers, "a lower level is one actor's own and prints nothing more") {
  actor_log log;
  CHECK(log.set_level("one", "debug"));
  say(one, "first");
  say(other, "second");
  REQUIRE(log.lines("one").size() == 2);
  CHECK_THAT(log.lines("one")[1], Catch::EndsWith(" debug first in detail"));
  CHECK(log.lines("other").size() == 1);
  CHECK(printed.text() == "first\nsecond\n");
  CHECK(log.set_level("one", "default"));
  say(one, "third");
  CHECK(log.lines("one").size() == 3);
}

TEST_CASE_METHOD(two_loggers, "a higher level keeps less") {
  actor_log log;
  CHECK(log.set_level("one", "error"));
  say(one, "first");
  CHECK(log.lines("one").empty());
  CHECK_FALSE(log.set_level("one", "loudly"));
}

TEST_CASE_METHOD(two_loggers, "a hundred lines of an actor are kept, of a thousand actors") {
  actor_log log;
  for (int i = 0; i < 150; ++i) say(one, std::to_string(i));
  auto lines = log.lines("one");
  REQUIRE(lines.size() == 100);
  CHECK_THAT(lines.front(), Catch::EndsWith(" info 50"));
  for (int i = 0; i < 1000; ++i) {
    gauge another;
    another.name = "actor " + std::to_string(i);
    say(another, "x");
  }
  CHECK(log.lines("one").empty());
  CHECK(log.lines("actor 0").size() == 1);
}
