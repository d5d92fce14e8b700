#include "actors/inspection/outbox_growing.hpp"

#include <catch2/catch.hpp>

#include "tests/actors/inspection/made_floor.hpp"

using namespace outcry::inspection;
using outcry::test::has;
using outcry::test::made_floor;

TEST_CASE("outbox: one that grows is told after three seconds") {
  made_floor floor;
  outbox_growing rule;
  auto& firebase = floor.link("firebase", "live");
  firebase.backlog = 20;
  firebase.lag_ms = 1500;
  const auto began = floor.now.at_ms;
  CHECK(floor.look(rule).empty());
  CHECK(floor.watch(rule, 2, [&] { *firebase.backlog += 50; }).empty());
  auto said = floor.watch(rule, 1, [&] { *firebase.backlog += 50; });
  REQUIRE(said.size() == 1);
  CHECK(said[0].rule == "outbox_growing");
  CHECK(said[0].subject == "firebase");
  CHECK(said[0].level == severity::warn);
  CHECK(said[0].since_ms == began);
  CHECK(said[0].what == "170 values owed to firebase, 150 more than 3 s ago");
  CHECK(has(said[0].cost, "1 s old"));
  CHECK(has(said[0].cost, "nothing is lost"));
  CHECK(has(said[0].advice, "history"));
}

TEST_CASE("outbox: one that grows while the link is away is bad, since it went") {
  made_floor floor;
  outbox_growing rule;
  auto& firebase = floor.link("firebase", "down", 40'000);
  firebase.last_error = "no route to host";
  firebase.backlog = 20;
  const auto went = firebase.since_ms;
  floor.look(rule);
  auto said = floor.watch(rule, 3, [&] { *firebase.backlog += 50; });
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::bad);
  CHECK(said[0].since_ms == went);
  CHECK(has(said[0].what, "which is down: no route to host"));
  firebase.state = "refused";
  said = floor.watch(rule, 1, [&] { *firebase.backlog += 50; });
  REQUIRE(said.size() == 1);
  CHECK(has(said[0].advice, "outcry doctor --firebase"));
}

TEST_CASE("outbox: much of it, or old, is told at the first look") {
  made_floor floor;
  outbox_growing rule;
  auto& firebase = floor.link("firebase", "live");
  firebase.backlog = 10'000;
  CHECK(floor.look(rule).empty());
  firebase.backlog = 10'001;
  auto said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::warn);
  CHECK(said[0].what == "10,001 values owed to firebase");
  firebase.backlog = 1;
  firebase.lag_ms = 60'000;
  CHECK(floor.look(rule).size() == 1);
}

TEST_CASE("outbox: what comes and goes is no trouble, nor is a link without one") {
  made_floor floor;
  outbox_growing rule;
  auto& firebase = floor.link("firebase", "live");
  floor.link("redis", "live");
  std::uint64_t second = 0;
  CHECK(floor.watch(rule, 120, [&] { firebase.backlog = ++second * 37 % 80; }).empty());
  CHECK(floor.watch(rule, 30, [&] { firebase.backlog = 0; }).empty());
  // The disk has a rule of its own.
  floor.link("journal", "live").backlog = 100'000;
  CHECK(floor.look(rule).empty());
}
