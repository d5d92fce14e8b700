#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "actors/market/broker_feed.hpp"
#include "adapters/replay/replay_source.hpp"
#include "tests/actors/market/people.hpp"
#include "tests/adapters/replay/tick_days.hpp"
#include "tests/support/actor_fixture.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

/// A feed that replays a day of one ticker, and its pit.
struct replay_floor : actor_fixture {
  tick_day day;
  notes aapl = std::make_shared<notebook>();
  caf::actor pit = spawn(listener, "pit:AAPL", aapl);

  void play(double speed) {
    day.rows("AAPL.csv", "34200000,1,100,N\n34200001,2,100,N\n");
    auto book = std::make_shared<feed_book>();
    book->source =
        std::make_unique<replay::replay_source>(replay::replay_options{day.dir(), speed, false});
    auto feed = spawn(broker_feed, book, feed_options{}, the_house());
    send(feed, demand{"AAPL", 1, pit});
    send(feed, open_feed{});
    run();
  }
};

using lines = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(replay_floor, "a replay of a single poll is closed behind its ticks") {
  play(0);
  CHECK(aapl->all == lines{"closed", "live", "lockstep 1 2", "closed"});
}

TEST_CASE_METHOD(replay_floor, "a paced replay is closed behind its last tick") {
  play(1);
  advance(2s);
  CHECK(aapl->all == lines{"closed", "live", "prices 1", "prices 2", "closed"});
}

TEST_CASE_METHOD(replay_floor, "a replay is open while its last batch is being handled") {
  aapl->answers = false;
  play(0);
  advance(5s);
  CHECK(aapl->all == lines{"closed", "live", "lockstep 1 2"});
  send(pit, wake{});
  run();
  CHECK(aapl->all.back() == "closed");
}
