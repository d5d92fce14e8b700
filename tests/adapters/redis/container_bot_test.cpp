#include "adapters/redis/container_bot.hpp"

#include <catch2/catch.hpp>

#include "tests/adapters/redis/container_bot_fixture.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;

TEST_CASE("container bot: a command is answered once its answer is journalled") {
  container_floor floor;
  floor.presence(bot_state::running);
  REQUIRE(floor.heard->registrations.size() == 1);
  CHECK(floor.heard->registrations[0].bot);
  auto answer = floor.ask<command_outcome>(floor.bot, floor.command("m1", "stop"));
  floor.run();
  CHECK(floor.heard->sent == std::vector<std::string>{"m1"});
  CHECK_FALSE(answer.ready());
  floor.acknowledge("m1", line_status::done, "7-0");
  REQUIRE(answer.get());
  CHECK(answer.get()->line.status == line_status::done);
  CHECK(answer.get()->line.container == "box");
  CHECK(answer.get()->durable);
  const auto& last = floor.paper->writes.back();
  REQUIRE(last.lines.size() == 1);
  REQUIRE(last.owed.size() == 1);
  REQUIRE(last.bots.size() == 1);
  CHECK(last.bots[0].desired == desired_state::stopped);
  CHECK(floor.heard->acknowledged == std::vector<std::string>{"7-0"});
}

TEST_CASE("container bot: an answer that is not journalled stays in the stream") {
  container_floor floor;
  floor.presence(bot_state::running);
  auto answer = floor.ask<command_outcome>(floor.bot, floor.command("m1", "status"));
  floor.run();
  floor.paper->refuses = true;
  floor.acknowledge("m1", line_status::done, "7-0");
  REQUIRE(answer.get());
  CHECK_FALSE(answer.get()->durable);
  CHECK(floor.heard->acknowledged.empty());
}

TEST_CASE("container bot: what a refusing journal was not told is told until it takes it") {
  container_floor floor;
  floor.presence(bot_state::running);
  floor.paper->refuses = true;
  auto answer = floor.ask<command_outcome>(floor.bot, floor.command("m1", "stop"));
  floor.run();
  SECTION("the bot obeyed") {
    floor.acknowledge("m1", line_status::done, "7-0");
    REQUIRE(answer.get());
    CHECK(answer.get()->line.status == line_status::done);
    CHECK(answer.get()->line.code == "not_durable");
    CHECK_FALSE(answer.get()->durable);
    // The desk's own line is in the journal before the record is: the answer still has to wait.
    floor.paper->ledgers["m1"].lines[0].status = line_status::done;
    floor.acknowledge("m1", line_status::done, "7-0");
    CHECK(floor.heard->acknowledged.empty());
  }
  SECTION("the bot was gone before it could") {
    floor.presence(bot_state::absent);
  }
  floor.advance(std::chrono::seconds(6));
  CHECK(floor.paper->writes.empty());
  floor.paper->refuses = false;
  floor.advance(std::chrono::seconds(6));
  REQUIRE(floor.paper->writes.size() == 1);
  REQUIRE(floor.paper->writes[0].bots.size() == 1);
  CHECK(floor.paper->writes[0].bots[0].bot_id == "py-AAPL");
  CHECK(floor.paper->writes[0].bots[0].desired == desired_state::stopped);
  floor.advance(std::chrono::seconds(6));
  CHECK(floor.paper->writes.size() == 1);
  floor.paper->ledgers["m1"].lines[0].status = line_status::done;
  floor.acknowledge("m1", line_status::done, "7-0");
  CHECK(floor.heard->acknowledged == std::vector<std::string>{"7-0"});
}

TEST_CASE("container bot: what is owed to the journal undoes no later stop") {
  container_floor floor;
  floor.presence(bot_state::running);
  floor.paper->image.known = true;
  floor.paper->image.record.desired = desired_state::running;
  auto answer = floor.ask<command_outcome>(floor.bot, floor.command("m1", "set"));
  floor.run();
  floor.paper->refuses = true;
  ledger_line line;
  line.status = line_status::done;
  line.result = R"({"step":3})";
  floor.send(floor.bot, command_outcome{"m1", line, true}, "7-0");
  floor.run();
  floor.presence(bot_state::absent);
  floor.paper->refuses = false;
  floor.advance(std::chrono::seconds(6));
  CHECK(floor.paper->writes.empty());  // of who is away the desk writes
  floor.paper->image.record.desired = desired_state::stopped;
  floor.paper->image.record.since_ms = floor.time()->now_ms();
  floor.presence(bot_state::running);
  floor.advance(std::chrono::seconds(6));
  REQUIRE(floor.paper->writes.size() == 1);
  CHECK(floor.paper->writes[0].bots[0].desired == desired_state::stopped);
  CHECK(floor.paper->writes[0].bots[0].parameters == R"({"step":3})");
}

TEST_CASE("container bot: the same answer twice is one line and two receipts") {
  container_floor floor;
  floor.presence(bot_state::running);
  auto answer = floor.ask<command_outcome>(floor.bot, floor.command("m1", "status"));
  floor.run();
  floor.acknowledge("m1", line_status::done, "7-0");
  auto writes = floor.paper->writes.size();
  floor.acknowledge("m1", line_status::error, "8-0");
  CHECK(floor.paper->writes.size() == writes);
  CHECK(floor.heard->acknowledged == std::vector<std::string>{"7-0", "8-0"});
  auto again = floor.request_sync<command_outcome>(floor.bot, floor.command("m2", "status"));
  CHECK_FALSE(again);  // another message is another wish
  CHECK(floor.heard->sent == std::vector<std::string>{"m1", "m2"});
}

TEST_CASE("container bot: an answer of before our restart reaches the desk") {
  container_floor floor;
  floor.command("m1", "stop");
  floor.presence(bot_state::stopped);
  floor.acknowledge("m1", line_status::done, "7-0");
  REQUIRE(floor.heard->outcomes.size() == 1);
  CHECK(floor.heard->outcomes[0].message_id == "m1");
  CHECK(floor.heard->acknowledged == std::vector<std::string>{"7-0"});
  auto stored = floor.request_sync<command_outcome>(
      floor.bot, bot_command{floor.paper->ledgers["m1"].message, true, 0});
  REQUIRE(stored);
  CHECK(stored->line.status == line_status::done);
  CHECK(floor.heard->sent.empty());
}

TEST_CASE("container bot: a start answered before our restart counts if no stop came later") {
  container_floor floor;
  floor.paper->image.known = true;
  floor.paper->image.record.desired = desired_state::stopped;
  floor.paper->image.record.since_ms = 1000;
  floor.presence(bot_state::running);
  floor.command("m1", "start");
  ledger_line line;
  line.status = line_status::done;
  SECTION("none did") {
    line.at_ms = 1000;
    floor.send(floor.bot, command_outcome{"m1", line, true}, "7-0");
    floor.run();
    REQUIRE(floor.paper->writes.back().bots.size() == 1);
    CHECK(floor.paper->writes.back().bots[0].desired == desired_state::running);
  }
  SECTION("one did") {
    line.at_ms = 999;
    floor.send(floor.bot, command_outcome{"m1", line, true}, "7-0");
    floor.run();
    CHECK(floor.paper->writes.back().bots.empty());
    CHECK(floor.heard->statuses.back().desired == desired_state::stopped);
  }
  CHECK(floor.paper->ledgers["m1"].lines[0].status == line_status::done);
  CHECK(floor.heard->acknowledged == std::vector<std::string>{"7-0"});
}

TEST_CASE("container bot: what Redis may have lost is sent again until it is answered") {
  container_floor floor;
  floor.presence(bot_state::running);
  auto answer = floor.ask<command_outcome>(floor.bot, floor.command("m1", "status"));
  floor.run();
  link_status live;
  live.state = outcry::link_state::live;
  floor.send(floor.bot, live);
  floor.run();
  CHECK(floor.heard->sent == std::vector<std::string>{"m1", "m1"});
  floor.acknowledge("m1", line_status::done, "7-0");
  floor.send(floor.bot, live);
  floor.run();
  CHECK(floor.heard->sent.size() == 2);
}

TEST_CASE("container bot: an enter that was begun is sent again with what the bot noted") {
  const std::string note = R"({"order":5})";
  container_floor floor;
  floor.presence(bot_state::running);
  const auto enter = floor.command("m1", "enter");
  auto answer = floor.ask<command_outcome>(floor.bot, enter);
  floor.run();
  CHECK(floor.heard->notes == std::vector<std::string>{""});
  link_status live;
  live.state = outcry::link_state::live;
  SECTION("once it is heard, journalled or not") {
    floor.paper->refuses = GENERATE(true, false);
    floor.acknowledge("m1", line_status::pending, "7-0", note);
    REQUIRE(answer.get());
    CHECK(answer.get()->line.result == note);
    floor.send(floor.bot, live);
    floor.run();
    CHECK(floor.heard->notes.back() == note);
  }
  SECTION("after a restart of the floor") {
    container_floor later;
    later.command("m1", "enter");
    later.paper->ledgers["m1"].lines[0].status = line_status::pending;
    later.paper->ledgers["m1"].lines[0].result = note;
    later.presence(bot_state::running);
    auto again = later.ask<command_outcome>(later.bot, enter);
    later.run();
    CHECK(later.heard->notes == std::vector<std::string>{note});
  }
}

TEST_CASE("container bot: what is sent again keeps its order, and a stop ends what was before") {
  container_floor floor;
  floor.presence(bot_state::running);
  auto asked = floor.ask<command_outcome>(floor.bot, floor.command("m9", "status"));
  auto start = floor.ask<command_outcome>(floor.bot, floor.command("m5", "start"));
  floor.run();
  auto stop = floor.ask<command_outcome>(floor.bot, floor.command("m2", "stop"));
  floor.run();
  auto later = floor.ask<command_outcome>(floor.bot, floor.command("m1", "start"));
  floor.run();
  CHECK(floor.heard->sent == std::vector<std::string>{"m9", "m5", "m2", "m1"});
  REQUIRE(start.get());
  CHECK(start.get()->line.status == line_status::error);
  CHECK(start.get()->line.code == "halted");
  CHECK(start.get()->line.reason == "a stop that was given later holds");
  CHECK(start.get()->durable);
  CHECK(floor.paper->ledgers["m5"].lines[0].status == line_status::error);
  CHECK(floor.heard->acknowledged.empty());
  CHECK_FALSE(stop.ready());
  CHECK_FALSE(later.ready());
  floor.heard->sent.clear();
  link_status live;
  live.state = outcry::link_state::live;
  floor.send(floor.bot, live);
  floor.run();
  CHECK(floor.heard->sent == std::vector<std::string>{"m9", "m2", "m1"});
  // The bot had obeyed it before the stop: the line stands, and the stream is rid of it.
  floor.acknowledge("m5", line_status::done, "7-0");
  CHECK(floor.paper->ledgers["m5"].lines[0].status == line_status::error);
  CHECK(floor.heard->acknowledged == std::vector<std::string>{"7-0"});
}

TEST_CASE("container bot: gone is gone for the desk, and what was stopped stays stopped") {
  container_floor floor;
  floor.presence(bot_state::running);
  auto answer = floor.ask<command_outcome>(floor.bot, floor.command("m1", "stop"));
  floor.run();
  CHECK(floor.paper->writes.back().stopped_bots == std::vector<std::string>{"py-AAPL"});
  floor.presence(bot_state::absent);
  REQUIRE(floor.heard->registrations.size() == 2);
  CHECK_FALSE(floor.heard->registrations[1].bot);
  CHECK(floor.heard->statuses.back().state == bot_state::absent);
  floor.acknowledge("m1", line_status::done, "7-0");
  floor.heard->sent.clear();
  floor.presence(bot_state::running);
  REQUIRE(floor.heard->sent.size() == 1);
  CHECK(floor.heard->sent[0].rfind("reminder-", 0) == 0);
  CHECK(floor.heard->registrations.back().bot);
}

TEST_CASE("container bot: a presence of before its stop makes nobody stop it again") {
  container_floor floor;
  floor.presence(bot_state::running);
  auto answer = floor.ask<command_outcome>(floor.bot, floor.command("m1", "stop"));
  floor.run();
  floor.acknowledge("m1", line_status::done, "7-0");
  floor.heard->sent.clear();
  floor.presence(bot_state::running);
  CHECK(floor.heard->sent.empty());
  // It does run, though.
  floor.advance(std::chrono::seconds(6));
  floor.presence(bot_state::running);
  REQUIRE(floor.heard->sent.size() == 1);
  CHECK(floor.heard->sent[0].rfind("reminder-", 0) == 0);
}

TEST_CASE("container bot: an observed one refuses at once") {
  container_floor floor(bot_kind::observed);
  floor.presence(bot_state::running);
  auto meant = floor.request_sync<command_outcome>(floor.bot, floor.command("m1", "stop"));
  REQUIRE(meant);
  CHECK(meant->line.status == line_status::error);
  CHECK(meant->line.code == "not_controllable");
  auto other = floor.request_sync<command_outcome>(floor.bot, floor.command("m2", "stop", false));
  REQUIRE(other);
  CHECK(other->line.status == line_status::ignored);
  CHECK(floor.heard->sent.empty());
}

TEST_CASE("container bot: one that starts is told what is in force before it acts") {
  container_floor floor;
  floor.presence(bot_state::running);
  auto set = floor.ask<command_outcome>(floor.bot, floor.command("m1", "set"));
  floor.run();
  ledger_line answer;
  answer.bot_id = "py-AAPL";
  answer.status = line_status::done;
  answer.result = R"({"step":3})";
  floor.send(floor.bot, command_outcome{"m1", answer, true}, "7-0");
  floor.run();
  CHECK(floor.heard->briefings.empty());
  REQUIRE(floor.paper->writes.back().bots.size() == 1);
  floor.paper->image = {};
  floor.paper->image.known = true;
  floor.paper->image.record = floor.paper->writes.back().bots[0];

  floor.presence(bot_state::starting, false);
  REQUIRE(floor.heard->briefings.size() == 1);
  CHECK(floor.heard->briefings[0].desired == desired_state::running);
  CHECK(floor.heard->briefings[0].parameters == R"({"step":3})");
  // Again until it is heard: the stream may have been lost.
  floor.presence(bot_state::starting, false);
  CHECK(floor.heard->briefings.size() == 2);
  floor.presence(bot_state::running);
  CHECK(floor.heard->briefings.size() == 2);

  auto stop = floor.ask<command_outcome>(floor.bot, floor.command("m2", "stop"));
  floor.run();
  floor.presence(bot_state::starting, false);
  CHECK(floor.heard->briefings.back().desired == desired_state::stopped);
  CHECK(floor.heard->briefings.back().parameters == R"({"step":3})");
}

TEST_CASE("container bot: a stop that the desk wrote while it was away is told at its return") {
  container_floor floor;
  floor.presence(bot_state::running);
  floor.presence(bot_state::absent);
  floor.paper->image.known = true;
  floor.paper->image.record.desired = desired_state::stopped;
  SECTION("it is briefed with it") {
    floor.presence(bot_state::starting, false);
    REQUIRE(floor.heard->briefings.size() == 1);
    CHECK(floor.heard->briefings[0].desired == desired_state::stopped);
    CHECK(floor.heard->statuses.back().desired == desired_state::stopped);
  }
  SECTION("an answer that comes meanwhile does not undo it") {
    floor.command("m1", "set");
    ledger_line answer;
    answer.status = line_status::done;
    answer.result = R"({"step":3})";
    floor.send(floor.bot, command_outcome{"m1", answer, true}, "7-0");
    floor.run();
    REQUIRE(floor.paper->writes.back().bots.size() == 1);
    CHECK(floor.paper->writes.back().bots[0].desired == desired_state::stopped);
    CHECK(floor.paper->writes.back().bots[0].parameters == R"({"step":3})");
  }
}

TEST_CASE("container bot: it leaves when what it heard is in the journal") {
  container_floor floor;
  floor.presence(bot_state::running);
  auto answer = floor.ask<command_outcome>(floor.bot, floor.command("m1", "stop"));
  floor.run();
  floor.presence(bot_state::absent);
  ledger_line line;
  line.status = line_status::done;
  floor.send(floor.bot, command_outcome{"m1", line, true}, "7-0");
  floor.send(floor.bot, unregister_bot{"py-AAPL", "sold"});
  floor.run();
  REQUIRE(answer.get());
  CHECK(answer.get()->line.status == line_status::done);
  CHECK(floor.heard->acknowledged == std::vector<std::string>{"7-0"});
  CHECK(floor.ended(caf::actor_cast<caf::actor>(floor.bot)));
}

TEST_CASE("container bot: one that left before we were started has its name from the ledger") {
  container_floor floor({"py-AAPL", {}, {}, {}, bot_kind::controlled});
  floor.command("m1", "stop");
  floor.paper->ledgers["m1"].lines[0].ticker = "AAPL";
  floor.paper->ledgers["m1"].lines[0].container = "box";
  floor.acknowledge("m1", line_status::done, "7-0");
  REQUIRE(floor.paper->writes.back().lines.size() == 1);
  CHECK(floor.paper->writes.back().lines[0].line.ticker == "AAPL");
  CHECK(floor.paper->writes.back().lines[0].line.container == "box");
}
