#include "tests/actors/operator/desk_fixture.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

TEST_CASE_METHOD(desk_fixture, "desk: stop AAPL and META") {
  open_with_three_bots();
  auto answer = floor.submit(floor.message("m1", "stop", {"AAPL", "META"}));
  REQUIRE(answer);
  CHECK(answer->state == message_state::working);
  floor.advance(1s);
  auto entry = floor.stored("m1");
  CHECK(statuses(entry) == "done ignored done ");
  CHECK(entry.state == message_state::done);
  CHECK(floor.record("AAPL").desired == desired_state::stopped);
  CHECK(floor.status_of("GOOGL").state == bot_state::running);

  REQUIRE(floor.submit(floor.message("m2", "stop", {"META", "TSLA"})));
  floor.advance(1s);
  CHECK(floor.stored("m2").state == message_state::failed);
  CHECK(floor.stored("m2").unmatched == std::vector<std::string>{"TSLA"});
  CHECK(floor.line(floor.stored("m2"), "META").status == line_status::done);

  REQUIRE(floor.submit(floor.message("m3", "set", {"AAPL"}, R"({"step":-1})")));
  floor.advance(1s);
  CHECK(floor.line(floor.stored("m3"), "AAPL").code == "invalid_config");
  CHECK(floor.stored("m3").state == message_state::failed);
}

TEST_CASE_METHOD(desk_fixture, "desk: everything is owed to the mirror, lines and last state") {
  open_with_three_bots();
  REQUIRE(floor.submit(floor.message("m1", "stop", {"AAPL"}), true));
  floor.advance(1s);
  auto page = floor.request_sync<outbox_page>(floor.real, read_outbox{});
  REQUIRE(page);
  std::map<std::string, std::string> last;
  for (const auto& row : page->rows) last[row.owed.path] = row.owed.value;
  CHECK(last["pubsub-messages/m1/state"] == "\"done\"");
  CHECK(last["pubsub-messages/m1/acknowledgementCount"] == "3");
  CHECK(last.count("pubsub-messages/m1/acknowledgement/counter-AAPL") == 1);
  CHECK(last.count("pubsub-messages/m1/acknowledgement/counter-GOOGL") == 1);
  CHECK(last["pubsub-messages/m1/type"] == "\"stop\"");  // its sender may have deleted it
  CHECK(last.count("pubsub-messages/m1/description") == 0);
  REQUIRE(floor.submit(floor.message("m2", "status"), false));
  floor.advance(1s);
  page = floor.request_sync<outbox_page>(floor.real, read_outbox{});
  for (const auto& row : page->rows) last[row.owed.path] = row.owed.value;
  CHECK(last["pubsub-messages/m2/type"] == "\"status\"");
}

TEST_CASE("desk: the same message a hundred times is one effect and one ledger") {
  temp_dir dir;
  {
    desk_fixture before;
    floor_fixture floor(dir.path().string());
    for (const char* ticker : {"AAPL", "META"}) floor.add_bot(ticker);
    floor.open_desk();
    auto set = floor.message("m1", "set", {"AAPL"}, R"({"step":5})");
    std::vector<answer<ledger>> answers;
    for (int i = 0; i < 50; ++i)
      answers.push_back(floor.ask<ledger>(floor.desk, submit_message{set, true}));
    floor.run_without(caf::actor_cast<caf::actor>(floor.journal));
    CHECK_FALSE(answers[0].ready());
    for (int i = 0; i < 49; ++i)
      answers.push_back(floor.ask<ledger>(floor.desk, submit_message{set, true}));
    floor.run();
    for (const auto& x : answers) {
      REQUIRE(x.get());
      CHECK(x.get()->message == set);
    }
    floor.advance(1s);
    REQUIRE(floor.submit(set));
    CHECK(floor.submit(set)->state == message_state::done);
    CHECK(floor.record("AAPL").revision == 1);

    // The desk crashes in the middle of another one.
    auto stop = floor.message("m2", "stop", {"AAPL"});
    auto lost = floor.ask<ledger>(floor.desk, submit_message{stop, true});
    floor.run_without(floor.book->addresses["counter-AAPL"]);
    CHECK(lost.get()->state == message_state::working);
    floor.crash_desk();
    floor.open_desk();
    for (int i = 0; i < 10; ++i) REQUIRE(floor.submit(stop));
    floor.advance(1s);
    CHECK(floor.stored("m2").state == message_state::done);
    CHECK(floor.record("AAPL").revision == 2);
    REQUIRE(floor.submit(floor.message("m3", "start", {"AAPL"})));
    floor.advance(1s);
    REQUIRE(floor.submit(stop));
    floor.advance(1s);
    CHECK(floor.record("AAPL").revision == 3);
    CHECK(floor.record("AAPL").desired == desired_state::running);
  }
  floor_fixture after(dir.path().string());
  for (const char* ticker : {"AAPL", "META"}) after.add_bot(ticker);
  after.open_desk();
  for (int i = 0; i < 20; ++i) {
    auto again = after.submit(after.message("m2", "stop", {"AAPL"}));
    REQUIRE(again);
    CHECK(again->state == message_state::done);
  }
  after.advance(1s);
  CHECK(after.record("AAPL").revision == 3);
  auto list = after.request_sync<ledger_list>(after.real, find_ledgers{"", 100, 0});
  CHECK(list->ledgers.size() == 3);
}

TEST_CASE("desk: killed between adoption and the bots, it goes on") {
  temp_dir dir;
  {
    floor_fixture floor(dir.path().string());
    floor.know("AAPL", nullptr);
    floor.open_desk();
    REQUIRE(floor.submit(floor.message("m1", "stop", {"AAPL"})));
    REQUIRE(floor.submit(floor.message("m2", "start", {"AAPL"}, R"({"expires_s":5})")));
  }
  floor_fixture floor(dir.path().string());
  floor.time()->advance(60 * ns_per_s);
  floor.add_bot("AAPL");
  floor.open_desk();
  floor.advance(1s);
  CHECK(floor.line(floor.stored("m1"), "AAPL").status == line_status::done);
  // Its own, shorter expiry counts after a restart too.
  CHECK(floor.line(floor.stored("m2"), "AAPL").status == line_status::expired);
  CHECK(floor.stored("m2").state == message_state::expired);
  CHECK(floor.record("AAPL").desired == desired_state::stopped);
}

TEST_CASE_METHOD(desk_fixture, "desk: no answer at the deadline, amended by a late one") {
  auto words = std::make_shared<slow_bot_words>();
  auto bot = floor.spawn(slow_bot, words);
  floor.know("AAPL", caf::actor_cast<caf::actor>(bot));
  floor.open_desk();
  floor.submit(floor.message("m1", "status", {"AAPL"}));
  REQUIRE(words->commands.size() == 1);
  floor.advance(9900ms);
  CHECK(floor.seen("m1").lines[0].status == line_status::open);
  floor.advance(600ms);
  CHECK(floor.stored("m1").lines[0].status == line_status::no_answer);
  CHECK(floor.stored("m1").lines[0].code == "no_answer");
  CHECK(floor.stored("m1").state == message_state::failed);

  floor.send(floor.desk, outcome_of("m1", "counter-AAPL", line_status::done));
  floor.advance(1s);
  auto entry = floor.stored("m1");
  CHECK(entry.lines[0].status == line_status::done);
  CHECK(entry.lines[0].late);
  CHECK(entry.state == message_state::done);

  // Once only.
  floor.send(floor.desk, outcome_of("m1", "counter-AAPL", line_status::error));
  floor.advance(1s);
  CHECK(floor.stored("m1").lines[0].status == line_status::done);
}

TEST_CASE_METHOD(desk_fixture,
                 "desk: a bot that may have forgotten what it is pending for hears it again") {
  auto words = std::make_shared<slow_bot_words>();
  floor.know("AAPL", caf::actor_cast<caf::actor>(floor.spawn(slow_bot, words)));
  floor.open_desk();
  floor.submit(floor.message("m1", "exit", {"AAPL"}));
  REQUIRE(words->commands.size() == 1);
  floor.send(floor.desk, outcome_of("m1", "counter-AAPL", line_status::pending));
  floor.advance(60s);
  const auto told = words->commands.size();
  CHECK(told > 1);
  CHECK(words->commands.back().message.id == "m1");
  floor.send(floor.desk, outcome_of("m1", "counter-AAPL", line_status::done));
  floor.advance(60s);
  CHECK(words->commands.size() == told);
}

TEST_CASE_METHOD(desk_fixture, "desk: pending is a receipt, its outcome comes later") {
  auto words = std::make_shared<slow_bot_words>();
  floor.know("AAPL", caf::actor_cast<caf::actor>(floor.spawn(slow_bot, words)));
  floor.open_desk();
  floor.submit(floor.message("m1", "exit", {"AAPL"}));
  floor.send(floor.book->addresses["counter-AAPL"],
             outcome_of("m1", "counter-AAPL", line_status::pending));
  floor.advance(30s);
  CHECK(floor.stored("m1").lines[0].status == line_status::pending);
  CHECK(floor.stored("m1").state == message_state::working);
  floor.send(floor.desk, outcome_of("m1", "counter-AAPL", line_status::done));
  floor.advance(1s);
  CHECK(floor.stored("m1").state == message_state::done);
  CHECK_FALSE(floor.stored("m1").lines[0].late);
}

TEST_CASE_METHOD(desk_fixture, "desk: a bot that dies over a stop hears it again") {
  open_with_three_bots();
  floor.ask<ledger>(floor.desk, submit_message{floor.message("m1", "stop", {"AAPL"}), true});
  floor.run_without(floor.book->addresses["counter-AAPL"]);
  floor.script->hangs = true;
  floor.run();
  floor.script->hangs = false;
  CHECK(floor.line(floor.seen("m1"), "AAPL").status == line_status::open);
  order_update fatal;
  fatal.event = "beast";
  floor.send(floor.pits["AAPL"]->subscriber, fatal);
  floor.run();
  CHECK(floor.record("AAPL").desired == desired_state::stopped);
  floor.advance(3s);
  CHECK(floor.line(floor.stored("m1"), "AAPL").status == line_status::done);
}

TEST_CASE_METHOD(desk_fixture, "desk: a failed bot says so and stays stopped") {
  open_with_three_bots();
  for (int i = 0; i < 6; ++i) {
    floor.price("AAPL", 666);
    floor.advance(3s);
  }
  REQUIRE(floor.submit(floor.message("m1", "stop")));
  floor.advance(1s);
  auto line = floor.line(floor.stored("m1"), "AAPL");
  CHECK(line.status == line_status::error);
  CHECK(line.code == "bot_failed");
  CHECK(floor.line(floor.stored("m1"), "META").status == line_status::done);
  CHECK(floor.stored("m1").state == message_state::failed);
  CHECK(floor.record("AAPL").desired == desired_state::stopped);
  floor.add_bot("AAPL");
  CHECK(floor.status_of("AAPL").state == bot_state::stopped);
}

TEST_CASE_METHOD(desk_fixture, "desk: nobody hosts the bot: said, and a stop is remembered") {
  floor.know("AAPL", nullptr);
  floor.open_desk();
  floor.submit(floor.message("m1", "stop", {"AAPL"}));
  floor.submit(floor.message("m2", "status", {"AAPL"}));
  floor.advance(11s);
  CHECK(floor.stored("m1").lines[0].code == "bot_absent");
  CHECK(floor.stored("m1").lines[0].status == line_status::no_answer);
  CHECK(floor.record("AAPL").desired == desired_state::stopped);
  // It comes: the stop is amended, what was no brake is over.
  auto words = std::make_shared<slow_bot_words>();
  auto bot = caf::actor_cast<caf::actor>(floor.spawn(slow_bot, words));
  floor.send(floor.desk, register_bot{floor.book->bots["counter-AAPL"], bot});
  floor.advance(1s);
  REQUIRE(words->commands.size() == 1);
  CHECK(words->commands[0].message.id == "m1");
}

TEST_CASE_METHOD(desk_fixture, "desk: stop for all halts, also who comes later, start lifts it") {
  open_with_three_bots();
  floor.submit(floor.message("m1", "stop"));
  floor.advance(1s);
  CHECK(floor.request_sync<halt_state>(floor.desk, get_halt{})->kind == halt_kind::stopped);
  CHECK(floor.heard->halts.back().message_id == "m1");
  floor.add_bot("TSLA");
  CHECK(floor.status_of("TSLA").state == bot_state::stopped);
  floor.submit(floor.message("m2", "start"));
  floor.advance(1s);
  CHECK(floor.request_sync<halt_state>(floor.desk, get_halt{})->kind == halt_kind::none);
  CHECK(floor.status_of("TSLA").state == bot_state::running);
  floor.add_bot("IBM");
  CHECK(floor.status_of("IBM").state == bot_state::running);
}

TEST_CASE_METHOD(desk_fixture, "desk: a kill is lifted by a confirmed start only") {
  open_with_three_bots();
  floor.submit(floor.message("m1", "kill", {"AAPL"}));
  floor.advance(1s);
  CHECK(statuses(floor.stored("m1")) == "done done done ");
  floor.crash_desk();
  floor.open_desk();
  CHECK(floor.request_sync<halt_state>(floor.desk, get_halt{})->kind == halt_kind::killed);
  floor.submit(floor.message("m2", "start"));
  floor.advance(1s);
  CHECK(floor.stored("m2").code == "killed");
  CHECK(floor.status_of("META").state == bot_state::stopped);
  floor.submit(floor.message("m3", "start", {"META"}, R"({"confirm":true})"));
  floor.advance(1s);
  CHECK(floor.stored("m3").state == message_state::done);
  CHECK(floor.status_of("META").state == bot_state::running);
  CHECK(floor.status_of("AAPL").state == bot_state::stopped);
  CHECK(floor.request_sync<halt_state>(floor.desk, get_halt{})->kind == halt_kind::stopped);
}

TEST_CASE_METHOD(desk_fixture, "desk: open messages are bounded, the brake is always taken") {
  auto words = std::make_shared<slow_bot_words>();
  floor.know("AAPL", caf::actor_cast<caf::actor>(floor.spawn(slow_bot, words)));
  desk_limits limits;
  limits.max_open_messages = 3;
  floor.open_desk(limits);
  for (const char* id : {"m1", "m2", "m3"}) REQUIRE(floor.submit(floor.message(id, "status")));
  auto refused = floor.submit(floor.message("m4", "status"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == ec::mailbox_full);
  CHECK(floor.submit(floor.message("m5", "stop")));
  // Past the window for late answers there is room again.
  floor.advance(601s);
  CHECK(floor.submit(floor.message("m4", "status")));
}

TEST_CASE_METHOD(desk_fixture, "desk: watchers are told everything") {
  open_with_three_bots();
  auto words = std::make_shared<heard_words>();
  auto watcher = floor.spawn(word_listener, words);
  auto bot = floor.book->addresses["counter-META"];
  floor.ask<ledger>(floor.desk, submit_message{floor.message("m1", "stop", {"META"}), true});
  floor.run_without(bot);
  floor.send(floor.desk, watch_message{"m1", watcher});
  floor.run_without(bot);
  CHECK(words->lines.size() == 2);
  REQUIRE(words->states.size() == 1);
  CHECK(words->states[0].state == message_state::working);
  floor.run();
  CHECK(words->lines.size() == 3);
  REQUIRE(words->states.size() == 2);
  CHECK(words->states[1].state == message_state::done);

  floor.advance(1s);  // closed: told from the journal
  auto late = std::make_shared<heard_words>();
  floor.send(floor.desk, watch_message{"m1", floor.spawn(word_listener, late)});
  floor.run();
  CHECK(late->lines.size() == 3);
  REQUIRE(late->states.size() == 1);
  CHECK(late->states[0].state == message_state::done);
}

TEST_CASE_METHOD(desk_fixture,
                 "desk: an unreadable message is adopted as failed, a bad id is not") {
  open_with_three_bots();
  auto entry = floor.request_sync<ledger>(floor.desk, submit_unreadable{"m1", "target: missing"});
  REQUIRE(entry);
  CHECK(entry->state == message_state::failed);
  CHECK(entry->code == "invalid_input");
  CHECK(entry->reason == "target: missing");
  floor.advance(1s);
  CHECK(floor.stored("m1").state == message_state::failed);
  CHECK(floor.submit(floor.message("m 1", "stop")).error() == ec::invalid_input);
  CHECK(floor.submit(floor.message("", "stop")).error() == ec::invalid_input);
}

TEST_CASE_METHOD(desk_fixture, "desk: sent while the floor was down: too late is too late") {
  open_with_three_bots();
  auto start = floor.message("m1", "start");
  auto stop = floor.message("m2", "stop");
  floor.time()->advance(601 * ns_per_s);
  CHECK(floor.submit(start)->state == message_state::expired);
  floor.submit(stop);
  floor.advance(1s);
  CHECK(floor.stored("m2").state == message_state::done);
}

TEST_CASE_METHOD(desk_fixture, "desk: a relay that was restarted hears of desk and halt again") {
  open_with_three_bots();
  floor.submit(floor.message("m1", "kill"));
  floor.advance(1s);
  *floor.heard = {};
  floor.advance(6s);
  CHECK(floor.heard->introductions == 1);
  REQUIRE(floor.heard->halts.size() == 1);
  CHECK(floor.heard->halts[0].kind == halt_kind::killed);
}

TEST_CASE_METHOD(desk_fixture, "desk: a stop for a failed bot is remembered, however late") {
  open_with_three_bots();
  for (int i = 0; i < 6; ++i) {
    floor.price("AAPL", 666);
    floor.advance(3s);
  }
  floor.script->refuses_writes = true;
  REQUIRE(floor.submit(floor.message("m1", "stop", {"AAPL"})));
  floor.advance(1s);
  CHECK(floor.line(floor.seen("m1"), "AAPL").code == "bot_failed");
  CHECK(floor.record("AAPL").desired == desired_state::running);
  floor.script->refuses_writes = false;
  floor.advance(1s);
  CHECK(floor.record("AAPL").desired == desired_state::stopped);
  CHECK(floor.record("AAPL").revision == 1);
  CHECK(floor.stored("m1").state == message_state::failed);

  // Nor is a message over while that is owed.
  floor.add_bot("META");
  for (int i = 0; i < 6; ++i) {
    floor.price("META", 666);
    floor.advance(3s);
  }
  floor.script->refuses_stops = true;
  REQUIRE(floor.submit(floor.message("m2", "stop", {"META"})));
  floor.advance(2s);
  CHECK(floor.stored("m2").state == message_state::failed);
  floor.script->refuses_stops = false;
  floor.advance(1s);
  CHECK(floor.record("META").desired == desired_state::stopped);
}

TEST_CASE_METHOD(desk_fixture, "desk: who waits for an answer hears of the desk's end") {
  open_with_three_bots();
  auto stop = floor.ask<ledger>(floor.desk, submit_message{floor.message("m1", "stop"), true});
  run_without_journal();
  caf::anon_send_exit(floor.desk, caf::exit_reason::kill);
  run_without_journal();
  REQUIRE(stop.ready());
  CHECK(stop.get().error() == ec::unavailable);
}

TEST_CASE_METHOD(desk_fixture, "desk: a bot that answered is not told to stop for its silence") {
  auto words = std::make_shared<slow_bot_words>();
  floor.know("AAPL", caf::actor_cast<caf::actor>(floor.spawn(slow_bot, words)));
  desk_limits limits;
  limits.late_window_ms = 2000;  // how long a bot's own answer is waited for, too
  floor.open_desk(limits);
  REQUIRE(floor.submit(floor.message("other", "status")));  // keeps the desk busy
  REQUIRE(floor.submit(floor.message("m1", "stop", {"AAPL"})));
  auto word = outcome_of("m1", "counter-AAPL", line_status::done);
  floor.script->refuses_writes = true;  // so that the message stays open
  floor.send(floor.desk, word);
  floor.advance(3s);
  floor.script->refuses_writes = false;
  floor.advance(1s);
  CHECK(floor.stored("m1").state == message_state::done);
  CHECK(floor.record("AAPL").revision == 0);
}
