#include "tests/adapters/redis/command_inlet_fixture.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;

TEST_CASE("command inlet: a command is journalled, obeyed, answered and only then forgotten") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.bot->how = manner::holds;
  machine.start();
  auto there = parse_container_presence(machine.value(presence));
  REQUIRE(there);
  CHECK(there->identity ==
        bot_identity{"b-AAPL", "AAPL", "counter", "attic", bot_kind::controlled});
  CHECK(there->state == bot_state::running);
  CHECK(there->details == R"({"count":7})");
  auto left = machine.ask({"PTTL", presence}).integer();
  CHECK(left > 0);
  CHECK(left <= 6000);
  machine.write("m1", "stop");
  REQUIRE(machine.bot->heard.wait_count(1));
  CHECK(machine.bot->heard.all().at(0) == std::string("m1") + id_here + " stop");
  CHECK(machine.journal->adopted.all() == std::vector<std::string>{std::string("m1") + id_here});
  CHECK(eventually([&] { return machine.pending() == 1; }));  // without the briefings before it
  CHECK(machine.answers().empty());
  machine.release();
  REQUIRE(machine.await_answers(1));
  auto answer = machine.answers().at(0);
  CHECK(answer.message_id == "m1");
  CHECK(answer.line.bot_id == "b-AAPL");
  CHECK(answer.line.status == line_status::done);
  CHECK(machine.await_nothing_pending());
}

TEST_CASE("command inlet: the same command again is the same answer and no second effect") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.start();
  machine.write("m1", "stop");
  REQUIRE(machine.await_answers(1));
  machine.write("m1", "stop");
  REQUIRE(machine.await_answers(2));
  CHECK(machine.answers().at(1).line.reason == "stop");
  CHECK(machine.bot->heard.all().size() == 1);
  CHECK(machine.await_nothing_pending());
}

TEST_CASE("command inlet: killed before the answer, the next one asks again under the same id") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.bot->how = manner::holds;
  machine.start();
  machine.write("m1", "stop");
  REQUIRE(machine.bot->heard.wait_count(1));
  // The briefings before it have left the stream, each by a message of its own.
  REQUIRE(eventually([&] { return machine.pending() == 1; }));
  machine.end(caf::exit_reason::kill);
  CHECK_FALSE(machine.value(presence).empty());
  CHECK(machine.pending() == 1);
  machine.bot->how = manner::answers;
  machine.start();
  REQUIRE(machine.await_answers(1));
  auto heard = machine.bot->heard.all();
  REQUIRE(heard.size() == 2);
  CHECK(heard[0] == heard[1]);
  CHECK(machine.journal->adopted.all().size() == 1);
  CHECK(machine.await_nothing_pending());
}

TEST_CASE("command inlet: what the journal knows as answered is answered without the bot") {
  REQUIRE_REDIS();
  second_machine machine;
  ledger known;
  known.message.id = std::string("m1") + id_here;
  ledger_line line;
  line.bot_id = "b-AAPL";
  line.status = line_status::done;
  line.reason = "long ago";
  line.at_ms = 1;
  known.lines.push_back(line);
  machine.journal->ledgers[known.message.id] = known;
  machine.start();
  machine.write("m1", "start");
  REQUIRE(machine.await_answers(1));
  CHECK(machine.answers().at(0).line.reason == "long ago");
  CHECK(machine.bot->heard.all().empty());
}

TEST_CASE("command inlet: an answer waits for Redis to come back") {
  REQUIRE_REDIS();
  redis_server::options keeps;
  keeps.append_only = true;
  second_machine machine(keeps);
  machine.bot->how = manner::holds;
  machine.start();
  machine.write("m1", "stop");
  REQUIRE(machine.bot->heard.wait_count(1));
  machine.server.kill();
  machine.release();
  machine.server.start();
  REQUIRE(machine.await_answers(1));
  CHECK(machine.answers().at(0).message_id == "m1");
  CHECK(machine.await_nothing_pending());
  CHECK(machine.bot->heard.all().size() == 1);
}

TEST_CASE("command inlet: a Redis that lost everything is filled again") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.start();
  // In one step: the command stands there before the group is made again.
  bot_command command;
  command.message.id = "m1";
  command.message.type = "status";
  command.addressed = true;
  machine.ask({"EVAL",
               "redis.call('FLUSHALL') return redis.call('XADD', KEYS[1], '*', 'command', ARGV[1])",
               "1", commands, to_json(command)});
  REQUIRE(machine.await_answers(1));
  CHECK(eventually([&] { return !machine.value(presence).empty(); }));
  CHECK(machine.await_nothing_pending());
}

TEST_CASE("command inlet: a start that the bot has not heard does not undo a later stop") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.bot->how = manner::is_down;
  machine.start();
  machine.write("m1", "start");
  REQUIRE(machine.bot->heard.wait_count(1));
  machine.write("m2", "stop");
  REQUIRE(machine.journal->stopped_bots.wait_count(1));
  machine.bot->how = manner::answers;
  REQUIRE(machine.await_answers(2));
  std::map<std::string, ledger_line> lines;
  for (const auto& x : machine.answers()) lines[x.message_id] = x.line;
  CHECK(lines["m1"].status == line_status::error);
  CHECK(lines["m1"].code == "halted");
  CHECK(lines["m2"].status == line_status::done);
  CHECK(machine.journal->stopped_bots.all() == std::vector<std::string>{"b-AAPL"});
}

TEST_CASE("command inlet: a bot that has failed answers, and stays stopped") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.bot->how = manner::has_failed;
  machine.start();
  machine.write("m1", "stop");
  REQUIRE(machine.await_answers(1));
  CHECK(machine.answers().at(0).line.status == line_status::error);
  CHECK(machine.answers().at(0).line.code == "bot_failed");
  CHECK(machine.journal->stopped_bots.wait_count(1));
  CHECK(machine.await_nothing_pending());
}

TEST_CASE("command inlet: without a journal the brake works and all else is refused") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.journal->refuses = true;
  machine.start();
  machine.write("m1", "set");
  machine.write("m2", "stop");
  REQUIRE(machine.await_answers(2));
  std::map<std::string, ledger_line> lines;
  for (const auto& x : machine.answers()) lines[x.message_id] = x.line;
  CHECK(lines["m1"].code == "journal_unavailable");
  CHECK(lines["m2"].status == line_status::done);
  CHECK(machine.bot->heard.all() ==
        std::vector<std::string>{std::string("m2") + id_here + " stop"});
}

TEST_CASE("command inlet: what cannot be read is dropped, its neighbour is not") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.start();
  machine.ask({"XADD", commands, "*", "command", "{\"id\":7}"});
  machine.ask({"XADD", commands, "*", "something", "else"});
  machine.write("m1", "status");
  REQUIRE(machine.await_answers(1));
  CHECK(machine.answers().at(0).message_id == "m1");
  CHECK(machine.await_nothing_pending());
}

TEST_CASE("command inlet: pending is told at once, and the command stays until the final word") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.bot->how = manner::holds;
  machine.start();
  machine.write("m1", "stop");
  REQUIRE(machine.bot->heard.wait_count(1));
  command_outcome word;
  word.message_id = std::string("m1") + id_here;
  word.line.bot_id = "b-AAPL";
  word.line.status = line_status::pending;
  word.line.reason = "waits for the broker";
  caf::anon_send(caf::actor_cast<command_desk_actor>(machine.inlet), word);
  REQUIRE(machine.await_answers(1));
  CHECK(machine.answers().at(0).line.status == line_status::pending);
  CHECK(eventually([&] { return machine.pending() == 1; }));
  word.line.status = line_status::done;
  caf::anon_send(caf::actor_cast<command_desk_actor>(machine.inlet), word);
  REQUIRE(machine.await_answers(2));
  CHECK(machine.answers().at(1).line.status == line_status::done);
  CHECK(machine.await_nothing_pending());
}

TEST_CASE("command inlet: more than it takes in hand is read again when there is room") {
  REQUIRE_REDIS();
  second_machine machine;
  machine.options.max_open = 2;
  machine.bot->how = manner::holds;
  machine.start();
  for (int i = 0; i < 5; ++i) machine.write("m" + std::to_string(i), "status");
  REQUIRE(eventually([&] { return machine.pending() == 5; }));
  machine.bot->how = manner::answers;
  machine.release();
  REQUIRE(machine.await_answers(5));
  CHECK(machine.await_nothing_pending());
}
