#include "actors/inspection/stale_feed.hpp"

#include <catch2/catch.hpp>

#include "tests/actors/inspection/made_floor.hpp"

using namespace outcry::inspection;
using outcry::test::has;
using outcry::test::made_floor;

TEST_CASE("stale feed: a wanted ticker without a fresh price, since when, and how old it is") {
  made_floor floor;
  stale_feed rule;
  floor.pit("AAPL", "live");
  floor.pit("META", "closed", 50'000'000);
  CHECK(floor.look(rule).empty());
  floor.pit("AAPL", "stale", 95'000);
  auto said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].rule == "stale_feed");
  CHECK(said[0].subject == "pit:AAPL");
  CHECK(said[0].level == severity::bad);
  CHECK(said[0].since_ms == floor.now.at_ms - 95'000);
  CHECK(said[0].what == "AAPL has no fresh price");
  CHECK(has(said[0].cost, "2 subscribers rely on a price that is 1 min 35 s old"));
  CHECK(has(said[0].advice, "mute"));
  // Nobody wants it: nobody misses it.
  floor.now.pits["AAPL"].subscribers = 0;
  CHECK(floor.look(rule).empty());
}

TEST_CASE("stale feed: the source's own trouble is in the advice") {
  made_floor floor;
  stale_feed rule;
  floor.pit("AAPL", "down", 20'000);
  floor.link("feed", "down", 20'000).last_error = "connection refused";
  auto said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(has(said[0].advice, "the price source is down (connection refused)"));
}

TEST_CASE("stale feed: a first price is waited for, a minute long") {
  made_floor floor;
  stale_feed rule;
  floor.pit("AAPL", "waiting", 59'999);
  CHECK(floor.look(rule).empty());
  auto said = floor.pass(1).look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].level == severity::warn);
  CHECK(has(said[0].what, "never had a price"));
  CHECK(has(said[0].cost, "no price at all"));
}

TEST_CASE("stale feed: many mute tickers are one line") {
  made_floor floor;
  stale_feed rule;
  for (auto ticker : {"AAPL", "META", "GOOGL"}) floor.pit(ticker, "stale", 20'000);
  floor.pit("TSLA", "live");
  CHECK(floor.look(rule).size() == 3);
  floor.pit("AMZN", "stale", 40'000);
  auto said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].subject == "feed");
  CHECK(said[0].what == "4 of 5 wanted tickers have no fresh price: AAPL, AMZN, GOOGL, META");
  CHECK(said[0].since_ms == floor.now.at_ms - 40'000);
  CHECK(has(said[0].cost, "8 subscribers"));
}

TEST_CASE("stale feed: a source that is gone is told before its prices are old") {
  made_floor floor;
  stale_feed rule;
  floor.pit("AAPL", "live");
  floor.link("feed", "connecting");
  CHECK(floor.look(rule).empty());
  floor.link("feed", "down", 3000);
  auto said = floor.look(rule);
  REQUIRE(said.size() == 1);
  CHECK(said[0].subject == "feed");
  CHECK(said[0].level == severity::warn);
  CHECK(said[0].since_ms == floor.now.at_ms - 3000);
}
