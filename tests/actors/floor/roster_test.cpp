#include "actors/floor/roster.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "tests/support/actor_fixture.hpp"

using namespace outcry;
using test::actor_fixture;

namespace {

struct register_office : actor_fixture {
  roster_actor the_roster = spawn(roster);

  void note(const std::string& id, bot_state state) {
    bot_status status;
    status.identity.id = id;
    status.state = state;
    send(the_roster, status);
    run();
  }

  bot_list bots() {
    auto all = request_sync<bot_list>(the_roster, list_bots{});
    REQUIRE(all);
    return *all;
  }
};

}  // namespace

TEST_CASE_METHOD(register_office, "the roster keeps the last word of every bot, ordered by id") {
  CHECK(bots().bots.empty());
  note("counter-META", bot_state::starting);
  note("counter-AAPL", bot_state::starting);
  note("counter-META", bot_state::running);
  auto all = bots().bots;
  REQUIRE(all.size() == 2);
  CHECK(all[0].identity.id == "counter-AAPL");
  CHECK(all[0].state == bot_state::starting);
  CHECK(all[1].identity.id == "counter-META");
  CHECK(all[1].state == bot_state::running);
}

TEST_CASE_METHOD(register_office, "the roster lists every actor that took a seat") {
  run();
  board().find("pit:AAPL", "pit")->set_state(actor_state::failed, 7, "it broke");
  auto all = request_sync<actor_list>(the_roster, list_actors{});
  REQUIRE(all);
  REQUIRE(all->actors.size() == 2);
  CHECK(all->actors[0].name == "pit:AAPL");
  CHECK(all->actors[0].state == actor_state::failed);
  CHECK(all->actors[0].since_ms == 7);
  CHECK(all->actors[0].last_exit == "it broke");
  CHECK(all->actors[1].name == "roster");
  CHECK(all->actors[1].kind == "roster");
}

TEST_CASE_METHOD(register_office, "a seat that is given up is not listed") {
  run();
  board().find("bot:gone", "bot");
  board().remove("bot:gone");
  auto all = request_sync<actor_list>(the_roster, list_actors{});
  REQUIRE(all);
  CHECK(all->actors.size() == 1);
}

TEST_CASE_METHOD(register_office, "the roster forgets a bot that has left, and nobody else") {
  note("counter-META", bot_state::running);
  note("observed-AAPL", bot_state::absent);
  send(the_roster, unregister_bot{"observed-AAPL", "nobody subscribes any more"});
  run();
  auto all = bots().bots;
  REQUIRE(all.size() == 1);
  CHECK(all[0].identity.id == "counter-META");
}
