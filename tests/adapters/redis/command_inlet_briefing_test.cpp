// When a bot is held, briefed and released, and who may have its id.

#include "tests/adapters/redis/command_inlet_fixture.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;

TEST_CASE("command inlet: a new bot obeys nothing before it is briefed, but the brake") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.journal->knows_bot = false;
  machine.write("old", "stop");  // of somebody else who had its name
  machine.open();
  CHECK_FALSE(parse_container_presence(machine.value(presence))->briefed);
  machine.write("m1", "start");
  machine.write("m2", "stop");
  REQUIRE(machine.await_answers(1));
  machine.write("m3", "status");
  container_briefing briefing;
  briefing.desired = desired_state::stopped;
  briefing.parameters = R"({"step":3})";
  // Said twice or more, heard once.
  machine.brief(briefing);
  REQUIRE(eventually([&] {
    machine.brief(briefing);
    return machine.is_briefed();
  }));
  REQUIRE(machine.await_answers(3));
  CHECK(machine.await_nothing_pending());
  CHECK(parse_container_presence(machine.value(presence))->briefed);
  std::vector<std::string> types;
  for (const auto& x : machine.bot->heard.all()) types.push_back(x.substr(x.find(' ') + 1));
  CHECK(types.size() == 4);
  CHECK(types.front() == "stop");
  CHECK(types.back() == "status");
  CHECK(std::count(types.begin(), types.end(), "set") == 1);
  CHECK(std::count(types.begin(), types.end(), "stop") == 2);
  for (const auto& x : machine.answers()) CHECK(x.message_id != "old");
}

TEST_CASE("command inlet: a bot that was here before hears the stop it missed while it is held") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.write("m1", "stop");
  machine.open();
  REQUIRE(machine.await_answers(1));
  CHECK(machine.answers().at(0).message_id == "m1");
  machine.await_heartbeats();
  CHECK_FALSE(machine.is_briefed());
  CHECK(machine.bot->is_held);
  machine.brief({});
  CHECK(machine.await_released());
  CHECK(machine.await_nothing_pending());
  CHECK(machine.bot->heard.all().size() == 1);
}

TEST_CASE("command inlet: a bot that is known hears of a stop before it is released") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.brief({});  // of another day
  machine.bot->how = manner::holds;
  machine.open();
  machine.await_heartbeats();
  CHECK_FALSE(machine.is_briefed());
  CHECK(machine.bot->times_released == 0);
  CHECK(machine.bot->reasons.all() == std::vector<std::string>{std::string(unbriefed)});
  machine.brief({desired_state::stopped, "{}", 2, 1});
  REQUIRE(machine.bot->heard.wait_count(1));
  CHECK(machine.bot->heard.all().at(0).find(" stop") != std::string::npos);
  machine.await_heartbeats();
  CHECK(machine.bot->times_released == 0);
  machine.release();
  CHECK(machine.await_released());
  CHECK(machine.await_nothing_pending());
}

TEST_CASE("command inlet: a start obeyed here is newer than the stop a briefing still speaks of") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.journal->started_ms = 5;
  machine.open();
  CHECK(machine.brief_until_released({desired_state::stopped, "{}", 9, 4}));
  CHECK(machine.bot->heard.all().empty());
  machine.end(caf::exit_reason::user_shutdown);
  // A main floor that does not say since when is believed.
  machine.open();
  CHECK(machine.brief_until_released({desired_state::stopped, "{}", 9, 0}));
  CHECK(machine.bot->heard.all().size() == 1);
}

TEST_CASE("command inlet: a bot that nobody could see for longer than its lease is held again") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.start();
  machine.server.kill();
  machine.time->advance(7 * ns_per_s);
  REQUIRE(eventually([&] { return machine.bot->is_held.load(); }));
  machine.server.start();
  REQUIRE(eventually([&] { return !machine.value(presence).empty(); }));
  CHECK(machine.bot->is_held);
  CHECK_FALSE(machine.is_briefed());
  CHECK(machine.brief_until_released());
}

TEST_CASE("command inlet: what came while the machine was off is done at its start") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.start();
  machine.end(caf::exit_reason::user_shutdown);
  CHECK(machine.value(presence).empty());
  machine.write("m1", "stop");
  machine.write("m2", "set", 1);
  machine.start();
  REQUIRE(machine.await_answers(2));
  auto answers = machine.answers();
  CHECK(answers[0].line.status == line_status::done);
  CHECK(answers[1].line.status == line_status::error);
  CHECK(answers[1].line.code == "expired");
}

TEST_CASE("command inlet: a bot of another machine with the same id is left alone") {
  REQUIRE_REDIS();
  second_machine machine;
  container_presence other;
  other.identity = {"b-AAPL", "AAPL", "counter", "cellar", bot_kind::controlled};
  auto theirs = to_json(other);
  machine.ask({"SET", presence, theirs});
  machine.write("m1", "stop");
  machine.open();
  CHECK(machine.value(presence) == theirs);
  // More than one heartbeat later, too.
  machine.write("m2", "stop");
  machine.brief({});  // for the other
  machine.await_heartbeats();
  CHECK(machine.value(presence) == theirs);
  CHECK(machine.bot->times_released == 0);
  CHECK(machine.bot->reasons.all().back() == "another container has a bot of this id");
  machine.ask({"DEL", presence});
  REQUIRE(eventually([&] { return machine.value(presence).find("attic") != std::string::npos; }));
  REQUIRE(machine.brief_until_released());
  machine.write("m3", "status");
  REQUIRE(machine.await_answers(1));
  CHECK(machine.answers().at(0).message_id == "m3");
  CHECK(machine.bot->heard.all().size() == 1);
  // It comes back, and what it was told meanwhile only the main floor knows.
  // It renews its presence, so that ours on its way does not hide it for long.
  REQUIRE(eventually([&] {
    machine.ask({"SET", presence, theirs});
    return machine.bot->is_held.load();
  }));
  machine.ask({"DEL", presence});
  REQUIRE(eventually([&] { return machine.value(presence).find("attic") != std::string::npos; }));
  machine.await_heartbeats();
  CHECK(machine.bot->is_held);
  CHECK(machine.brief_until_released());
}

TEST_CASE("command inlet: an operator message is for the main floor") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.start();
  machine.self->request(caf::actor_cast<command_desk_actor>(machine.inlet), 20s, submit_message{})
      .receive([](const ledger&) { FAIL("it was taken"); },
               [&](caf::error& reason) {
                 CHECK(reason == ec::unsupported);
                 CHECK(machine.system.render(reason).find("send to the main floor") !=
                       std::string::npos);
               });
}
