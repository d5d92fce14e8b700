#include <catch2/catch.hpp>

#include "actors/inspection/link_down.hpp"
#include "actors/inspection/no_answer.hpp"
#include "tests/actors/inspection/made_floor.hpp"

using namespace outcry::inspection;
using outcry::test::has;
using outcry::test::made_floor;

namespace {

message_row& say(made_floor& floor, const std::string& id, const std::string& type,
                 std::int64_t ago_ms) {
  auto& x = floor.now.messages[id];
  x.id = id;
  x.type = type;
  x.pressed_ms = floor.now.at_ms - ago_ms;
  return x;
}

}  // namespace

TEST_CASE("link down: told after ten seconds, at once when it refuses") {
  made_floor floor;
  link_down rule;
  auto& redis = floor.link("redis", "down", 9999);
  redis.last_error = "connection refused";
  CHECK(floor.look(rule).empty());
  auto said = floor.pass(1).look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].rule == "link_down");
  CHECK(said[0].subject == "redis");
  CHECK(said[0].level == severity::warn);
  CHECK(said[0].since_ms == redis.since_ms);
  CHECK(said[0].what == "redis is down: connection refused");
  CHECK(has(said[0].cost, "bots in containers"));
  floor.link("broker", "connecting", 10'000);
  said = floor.look(rule);
  REQUIRE(said.size() == 2);
  CHECK(said[0].subject == "broker");
  CHECK(said[0].level == severity::bad);
  floor.now.links.clear();
  floor.link("discord", "refused", 0);
  said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::bad);
  CHECK(has(said[0].advice, "credentials"));
}

TEST_CASE("link down: what another rule has told is not told again") {
  made_floor floor;
  link_down rule;
  floor.link("firebase", "down");
  verdict_line told;
  told.subject = "firebase";
  CHECK(floor.look(rule, {told}).size() == 1);
}

TEST_CASE("link down: one that breaks again and again, though it is live at each look") {
  made_floor floor;
  link_down rule;
  auto& redis = floor.link("redis", "live");
  redis.reconnects = 400;
  CHECK(floor.look(rule).empty());
  CHECK(floor.watch(rule, 2, [&] { ++redis.reconnects; }).empty());
  auto said = floor.watch(rule, 1, [&] { ++redis.reconnects; });
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::warn);
  CHECK(has(said[0].what, "breaks again and again"));
  CHECK(floor.watch(rule, 125, [] {}).empty());
}

TEST_CASE("no answer: a stop that a bot did not answer is bad, a status is a warning") {
  made_floor floor;
  no_answer rule;
  auto& stop = say(floor, "m1", "stop", 60'000);
  stop.done = 3;
  CHECK(floor.look(rule).empty());
  stop.no_answer = 1;
  auto said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].rule == "no_answer");
  CHECK(said[0].subject == "m1");
  CHECK(said[0].level == severity::bad);
  CHECK(said[0].since_ms == stop.pressed_ms);
  CHECK(said[0].what == "\"stop\" is not confirmed by 1 bot");
  CHECK(has(said[0].advice, "outcry log m1"));
  stop.type = "status";
  said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::warn);
  // Old ones are known.
  CHECK(floor.pass(15 * 60'000).look(rule).empty());
}

TEST_CASE("no answer: one at work is told after half a minute") {
  made_floor floor;
  no_answer rule;
  say(floor, "m1", "exit", 29'999).open = 2;
  CHECK(floor.look(rule).empty());
  auto said = floor.pass(1).look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].what == "\"exit\" is not confirmed by 2 bots");
}
