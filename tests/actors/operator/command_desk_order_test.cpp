#include "tests/actors/operator/desk_fixture.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

TEST_CASE_METHOD(desk_fixture, "desk: a bot that is down hears the stop and never runs between") {
  open_with_three_bots();
  floor.price("AAPL", 666);
  floor.heard->statuses.clear();
  REQUIRE(floor.submit(floor.message("m1", "stop", {"AAPL"})));
  CHECK(floor.line(floor.seen("m1"), "AAPL").status == line_status::open);
  CHECK(floor.record("AAPL").desired == desired_state::stopped);
  auto writes = floor.script->writes.size();
  floor.advance(1500ms);
  CHECK(floor.script->writes.size() - writes < 3);  // remembered once, not at every try
  floor.advance(2s);
  CHECK(floor.line(floor.stored("m1"), "AAPL").status == line_status::done);
  CHECK(floor.record("AAPL").revision == 1);
  for (const auto& status : floor.heard->statuses)
    if (status.identity.ticker == "AAPL") CHECK(status.state != bot_state::running);
}

TEST_CASE_METHOD(desk_fixture, "desk: two contradicting messages: the later one holds") {
  open_with_three_bots();
  SECTION("while the bot is there") {
    floor.ask<ledger>(floor.desk, submit_message{floor.message("b", "stop", {"AAPL"}), true});
    floor.ask<ledger>(floor.desk, submit_message{floor.message("a", "start", {"AAPL"}), true});
    floor.run();
    floor.advance(1s);
    CHECK(floor.status_of("AAPL").state == bot_state::running);
    CHECK(floor.record("AAPL").revision == 2);
  }
  SECTION("stop, then start, while it is down") {
    floor.price("AAPL", 666);
    floor.submit(floor.message("b", "stop", {"AAPL"}));
    floor.submit(floor.message("a", "start", {"AAPL"}));
    floor.advance(5s);
    CHECK(floor.stored("b").state == message_state::done);
    CHECK(floor.stored("a").state == message_state::done);
    CHECK(floor.status_of("AAPL").state == bot_state::running);
  }
  SECTION("start, then stop, while it is down") {
    floor.price("AAPL", 666);
    floor.submit(floor.message("b", "start", {"AAPL"}));
    floor.submit(floor.message("a", "stop", {"AAPL"}));
    floor.advance(5s);
    CHECK(floor.line(floor.stored("b"), "AAPL").code == "halted");
    CHECK(floor.stored("a").state == message_state::done);
    CHECK(floor.status_of("AAPL").state == bot_state::stopped);
    CHECK(floor.record("AAPL").revision == 1);
  }
}

TEST_CASE_METHOD(desk_fixture, "desk: a new message does not overtake one that waits for its bot") {
  floor.know("AAPL", nullptr);
  floor.open_desk();
  REQUIRE(floor.submit(floor.message("b", "set", {"AAPL"}, R"({"step":5})")));
  auto words = std::make_shared<slow_bot_words>();
  auto bot = caf::actor_cast<caf::actor>(floor.spawn(slow_bot, words));
  floor.send(floor.desk, register_bot{floor.book->bots["counter-AAPL"], bot});
  REQUIRE(floor.submit(floor.message("a", "set", {"AAPL"}, R"({"step":7})")));
  floor.advance(1s);
  REQUIRE(words->commands.size() == 2);
  CHECK(words->commands[0].message.id == "b");
  CHECK(words->commands[1].message.id == "a");
}

TEST_CASE_METHOD(desk_fixture, "desk: a halt that is written late undoes no later start") {
  open_with_three_bots();
  floor.advance(100ms);  // between the ticks of the desk
  floor.script->refuses_writes = true;
  REQUIRE(floor.submit(floor.message("m1", "stop")));
  floor.script->refuses_writes = false;
  auto halt = [this] { return floor.request_sync<floor_image>(floor.real, load_floor{})->halt; };
  SECTION("the start is journalled first") {
    REQUIRE(floor.submit(floor.message("m2", "start")));
    floor.advance(2s);
    CHECK(floor.stored("m1").state == message_state::done);
    CHECK(floor.stored("m2").state == message_state::done);
    CHECK(halt().kind == halt_kind::none);
  }
  SECTION("the start is on its way, and is refused in the end") {
    floor.script->hangs_writes = true;
    floor.script->writes.clear();
    auto start = floor.ask<ledger>(floor.desk, submit_message{floor.message("m2", "start"), true});
    floor.advance(5s);
    for (const auto& write : floor.script->writes)
      for (const auto& entry : write.adopted) CHECK(entry.message.id == "m2");
    floor.script->hangs_writes = false;
    floor.advance(30s);
    CHECK(start.get().error() == ec::journal_unavailable);
    CHECK(floor.stored("m1").state == message_state::done);
    CHECK(halt().kind == halt_kind::stopped);
  }
}

namespace {

// The journal takes the start, and the desk never hears of it.
void start_unheard(test::floor_fixture& floor, const std::string& id) {
  floor.script->loses_answers = true;
  floor.ask<ledger>(floor.desk, submit_message{floor.message(id, "start"), true});
  floor.run();
  floor.script->loses_answers = false;
}

}  // namespace

TEST_CASE_METHOD(desk_fixture, "desk: a message taken unheard runs now, not at the next start") {
  open_with_three_bots();
  floor.submit(floor.message("m1", "stop"));
  floor.advance(1s);
  start_unheard(floor, "m2");
  auto again = floor.ask<ledger>(floor.desk, submit_message{floor.message("m2", "start"), true});
  floor.advance(29s);
  CHECK_FALSE(again.ready());
  CHECK(floor.status_of("AAPL").state == bot_state::stopped);
  floor.advance(5s);
  REQUIRE(again.ready());
  CHECK(again.get().error() == ec::journal_unavailable);
  CHECK(floor.stored("m2").state == message_state::done);
  CHECK(floor.request_sync<halt_state>(floor.desk, get_halt{})->kind == halt_kind::none);
  for (const char* ticker : {"AAPL", "GOOGL", "META"})
    CHECK(floor.status_of(ticker).state == bot_state::running);
}

TEST_CASE_METHOD(desk_fixture, "desk: a message taken unheard undoes no later stop") {
  open_with_three_bots();
  floor.submit(floor.message("m1", "stop"));
  floor.advance(1s);
  start_unheard(floor, "m2");
  floor.advance(10s);
  REQUIRE(floor.submit(floor.message("m3", "stop")));
  floor.advance(30s);
  CHECK(floor.stored("m3").state == message_state::done);
  CHECK(floor.stored("m2").state == message_state::failed);
  for (const char* ticker : {"AAPL", "GOOGL", "META"})
    CHECK(floor.status_of(ticker).state == bot_state::stopped);
  CHECK(floor.request_sync<halt_state>(floor.desk, get_halt{})->kind == halt_kind::stopped);
}

TEST_CASE("desk: nor does it after a crash, when the later stop is over already") {
  temp_dir dir;
  {
    floor_fixture floor(dir.path().string());
    floor.add_bot("AAPL");
    floor.open_desk();
    start_unheard(floor, "m1");
    floor.advance(10s);
    REQUIRE(floor.submit(floor.message("m2", "stop", {"AAPL"})));
    floor.advance(5s);
    REQUIRE(floor.stored("m2").state == message_state::done);
    REQUIRE(floor.stored("m1").state == message_state::working);
  }
  floor_fixture floor(dir.path().string());
  floor.time()->advance(20 * ns_per_s);
  floor.add_bot("AAPL");
  floor.open_desk();
  floor.advance(2s);
  CHECK(floor.line(floor.stored("m1"), "AAPL").code == "halted");
  CHECK(floor.status_of("AAPL").state == bot_state::stopped);
  CHECK(floor.record("AAPL").desired == desired_state::stopped);
}

TEST_CASE("desk: a start that was pressed before a stop does not undo it") {
  const bool for_all = GENERATE(false, true);
  const bool after_a_crash = GENERATE(false, true);
  CAPTURE(for_all, after_a_crash);
  temp_dir dir;
  floor_fixture floor(dir.path().string());
  floor.add_bot("AAPL");
  floor.open_desk();
  const auto start = floor.message("m1", "start", {"AAPL"});
  const auto start_all = floor.message("m2", "start");
  floor.advance(5s);
  const auto whom = for_all ? std::vector<std::string>{} : std::vector<std::string>{"AAPL"};
  REQUIRE(floor.submit(floor.message("m3", "stop", whom)));
  floor.advance(1s);
  if (after_a_crash) {
    caf::anon_send_exit(caf::actor_cast<caf::actor>(floor.desk), caf::exit_reason::kill);
    floor.run();
    floor.open_desk();
    floor.advance(1s);
  }
  REQUIRE(floor.submit(start));
  REQUIRE(floor.submit(start_all));
  floor.advance(1s);
  for (const char* id : {"m1", "m2"}) {
    CHECK(floor.stored(id).state == message_state::failed);
    CHECK(floor.line(floor.stored(id), "AAPL").code == "halted");
  }
  CHECK(floor.status_of("AAPL").state == bot_state::stopped);
  REQUIRE(floor.submit(floor.message("m5", "start")));
  floor.advance(1s);
  CHECK(floor.status_of("AAPL").state == bot_state::running);
}

TEST_CASE("desk: a stop from a clock that is ahead does not forbid tomorrow's start") {
  temp_dir dir;
  floor_fixture floor(dir.path().string());
  floor.add_bot("AAPL");
  floor.open_desk();
  auto stop = floor.message("m1", "stop", {"AAPL"});
  stop.pressed_at_ms += 24LL * 3600 * 1000;
  REQUIRE(floor.submit(stop));
  floor.advance(1s);
  REQUIRE(floor.submit(floor.message("m2", "start", {"AAPL"})));
  floor.advance(1s);
  CHECK(floor.stored("m2").state == message_state::done);
}
