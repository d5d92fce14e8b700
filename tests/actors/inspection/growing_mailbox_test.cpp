#include "actors/inspection/growing_mailbox.hpp"

#include <catch2/catch.hpp>

#include "tests/actors/inspection/made_floor.hpp"

using namespace outcry::inspection;
using outcry::test::has;
using outcry::test::made_floor;

TEST_CASE("growing mailbox: one that rises for three seconds is told, with since and how fast") {
  made_floor floor;
  growing_mailbox rule;
  auto& bot = floor.actor("bot:AAPL");
  bot.mailbox_bound = 10'000;
  bot.mailbox = 100;
  const auto began = floor.now.at_ms;
  CHECK(floor.look(rule).empty());
  auto grow = [&] {
    bot.mailbox += 100;
    bot.oldest_wait_ms += 300;
  };
  CHECK(floor.watch(rule, 2, grow).empty());
  auto said = floor.watch(rule, 1, grow);
  REQUIRE(said.size() == 1);
  CHECK(said[0].rule == "growing_mailbox");
  CHECK(said[0].subject == "bot:AAPL");
  CHECK(said[0].since_ms == began);
  CHECK(said[0].level == severity::warn);
  CHECK(said[0].what == "the mailbox of bot:AAPL grows: 400 messages wait, 300 more than 3 s ago");
  // 9600 are left, 100 come each second.
  CHECK(has(said[0].cost, "full in about 1 min 36 s"));
  CHECK(has(said[0].cost, "what reaches it is 0.9 s old"));
  CHECK(has(said[0].advice, "strategy"));
}

TEST_CASE("growing mailbox: bad when it is full within a minute") {
  made_floor floor;
  growing_mailbox rule;
  auto& pit = floor.actor("pit:AAPL", "pit");
  pit.mailbox_bound = 10'000;
  pit.mailbox = 100;
  floor.look(rule);
  auto said = floor.watch(rule, 4, [&] { pit.mailbox += 1000; });
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::bad);
  CHECK(has(said[0].advice, "outcry trace pit:AAPL"));
}

TEST_CASE("growing mailbox: bursts that are worked off are no trouble") {
  made_floor floor;
  growing_mailbox rule;
  auto& bot = floor.actor("bot:AAPL");
  int second = 0;
  CHECK(floor
            .watch(rule, 120,
                   [&] {
                     // Up to 900 within four seconds, then empty.
                     bot.mailbox = static_cast<std::uint64_t>(++second % 5) * 225;
                     if (bot.mailbox == 900) CHECK(floor.look(rule).size() <= 1);
                   })
            .empty());
}

TEST_CASE("growing mailbox: many that stay the same are told only when they are old") {
  made_floor floor;
  growing_mailbox rule;
  auto& bot = floor.actor("bot:AAPL");
  bot.mailbox = 100'000;
  bot.oldest_wait_ms = 4999;
  CHECK(floor.watch(rule, 60, [] {}).empty());
  bot.oldest_wait_ms = 5000;
  auto said = floor.watch(rule, 1, [] {});
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::warn);
  CHECK(said[0].what == "bot:AAPL is behind: 100,000 messages wait");
  CHECK(said[0].since_ms == floor.now.at_ms - 5000);
  CHECK(has(said[0].cost, "memory"));
  bot.oldest_wait_ms = 30'000;
  said = floor.watch(rule, 1, [] {});
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::bad);
  // One that has nothing to do is forgotten.
  bot.mailbox = 0;
  bot.oldest_wait_ms = 0;
  CHECK(floor.watch(rule, 1, [] {}).empty());
}

TEST_CASE("growing mailbox: a full one that turns messages away is bad at once") {
  made_floor floor;
  growing_mailbox rule;
  auto& bot = floor.actor("bot:AAPL");
  bot.mailbox_bound = 10;
  bot.mailbox = 10;
  bot.refused = 3;
  auto said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::bad);
  CHECK(said[0].what == "the mailbox of bot:AAPL is full: 10 messages of 10");
  // The three may be of yesterday.
  CHECK_FALSE(has(said[0].cost, "turned away"));
  bot.refused = 1005;
  said = floor.pass(1000).look(rule);
  REQUIRE(said.size() == 1);
  CHECK(has(said[0].cost, "1,005 messages turned away"));
}

TEST_CASE("growing mailbox: what is stuck or crashes is not told twice") {
  made_floor floor;
  growing_mailbox rule;
  auto& bot = floor.actor("bot:AAPL");
  bot.mailbox_bound = 10;
  bot.mailbox = 10;
  verdict_line told;
  told.subject = "bot:AAPL";
  CHECK(floor.look(rule, {told}).size() == 1);
  CHECK(floor.look(rule).size() == 1);
}

TEST_CASE("growing mailbox: a paused actor's is told with how it goes on") {
  made_floor floor;
  growing_mailbox rule;
  auto& bot = floor.actor("bot:AAPL");
  bot.state = "paused";
  bot.mailbox_bound = 1000;
  bot.mailbox = 500;
  bot.oldest_wait_ms = 9000;
  auto said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(has(said[0].advice, "resume it"));
}

TEST_CASE("growing mailbox: still told after minutes, with since and the rate of now") {
  made_floor floor;
  growing_mailbox rule;
  auto& bot = floor.actor("bot:AAPL");
  bot.mailbox = 100;
  const auto began = floor.now.at_ms;
  floor.look(rule);
  auto said = floor.watch(rule, 300, [&] { bot.mailbox += 100; });
  REQUIRE(said.size() == 1);
  CHECK(said[0].since_ms == began);
  // It no longer grows: that is seen within a minute and a half.
  said = floor.watch(rule, 90, [] {});
  CHECK(said.empty());
}
