#include "actors/market/pit.hpp"

#include <memory>
#include <string>
#include <vector>

#include <caf/exit_reason.hpp>
#include <catch2/catch.hpp>
#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/spdlog.h>

#include "actors/floor/supervisor.hpp"
#include "tests/actors/market/people.hpp"
#include "tests/support/actor_fixture.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

struct pit_floor : actor_fixture {
  notes feed = std::make_shared<notebook>();
  notes history = std::make_shared<notebook>();
  notes relay = std::make_shared<notebook>();
  std::shared_ptr<pit_book> book = std::make_shared<pit_book>();
  caf::actor pit;
  caf::actor keeper;             // of the history
  std::vector<caf::actor> pits;  // the actors that sat behind a supervisor

  pit_floor() { book->ticker = "AAPL"; }

  pit_neighbours neighbours() {
    keeper = spawn(history_keeper, history);
    return {caf::actor_cast<feed_actor>(listen("feed", feed)),
            caf::actor_cast<history_actor>(keeper),
            caf::actor_cast<relay_actor>(listen("relay", relay))};
  }

  caf::actor listen(const std::string& label, const notes& log) {
    return spawn(listener, label, log);
  }

  void open() {
    pit = caf::actor_cast<caf::actor>(spawn(outcry::pit, book, neighbours(), the_house()));
    run();
  }

  void open_supervised() {
    child_spec spec;
    spec.name = "pit:AAPL";
    spec.kind = "pit";
    spec.start = [this, who = neighbours()](caf::actor_system& system) {
      pits.push_back(
          caf::actor_cast<caf::actor>(system.spawn(outcry::pit, book, who, the_house())));
      return pits.back();
    };
    pit = spawn_supervised(system(), std::move(spec), the_house());
    own(pit);
    run();
  }

  ~pit_floor() { pits.clear(); }

  void say(const caf::actor& to, const price_batch& batch) {
    send(to, batch);
    run();
  }

  void set_state(feed_state state) {
    send(pit, feed_status{"AAPL", state, time()->now(), ""});
    run();
  }

  caf::actor subscribe(const std::string& label, const notes& log, bool counts = true) {
    auto handle = listen(label, log);
    send(pit, subscribe_pit{handle, counts});
    run();
    return handle;
  }

  pit_status status() {
    auto result = request_sync<pit_status>(pit, get_pit{});
    REQUIRE(result);
    return *result;
  }
};

notes page() {
  return std::make_shared<notebook>();
}

order_update order(const std::string& id) {
  return {"AAPL", id, "new", "{}", 1, 1};
}

}  // namespace

TEST_CASE_METHOD(pit_floor, "a pit hands every batch to every subscriber and to the history") {
  open();
  auto a = page();
  auto b = page();
  subscribe("a", a);
  subscribe("b", b);
  say(pit, ticks_of("AAPL", 1, 2));
  say(pit, ticks_of("AAPL", 3, 3));
  for (const auto& log : {a, b}) {
    CHECK(log->all == std::vector<std::string>{"waiting", "prices 1 2", "prices 3"});
    CHECK(log->batches[0].conflated == 0);
  }
  REQUIRE(history->recorded.size() == 2);
  CHECK(prices_of(history->recorded[0]) == "1 2");
  auto now = status();
  CHECK(now.ticks == 3);
  CHECK(now.subscribers == 2);
  CHECK(now.has_price);
  CHECK(now.last.price == Price::from_integer(3));
  CHECK(now.conflated == 0);
}

TEST_CASE_METHOD(pit_floor, "orders and feed states reach every subscriber") {
  open();
  auto a = page();
  auto b = page();
  subscribe("a", a);
  subscribe("b", b, false);
  set_state(feed_state::live);
  send(pit, order("1"));
  send(pit, order("2"));
  run();
  for (const auto& log : {a, b})
    CHECK(log->all == std::vector<std::string>{"waiting", "live", "order 1", "order 2"});
}

TEST_CASE_METHOD(pit_floor, "a late subscriber gets the last price only while the feed is live") {
  open();
  auto early = page();
  subscribe("early", early);
  say(pit, ticks_of("AAPL", 1, 5));
  auto state = GENERATE(feed_state::waiting, feed_state::live, feed_state::stale,
                        feed_state::closed, feed_state::down);
  set_state(state);
  auto late = page();
  subscribe("late", late);
  if (state == feed_state::live) {
    REQUIRE(late->batches.size() == 1);
    CHECK(late->all == std::vector<std::string>{"live", "prices 5"});
    // With its own times.
    CHECK(late->batches[0].ticks[0] == ticks_of("AAPL", 5, 5).ticks[0]);
  } else {
    CHECK(late->all == std::vector<std::string>{std::string(to_string(state))});
  }
  // It is for the newcomer alone, and enters no history.
  CHECK(early->batches.size() == 1);
  CHECK(history->recorded.size() == 1);
}

TEST_CASE_METHOD(pit_floor, "a slow subscriber gets the latest price once it has caught up") {
  open();
  auto slow = page();
  auto quick = page();
  auto sleeper = subscribe("slow", slow);
  subscribe("quick", quick);
  auto while_asleep = [&](const auto& message) {
    send(pit, message);
    run_without(sleeper);
  };
  // 65 may wait; then it is behind.
  for (int i = 1; i <= 65; ++i) while_asleep(ticks_of("AAPL", i, i));
  CHECK(book->conflated == 0);
  for (int i = 0; i < 10; ++i) while_asleep(ticks_of("AAPL", 100 + 3 * i, 102 + 3 * i));
  while_asleep(order("1"));
  while_asleep(order("2"));
  CHECK(book->conflated == 29);
  CHECK(slow->batches.empty());
  CHECK(quick->batches.size() == 75);

  run();
  CHECK(slow->batches.size() == 65);
  CHECK(slow->orders.size() == 2);

  SECTION("by itself, a little later") {
    advance(20ms);
  }
  SECTION("or in front of the next price") {
    say(pit, ticks_of("AAPL", 200, 201));
    REQUIRE(slow->batches.size() == 67);
    CHECK(prices_of(slow->batches[66]) == "200 201");
    CHECK(slow->batches[66].conflated == 0);
  }
  SECTION("also from a pit that was restarted meanwhile") {
    caf::anon_send_exit(pit, caf::exit_reason::kill);
    run();
    pit = caf::actor_cast<caf::actor>(spawn(outcry::pit, book, neighbours(), the_house()));
    advance(20ms);
  }
  REQUIRE(slow->batches.size() >= 66);
  CHECK(prices_of(slow->batches[65]) == "129");
  CHECK(slow->batches[65].conflated == 29);
  CHECK(book->conflated == 29);
  advance(1s);
  CHECK(slow->batches.size() <= 67);
}

TEST_CASE_METHOD(pit_floor, "orders are never conflated") {
  open();
  auto slow = page();
  auto sleeper = subscribe("slow", slow);
  for (int i = 0; i < 500; ++i) send(pit, order(std::to_string(i)));
  run_without(sleeper);
  CHECK(slow->orders.empty());
  run();
  REQUIRE(slow->orders.size() == 500);
  bool in_order = true;
  for (std::size_t i = 0; i < 500; ++i) in_order &= slow->orders[i].order_id == std::to_string(i);
  CHECK(in_order);
}

TEST_CASE_METHOD(pit_floor, "demand counts the subscribers that count") {
  open();
  REQUIRE(feed->demands.size() == 1);
  CHECK(feed->demands[0].wanted_by == 0);
  CHECK(feed->demands[0].pit == pit);
  auto log = page();
  auto a = subscribe("a", log);
  auto b = subscribe("b", log);
  subscribe("listens only", log, false);
  CHECK(feed->demands.back().ticker == "AAPL");
  CHECK(feed->demands.back().wanted_by == 2);

  // Subscribing twice is subscribing once.
  send(pit, subscribe_pit{a, true});
  run();
  CHECK(feed->demands.back().wanted_by == 2);
  CHECK(status().subscribers == 3);

  send(pit, unsubscribe_pit{a});
  run();
  CHECK(feed->demands.back().wanted_by == 1);

  caf::anon_send_exit(b, caf::exit_reason::kill);
  run();
  CHECK(feed->demands.back().wanted_by == 0);
  CHECK(status().subscribers == 1);
}

TEST_CASE_METHOD(pit_floor, "a lockstep batch is answered when everybody has handled it") {
  open();
  auto a = page();
  auto b = page();
  a->answers = false;
  history->answers = false;
  auto first = subscribe("a", a);
  subscribe("b", b);
  auto receipt = ask<batch_receipt>(pit, lockstep_batch{ticks_of("AAPL", 1, 3)});
  run();
  CHECK(prices_of(a->lockstep.at(0)) == "1 2 3");
  CHECK(prices_of(b->lockstep.at(0)) == "1 2 3");
  CHECK_FALSE(receipt.ready());
  SECTION("the history last") {
    send(first, wake{});
    run();
    CHECK_FALSE(receipt.ready());
    send(keeper, wake{});
  }
  SECTION("a subscriber last") {
    send(keeper, wake{});
    run();
    CHECK_FALSE(receipt.ready());
    send(first, wake{});
  }
  run();
  REQUIRE(receipt.get());
  CHECK(receipt.get()->ticks == 3);
  CHECK(history->recorded.size() == 1);
  CHECK(status().ticks == 3);
}

TEST_CASE_METHOD(pit_floor, "a receiver that ends does not hold a lockstep batch up") {
  open();
  auto a = page();
  a->answers = false;
  auto handle = subscribe("a", a);
  auto receipt = ask<batch_receipt>(pit, lockstep_batch{ticks_of("AAPL", 1, 1)});
  run();
  CHECK_FALSE(receipt.ready());
  SECTION("it is asked and dies before its turn") {
    send(pit, lockstep_batch{ticks_of("AAPL", 2, 2)});
    run_without(handle);
    caf::anon_send_exit(handle, caf::exit_reason::kill);
  }
  SECTION("it never answers") {
    advance(60s);
  }
  a->unanswered.clear();
  advance(60s);
  CHECK(receipt.ready());
  CHECK(receipt.get());
}

TEST_CASE_METHOD(pit_floor, "lockstep batches are never conflated") {
  open();
  auto slow = page();
  auto sleeper = subscribe("slow", slow);
  for (int i = 1; i <= 200; ++i) send(pit, lockstep_batch{ticks_of("AAPL", i, i)});
  run_without(sleeper);
  run();
  CHECK(slow->lockstep.size() == 200);
  CHECK(status().conflated == 0);
}

TEST_CASE_METHOD(pit_floor, "the relay is told once until it takes the price") {
  open();
  for (int i = 1; i <= 5; ++i) say(pit, ticks_of("AAPL", i, i));
  REQUIRE(relay->changes.size() == 1);
  CHECK(relay->changes[0].ticker == "AAPL");
  CHECK(relay->changes[0].pit == pit);

  auto taken = request_sync<price_update>(relay->changes[0].pit, take_price{});
  REQUIRE(taken);
  CHECK(taken->ticker == "AAPL");
  CHECK(taken->tick.price == Price::from_integer(5));
  CHECK(relay->changes.size() == 1);

  say(pit, ticks_of("AAPL", 6, 6));
  say(pit, ticks_of("AAPL", 7, 7));
  CHECK(relay->changes.size() == 2);
}

TEST_CASE_METHOD(pit_floor, "the relay is told again after ten seconds: it may have forgotten") {
  open();
  say(pit, ticks_of("AAPL", 1, 1));
  advance(9'999ms);
  say(pit, ticks_of("AAPL", 2, 2));
  CHECK(relay->changes.size() == 1);
  advance(1ms);
  say(pit, ticks_of("AAPL", 3, 3));
  CHECK(relay->changes.size() == 2);
}

TEST_CASE_METHOD(pit_floor, "lockstep prices are told to the relay too") {
  open();
  send(pit, lockstep_batch{ticks_of("AAPL", 1, 1)});
  run();
  CHECK(relay->changes.size() == 1);
}

TEST_CASE_METHOD(pit_floor, "what a pit knows survives its crash") {
  open_supervised();
  auto a = page();
  auto handle = subscribe("a", a);
  subscribe("listens only", page(), false);
  set_state(feed_state::live);
  say(pit, ticks_of("AAPL", 1, 2));
  feed->demands.clear();

  caf::anon_send_exit(pits.at(0), caf::exit_reason::unhandled_exception);
  run();
  CHECK(feed->demands.empty());
  advance(1s);
  REQUIRE(pits.size() == 2);

  // The new actor makes itself known to the feed with the demand there was.
  REQUIRE(feed->demands.size() == 1);
  CHECK(feed->demands[0].wanted_by == 1);
  CHECK(feed->demands[0].pit == pits[1]);
  auto now = status();
  CHECK(now.state == feed_state::live);
  CHECK(now.ticks == 2);
  CHECK(now.last.price == Price::from_integer(2));
  CHECK(now.subscribers == 2);

  say(pit, ticks_of("AAPL", 3, 3));
  CHECK(a->all.back() == "prices 3");

  // It notices the end of those who subscribed at its predecessor.
  caf::anon_send_exit(handle, caf::exit_reason::kill);
  run();
  CHECK(feed->demands.back().wanted_by == 0);
}

TEST_CASE_METHOD(pit_floor, "a history that is gone costs one line a minute, not one a batch") {
  open();
  auto lines = std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(16);
  auto before = spdlog::default_logger();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", lines));
  caf::anon_send_exit(keeper, caf::exit_reason::kill);
  run();
  for (int i = 0; i < 50; ++i) say(pit, ticks_of("AAPL", 1, 2));
  auto found = lines->last_formatted();
  REQUIRE(found.size() == 1);
  CHECK(found[0].find("pit AAPL: 2 prices did not reach everybody") != std::string::npos);
  advance(60s);
  say(pit, ticks_of("AAPL", 1, 1));
  found = lines->last_formatted();
  spdlog::set_default_logger(before);
  REQUIRE(found.size() == 2);
  CHECK(found[1].find(" 99 prices ") != std::string::npos);
}
