#include "actors/inspection/clock_jump.hpp"

#include <catch2/catch.hpp>

#include "tests/actors/inspection/made_floor.hpp"

using namespace outcry::inspection;
using outcry::test::has;
using outcry::test::made_floor;

namespace {

constexpr auto nothing = [] {};

}  // namespace

TEST_CASE("clock jump: ahead, seen at the next look, told for ten minutes") {
  made_floor floor;
  clock_jump rule;
  CHECK(floor.watch(rule, 3, nothing).empty());
  const auto last_good = floor.now.at_ms;
  floor.now.at_ms += 3'600'000;
  auto said = floor.pass(1000).look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].rule == "clock_jump");
  CHECK(said[0].subject == "clock");
  CHECK(said[0].level == severity::bad);
  CHECK(said[0].since_ms == last_good);
  CHECK(said[0].what == "this machine's clock jumped 1 h 00 min ahead, or it slept");
  CHECK(has(said[0].cost, "only stop and kill"));
  CHECK(floor.watch(rule, 600, nothing).size() == 1);
  CHECK(floor.watch(rule, 1, nothing).empty());
}

TEST_CASE("clock jump: some seconds are a warning, less is left to NTP") {
  made_floor floor;
  clock_jump rule;
  floor.watch(rule, 3, nothing);
  floor.now.at_ms += 1900;
  CHECK(floor.pass(1000).look(rule).empty());
  CHECK(floor.watch(rule, 10, nothing).empty());
  floor.now.at_ms += 2500;
  auto said = floor.pass(1000).look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::warn);
}

TEST_CASE("clock jump: back, seen when it goes back between two looks") {
  made_floor floor;
  clock_jump rule;
  floor.watch(rule, 3, nothing);
  floor.now.at_ms -= 120'000;
  auto said = floor.pass(1000).look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::bad);
  CHECK(said[0].what == "this machine's clock was set back by 2 min 0 s");
}

TEST_CASE("clock jump: a little back and the looks rare, seen after some of them") {
  made_floor floor;
  clock_jump rule;
  for (int i = 0; i < 3; ++i) CHECK(floor.pass(60'000).look(rule).empty());
  floor.now.at_ms -= 30'000;
  CHECK(floor.pass(60'000).look(rule).empty());
  for (int i = 0; i < 2; ++i) floor.pass(60'000).look(rule);
  auto said = floor.pass(60'000).look(rule);
  REQUIRE(said.size() == 1);
  CHECK(has(said[0].what, "set back by 30 s"));
}

TEST_CASE("clock jump: snapshots that come late and then all at once are none") {
  made_floor floor;
  clock_jump rule;
  floor.watch(rule, 3, nothing);
  // The reader is held up for ten seconds; what was made meanwhile is then read in one go.
  floor.heard_ms += 10'000;
  for (int i = 0; i < 10; ++i) {
    floor.now.at_ms += 1000;
    CHECK(floor.look(rule).empty());
  }
  CHECK(floor.watch(rule, 30, nothing).empty());
  // The very first look may be late, too.
  made_floor late;
  clock_jump fresh;
  late.look(fresh);
  late.now.at_ms += 8000;
  CHECK(late.pass(1000).look(fresh).empty());
  CHECK(late.watch(fresh, 30, nothing).empty());
}

TEST_CASE("clock jump: one look shows that it was set back, by what began in the future") {
  made_floor floor;
  clock_jump rule;
  floor.actor("bot:AAPL").since_ms = floor.now.at_ms + 1999;
  CHECK(floor.look(rule).empty());
  floor.actor("bot:AAPL").since_ms = floor.now.at_ms + 90'000;
  auto said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::bad);
  CHECK(has(said[0].what, "set back by 1 min 30 s"));
}

TEST_CASE("clock jump: ages stay what they are") {
  made_floor floor;
  clock_jump rule;
  floor.watch(rule, 3, nothing);
  const auto before = floor.now.at_ms - 500;
  floor.now.at_ms += 3'600'000;
  floor.pass(1000).look(rule);
  CHECK(floor.time.age_of(before) == 1500);
  CHECK(floor.time.age_of(floor.now.at_ms - 200) == 200);
  floor.now.at_ms -= 7'200'000;
  const auto future = floor.now.at_ms + 7'199'900;
  floor.pass(1000).look(rule);
  CHECK(floor.time.age_of(future) == 1100);
}
