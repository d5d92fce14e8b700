#include "actors/inspection/dead_letters.hpp"

#include <catch2/catch.hpp>

#include "tests/actors/inspection/made_floor.hpp"

using namespace outcry::inspection;
using outcry::test::has;
using outcry::test::made_floor;

TEST_CASE("dead letters: ten in a minute are told, and who has ended meanwhile") {
  made_floor floor;
  dead_letters rule;
  floor.now.floor.dead_letters = 5'000'000;
  CHECK(floor.look(rule).empty());
  floor.now.floor.dead_letters += 9;
  CHECK(floor.pass(1000).look(rule).empty());
  const auto began = floor.now.at_ms;
  floor.now.floor.dead_letters += 1;
  floor.bury("bot:OLD", 90'000);
  floor.bury("bot:META", 2000);
  floor.bury("bot:AAPL", 1000);
  floor.bury("bot:AAPL", 500);
  auto said = floor.pass(1000).look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].rule == "dead_letters");
  CHECK(said[0].subject.empty());
  CHECK(said[0].level == severity::warn);
  CHECK(said[0].since_ms == began);
  CHECK(said[0].what == "10 messages reached nobody in the last minute");
  CHECK(has(said[0].advice, "bot:AAPL, bot:META; "));
}

TEST_CASE("dead letters: very many are bad, and over after a quiet minute") {
  made_floor floor;
  dead_letters rule;
  floor.look(rule);
  auto said = floor.watch(rule, 120, [&] { floor.now.floor.dead_letters += 100; });
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::bad);
  CHECK(has(said[0].advice, "outcry actors --sort lost"));
  CHECK(said[0].since_ms == floor.now.at_ms - 119'000);
  CHECK(floor.watch(rule, 61, [] {}).empty());
}

TEST_CASE("dead letters: a few a minute belong to every floor") {
  made_floor floor;
  dead_letters rule;
  int second = 0;
  CHECK(floor
            .watch(rule, 600,
                   [&] {
                     if (++second % 8 == 0) ++floor.now.floor.dead_letters;
                   })
            .empty());
}
