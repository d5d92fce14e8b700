#include "actors/inspection/slow_disk.hpp"

#include <catch2/catch.hpp>

#include "tests/actors/inspection/made_floor.hpp"

using namespace outcry::inspection;
using outcry::test::has;
using outcry::test::made_floor;

TEST_CASE("slow disk: half a second at two looks in a row, with how many wait") {
  made_floor floor;
  slow_disk rule;
  auto& journal = floor.link("journal", "live");
  journal.lag_ms = 499;
  CHECK(floor.look(rule).empty());
  journal.lag_ms = 500;
  CHECK(floor.pass(1000).look(rule).empty());
  const auto began = floor.now.at_ms - 500;
  journal.lag_ms = 700;
  journal.backlog = 12;
  auto said = floor.pass(1000).look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].rule == "slow_disk");
  CHECK(said[0].subject == "journal");
  CHECK(said[0].level == severity::warn);
  CHECK(said[0].since_ms == began);
  CHECK(said[0].what == "journal waits 0.7 s for the disk");
  CHECK(has(said[0].cost, "nothing is confirmed"));
  CHECK(has(said[0].cost, "12 requests in line"));
  journal.lag_ms = 10;
  CHECK(floor.pass(1000).look(rule).empty());
  journal.lag_ms = 700;
  CHECK(floor.pass(1000).look(rule).empty());
}

TEST_CASE("slow disk: two seconds are told at once, five are bad") {
  made_floor floor;
  slow_disk rule;
  auto& journal = floor.link("journal", "live");
  journal.lag_ms = 2000;
  auto said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::warn);
  journal.lag_ms = 5000;
  said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::bad);
}

TEST_CASE("slow disk: seen through the store's actor too") {
  made_floor floor;
  slow_disk rule;
  floor.actor("history", "history").oldest_wait_ms = 3000;
  auto said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].subject == "history");
  CHECK(has(said[0].cost, "trading goes on"));
  floor.actor("history").oldest_wait_ms = 0;
  floor.actor("journal", "journal").serving = serving_row{"journal_write", floor.now.at_ms - 8000};
  said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].subject == "journal");
  CHECK(said[0].level == severity::bad);
  // Nobody else's slowness is the disk's.
  floor.now.actors.clear();
  floor.actor("bot:AAPL").oldest_wait_ms = 9000;
  floor.link("postgres", "live").lag_ms = 9000;
  CHECK(floor.look(rule).empty());
}

TEST_CASE("slow disk: a journal that cannot be written is bad at once") {
  made_floor floor;
  slow_disk rule;
  floor.link("journal", "down").last_error = "disk I/O error";
  auto said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::bad);
  CHECK(said[0].what == "journal cannot be written: disk I/O error");
}
