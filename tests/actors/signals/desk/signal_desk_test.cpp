#include "tests/actors/signals/desk/signal_desk_rig.hpp"

using namespace outcry;
using outcry::test::follower_script;
using outcry::test::signal_desk_rig;
using outcry::test::temp_dir;

namespace {

constexpr const char* usual_call = "AAPL long entry 100 stop 90 tp 110 120";

struct trading_rig : temp_dir, signal_desk_rig {
  explicit trading_rig(signal_desk_options options = followed(false))
      : signal_desk_rig(path().string(), {}, std::move(options)) {}
};

pit_status pit(const char* ticker, const char* price, timestamp_ns now) {
  pit_status x;
  x.ticker = ticker;
  x.state = feed_state::live;
  x.has_price = true;
  x.last.price = *Price::parse(price);
  x.last.init_ns = now;
  return x;
}

}  // namespace

TEST_CASE("a call of a followed source goes to its bot once it is stored") {
  trading_rig at;
  const auto said = at.say("1", usual_call);
  CHECK(said.verdict.verdict == "signal");
  REQUIRE(at.bots->tasks.size() == 1);
  const auto& task = at.bots->tasks.front();
  CHECK(task.what == follow_kind::call);
  CHECK(task.source == "discord:1");
  CHECK(task.source_id == "1");
  CHECK(task.body.find("\"AAPL\"") != std::string::npos);
  CHECK(task.expires_ns == at.time()->now() + 600 * ns_per_s);
  const auto record = at.stored("1");
  CHECK(record.state == signal_state::entering);
  CHECK(record.bot_id == "follow-AAPL");
  REQUIRE(record.trade.size() == 1);
}

TEST_CASE("what comes twice is followed once and answered with what is stored") {
  trading_rig at;
  const auto message = at.message("1", usual_call);
  at.say(message);
  const auto again = at.say(message);
  CHECK(again.verdict.verdict == "signal");
  CHECK(at.bots->tasks.size() == 1);
}

TEST_CASE("talk and reports reach nobody") {
  trading_rig at;
  CHECK(at.say("1", "good morning everyone").verdict.verdict == "nothing");
  CHECK(at.bots->tasks.empty());
}

TEST_CASE("calls that may not be followed are refused by name") {
  auto options = signal_desk_rig::followed(false);
  options.sources.front().tickers = {"META"};
  source_rules other;
  other.source = "http:*";
  options.sources.push_back(other);
  trading_rig at{options};
  CHECK(at.say("1", usual_call).signals.at(0).code == "ticker_not_allowed");
  CHECK(at.say("2", "NVDA long entry 100 stop 90 tp 110").signals.at(0).code == "no_follower");
  CHECK(at.say("3", "#SOL/USDT long entry 100 stop 90 tp 110").signals.at(0).code == "asset");
  CHECK(at.say("4", "BTO 1 META 150c 03/15/24 @ 2.50").signals.at(0).code == "option");
  auto stranger = at.message("5", "META long entry 100 stop 90 tp 110");
  stranger.trusted = false;
  CHECK(at.say(stranger).signals.at(0).code == "author_not_trusted");
  auto elsewhere = at.message("6", "META long entry 100 stop 90 tp 110");
  elsewhere.source = "http:friend";
  const auto read_only = at.say(elsewhere).signals.at(0);
  CHECK(read_only.state == signal_state::observed);
  CHECK(read_only.code == "not_followed");
  elsewhere.source = "discord:2";
  CHECK(at.say(elsewhere).signals.at(0).code == "not_followed");
  CHECK(at.bots->tasks.empty());
}

TEST_CASE("the same call by a second member is a repost") {
  trading_rig at;
  at.say("1", usual_call);
  auto second = at.message("2", "AAPL buy 100, SL 90, TP1 110, TP2 120");
  second.author_id = "8";
  const auto said = at.say(second);
  CHECK(said.signals.at(0).state == signal_state::refused);
  CHECK(said.signals.at(0).code == "repost");
  CHECK(at.bots->tasks.size() == 1);
  // Long after the first is over it is a new call.
  at.tell("1", signal_state::closed);
  at.advance(std::chrono::hours(2));
  CHECK(at.say("3", usual_call).signals.at(0).state == signal_state::accepted);
}

TEST_CASE("a call in doubt waits for a person") {
  trading_rig at;
  const auto said = at.say("1", "maybe AAPL long entry 100 stop 90 tp 110 if it holds?");
  REQUIRE(said.verdict.verdict == "quarantine");
  REQUIRE(said.signals.size() == 1);
  CHECK(said.signals.at(0).state == signal_state::quarantined);
  CHECK(at.bots->tasks.empty());
  const auto line = at.confirm("discord:1/1", "yes");
  CHECK(line.status == line_status::done);
  CHECK(at.bots->tasks.size() == 1);
}

TEST_CASE("in confirm mode nothing is followed without a yes") {
  trading_rig at{signal_desk_rig::followed(true)};
  at.say("1", usual_call);
  CHECK(at.stored("1").state == signal_state::waiting);
  at.say("2", "META long entry 100 stop 90 tp 110");
  CHECK(at.bots->tasks.empty());
  const auto yes = at.confirm(std::to_string(at.stored("1").id), "yes");
  CHECK(yes.status == line_status::done);
  CHECK(yes.reason.find("follow-AAPL") != std::string::npos);
  CHECK(at.stored("1").state == signal_state::entering);
  CHECK(at.confirm("discord:1/2", "no").status == line_status::done);
  CHECK(at.stored("2").state == signal_state::declined);
  CHECK(at.bots->tasks.size() == 1);
  // The same answer again is done, another one is not.
  CHECK(at.confirm("discord:1/1", "yes").status == line_status::done);
  CHECK(at.confirm("discord:1/2", "yes").status == line_status::error);
  CHECK(at.confirm("discord:1/9", "yes").status == line_status::error);
  CHECK(at.bots->tasks.size() == 1);
}

TEST_CASE("the yes is done only when the bot has taken it") {
  trading_rig at{signal_desk_rig::followed(true)};
  at.say("1", usual_call);
  at.bots->refuses = "too_late";
  const auto line = at.confirm("discord:1/1", "yes");
  CHECK(line.status == line_status::error);
  CHECK(line.reason.starts_with("too_late"));
  CHECK(at.stored("1").state == signal_state::refused);
}

TEST_CASE("what nobody answers expires") {
  trading_rig at{signal_desk_rig::followed(true)};
  at.say("1", usual_call);
  at.advance(std::chrono::seconds(599));
  CHECK(at.stored("1").state == signal_state::waiting);
  at.advance(std::chrono::seconds(2));
  CHECK(at.stored("1").state == signal_state::expired);
  CHECK(at.confirm("discord:1/1", "yes").status == line_status::error);
  CHECK(at.bots->tasks.empty());
}

TEST_CASE("a confirm that makes no sense says what is wrong") {
  trading_rig at;
  bot_command command;
  command.message.type = "confirm";
  command.addressed = true;
  const auto reason_of = [&](const char* config) {
    command.message.id += "x";
    command.message.config = config;
    auto outcome = at.request_sync<command_outcome>(at.desk, command);
    REQUIRE(outcome);
    CHECK(outcome->line.status == line_status::error);
    return outcome->line.reason;
  };
  CHECK(reason_of("{}").starts_with("config.signal"));
  CHECK(reason_of(R"({"signal":"1"})").starts_with("config.answer"));
  CHECK(reason_of(R"({"signal":"1","answer":"maybe"})").starts_with("config.answer"));
  CHECK(reason_of(R"({"signal":"1","answer":"yes","x":1})").starts_with("config.x"));
  command.message.type = "stop";
  CHECK(reason_of("{}").find("confirm") != std::string::npos);
}

TEST_CASE("old calls are not followed") {
  trading_rig at;
  auto old = at.message("1", usual_call);
  old.sent_ns -= 601 * ns_per_s;
  CHECK(at.say(old).verdict.verdict == "refused");
  CHECK(at.bots->tasks.empty());
}

TEST_CASE("a call that the market has passed is not followed") {
  trading_rig at;
  at.pits->pits = {pit("AAPL", "89", at.time()->now())};
  CHECK(at.say("1", usual_call).verdict.verdict != "signal");
  // A price nobody has seen for long says nothing.
  at.advance(std::chrono::minutes(3));
  CHECK(at.say("2", usual_call).verdict.verdict == "signal");
}

TEST_CASE("a bot that does not answer is asked again, and only told once what is new") {
  trading_rig at;
  at.bots->is_away = true;
  at.say("1", usual_call);
  CHECK(at.stored("1").state == signal_state::accepted);
  at.advance(std::chrono::seconds(3));
  CHECK(at.bots->tasks.size() >= 3);
  at.bots->is_away = false;
  at.advance(std::chrono::seconds(2));
  const auto asked = at.bots->tasks.size();
  CHECK(at.stored("1").state == signal_state::entering);
  at.advance(std::chrono::seconds(5));
  CHECK(at.bots->tasks.size() == asked);
}

TEST_CASE("what the bot tells of its trade is kept") {
  trading_rig at;
  at.say("1", usual_call);
  at.tell("1", signal_state::open);
  CHECK(at.stored("1").state == signal_state::open);
  auto old = at.bots->trades.at({"discord:1", "1"});
  old.version = 1;
  old.state = signal_state::entering;
  at.send(at.desk, old);
  at.run();
  CHECK(at.stored("1").state == signal_state::open);
  at.tell("1", signal_state::closed, "stopped out");
  CHECK(at.stored("1").state == signal_state::closed);
  CHECK(at.stored("1").reason == "stopped out");
}

TEST_CASE("a message that cannot be stored is not followed") {
  trading_rig at;
  at.faults->refuses_writes = true;
  auto said = at.request_sync<desk_verdict>(at.desk, at.message("1", usual_call));
  CHECK(!said);
  CHECK(at.bots->tasks.empty());
  at.faults->refuses_writes = false;
  CHECK(at.say("1", usual_call).verdict.verdict == "signal");
  CHECK(at.bots->tasks.size() == 1);
}

TEST_CASE("what a trade became is stored as soon as that can be") {
  trading_rig at;
  at.say("1", usual_call);
  at.faults->refuses_writes = true;
  at.tell("1", signal_state::open);
  CHECK(at.stored("1").state == signal_state::entering);
  at.faults->refuses_writes = false;
  at.advance(std::chrono::seconds(2));
  CHECK(at.stored("1").state == signal_state::open);
}

TEST_CASE("a floor that dies goes on where it was") {
  temp_dir dir;
  auto bots = std::make_shared<follower_script>();
  {
    signal_desk_rig before{dir.path().string(), bots, signal_desk_rig::followed(true)};
    before.say("1", usual_call);
    before.say("2", "META long entry 100 stop 90 tp 110");
    bots->is_away = true;
    before.ask<command_outcome>(before.desk, [&] {
      bot_command command;
      command.message.id = "m";
      command.message.type = "confirm";
      command.message.config = R"({"signal":"discord:1/1","answer":"yes"})";
      command.addressed = true;
      return command;
    }());
    before.run();
    CHECK(before.stored("1").state == signal_state::accepted);
  }
  bots->is_away = false;
  bots->tasks.clear();
  signal_desk_rig after{dir.path().string(), bots, signal_desk_rig::followed(true)};
  after.advance(std::chrono::seconds(2));
  REQUIRE(bots->tasks.size() == 1);
  CHECK(bots->tasks.front().source_id == "1");
  CHECK(after.stored("1").state == signal_state::entering);
  CHECK(after.stored("2").state == signal_state::waiting);
  CHECK(after.confirm("discord:1/2", "yes").status == line_status::done);
}

TEST_CASE("a bot that cannot speak of an open trade does not end it") {
  temp_dir dir;
  auto bots = std::make_shared<follower_script>();
  {
    signal_desk_rig before{dir.path().string(), bots};
    before.say("1", usual_call);
    before.tell("1", signal_state::open);
  }
  bots->refuses = "not_running";
  signal_desk_rig after{dir.path().string(), bots};
  after.advance(std::chrono::seconds(3));
  CHECK(after.stored("1").state == signal_state::open);
}

TEST_CASE("a call that is taken back while its bot is away is never offered again") {
  temp_dir dir;
  auto bots = std::make_shared<follower_script>();
  bots->is_away = true;
  {
    signal_desk_rig before{dir.path().string(), bots};
    before.say("1", usual_call);
    before.take_back("1");
    before.advance(std::chrono::seconds(2));
  }
  bots->tasks.clear();
  signal_desk_rig after{dir.path().string(), bots};
  after.advance(std::chrono::seconds(2));
  bots->refuses = "no_open_trade";
  bots->is_away = false;
  after.advance(std::chrono::seconds(3));
  CHECK(bots->of(follow_kind::call).empty());
  CHECK(!bots->of(follow_kind::withdraw).empty());
  CHECK(after.stored("1").state == signal_state::cancelled);
}

TEST_CASE("watchers hear, and the mirror is owed, what becomes of a call") {
  trading_rig at;
  auto heard = std::make_shared<std::vector<signal_record>>();
  auto watcher = at.spawn([heard](caf::event_based_actor* self) -> caf::behavior {
    self->set_default_handler(caf::drop);
    return {[heard](const signal_record& x) { heard->push_back(x); }};
  });
  at.send(at.desk, watch_signals{watcher});
  at.say("1", usual_call);
  at.tell("1", signal_state::open);
  REQUIRE(heard->size() >= 3);
  CHECK(heard->front().state == signal_state::accepted);
  CHECK(heard->back().state == signal_state::open);
  CHECK(heard->back().id == at.stored("1").id);
  auto owed = at.request_sync<outbox_page>(at.journal, read_outbox{});
  REQUIRE(owed);
  REQUIRE(!owed->rows.empty());
  CHECK(owed->rows.back().owed.path == "signals/discord:1%2F1");
  CHECK(owed->rows.back().owed.value.find("\"open\"") != std::string::npos);
}

TEST_CASE("a call that somebody else has read is judged like one's own") {
  trading_rig at;
  contributed_signal x;
  x.source = "discord:1";
  x.source_id = "1";
  x.author_id = "7";
  x.said_ns = x.received_ns = at.time()->now();
  x.signal =
      R"({"action":"open","side":"long","ticker":"AAPL","asset":"stock","order":"limit","entries":["100"],"targets":["110"],"stop":{"price":"90","trigger":"touch"}})";
  auto said = at.request_sync<desk_verdict>(at.desk, x);
  REQUIRE(said);
  REQUIRE(said->signals.size() == 1);
  CHECK(at.bots->tasks.size() == 1);
  // The same message, seen by ourselves later.
  at.say("1", usual_call);
  CHECK(at.bots->tasks.size() == 1);
  x.source_id = "2";
  x.signal = R"({"action":"open"})";
  said = at.request_sync<desk_verdict>(at.desk, x);
  REQUIRE(said);
  CHECK(said->verdict.verdict == "refused");
  x.source_id = "3";
  x.signal =
      R"({"action":"open","side":"long","ticker":"META","asset":"stock","order":"limit","entries":["100"],"targets":["110"],"stop":{"price":"101","trigger":"touch"}})";
  said = at.request_sync<desk_verdict>(at.desk, x);
  REQUIRE(said);
  CHECK(said->verdict.verdict == "refused");
  CHECK(at.bots->tasks.size() == 1);
}
