#include "actors/floor/inspector.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "actors/floor/roster.hpp"
#include "actors/floor/supervisor.hpp"
#include "tests/support/actor_fixture.hpp"

using namespace outcry;
using namespace std::chrono_literals;
using test::actor_fixture;

namespace {

struct worker_state {
  static inline const char* name = "worker";
};
using worker_self = caf::stateful_actor<worker_state, observed<caf::event_based_actor>>;

caf::behavior worker(worker_self* self) {
  self->observe({"worker", "test", 100});
  self->tell_state([] { return "{\"well\":true}"; });
  return {
      [](const price_batch&) {},
      [](const order_update&) { throw std::runtime_error("cannot read this"); },
  };
}

// A roster that answers nobody.
roster_actor::behavior_type mute(roster_actor::stateful_pointer<worker_state> self) {
  auto never = std::make_shared<std::vector<caf::typed_response_promise<bot_list>>>();
  return {
      [](const bot_status&) {},
      [](const unregister_bot&) {},
      [](const list_actors&) { return actor_list{}; },
      [self, never](const list_bots&) {
        never->push_back(self->make_response_promise<bot_list>());
        return never->back();
      },
  };
}

// A connection that is as the test says.
caf::behavior line_keeper(caf::event_based_actor*, std::shared_ptr<link_status> is) {
  return {[is](const get_links&) { return link_list{{*is}}; }};
}

// A market with these pits.
caf::behavior pit_list_keeper(caf::event_based_actor*, std::shared_ptr<pit_list> are) {
  return {[are](const list_pits&) { return *are; }};
}

struct watched_floor : actor_fixture {
  std::vector<action_record> written;
  caf::actor keeper;
  inspector_actor eye;

  watched_floor() { board().time = time(); }

  void open(inspector_options options = {}) {
    keeper = employ("worker");
    options.house = the_house();
    if (!options.note) options.note = [this](const action_record& x) { written.push_back(x); };
    eye = spawn(inspector, std::move(options));
    run();
  }

  caf::actor employ(const std::string& name) {
    child_spec spec;
    spec.name = name;
    spec.kind = "test";
    spec.start = [](caf::actor_system& all) { return all.spawn(worker); };
    auto result = spawn_supervised(system(), std::move(spec), the_house());
    own(result);
    return result;
  }

  floor_snapshot look(std::uint32_t parts = part::all) {
    auto seen = ask<floor_seen>(eye, inspect_floor{parts});
    run();
    if (!seen.ready()) advance(300ms);
    REQUIRE(seen.get());
    return *seen.get()->snapshot;
  }

  actor_row row() {
    for (const auto& x : look().actors)
      if (x.status.name == "worker") return x;
    FAIL("no such row");
    return {};
  }

  std::string act(actor_action action, const std::string& whom = "worker") {
    auto done = request_sync<action_taken>(eye, act_on_actor{whom, action, "local:me", "to see"});
    advance(1ms);
    return done ? done->what : system().render(done.error());
  }
};

}  // namespace

TEST_CASE_METHOD(watched_floor, "a snapshot shows every actor with what it did") {
  open();
  for (int i = 0; i < 5; ++i) send(keeper, price_batch{});
  run();
  auto seen = look();
  REQUIRE(seen.actors.size() == 2);
  CHECK(seen.actors[0].status.name == "inspector");
  CHECK(seen.actors[0].hidden);
  auto mine = seen.actors[1];
  CHECK(mine.status.state == actor_state::running);
  CHECK(mine.enqueued == 5);
  CHECK(mine.status.handled == 5);
  CHECK(mine.started_ms == time()->now_ms());
  CHECK(seen.floor.handled >= 5);
  CHECK(seen.floor.started_ms == time()->now_ms());
  CHECK(seen.floor.rss_bytes > 0);
}

TEST_CASE_METHOD(watched_floor, "a connection's last error outlives its repair") {
  auto is = std::make_shared<link_status>(
      link_status{"redis", link_state::live, 1, "a good one", 0, 12, 3});
  inspector_options options;
  options.people.links["redis"] = spawn(line_keeper, is);
  open(std::move(options));
  auto link = [this] {
    advance(1s);
    return look(part::links).links.at(0);
  };
  CHECK(link().state == "live");
  CHECK(link().last_error.empty());
  CHECK(link().lag_ms == 12);
  CHECK(link().backlog == 3);
  *is = {"redis", link_state::down, 2, "connection refused", 0};
  CHECK(link().last_error == "redis: connection refused");
  CHECK(link().lag_ms == -1);
  *is = {"redis", link_state::live, 3, "", 1};
  CHECK(link().state == "live");
  CHECK(link().reconnects == 1);
  CHECK(link().last_error == "redis: connection refused");
}

TEST_CASE_METHOD(watched_floor, "a pit is told with its price's age and what it turned away") {
  auto are = std::make_shared<pit_list>();
  pit_status pit;
  pit.ticker = "AAPL";
  pit.state = feed_state::live;
  pit.has_price = true;
  pit.last.init_ns = time()->now_ms() * ns_per_ms;
  pit.conflated = 4;
  pit.subscribers = 2;
  are->pits.push_back(pit);
  pit.ticker = "META";
  pit.has_price = false;
  are->pits.push_back(pit);
  inspector_options options;
  options.people.market = caf::actor_cast<market_actor>(spawn(pit_list_keeper, are));
  const auto aapl = spawn([](worker_self* self) -> caf::behavior {
    self->observe({"pit:AAPL", "pit", 2});
    return {[](const price_batch&) {}};
  });
  employ("pit:META");
  open(std::move(options));
  advance(700ms);
  auto pits = look(part::pits).pits;
  REQUIRE(pits.size() == 2);
  CHECK(pits[0].status.ticker == "AAPL");
  CHECK(pits[0].status.conflated == 4);
  CHECK(pits[0].age_ms == 700);
  CHECK(pits[0].dropped == 0);
  CHECK(pits[1].age_ms == -1);
  for (int i = 0; i < 5; ++i) send(aapl, price_batch{});
  run();
  CHECK(look(part::pits).pits.at(0).dropped == 3);
  // The market still tells of one that has ended.
  board().remove("pit:META");
  pits = look(part::pits).pits;
  REQUIRE(pits.size() == 1);
  CHECK(pits[0].status.ticker == "AAPL");
}

TEST_CASE_METHOD(watched_floor, "only the wanted parts are there") {
  open();
  auto seen = look(part::floor);
  CHECK(seen.actors.empty());
  CHECK(seen.floor.pid > 0);
  CHECK(look(part::actors).floor.pid == 0);
}

TEST_CASE_METHOD(watched_floor, "a crash shows as errors, a grave and the backoff that is left") {
  open();
  advance(7s);
  send(keeper, order_update{});
  run();
  auto down = row();
  CHECK(down.status.state == actor_state::restarting);
  CHECK(down.backoff_left_ms == 110);
  CHECK(down.status.errors == 1);
  advance(50ms);
  CHECK(row().backoff_left_ms == 60);
  advance(60ms);
  auto up = row();
  CHECK(up.status.state == actor_state::running);
  CHECK(up.status.restarts == 1);
  CHECK(up.backoff_left_ms == 0);
  auto graves = look().graves;
  REQUIRE(graves.size() == 1);
  CHECK(graves[0].name == "worker");
  CHECK(graves[0].kind == "test");
  CHECK(graves[0].lived_ms == 7000);
  CHECK_THAT(graves[0].reason, Catch::Contains("cannot read this"));
}

TEST_CASE_METHOD(watched_floor, "of the dead the last hundred are remembered, all are counted") {
  for (int i = 0; i < 250; ++i) board().bury({std::to_string(i), "test", i, "x", 0});
  open();
  auto seen = look();
  CHECK(seen.buried == 250);
  REQUIRE(seen.graves.size() == 100);
  CHECK(seen.graves.front().name == "150");
  CHECK(seen.graves.back().name == "249");
}

TEST_CASE_METHOD(watched_floor, "a stuck actor shows at what and since when, within two seconds") {
  open();
  run();
  // Stuck as a handler is that never returns: its turn has begun and does not end.
  auto who = board().known("worker")->counters();
  who->enqueued += 3;
  turn stuck{*who, typeid(price_batch)};
  advance(2s);
  auto seen = row();
  CHECK(seen.serving.message == "price_batch");
  CHECK(seen.oldest_wait_ms >= 1000);
  advance(28s);
  seen = row();
  const auto since = time()->now_ms() - seen.serving.since_ms;
  CHECK(since >= 30'000);
  CHECK(since <= 30'500);
  CHECK(seen.oldest_wait_ms >= 29'000);
  CHECK(seen.oldest_wait_ms <= 30'500);
}

TEST_CASE_METHOD(watched_floor, "nobody who is mute keeps the console waiting") {
  inspector_options options;
  options.people.roster = spawn(mute);
  open(std::move(options));
  auto first = ask<floor_seen>(eye, inspect_floor{part::floor});
  run();
  CHECK_FALSE(first.ready());
  advance(299ms);
  CHECK_FALSE(first.ready());
  advance(1ms);
  REQUIRE(first.ready());
  CHECK(first.get()->snapshot->floor.bots == "{}");
  // From now on he is not waited for.
  auto second = ask<floor_seen>(eye, inspect_floor{part::floor});
  run();
  CHECK(second.ready());
}

TEST_CASE_METHOD(watched_floor, "bots are counted by state") {
  inspector_options options;
  options.people.roster = spawn(roster);
  bot_status bot;
  for (const char* id : {"a", "b", "c"}) {
    bot.identity.id = id;
    bot.state = *id == 'c' ? bot_state::failed : bot_state::running;
    send(options.people.roster, bot);
  }
  run();
  open(options);
  CHECK(look().floor.bots == R"({"failed":1,"running":2})");
}

TEST_CASE_METHOD(watched_floor,
                 "what is done to an actor is written down before, with who and why") {
  open();
  CHECK_THAT(act(actor_action::pause), Catch::Contains("is paused"));
  CHECK(row().status.state == actor_state::paused);
  CHECK_THAT(act(actor_action::resume), Catch::Contains("goes on"));
  CHECK(row().status.state == actor_state::running);
  REQUIRE(written.size() == 2);
  CHECK(written[0].action == "pause");
  CHECK(written[0].who == "local:me");
  CHECK(written[0].name == "worker");
  CHECK(written[0].why == "to see");
  CHECK(written[0].at_ms < written[1].at_ms);
}

TEST_CASE_METHOD(watched_floor, "an actor is restarted without a backoff, and its name goes on") {
  open();
  send(keeper, price_batch{});
  run();
  act(actor_action::restart);
  auto seen = row();
  CHECK(seen.status.state == actor_state::running);
  CHECK(seen.status.restarts == 1);
  CHECK_THAT(seen.status.last_exit, Catch::Contains("to see"));
  send(keeper, price_batch{});
  run();
  CHECK(row().status.handled == 3);  // two prices and the end of the first
}

TEST_CASE_METHOD(watched_floor, "one that has failed for good is started again") {
  open();
  for (int i = 0; i < 6; ++i) {
    send(keeper, order_update{});
    advance(5s);
  }
  REQUIRE(row().status.state == actor_state::failed);
  SECTION("by a restart") {
    act(actor_action::restart);
  }
  SECTION("by forgiving its crashes") {
    act(actor_action::reset_backoff);
  }
  CHECK(row().status.state == actor_state::running);
  // Its earlier crashes are forgotten: the next one waits for the first backoff only.
  send(keeper, order_update{});
  run();
  CHECK(row().backoff_left_ms == 110);
}

TEST_CASE_METHOD(watched_floor, "one that waits for its start is started at once") {
  open();
  send(keeper, order_update{});
  run();
  REQUIRE(row().status.state == actor_state::restarting);
  act(actor_action::reset_backoff);
  CHECK(row().status.state == actor_state::running);
  CHECK(row().status.restarts == 1);
  advance(1s);
  CHECK(row().status.restarts == 1);
}

TEST_CASE_METHOD(watched_floor, "one that is stopped stays so") {
  open();
  act(actor_action::stop);
  advance(60s);
  CHECK(row().status.state == actor_state::stopped);
  CHECK_THAT(look().graves.at(0).reason, Catch::Contains("stop by local:me: to see"));
  CHECK_THAT(act(actor_action::pause), Catch::Contains("refused"));
}

TEST_CASE_METHOD(watched_floor, "who is unknown, or in the way of a stop, is not touched") {
  open();
  CHECK_THAT(act(actor_action::restart, "nobody"), Catch::Contains("unknown_target"));
  CHECK_THAT(act(actor_action::pause, "inspector"), Catch::Contains("a stop goes through it"));
  employ("dead-man");
  for (auto deed : {actor_action::pause, actor_action::stop})
    CHECK_THAT(act(deed, "dead-man"), Catch::Contains("a stop goes through it"));
  CHECK(written.empty());
}

TEST_CASE_METHOD(watched_floor,
                 "an action is done even if it cannot be written down, and says so") {
  inspector_options options;
  options.note = [](const action_record&) { throw std::runtime_error("the disk is full"); };
  open(std::move(options));
  CHECK_THAT(act(actor_action::pause), Catch::Contains("the disk is full"));
  CHECK(row().status.state == actor_state::paused);
}

TEST_CASE_METHOD(watched_floor, "an actor's page tells its state, what waits and what it did") {
  open();
  for (int i = 0; i < 30; ++i) send(keeper, price_batch{});
  run();
  auto page = request_sync<actor_seen>(eye, inspect_actor{"worker", true, true});
  REQUIRE(page);
  const auto& seen = *page->page;
  CHECK(seen.state == "{\"well\":true}");
  CHECK(seen.unanswered.empty());
  REQUIRE(seen.recent.size() == 20);
  CHECK(seen.recent.back().message == "price_batch");
  CHECK(seen.recent.back().at_ms == time()->now_ms());
  CHECK(request_sync<actor_seen>(eye, inspect_actor{"nobody", true, true}).error() ==
        ec::unknown_target);
}

TEST_CASE_METHOD(watched_floor, "what a stuck actor cannot tell is named") {
  open();
  auto page = ask<actor_seen>(eye, inspect_actor{"worker", true, true});
  run_without(keeper);
  // It never comes to its turn.
  auto& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system().scheduler());
  scheduler.advance_time(2500ms);
  run_without(keeper);
  REQUIRE(page.ready());
  CHECK(page.get()->page->unanswered == std::vector<std::string>{"state", "mailbox"});
  // However often it is asked, its mailbox does not fill up with questions.
  for (int i = 0; i < 20; ++i) {
    ask<actor_seen>(eye, inspect_actor{"worker", true, true});
    run_without(keeper);
  }
  CHECK(board().known("worker")->status().mailbox == 4);
}
