#include "actors/market/market.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <caf/exit_reason.hpp>
#include <catch2/catch.hpp>

#include "actors/floor/floor.hpp"
#include "tests/actors/market/people.hpp"
#include "tests/support/actor_fixture.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

struct market_floor : actor_fixture {
  notes feed = std::make_shared<notebook>();
  std::shared_ptr<market_book> book = std::make_shared<market_book>();
  caf::actor root = caf::actor_cast<caf::actor>(spawn(outcry::floor, stop_limits{2000, 500}));
  pit_neighbours neighbours{
      caf::actor_cast<feed_actor>(caf::actor(spawn(listener, "feed", feed))), {}, {}};
  market_actor the_market = open();

  market_actor open() {
    return spawn(market, book, neighbours, caf::actor_cast<floor_actor>(root), the_house());
  }

  // The pits' supervisors are nobody's but the book's and the floor's.
  ~market_floor() {
    for (auto& [ticker, entry] : book->pits) own(entry.pit);
    book->pits.clear();
  }

  caf::actor find(const std::string& ticker) {
    auto found = request_sync<pit_address>(the_market, find_pit{ticker});
    REQUIRE(found);
    return found->pit;
  }

  std::vector<std::string> list() {
    auto pits = request_sync<pit_list>(the_market, list_pits{});
    REQUIRE(pits);
    std::vector<std::string> names;
    for (const auto& one : pits->pits) names.push_back(one.ticker);
    return names;
  }
};

using ticker_names = std::vector<std::string>;

bool has_seat(actor_fixture& at, const std::string& name) {
  auto seats = at.board().list();
  return std::any_of(seats.begin(), seats.end(),
                     [&](const actor_status& x) { return x.name == name; });
}

}  // namespace

TEST_CASE_METHOD(market_floor, "a pit is opened when it is first asked for, once") {
  CHECK(list().empty());
  auto aapl = find("AAPL");
  auto meta = find("META");
  CHECK(aapl != meta);
  CHECK(find("AAPL") == aapl);
  CHECK(list() == ticker_names{"AAPL", "META"});
  // Each has made itself known to the feed, once.
  REQUIRE(feed->demands.size() == 2);
  CHECK(feed->demands[0].ticker == "AAPL");
  CHECK(feed->demands[1].ticker == "META");
}

TEST_CASE_METHOD(market_floor, "two who ask at the same time get the same pit") {
  auto one = ask<pit_address>(the_market, find_pit{"BRK.B"});
  auto two = ask<pit_address>(the_market, find_pit{"BRK.B"});
  run();
  REQUIRE(one.get());
  REQUIRE(two.get());
  CHECK(one.get()->pit == two.get()->pit);
  CHECK(feed->demands.size() == 1);
}

TEST_CASE_METHOD(market_floor, "the list is ordered and says how each pit is") {
  for (const char* ticker : {"META", "AAPL", "GOOGL"}) find(ticker);
  send(find("META"), ticks_of("META", 1, 4));
  run();
  auto pits = request_sync<pit_list>(the_market, list_pits{});
  REQUIRE(pits);
  REQUIRE(pits->pits.size() == 3);
  CHECK(pits->pits[0].ticker == "AAPL");
  CHECK_FALSE(pits->pits[0].has_price);
  CHECK(pits->pits[2].ticker == "META");
  CHECK(pits->pits[2].ticks == 4);
}

TEST_CASE_METHOD(market_floor, "a restarted market knows the pits that are open") {
  auto aapl = find("AAPL");
  caf::anon_send_exit(the_market, caf::exit_reason::unhandled_exception);
  run();
  the_market = open();
  CHECK(find("AAPL") == aapl);
  CHECK(list() == ticker_names{"AAPL"});
  CHECK(feed->demands.size() == 1);
}

TEST_CASE_METHOD(market_floor, "pits end with the floor") {
  auto aapl = find("AAPL");
  auto report = request_sync<stop_report>(root, stop_floor{"test"});
  REQUIRE(report);
  CHECK(report->killed.empty());
  CHECK(report->left.empty());
  CHECK(ended(aapl));
}

TEST_CASE_METHOD(market_floor, "a pit that is down is left out of the list, the others are there") {
  find("AAPL");
  auto meta = find("META");
  caf::anon_send_exit(meta, caf::exit_reason::kill);
  run();
  CHECK(list() == ticker_names{"AAPL"});
}

TEST_CASE_METHOD(market_floor, "a pit that nobody wants for ten minutes is closed, seat and all") {
  auto aapl = find("AAPL");
  advance(9min);
  CHECK(list() == ticker_names{"AAPL"});
  CHECK(has_seat(*this, "pit:AAPL"));
  advance(2min);
  CHECK(list().empty());
  CHECK(ended(aapl));
  CHECK_FALSE(has_seat(*this, "pit:AAPL"));
  // The feed forgets it, too.
  CHECK(feed->demands.back().ticker == "AAPL");
  CHECK(feed->demands.back().wanted_by == 0);
  CHECK_FALSE(feed->demands.back().pit);
  auto report = request_sync<stop_report>(root, stop_floor{"test"});
  REQUIRE(report);
  CHECK(report->killed.empty());
}

TEST_CASE_METHOD(market_floor, "a pit with a listener stays, and ten minutes longer") {
  auto counts = GENERATE(true, false);
  auto aapl = find("AAPL");
  auto reader = caf::actor(spawn(listener, "reader", std::make_shared<notebook>()));
  send(aapl, subscribe_pit{reader, counts});
  advance(60min);
  CHECK(list() == ticker_names{"AAPL"});
  send(aapl, unsubscribe_pit{reader});
  advance(9min);
  CHECK(list() == ticker_names{"AAPL"});
  advance(3min);
  CHECK(list().empty());
}

TEST_CASE_METHOD(market_floor, "an address that was given again is good for ten minutes more") {
  auto aapl = find("AAPL");
  advance(9min);
  CHECK(find("AAPL") == aapl);
  advance(9min);
  auto log = std::make_shared<notebook>();
  send(aapl, subscribe_pit{caf::actor(spawn(listener, "reader", log)), true});
  advance(60min);
  send(find("AAPL"), ticks_of("AAPL", 1, 1));
  run();
  CHECK(log->batches.size() == 1);
}

TEST_CASE_METHOD(market_floor, "who asks while the market looks at a pit does not lose it") {
  auto aapl = find("AAPL");
  time()->advance(pit_idle_limit_ns);
  send(caf::actor_cast<caf::actor>(the_market), wake{});
  run_without(aapl);  // the market's question waits there
  auto found = ask<pit_address>(the_market, find_pit{"AAPL"});
  run_without(aapl);
  REQUIRE(found.get());
  CHECK(found.get()->pit == aapl);
  run();
  CHECK(list() == ticker_names{"AAPL"});
  CHECK_FALSE(ended(aapl));
}

TEST_CASE_METHOD(market_floor, "a closed pit is opened anew and makes itself known") {
  auto old = find("AAPL");
  advance(11min);
  auto fresh = find("AAPL");
  CHECK(fresh != old);
  CHECK(has_seat(*this, "pit:AAPL"));
  REQUIRE(feed->demands.size() == 3);
  CHECK(feed->demands[2].pit);
  CHECK(list() == ticker_names{"AAPL"});
}

TEST_CASE_METHOD(market_floor, "a restarted market closes what its predecessor opened") {
  find("AAPL");
  advance(5min);
  caf::anon_send_exit(the_market, caf::exit_reason::unhandled_exception);
  run();
  the_market = open();
  advance(4min);
  CHECK(list() == ticker_names{"AAPL"});
  advance(2min);
  CHECK(list().empty());
}

TEST_CASE_METHOD(market_floor, "a pit that is down when it is looked at stays") {
  auto aapl = find("AAPL");
  time()->advance(pit_idle_limit_ns);
  caf::anon_send_exit(aapl, caf::exit_reason::kill);
  run();
  send(caf::actor_cast<caf::actor>(the_market), wake{});
  run();
  CHECK(find("AAPL") == aapl);
}
