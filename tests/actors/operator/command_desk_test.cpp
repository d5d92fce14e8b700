#include "actors/operator/command_desk.hpp"

#include <deque>

#include "tests/actors/operator/floor_fixture.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

struct desk_fixture {
  temp_dir dir;
  floor_fixture floor{dir.path().string()};

  void open_with_three_bots() {
    for (const char* ticker : {"AAPL", "GOOGL", "META"}) floor.add_bot(ticker);
    floor.open_desk();
  }

  void run_without_journal() { floor.run_without(caf::actor_cast<caf::actor>(floor.journal)); }

  std::string statuses(const ledger& entry) {
    std::string result;
    for (const auto& line : entry.lines) result += std::string(to_string(line.status)) + ' ';
    return result;
  }
};

/// A bot that answers a command with the outcome it is sent.
struct slow_bot_words {
  std::vector<bot_command> commands;
};

struct slow_bot_state {
  std::deque<caf::typed_response_promise<command_outcome>> promises;
};

using slow_bot_actor = commandable_actor::extend<caf::reacts_to<command_outcome>>;

slow_bot_actor::behavior_type slow_bot(slow_bot_actor::stateful_pointer<slow_bot_state> self,
                                       const std::shared_ptr<slow_bot_words>& words) {
  return {
      [=](const bot_command& command) -> caf::result<command_outcome> {
        words->commands.push_back(command);
        auto promise = self->make_response_promise<command_outcome>();
        self->state.promises.push_back(promise);
        return promise;
      },
      [](const get_bot&) { return bot_status{}; },
      [=](const command_outcome& outcome) {
        self->state.promises.front().deliver(outcome);
        self->state.promises.pop_front();
      },
  };
}

command_outcome outcome_of(const std::string& message_id, const std::string& bot_id,
                           line_status status) {
  command_outcome outcome;
  outcome.message_id = message_id;
  outcome.line.bot_id = bot_id;
  outcome.line.ticker = bot_id.substr(bot_id.find('-') + 1);
  outcome.line.status = status;
  outcome.durable = false;
  return outcome;
}

}  // namespace

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

TEST_CASE_METHOD(desk_fixture, "desk: a full disk: the brake works and is journalled later") {
  open_with_three_bots();
  floor.script->refuses_writes = true;
  for (const char* type : {"start", "set", "status"}) {
    auto refused = floor.submit(floor.message(type, type));
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == ec::journal_unavailable);
  }
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

TEST_CASE("desk: a brake that comes while the journal is read waits for it") {
  temp_dir dir;
  {
    floor_fixture floor(dir.path().string());
    floor.add_bot("AAPL");
    floor.open_desk();
    REQUIRE(floor.submit(floor.message("m1", "kill")));
    floor.advance(1s);
    journal_write write;
    write.guests = {{"python-MSFT", "MSFT", "mean", "box", bot_kind::controlled}};
    REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
  }
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
  {
    floor_fixture floor(dir.path().string());
    floor.add_bot("AAPL");
    floor.open_desk();
    REQUIRE(floor.submit(floor.message("m1", "kill")));
    floor.advance(1s);
    journal_write write;
    write.guests = {{"python-MSFT", "MSFT", "mean", "box", bot_kind::controlled}};
    REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
  }
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
  auto watcher = floor.spawn(listener, words);
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
  floor.send(floor.desk, watch_message{"m1", floor.spawn(listener, late)});
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

TEST_CASE_METHOD(desk_fixture, "desk: who waits for an answer hears of the desk's end") {
  open_with_three_bots();
  auto stop = floor.ask<ledger>(floor.desk, submit_message{floor.message("m1", "stop"), true});
  run_without_journal();
  caf::anon_send_exit(floor.desk, caf::exit_reason::kill);
  run_without_journal();
  REQUIRE(stop.ready());
  CHECK(stop.get().error() == ec::unavailable);
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
