#include "adapters/redis/command_inlet.hpp"

#include <algorithm>
#include <atomic>

#include <catch2/catch.hpp>

#include "messages/bots_codec.hpp"
#include "messages/error.hpp"
#include "tests/adapters/redis/bridge_fixture.hpp"
#include "tests/support/process.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;
using outcry::test::eventually;
using outcry::test::redis_server;

namespace {

constexpr auto commands = "OUTCRY_COMMANDS_b-AAPL";
constexpr auto presence = "OUTCRY_PRESENCE_b-AAPL";
constexpr auto acknowledgements = "OUTCRY_ACKNOWLEDGEMENTS";
constexpr auto id_here = "@b-AAPL";

/// What a journal knows; it outlives every inlet. Used by its actor, read by the test at rest.
struct paper_journal {
  std::atomic<bool> refuses = false;
  std::atomic<bool> knows_bot = true;
  std::atomic<std::int64_t> started_ms = 0;
  std::map<std::string, ledger> ledgers;
  seen<std::string> adopted;
  seen<std::string> stopped_bots;
};

caf::behavior journal_on_paper(caf::event_based_actor*, std::shared_ptr<paper_journal> paper) {
  return {
      [=](const journal_write& write) -> caf::result<journal_receipt> {
        if (paper->refuses) return caf::make_error(ec::journal_unavailable);
        for (const auto& x : write.adopted) {
          if (!paper->ledgers.emplace(x.message.id, x).second)
            return caf::make_error(ec::invalid_input);
          paper->adopted.add(x.message.id);
        }
        for (const auto& x : write.lines)
          for (auto& line : paper->ledgers[x.message_id].lines) line = x.line;
        for (const auto& x : write.stopped_bots) paper->stopped_bots.add(x);
        return journal_receipt{};
      },
      [=](const load_bot&) {
        bot_image image;
        image.known = paper->knows_bot;
        image.record.since_ms = paper->started_ms;
        return image;
      },
      [=](const find_ledgers& query) {
        ledger_list list;
        if (auto found = paper->ledgers.find(query.id); found != paper->ledgers.end())
          list.ledgers.push_back(found->second);
        return list;
      },
  };
}

enum class manner { answers, holds, is_down, has_failed };

/// A bot that answers as it is told to.
struct paper_bot {
  std::atomic<manner> how = manner::answers;
  seen<std::string> heard;  ///< "<id> <type>"
  std::atomic<bool> is_held = true;
  std::atomic<int> times_released = 0;
  seen<std::string> reasons;  ///< of being held, each when it is new
  std::vector<std::pair<command_outcome, caf::typed_response_promise<command_outcome>>> held;
};

caf::behavior bot_on_paper(caf::event_based_actor* self, std::shared_ptr<paper_bot> paper) {
  return {
      [=](const bot_command& command) -> caf::result<command_outcome> {
        paper->heard.add(command.message.id + " " + command.message.type);
        auto how = paper->how.load();
        if (how == manner::is_down) return caf::make_error(ec::unavailable);
        if (how == manner::has_failed) return caf::make_error(ec::failed);
        command_outcome outcome;
        outcome.message_id = command.message.id;
        outcome.line.bot_id = "b-AAPL";
        outcome.line.status = line_status::done;
        outcome.line.reason = command.message.type;
        outcome.line.at_ms = 1;
        if (command.expires_at_ms == 1) outcome.line.status = line_status::expired;
        if (how == manner::answers) return outcome;
        auto promise = self->make_response_promise<command_outcome>();
        paper->held.emplace_back(outcome, promise);
        return promise;
      },
      [=](bool held, const std::string& reason) {
        if (paper->is_held && !held) ++paper->times_released;
        auto said = paper->reasons.all();
        if (held && (said.empty() || said.back() != reason)) paper->reasons.add(reason);
        paper->is_held = held;
      },
      // Lets go of what it holds.
      [=](const get_bot&) {
        for (auto& [outcome, promise] : paper->held) promise.deliver(outcome);
        paper->held.clear();
        return bot_status{};
      },
  };
}

struct second_machine : bridge_system {
  redis_server server;
  std::shared_ptr<paper_journal> journal = std::make_shared<paper_journal>();
  std::shared_ptr<paper_bot> bot = std::make_shared<paper_bot>();
  caf::actor bot_handle = own(system.spawn(bot_on_paper, bot));
  command_inlet_options options;
  caf::actor inlet;
  caf::scoped_actor self{system};

  explicit second_machine(redis_server::options how = {}) : server(std::move(how)) {
    auto paper = own(system.spawn(journal_on_paper, journal));
    auto roster = own(system.spawn([](caf::event_based_actor*) -> caf::behavior {
      return {[](const list_bots&) {
        bot_status status;
        status.identity.id = "b-AAPL";
        status.state = bot_state::running;
        status.details = R"({"count":7})";
        return bot_list{{status}};
      }};
    }));
    options.connection = at(server.url());
    options.link = quick_link();
    options.bots = {{{"b-AAPL", "AAPL", "counter", "floor", bot_kind::hosted},
                     caf::actor_cast<lent_actor>(bot_handle)}};
    options.journal = caf::actor_cast<journal_actor>(paper);
    options.roster = caf::actor_cast<roster_actor>(roster);
    options.house = the_house;
    options.container = "attic";
    options.heartbeat = 50ms;
    options.retry_pause = 50ms;
  }
  ~second_machine() { end(caf::exit_reason::kill); }

  void open() {
    bot->is_held = true;
    inlet = caf::actor_cast<caf::actor>(system.spawn(command_inlet, options));
    REQUIRE(eventually([&] { return !value(presence).empty(); }));
  }
  /// Opens, and the main floor wants nothing but that the bot runs.
  void start() {
    open();
    REQUIRE(eventually([&] { return value(presence).find("attic") != std::string::npos; }));
    // The presence may be a killed one's: said until it is heard.
    REQUIRE(eventually([&] {
      brief({});
      return !bot->is_held && is_briefed();
    }));
  }
  void brief(const container_briefing& briefing) {
    ask({"XADD", commands, "*", "briefing", to_json(briefing)});
  }
  bool is_briefed() {
    auto there = parse_container_presence(value(presence));
    return there && there->briefed;
  }
  bool await_released() {
    return eventually([&] { return !bot->is_held; });
  }
  /// The inlet has asked twice more who is there.
  void await_heartbeats() {
    ask({"CONFIG", "RESETSTAT"});
    REQUIRE(eventually([&] {
      return ask({"INFO", "commandstats"}).text().find("cmdstat_mget:calls=4") != std::string::npos;
    }));
  }
  void end(caf::exit_reason why) {
    if (!inlet) return;
    self->monitor(inlet);
    self->send_exit(inlet, why);
    self->receive([](const caf::down_msg&) {});
    inlet = {};
  }

  reply ask(const arguments& words) {
    reply answer;
    eventually([&] {
      auto link = connection::open(at(server.url()));
      if (!link) return false;
      auto got = link->command(words);
      if (got) answer = std::move(*got);
      return got.ok();
    });
    return answer;
  }
  std::string value(const std::string& key) { return std::string(ask({"GET", key}).text()); }

  void write(const std::string& id, const std::string& type, std::int64_t expires = 0) {
    bot_command command;
    command.message.id = id;
    command.message.type = type;
    command.addressed = true;
    command.expires_at_ms = expires;
    ask({"XADD", commands, "*", "command", to_json(command)});
  }

  std::vector<container_acknowledgement> answers() {
    auto raw = ask({"XRANGE", acknowledgements, "-", "+"});
    std::vector<container_acknowledgement> result;
    for (std::size_t i = 0; i < raw.size(); ++i)
      result.push_back(parse_container_acknowledgement(raw[i][1][1].text()).value());
    return result;
  }
  bool await_answers(std::size_t count) {
    return eventually([&] { return answers().size() >= count; });
  }
  std::int64_t pending() { return ask({"XPENDING", commands, "outcry"})[0].integer(); }
  bool await_nothing_pending() {
    return eventually([&] { return pending() == 0; });
  }
  void release() {
    self->request(caf::actor_cast<commandable_actor>(bot_handle), 20s, get_bot{})
        .receive([](const bot_status&) {}, [](caf::error&) { FAIL("the bot is gone"); });
  }
};

}  // namespace

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
  CHECK(machine.pending() == 1);
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
  // Said twice, heard once.
  for (int i = 0; i < 2; ++i) machine.ask({"XADD", commands, "*", "briefing", to_json(briefing)});
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
  machine.brief({desired_state::stopped, "{}", 9, 4});
  CHECK(machine.await_released());
  CHECK(machine.bot->heard.all().empty());
  machine.end(caf::exit_reason::user_shutdown);
  // A main floor that does not say since when is believed.
  machine.open();
  machine.brief({desired_state::stopped, "{}", 9, 0});
  CHECK(machine.await_released());
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
  // As the main floor does: again while the presence says that it is wanted.
  CHECK(eventually([&] {
    machine.brief({});
    return !machine.bot->is_held;
  }));
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
  CHECK(machine.pending() == 1);
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
  machine.brief({});
  REQUIRE(machine.await_released());
  machine.write("m3", "status");
  REQUIRE(machine.await_answers(1));
  CHECK(machine.answers().at(0).message_id == "m3");
  CHECK(machine.bot->heard.all().size() == 1);
  // It comes back, and what it was told meanwhile only the main floor knows.
  machine.ask({"SET", presence, theirs});
  REQUIRE(eventually([&] { return machine.bot->is_held.load(); }));
  machine.ask({"DEL", presence});
  REQUIRE(eventually([&] { return machine.value(presence).find("attic") != std::string::npos; }));
  machine.await_heartbeats();
  CHECK(machine.bot->is_held);
  machine.brief({});
  CHECK(machine.await_released());
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
