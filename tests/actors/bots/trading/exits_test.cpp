#include "tests/actors/bots/trading/trading_floor.hpp"

// A strategy's entries with exits, from the call to the last event.

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

order_terms stop(const char* shares, const char* price) {
  auto terms = sell(shares);
  terms.type = order_type::stop;
  terms.lasts = time_in_force::gtc;
  terms.limit_price = {};
  terms.stop_price = at(price);
  return terms;
}

order_terms target(const char* shares, const char* price) {
  auto terms = sell(shares, price);
  terms.lasts = time_in_force::gtc;
  return terms;
}

struct exits_fixture {
  temp_dir dir;
  trading_floor floor{dir.path().string()};

  /// Order 1 with exits 2 and 3.
  void enter() {
    floor.strategy->with_exits = {{buy("10"), {stop("10", "95"), target("4", "105")}, 0}};
    floor.price("100");
  }

  const std::string all_refused = "1 refused 0; 2 refused 0; 3 refused 0; ";
};

}  // namespace

TEST_CASE_METHOD(exits_fixture, "trading bot: an entry goes with its exits, under their numbers") {
  floor.open_bot();
  enter();
  CHECK(floor.strategy->numbers == std::vector<std::uint64_t>{1});
  REQUIRE(floor.desk_words->placed.size() == 1);
  const auto& wish = floor.desk_words->placed.front();
  CHECK(wish.exits == std::vector<order_terms>{stop("10", "95"), target("4", "105")});
  CHECK(wish.record[0].intents == 3);
  CHECK(wish.record[0].asked == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(floor.told() == "1 new 0; 2 held 0; 3 held 0; ");
  CHECK(floor.strategy->parents == std::vector<std::uint64_t>{0, 1, 1});
  floor.broker->fill_entry(floor.client_id(1), qty("10"), at("100"));
  floor.run();
  // The stop is moved: the new one first.
  floor.strategy->with_exits = {{stop("10", "99"), {}, 1}};
  floor.price("101");
  floor.strategy->cancels = {2};
  floor.price("101");
  CHECK(floor.strategy->numbers.back() == 4);
  CHECK(floor.order(4).parent == 1);
  floor.fill(3, "4", "105");
  floor.fill(4, "6", "98");
  CHECK(floor.told() ==
        "1 new 0; 2 held 0; 3 held 0; 1 fill 10; 2 new 0; 3 new 0; 4 new 0; 2 canceled 0; "
        "3 fill 4; 4 partial_fill 6; ");
  CHECK(floor.record().asked.empty());
}

TEST_CASE_METHOD(exits_fixture, "trading bot: an entry the broker refuses ends with its exits") {
  floor.open_bot();
  floor.broker->reactions = {reaction::refuse};
  enter();
  CHECK(floor.told() == "1 rejected 0; 2 refused 0; 3 refused 0; ");
  floor.advance(15s);
  CHECK(floor.record().asked.empty());
}

TEST_CASE_METHOD(exits_fixture, "trading bot: what a bot that does not run asks for is refused") {
  floor.strategy->exits_at_start = {{buy("10"), {stop("10", "95"), target("4", "105")}, 0}};
  floor.open_bot();
  floor.advance(5s);
  CHECK(floor.told() == all_refused);
  CHECK(floor.strategy->parents == std::vector<std::uint64_t>{0, 1, 1});
  CHECK(floor.desk_words->placed.empty());
}

TEST_CASE_METHOD(exits_fixture,
                 "trading bot: an entry the desk never got is settled with its exits") {
  floor.open_bot();
  floor.desk_words->loses_orders = true;
  enter();
  floor.advance(60s);
  CHECK(floor.told() == all_refused);
  CHECK(floor.desk_words->placed.size() == 1);
  // Nothing of it is taken, should it arrive after all.
  floor.send(caf::actor_cast<caf::actor>(floor.real_desk), floor.desk_words->placed.front());
  floor.advance(5s);
  CHECK(floor.broker->received.empty());
  CHECK(floor.told() == all_refused);
  CHECK(floor.record().asked.empty());
}

TEST_CASE_METHOD(exits_fixture,
                 "trading bot: an entry whose answer is lost is not asked for again") {
  floor.open_bot();
  floor.desk_words->loses_answers = true;
  floor.desk_words->late_events = true;
  enter();
  floor.advance(30s);
  CHECK(floor.desk_words->placed.size() == 1);
  CHECK(floor.desk_words->settled.size() == 3);
  CHECK(floor.broker->received.size() == 1);
  for (const auto& event : floor.desk_words->hold_back) floor.send(floor.desk_words->bot, event);
  floor.run();
  CHECK(floor.told() == "1 new 0; 2 held 0; 3 held 0; ");
}

TEST_CASE_METHOD(exits_fixture,
                 "trading bot: a crash after asking tells each number its fate once") {
  floor.open_bot();
  SECTION("the strategy dies of the price") {
    floor.strategy->throws_at_price = true;
    enter();
    floor.advance(5s);
    CHECK(floor.told() == all_refused);
    CHECK(floor.broker->received.empty());
  }
  SECTION("the desk has lost the wish") {
    floor.desk_words->loses_orders = true;
    enter();
    floor.kill_bot();
    floor.advance(5s);
    // The journal never heard of it: the numbers are used again by nobody who knows of them.
    CHECK(floor.broker->received.empty());
  }
  SECTION("the broker has it") {
    floor.desk_words->late_events = true;
    enter();
    floor.kill_bot();
    floor.desk_words->late_events = false;
    floor.advance(5s);
    CHECK(floor.told() == "1 new 0; 2 held 0; 3 held 0; ");
    CHECK(floor.strategy->parents == std::vector<std::uint64_t>{0, 1, 1});
  }
}

TEST_CASE("trading bot: after kill -9 the next floor's bot knows its exits by their parent") {
  temp_dir dir;
  auto broker = std::make_shared<broker_script>();
  auto script = std::make_shared<strategy_script>();
  {
    trading_floor floor{dir.path().string(), broker, script};
    floor.open_bot();
    floor.strategy->with_exits = {{buy("10"), {stop("10", "95"), target("4", "105")}, 0}};
    floor.price("100");
    floor.advance(15s);  // its strategy is saved
  }
  broker->listener = {};
  trading_floor floor{dir.path().string(), broker, script};
  floor.open_bot();
  floor.advance(5s);
  broker->fill_entry(floor.client_id(1), qty("10"), at("100"));
  floor.run();
  floor.fill(2, "10", "94");
  CHECK(floor.told() == "1 new 0; 2 held 0; 3 held 0; 1 fill 10; 2 new 0; 3 new 0; 2 fill 10; ");
  CHECK(script->parents == std::vector<std::uint64_t>{0, 1, 1, 0, 1, 1, 1});
  // Numbers go on behind the exits'.
  CHECK(floor.ask(buy("1")) == 4);
}
