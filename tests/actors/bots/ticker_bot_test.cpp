#include "actors/bots/ticker_bot.hpp"

#include <nlohmann/json.hpp>

#include "tests/actors/operator/floor_fixture.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

struct bot_fixture {
  temp_dir dir;
  floor_fixture floor{dir.path().string()};

  answer<command_outcome> tell(const std::string& ticker, const operator_message& message,
                               bool addressed = true, std::int64_t expires_at_ms = 0) {
    auto bot = caf::actor_cast<commandable_actor>(floor.book->addresses["counter-" + ticker]);
    return floor.ask<command_outcome>(bot, bot_command{message, addressed, expires_at_ms});
  }

  /// A message the journal knows, as the desk leaves it before it asks a bot.
  operator_message adopted(const std::string& id, const std::string& type,
                           const std::string& config = "{}", const std::string& ticker = "AAPL") {
    auto message = floor.message(id, type, {ticker}, config);
    ledger entry;
    entry.message = message;
    entry.state = message_state::working;
    ledger_line line;
    line.bot_id = "counter-" + ticker;
    line.addressed = true;
    entry.lines = {line};
    journal_write write;
    write.adopted = {entry};
    REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
    return message;
  }

  command_outcome done(const std::string& type, const std::string& config = "{}") {
    auto reply = tell("AAPL", adopted(type + std::to_string(++count), type, config));
    floor.run();
    REQUIRE(reply.ready());
    return *reply.get();
  }

  void feed(feed_state state) {
    floor.send(floor.pits["AAPL"]->subscriber, feed_status{"AAPL", state, 0, ""});
    floor.run();
  }

  std::int64_t counted(const std::string& ticker = "AAPL") {
    return nlohmann::json::parse(floor.status_of(ticker).details).at("count");
  }

  /// Runs until the bot waits for the journal.
  void run_without_journal() { floor.run_without(caf::actor_cast<caf::actor>(floor.journal)); }

  int count = 0;
};

}  // namespace

TEST_CASE_METHOD(bot_fixture, "bot: runs, stops, starts, waits for the session to open") {
  floor.add_bot("AAPL");
  CHECK(floor.status_of("AAPL").state == bot_state::running);
  floor.price("AAPL", 100);
  CHECK(counted() == 1);

  auto stop = done("stop");
  CHECK(stop.durable);
  CHECK(stop.line.status == line_status::done);
  CHECK(stop.line.addressed);
  CHECK(floor.status_of("AAPL").state == bot_state::stopped);
  floor.price("AAPL", 100);
  CHECK(counted() == 1);
  CHECK(floor.record("AAPL").revision == 1);

  CHECK(done("stop").line.status == line_status::done);
  CHECK(floor.record("AAPL").revision == 1);

  CHECK(done("start").line.code.empty());
  CHECK(floor.status_of("AAPL").state == bot_state::running);
  feed(feed_state::closed);
  CHECK(floor.status_of("AAPL").state == bot_state::waiting_for_open);
  floor.price("AAPL", 100);
  CHECK(counted() == 1);
  CHECK(done("start").line.code == "waiting_for_open");
  feed(feed_state::live);
  floor.price("AAPL", 100);
  CHECK(counted() == 2);

  auto status = done("status");
  CHECK(nlohmann::json::parse(status.line.result).at("details").at("count") == 2);
  CHECK(done("exit").line.code == "unsupported");
  CHECK(done("dance").line.code == "unknown_type");
  CHECK(floor.record("AAPL").revision == 2);
}

TEST_CASE_METHOD(bot_fixture, "bot: who is not addressed ignores, who is asked too late expires") {
  floor.add_bot("AAPL");
  auto other = tell("AAPL", adopted("m1", "stop"), false);
  auto late = tell("AAPL", adopted("m2", "stop"), true, floor.time()->now_ms() - 1);
  auto in_time = tell("AAPL", adopted("m3", "status"), true, floor.time()->now_ms());
  floor.run();
  CHECK(other.get()->line.status == line_status::ignored);
  CHECK(late.get()->line.status == line_status::expired);
  CHECK(in_time.get()->line.status == line_status::done);
  CHECK(floor.record("AAPL").revision == 0);
  CHECK(floor.status_of("AAPL").state == bot_state::running);
}

TEST_CASE_METHOD(bot_fixture, "bot: its outcome and its state are one transaction") {
  floor.add_bot("AAPL");
  floor.price("AAPL", 100);
  floor.script->writes.clear();
  done("stop");
  REQUIRE(floor.script->writes.size() == 1);
  const auto& write = floor.script->writes.front();
  REQUIRE(write.lines.size() == 1);
  CHECK(write.lines[0].message_id == "stop1");
  CHECK(write.lines[0].line.status == line_status::done);
  REQUIRE(write.bots.size() == 1);
  CHECK(write.bots[0].desired == desired_state::stopped);
  CHECK(write.bots[0].revision == 1);
  CHECK(nlohmann::json::parse(write.bots[0].snapshot).at("count") == 1);
  REQUIRE(write.owed.size() == 1);
  CHECK(write.owed[0].path == "pubsub-messages/stop1/acknowledgement/counter-AAPL");
}

TEST_CASE_METHOD(bot_fixture, "bot: the same message twice has one effect and one answer") {
  floor.add_bot("AAPL");
  auto stop = adopted("m1", "stop");
  auto first = tell("AAPL", stop);
  auto second = tell("AAPL", stop);
  floor.run();
  done("start");
  floor.advance(1s);
  auto third = tell("AAPL", stop);
  floor.run();
  CHECK(first.get()->line == second.get()->line);
  CHECK(first.get()->line == third.get()->line);
  CHECK(floor.record("AAPL").revision == 2);
  CHECK(floor.status_of("AAPL").state == bot_state::running);
}

TEST_CASE_METHOD(bot_fixture, "bot: set is checked as a whole, stored, and kept") {
  floor.add_bot("AAPL");
  auto bad = done("set", R"({"step":5,"nonsense":1})");
  CHECK(bad.line.code == "invalid_config");
  CHECK(bad.line.reason.find("nonsense") != std::string::npos);
  CHECK(done("set", R"({"step":0})").line.code == "invalid_config");
  CHECK(floor.record("AAPL").revision == 0);
  floor.price("AAPL", 100);
  CHECK(counted() == 1);

  // How long the wish is good for is the desk's business, not the strategy's.
  auto good = done("set", R"({"step":5,"expires_s":60})");
  CHECK(good.line.status == line_status::done);
  CHECK(nlohmann::json::parse(good.line.result) == nlohmann::json{{"step", 5}});
  CHECK(floor.record("AAPL").revision == 1);
  done("set", R"({"step":5})");
  CHECK(floor.record("AAPL").revision == 1);
  floor.price("AAPL", 100);
  CHECK(counted() == 6);

  floor.price("AAPL", 666);
  floor.advance(3s);
  floor.price("AAPL", 100);
  auto details = nlohmann::json::parse(floor.status_of("AAPL").details);
  CHECK(details.at("step") == 5);
}

TEST_CASE_METHOD(bot_fixture, "bot: a strategy that throws goes on from what it knew") {
  floor.add_bot("AAPL");
  floor.add_bot("META");
  for (int i = 0; i < 3; ++i) {
    floor.price("AAPL", 100);
    floor.price("META", 100);
  }
  floor.advance(11s);  // saved
  floor.price("AAPL", 100);
  floor.price("META", 100);
  floor.price("AAPL", 666);
  auto down = floor.request_sync<bot_status>(
      caf::actor_cast<commandable_actor>(floor.book->addresses["counter-AAPL"]), get_bot{});
  REQUIRE_FALSE(down);
  CHECK(down.error() == ec::unavailable);
  CHECK(counted("META") == 4);
  floor.advance(3s);
  CHECK(floor.status_of("AAPL").state == bot_state::running);
  CHECK(counted() == 4);
  CHECK(floor.pits["AAPL"]->subscriptions == 2);
  CHECK(floor.pits["META"]->subscriptions == 1);
  // The pit's last price is the one it died of.
  floor.send(floor.pits["AAPL"]->subscriber, price_batch{"AAPL", {floor.last_tick}, 0});
  floor.advance(1s);
  CHECK(floor.status_of("AAPL").state == bot_state::running);
  floor.price("AAPL", 100);
  CHECK(counted() == 5);
  floor.advance(11s);
  CHECK(nlohmann::json::parse(floor.record("AAPL").snapshot).at("count") == 5);
}

TEST_CASE_METHOD(bot_fixture, "bot: what kills the next one as well gives way to the journal") {
  floor.add_bot("AAPL");
  floor.price("AAPL", 100);
  floor.advance(11s);  // saved
  floor.price("AAPL", 100);
  floor.price("AAPL", 667);
  floor.advance(10s);
  CHECK(floor.status_of("AAPL").state == bot_state::running);
  CHECK(counted() == 1);
}

TEST_CASE_METHOD(bot_fixture, "bot: since when it is stopped survives a restart") {
  floor.add_bot("AAPL");
  floor.advance(5s);
  done("stop");
  auto since = floor.status_of("AAPL").since_ms;
  floor.advance(60s);
  caf::anon_send_exit(floor.pits["AAPL"]->subscriber, caf::exit_reason::kill);
  floor.advance(5s);
  CHECK(floor.status_of("AAPL").state == bot_state::stopped);
  CHECK(floor.status_of("AAPL").since_ms == since);
}

TEST_CASE_METHOD(bot_fixture, "bot: an orderly exit saves, and the next floor goes on") {
  auto bot = floor.add_bot("AAPL");
  floor.price("AAPL", 100);
  floor.price("AAPL", 100);

  SECTION("at rest") {
    caf::anon_send_exit(bot, caf::exit_reason::user_shutdown);
    floor.run();
  }
  SECTION("with a decision on its way to the journal") {
    auto status = tell("AAPL", adopted("m1", "status"));
    run_without_journal();
    caf::anon_send_exit(bot, caf::exit_reason::user_shutdown);
    run_without_journal();
    CHECK_FALSE(status.ready());
    floor.run();
    CHECK(status.ready());
  }
  auto left = floor.ask<bot_status>(caf::actor_cast<commandable_actor>(bot), get_bot{});
  floor.run();
  REQUIRE(left.ready());
  CHECK(left.get().error() == ec::unavailable);
  CHECK(nlohmann::json::parse(floor.record("AAPL").snapshot).at("count") == 2);
  floor.add_bot("AAPL");
  CHECK(counted() == 2);
}

TEST_CASE_METHOD(bot_fixture, "bot: a command that comes while it loads waits") {
  floor.script->refuses_reads = true;
  floor.add_bot("AAPL");
  auto stop = tell("AAPL", adopted("m1", "stop"));
  floor.run();
  CHECK_FALSE(stop.ready());
  floor.script->refuses_reads = false;
  floor.advance(1s);
  REQUIRE(stop.ready());
  CHECK(stop.get()->line.status == line_status::done);
  for (const auto& status : floor.heard->statuses) CHECK(status.state != bot_state::running);
}

TEST_CASE_METHOD(bot_fixture, "bot: the brake takes hold before the journal answers") {
  floor.add_bot("AAPL");
  auto status = tell("AAPL", adopted("m1", "status"));
  auto stop = tell("AAPL", adopted("m2", "stop"));
  run_without_journal();
  CHECK_FALSE(stop.ready());
  floor.send(floor.pits["AAPL"]->subscriber,
             price_batch{"AAPL", {price_tick{Price::from_integer(100), {}, 1, 1}}, 0});
  run_without_journal();
  floor.run();
  REQUIRE(stop.ready());
  CHECK(counted() == 0);
  CHECK(status.ready());
}

TEST_CASE_METHOD(bot_fixture, "bot: without a journal the brake works, the rest says no") {
  floor.add_bot("AAPL");
  auto set = adopted("m1", "set", R"({"step":5})");
  auto stop = adopted("m2", "stop");
  auto start = adopted("m3", "start");
  floor.script->refuses_writes = true;

  auto set_reply = tell("AAPL", set);
  auto stop_reply = tell("AAPL", stop);
  auto start_reply = tell("AAPL", start);
  floor.run();
  CHECK(set_reply.get()->line.code == "journal_unavailable");
  CHECK_FALSE(set_reply.get()->durable);
  CHECK(stop_reply.get()->line.status == line_status::done);
  CHECK(stop_reply.get()->line.code == "not_durable");
  CHECK_FALSE(stop_reply.get()->durable);
  CHECK(start_reply.get()->line.code == "journal_unavailable");
  CHECK(floor.status_of("AAPL").state == bot_state::stopped);
  CHECK(floor.record("AAPL").desired == desired_state::running);

  floor.script->refuses_writes = false;
  // A command that changes nothing must not make the bot forget that it owes its record.
  done("status");
  floor.advance(21s);
  CHECK(floor.record("AAPL").desired == desired_state::stopped);
  CHECK(floor.record("AAPL").parameters == R"({"step":1})");
}

TEST_CASE_METHOD(bot_fixture, "bot: done before or not, when the journal cannot tell") {
  floor.add_bot("AAPL");
  auto start = adopted("m1", "start");
  auto stop = adopted("m2", "stop");
  auto status = adopted("m3", "status");
  floor.script->refuses_reads = true;
  auto start_reply = tell("AAPL", start);
  auto stop_reply = tell("AAPL", stop);
  auto status_reply = tell("AAPL", status);
  floor.run();
  REQUIRE(start_reply.ready());
  REQUIRE_FALSE(start_reply.get());
  CHECK(start_reply.get().error() == ec::journal_unavailable);
  CHECK(stop_reply.get()->line.status == line_status::done);
  CHECK(status_reply.get()->line.status == line_status::done);
}

TEST_CASE_METHOD(bot_fixture, "bot: a disk that hangs holds the brake for seconds only") {
  floor.add_bot("AAPL");
  auto stop = adopted("m1", "stop");
  floor.script->hangs = true;
  auto reply = tell("AAPL", stop);
  floor.advance(5s);
  REQUIRE(reply.ready());
  CHECK(reply.get()->line.code == "not_durable");
}

TEST_CASE_METHOD(bot_fixture, "bot: who waits for an answer hears of its end") {
  auto bot = floor.add_bot("AAPL");
  auto stop = tell("AAPL", adopted("m1", "stop"));
  run_without_journal();
  floor.send(floor.pits["AAPL"]->subscriber, order_update{});
  caf::anon_send_exit(floor.pits["AAPL"]->subscriber, caf::exit_reason::kill);
  run_without_journal();
  REQUIRE(stop.ready());
  REQUIRE_FALSE(stop.get());
}

TEST_CASE_METHOD(bot_fixture, "bot: waiting commands are bounded, the brake is not turned away") {
  floor.add_bot("AAPL");
  std::vector<answer<command_outcome>> replies;
  auto status = adopted("m1", "status");
  for (int i = 0; i < 101; ++i) replies.push_back(tell("AAPL", status));
  auto stop = tell("AAPL", adopted("m2", "stop"));
  run_without_journal();
  int refused = 0;
  for (const auto& reply : replies)
    if (reply.ready() && reply.get().error() == ec::mailbox_full) ++refused;
  CHECK(refused >= 1);
  CHECK(refused <= 2);  // the stop may have come before some of them
  CHECK_FALSE(stop.ready());
  floor.run();
  CHECK(stop.get()->line.status == line_status::done);
}

TEST_CASE_METHOD(bot_fixture, "bot: one that comes later inherits the halt") {
  journal_write write;
  write.halt = {{halt_kind::stopped, "m0", floor.time()->now_ms()}};
  REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
  floor.advance(1s);
  floor.add_bot("AAPL");
  CHECK(floor.status_of("AAPL").state == bot_state::stopped);
  done("start");
  CHECK(floor.status_of("AAPL").state == bot_state::running);
  // Started after the halt: it runs again after a crash too.
  floor.price("AAPL", 666);
  floor.advance(3s);
  CHECK(floor.status_of("AAPL").state == bot_state::running);
}

TEST_CASE_METHOD(bot_fixture, "bot: stopped before it ever wrote a record, it keeps its set-up") {
  journal_write write;
  write.stopped_bots = {"counter-AAPL"};
  REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
  floor.add_bot("AAPL", R"({"step":7})");
  CHECK(floor.status_of("AAPL").state == bot_state::stopped);
  CHECK(nlohmann::json::parse(floor.status_of("AAPL").details).at("step") == 7);
}

TEST_CASE_METHOD(bot_fixture, "bot: a halt it was not told of before a crash holds") {
  journal_write write;
  bot_record record;
  record.bot_id = "counter-AAPL";
  record.desired = desired_state::running;
  record.since_ms = floor.time()->now_ms();
  write.bots = {record};
  write.halt = {{halt_kind::stopped, "m0", record.since_ms + 1}};
  REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
  floor.add_bot("AAPL");
  CHECK(floor.status_of("AAPL").state == bot_state::stopped);
}

TEST_CASE_METHOD(bot_fixture, "bot: no_answer is the desk's word: the bot still obeys, late") {
  floor.add_bot("AAPL");
  auto stop = adopted("m1", "stop");
  ledger_line line;
  line.bot_id = "counter-AAPL";
  line.addressed = true;
  line.status = line_status::no_answer;
  journal_write write;
  write.lines = {{"m1", line}};
  REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
  auto reply = tell("AAPL", stop);
  floor.run();
  CHECK(reply.get()->line.status == line_status::done);
  CHECK(floor.status_of("AAPL").state == bot_state::stopped);
}

TEST_CASE_METHOD(bot_fixture, "bot: subscribes until its pit answers, and obeys meanwhile") {
  floor.pits["AAPL"] = std::make_shared<heard_words>();
  floor.pits["AAPL"]->mute = true;
  auto bot = caf::actor_cast<commandable_actor>(floor.add_bot("AAPL"));
  auto listens = floor.ask<bot_status>(bot, get_bot{});
  floor.run();
  CHECK_FALSE(listens.ready());
  CHECK(done("stop").line.status == line_status::done);
  floor.advance(3s);
  CHECK(floor.pits["AAPL"]->subscriptions == 4);
  floor.pits["AAPL"]->mute = false;
  floor.advance(5s);
  CHECK(floor.pits["AAPL"]->subscriptions == 5);
  REQUIRE(listens.ready());
  CHECK(listens.get()->state == bot_state::stopped);
}

TEST_CASE_METHOD(bot_fixture, "bot: a strategy that cannot be asked answers an error, once") {
  floor.add_bot("AAPL");
  floor.price("AAPL", 100);
  auto bad = done("set", R"({"step":13})");
  CHECK(bad.line.status == line_status::error);
  CHECK(bad.line.code == "strategy_error");
  CHECK(floor.status_of("AAPL").state == bot_state::running);
  CHECK(floor.pits["AAPL"]->subscriptions == 1);
  CHECK(done("stop").line.status == line_status::done);
}
