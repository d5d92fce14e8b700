#include "tests/actors/operator/desk_fixture.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

TEST_CASE_METHOD(desk_fixture, "desk: the next message sees a halt before it is journalled") {
  open_with_three_bots();
  auto kill = floor.ask<ledger>(floor.desk, submit_message{floor.message("m1", "kill"), true});
  auto start = floor.ask<ledger>(floor.desk, submit_message{floor.message("m2", "start"), true});
  floor.run();
  floor.advance(1s);
  CHECK(start.get()->code == "killed");
  for (const char* ticker : {"AAPL", "GOOGL", "META"})
    CHECK(floor.status_of(ticker).state == bot_state::stopped);
  CHECK(kill.get());
}

TEST_CASE_METHOD(desk_fixture, "desk: a start that cannot be journalled lifts nothing") {
  open_with_three_bots();
  floor.submit(floor.message("m1", "stop"));
  floor.advance(1s);
  floor.script->refuses_writes = true;
  auto start = floor.submit(floor.message("m2", "start"));
  REQUIRE_FALSE(start);
  CHECK(start.error() == ec::journal_unavailable);
  CHECK(floor.request_sync<halt_state>(floor.desk, get_halt{})->kind == halt_kind::stopped);
}

TEST_CASE_METHOD(desk_fixture, "desk: a full disk: the brake works and is journalled later") {
  open_with_three_bots();
  floor.script->refuses_writes = true;
  for (const char* type : {"start", "set", "status"}) {
    auto refused = floor.submit(floor.message(type, type));
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == ec::journal_unavailable);
  }
  // So that a position can be left; these bots have no order desk and say so.
  CHECK(floor.submit(floor.message("m0", "exit")));
  auto stop = floor.submit(floor.message("m1", "stop"));
  REQUIRE(stop);
  floor.advance(5s);
  auto entry = floor.seen("m1");
  CHECK(statuses(entry) == "done done done ");
  for (const auto& line : entry.lines) CHECK(line.code == "not_durable");
  CHECK(floor.status_of("AAPL").state == bot_state::stopped);
  CHECK(floor.submit(floor.message("m1", "stop"))->state == message_state::done);
  auto list = floor.request_sync<ledger_list>(floor.real, find_ledgers{"m1", 1, 0});
  CHECK(list->ledgers.empty());

  floor.script->refuses_writes = false;
  floor.advance(1s);
  CHECK(statuses(floor.stored("m1")) == "done done done ");
  CHECK(floor.stored("m1").state == message_state::done);
  floor.advance(11s);
  CHECK(floor.record("AAPL").desired == desired_state::stopped);
  floor.add_bot("TSLA");
  CHECK(floor.status_of("TSLA").state == bot_state::stopped);  // the halt is journalled too
  floor.submit(floor.message("m2", "start"));
  floor.advance(1s);
  CHECK(floor.stored("m2").state == message_state::done);
}

TEST_CASE_METHOD(desk_fixture, "desk: a disk that hangs holds the brake for seconds only") {
  open_with_three_bots();
  floor.script->hangs = true;
  auto stop = floor.ask<ledger>(floor.desk, submit_message{floor.message("m1", "stop"), true});
  floor.advance(5s);
  CHECK(stop.ready());
  CHECK(floor.status_of("AAPL").state == bot_state::stopped);
}

TEST_CASE_METHOD(desk_fixture, "desk: the brake works before the journal could be read") {
  auto words = std::make_shared<slow_bot_words>();
  floor.know("AAPL", caf::actor_cast<caf::actor>(floor.spawn(slow_bot, words)));
  floor.script->refuses_reads = true;
  floor.script->refuses_writes = true;
  floor.open_desk();
  auto start = floor.ask<ledger>(floor.desk, submit_message{floor.message("m1", "start"), true});
  auto kill = floor.ask<ledger>(floor.desk, submit_message{floor.message("m2", "kill"), true});
  floor.run();
  CHECK_FALSE(start.ready());
  REQUIRE(words->commands.size() == 1);
  CHECK(words->commands[0].message.id == "m2");
  CHECK(kill.ready());
  floor.script->refuses_reads = floor.script->refuses_writes = false;
  floor.advance(1s);
  REQUIRE(start.ready());
  CHECK(start.get()->code == "killed");
  CHECK(floor.request_sync<halt_state>(floor.desk, get_halt{})->kind == halt_kind::killed);
  CHECK(floor.stored("m2").message.type == "kill");
}

TEST_CASE_METHOD(desk_fixture, "desk: lines that could not be written are, later") {
  auto words = std::make_shared<slow_bot_words>();
  floor.know("AAPL", caf::actor_cast<caf::actor>(floor.spawn(slow_bot, words)));
  floor.open_desk();
  floor.submit(floor.message("m1", "status"));
  floor.script->refuses_writes = true;
  floor.send(floor.book->addresses["counter-AAPL"],
             outcome_of("m1", "counter-AAPL", line_status::done));
  floor.advance(3s);
  CHECK(floor.stored("m1").state == message_state::working);
  floor.script->refuses_writes = false;
  floor.script->writes.clear();
  floor.advance(1s);
  CHECK(floor.stored("m1").state == message_state::done);
  CHECK(floor.stored("m1").lines[0].status == line_status::done);
  // In one transaction: a message is never final before its lines are.
  REQUIRE(floor.script->writes.size() == 1);
  CHECK(floor.script->writes[0].lines.size() == 1);
  CHECK(floor.script->writes[0].states.size() == 1);
}

TEST_CASE_METHOD(desk_fixture,
                 "desk: what the journal holds half done is taken up when it is sent again") {
  open_with_three_bots();
  // Written once, its answer lost, so that this desk does not know it.
  ledger entry;
  entry.message = floor.message("m1", "stop", {"AAPL"});
  entry.state = message_state::working;
  ledger_line line;
  line.bot_id = "counter-AAPL";
  line.ticker = "AAPL";
  line.addressed = true;
  entry.lines = {line};
  journal_write write;
  write.adopted = {entry};
  REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
  REQUIRE(floor.submit(entry.message));
  floor.advance(1s);
  CHECK(floor.stored("m1").state == message_state::done);
  CHECK(floor.record("AAPL").desired == desired_state::stopped);
}

TEST_CASE_METHOD(desk_fixture, "desk: nobody is told of a message before it is journalled") {
  open_with_three_bots();
  floor.script->refuses_writes = true;
  std::vector<answer<ledger>> answers;
  for (int i = 0; i < 10; ++i)
    answers.push_back(floor.ask<ledger>(
        floor.desk, submit_message{floor.message("m1", "set", {}, R"({"step":5})"), true}));
  floor.run();
  for (const auto& x : answers) {
    REQUIRE(x.ready());
    CHECK(x.get().error() == ec::journal_unavailable);
  }
}

TEST_CASE_METHOD(desk_fixture,
                 "desk: a line that is on its way to the journal beats no later one") {
  auto words = std::make_shared<slow_bot_words>();
  floor.know("AAPL", caf::actor_cast<caf::actor>(floor.spawn(slow_bot, words)));
  floor.open_desk();
  floor.submit(floor.message("m1", "exit", {"AAPL"}));
  floor.send(floor.book->addresses["counter-AAPL"],
             outcome_of("m1", "counter-AAPL", line_status::pending));
  run_without_journal();
  auto written = outcome_of("m1", "counter-AAPL", line_status::done);
  written.durable = true;
  floor.send(floor.desk, written);
  run_without_journal();
  floor.advance(1s);
  CHECK(floor.stored("m1").lines[0].status == line_status::done);
  CHECK(floor.stored("m1").state == message_state::done);
}

TEST_CASE_METHOD(desk_fixture, "desk: an adoption whose answer was lost takes no line back") {
  auto words = std::make_shared<slow_bot_words>();
  floor.know("AAPL", caf::actor_cast<caf::actor>(floor.spawn(slow_bot, words)));
  desk_limits limits;
  limits.answer_deadline_ms = 60'000;
  floor.open_desk(limits);
  floor.script->hangs = true;
  auto stop = floor.message("m1", "stop", {"AAPL"});
  floor.ask<ledger>(floor.desk, submit_message{stop, true});
  floor.advance(5s);
  REQUIRE(words->commands.size() == 1);
  // It did arrive, and the bot has written its line, but the desk has not heard of either.
  auto written = outcome_of("m1", "counter-AAPL", line_status::done);
  written.durable = true;
  journal_write write;
  write.adopted = {floor.seen("m1")};
  write.lines = {{"m1", written.line}};
  REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
  floor.script->hangs = false;
  floor.advance(40s);
  CHECK(floor.stored("m1").lines[0].status == line_status::done);
  floor.send(floor.book->addresses["counter-AAPL"], written);
  floor.advance(1s);
  CHECK(floor.stored("m1").lines[0].status == line_status::done);
  CHECK(floor.stored("m1").state == message_state::done);
}

TEST_CASE_METHOD(desk_fixture, "desk: many who wait for the journal do not keep the brake out") {
  auto words = std::make_shared<slow_bot_words>();
  floor.know("AAPL", caf::actor_cast<caf::actor>(floor.spawn(slow_bot, words)));
  floor.script->refuses_reads = floor.script->refuses_writes = true;
  floor.open_desk();
  for (int i = 0; i < 1000; ++i)
    floor.send(floor.desk, submit_message{floor.message("s" + std::to_string(i), "status"), true});
  floor.run();
  auto refused = floor.submit(floor.message("one-more", "status"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == ec::unavailable);
  CHECK(floor.submit(floor.message("m1", "stop")));
  REQUIRE(words->commands.size() == 1);
  CHECK(words->commands[0].message.id == "m1");
}
