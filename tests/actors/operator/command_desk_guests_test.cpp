#include "tests/actors/operator/desk_fixture.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

TEST_CASE("desk: a brake that comes while the journal is read waits for it") {
  temp_dir dir;
  leave_killed_with_guest(dir.path().string());
  floor_fixture floor(dir.path().string());
  floor.add_bot("AAPL");
  // Its message is there before the desk has asked for anything.
  floor.spawn_desk();
  auto stop = floor.ask<ledger>(floor.desk, submit_message{floor.message("m2", "stop"), true});
  floor.run();
  REQUIRE(stop.ready());
  CHECK(stop.get()->lines.size() == 2);
  floor.advance(20s);
  CHECK(floor.request_sync<halt_state>(floor.desk, get_halt{})->kind == halt_kind::killed);
  CHECK(floor.request_sync<floor_image>(floor.real, load_floor{})->halt.kind == halt_kind::killed);
}

TEST_CASE("desk: a stop taken before the journal could be read lifts no kill, misses no guest") {
  temp_dir dir;
  leave_killed_with_guest(dir.path().string());
  floor_fixture floor(dir.path().string());
  floor.add_bot("AAPL");
  floor.script->hangs = true;
  floor.spawn_desk();
  auto stop = floor.ask<ledger>(floor.desk, submit_message{floor.message("m2", "stop"), true});
  floor.advance(5s);
  REQUIRE(stop.ready());
  floor.script->hangs = false;
  floor.advance(120s);
  CHECK(floor.stored("m2").lines.size() == 2);
  load_bot query{"python-MSFT"};
  CHECK(floor.request_sync<bot_image>(floor.real, query)->record.desired == desired_state::stopped);
  CHECK(floor.request_sync<floor_image>(floor.real, load_floor{})->halt.kind == halt_kind::killed);
  auto start = floor.submit(floor.message("m3", "start"));
  REQUIRE(start);
  CHECK(start->code == "killed");
}

TEST_CASE_METHOD(desk_fixture, "desk: who has left is expected no more, and what it owed ends") {
  auto words = std::make_shared<slow_bot_words>();
  floor.know("AAPL", caf::actor_cast<caf::actor>(floor.spawn(slow_bot, words)));
  floor.know("META", caf::actor_cast<caf::actor>(floor.spawn(slow_bot, words)));
  floor.know("TSLA", nullptr);
  floor.open_desk();
  REQUIRE(floor.submit(floor.message("m1", "status", {"AAPL", "TSLA"})));
  REQUIRE(floor.submit(floor.message("m2", "stop")));
  for (const auto* id : {"counter-AAPL", "counter-META", "counter-TSLA"})
    floor.send(floor.desk, unregister_bot{id, "it said farewell"});
  floor.advance(1s);
  CHECK(statuses(floor.stored("m1")) == "error ignored error ");
  CHECK(statuses(floor.stored("m2")) == "error error error ");
  auto line = floor.line(floor.stored("m1"), "AAPL");
  CHECK(line.code == "bot_absent");
  CHECK(line.reason == "it has left the floor: it said farewell");
  CHECK(floor.stored("m1").state == message_state::failed);
  // A word after the farewell changes nothing, nor does the deadline.
  floor.send(floor.desk, outcome_of("m1", "counter-AAPL", line_status::done));
  floor.advance(15s);
  CHECK(floor.line(floor.stored("m1"), "AAPL").status == line_status::error);
  auto next = floor.submit(floor.message("m3", "stop"));
  REQUIRE(next);
  CHECK(next->lines.empty());
}

TEST_CASE_METHOD(desk_fixture, "desk: one who left may come again") {
  auto words = std::make_shared<slow_bot_words>();
  auto bot = caf::actor_cast<caf::actor>(floor.spawn(slow_bot, words));
  floor.know("AAPL", bot);
  auto who = floor.book->bots["counter-AAPL"];
  floor.open_desk();
  floor.send(floor.desk, unregister_bot{who.id, "gone"});
  floor.run();
  CHECK(floor.book->bots.empty());
  floor.send(floor.desk, register_bot{who, bot});
  REQUIRE(floor.submit(floor.message("m1", "status")));
  floor.advance(1s);
  REQUIRE(words->commands.size() == 1);
}

TEST_CASE("desk: a bot in a container is expected after a restart, there or not") {
  temp_dir dir;
  const bot_identity guest{"python-AAPL", "AAPL", "mean", "box", bot_kind::controlled};
  {
    floor_fixture floor(dir.path().string());
    auto words = std::make_shared<slow_bot_words>();
    auto bot = caf::actor_cast<caf::actor>(floor.spawn(slow_bot, words));
    floor.open_desk();
    floor.script->refuses_writes = true;
    floor.send(floor.desk, register_bot{guest, bot});
    floor.advance(1s);
    floor.script->refuses_writes = false;
    floor.advance(1s);
  }
  {
    floor_fixture floor(dir.path().string());
    floor.open_desk();
    auto stop = floor.submit(floor.message("m1", "stop"));
    REQUIRE(stop);
    REQUIRE(stop->lines.size() == 1);
    CHECK(stop->lines[0].container == "box");
    floor.advance(15s);
    CHECK(floor.stored("m1").lines[0].status == line_status::no_answer);
    CHECK(floor.stored("m1").lines[0].code == "bot_absent");
    load_bot query{"python-AAPL"};
    CHECK(floor.request_sync<bot_image>(floor.real, query)->record.desired ==
          desired_state::stopped);
    floor.send(floor.desk, unregister_bot{"python-AAPL", "it said farewell"});
    floor.advance(1s);
  }
  floor_fixture floor(dir.path().string());
  floor.open_desk();
  auto stop = floor.submit(floor.message("m2", "stop"));
  REQUIRE(stop);
  CHECK(stop->lines.empty());
}

TEST_CASE("desk: guests are not expected where there is no way to them") {
  temp_dir dir;
  floor_fixture floor(dir.path().string());
  journal_write write;
  write.guests = {{"python-AAPL", "AAPL", "mean", "box", bot_kind::controlled}};
  REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
  const bool hosts_guests = GENERATE(false, true);
  floor.open_desk({}, hosts_guests);
  floor.run();
  CHECK(floor.book->bots.size() == (hosts_guests ? 1 : 0));
}
