#include "actors/inspection/stuck_handler.hpp"

#include <catch2/catch.hpp>

#include "tests/actors/inspection/made_floor.hpp"

using namespace outcry::inspection;
using outcry::test::has;
using outcry::test::made_floor;

TEST_CASE("stuck handler: told after a second, bad after ten, with what it is at") {
  made_floor floor;
  stuck_handler rule;
  auto& bot = floor.actor("bot:AAPL");
  bot.serving = serving_row{"price_batch", floor.now.at_ms - 999};
  bot.mailbox = 1241;
  CHECK(floor.look(rule).empty());
  const auto began = bot.serving->since_ms;
  auto said = floor.pass(1).look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].rule == "stuck_handler");
  CHECK(said[0].subject == "bot:AAPL");
  CHECK(said[0].since_ms == began);
  CHECK(said[0].level == severity::warn);
  CHECK(said[0].what == "bot:AAPL is stuck in one price_batch");
  CHECK(has(said[0].cost, "its ticker is not traded"));
  CHECK(has(said[0].cost, "1,240 messages wait behind it"));
  CHECK(has(said[0].advice, "outcry actor bot:AAPL"));
  said = floor.pass(9000).look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::bad);
  CHECK(said[0].since_ms == began);
  bot.serving.reset();
  CHECK(floor.pass(1000).look(rule).empty());
}

TEST_CASE("stuck handler: what is served anew each time is only busy") {
  made_floor floor;
  stuck_handler rule;
  CHECK(
      floor
          .watch(
              rule, 60,
              [&] {
                floor.actor("bot:AAPL").serving = serving_row{"price_batch", floor.now.at_ms - 150};
              })
          .empty());
}

TEST_CASE("stuck handler: others that get no turn are part of what it costs") {
  made_floor floor;
  stuck_handler rule;
  floor.actor("bot:AAPL").serving = serving_row{"price_batch", floor.now.at_ms - 5000};
  floor.actor("bot:AAPL").mailbox = 2;
  floor.actor("bot:META").oldest_wait_ms = 4000;
  auto said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(has(said[0].cost, "1 message waits behind it"));
  CHECK(has(said[0].cost, "1 other actor gets no turn"));
  floor.actor("bot:GOOGL").oldest_wait_ms = 1000;
  floor.actor("bot:TSLA").oldest_wait_ms = 999;
  floor.actor("bot:GONE").oldest_wait_ms = 4000;
  floor.actor("bot:GONE").state = "paused";
  said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(has(said[0].cost, "2 other actors get no turn"));
}

TEST_CASE("stuck handler: a store that waits for the disk is the disk's matter") {
  made_floor floor;
  stuck_handler rule;
  floor.actor("journal", "journal").serving = serving_row{"journal_write", floor.now.at_ms - 5000};
  CHECK(floor.look(rule).empty());
}

TEST_CASE("stuck handler: a clock that jumps ahead makes nobody stuck") {
  made_floor floor;
  stuck_handler rule;
  for (int i = 0; i < 3; ++i) {
    floor.pass(1000);
    floor.actor("bot:AAPL").serving = serving_row{"price_batch", floor.now.at_ms - 100};
    CHECK(floor.look(rule).empty());
  }
  const auto in_hand = floor.now.at_ms - 100;
  floor.now.at_ms += 3'600'000;
  floor.actor("bot:AAPL").serving->since_ms = in_hand;
  floor.pass(200);
  CHECK(floor.look(rule).empty());
  CHECK(floor.pass(1000).look(rule).size() == 1);
}
