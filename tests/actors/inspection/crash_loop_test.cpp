#include "actors/inspection/crash_loop.hpp"

#include <catch2/catch.hpp>

#include "tests/actors/inspection/made_floor.hpp"

using namespace outcry::inspection;
using outcry::test::has;
using outcry::test::made_floor;

TEST_CASE("crash loop: one look at the graves is enough") {
  made_floor floor;
  crash_loop rule;
  floor.actor("bot:AAPL").restarts = 3;
  floor.actor("bot:AAPL").last_exit = "divide by zero";
  floor.actor("bot:META");
  floor.bury("bot:AAPL", 70'000);
  floor.bury("bot:AAPL", 50'000);
  floor.bury("bot:META", 40'000);
  floor.bury("bot:AAPL", 20'000);
  CHECK(floor.look(rule).empty());
  floor.bury("bot:AAPL", 1000);
  auto said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].rule == "crash_loop");
  CHECK(said[0].subject == "bot:AAPL");
  CHECK(said[0].level == severity::bad);
  CHECK(said[0].since_ms == floor.now.at_ms - 50'000);
  CHECK(said[0].what == "bot:AAPL dies again and again, 3 times in a minute: divide by zero");
  CHECK(has(said[0].advice, "floor's log"));
}

TEST_CASE("crash loop: restarts are counted from look to look, when the graves have gone") {
  made_floor floor;
  crash_loop rule;
  auto& bot = floor.actor("bot:AAPL");
  bot.restarts = 100;
  CHECK(floor.look(rule).empty());
  ++bot.restarts;
  CHECK(floor.pass(1000).look(rule).empty());
  const auto first = floor.now.at_ms;
  bot.restarts += 2;
  auto said = floor.pass(1000).look(rule);
  REQUIRE(said.size() == 1);
  CHECK(has(said[0].what, "3 times in a minute"));
  CHECK(said[0].since_ms == first);
  // It goes on for minutes: since stays what it was.
  said = floor.watch(rule, 300, [&] { ++bot.restarts; });
  REQUIRE(said.size() == 1);
  CHECK(said[0].since_ms == first);
  CHECK(has(said[0].what, "times in a minute"));
  // A minute without a crash, and it is over.
  CHECK(floor.watch(rule, 61, [] {}).empty());
}

TEST_CASE("crash loop: two crashes a minute are none") {
  made_floor floor;
  crash_loop rule;
  auto& bot = floor.actor("bot:AAPL");
  bot.restarts = 1;
  int second = 0;
  CHECK(floor
            .watch(rule, 600,
                   [&] {
                     if (++second % 31 == 0) ++bot.restarts;
                   })
            .empty());
}

TEST_CASE(
    "crash loop: one that has failed stays told, one that is down for a moment is a warning") {
  made_floor floor;
  crash_loop rule;
  auto& bot = floor.actor("bot:AAPL");
  bot.state = "failed";
  bot.since_ms = floor.now.at_ms - 7'000'000;
  bot.restarts = 5;
  auto said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::bad);
  CHECK(said[0].since_ms == bot.since_ms);
  CHECK(said[0].what == "bot:AAPL crashed too often and stays down: no reason is known");
  bot.state = "restarting";
  bot.last_exit = "threw";
  said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::warn);
  CHECK(has(said[0].what, "is started again: threw"));
  for (auto state : {"running", "starting", "stopped", "paused"}) {
    bot.state = state;
    CHECK(floor.look(rule).empty());
  }
}
