#include <catch2/catch.hpp>

#include "actors/notify/bot_watch.hpp"
#include "actors/notify/command_watch.hpp"
#include "actors/notify/market_watch.hpp"
#include "actors/notify/order_watch.hpp"
#include "actors/notify/word_watch.hpp"

using namespace outcry;

namespace {

bool is_nothing(const news& x) {
  return x.raised.empty() && x.over.empty();
}

bot_status bot(const std::string& id, bot_state state,
               desired_state desired = desired_state::running) {
  bot_status result;
  result.identity = {id, "AAPL", "scale_t", "floor", bot_kind::hosted};
  result.state = state;
  result.desired = desired;
  result.reason = "the beast";
  return result;
}

ledger_line line(const std::string& id, line_status status, bool addressed = true) {
  ledger_line result;
  result.bot_id = id;
  result.status = status;
  result.addressed = addressed;
  if (status == line_status::no_answer) result.reason = "nothing within 10 s";
  return result;
}

ledger sent(const std::string& id, const std::string& type, message_state state,
            std::vector<ledger_line> lines, std::int64_t adopted_ms = 1'000) {
  ledger result;
  result.message.id = id;
  result.message.type = type;
  result.message.created_by = "ada";
  result.state = state;
  result.adopted_at_ms = adopted_ms;
  result.lines = std::move(lines);
  return result;
}

constexpr auto done = line_status::done;
constexpr auto silent = line_status::no_answer;

}  // namespace

TEST_CASE("bots: one that failed is told of once, urgently if it holds a position") {
  bot_watch watch;
  CHECK(is_nothing(watch.look({{bot("a", bot_state::running)}}, {})));
  CHECK(is_nothing(watch.look({{bot("a", bot_state::restarting)}}, {})));
  auto told = watch.look({{bot("a", bot_state::failed)}}, {});
  REQUIRE(told.raised.size() == 1);
  CHECK(told.raised[0].title == "a has failed");
  CHECK(told.raised[0].text == "AAPL: the beast");
  CHECK_FALSE(told.raised[0].urgent);
  CHECK(is_nothing(watch.look({{bot("a", bot_state::failed)}}, {})));
  told = watch.look({{bot("a", bot_state::failed)}}, {"a"});
  REQUIRE(told.raised.size() == 1);
  CHECK(told.raised[0].urgent);
  CHECK(told.raised[0].key == "bot:a");
  CHECK(is_nothing(watch.look({{bot("a", bot_state::starting)}}, {"a"})));
  told = watch.look({{bot("a", bot_state::running)}}, {"a"});
  CHECK(told.raised.empty());
  REQUIRE(told.over.size() == 1);
  CHECK(told.over[0].title == "a is back");
}

TEST_CASE("bots: stopped as wanted is no news, stopped by itself is, and so is one that went") {
  bot_watch watch;
  CHECK(is_nothing(watch.look({{bot("a", bot_state::stopped, desired_state::stopped)}}, {})));
  CHECK(watch.look({{bot("a", bot_state::stopped)}}, {}).raised.at(0).title ==
        "a has stopped by itself");
  // One that has left the floor for good is forgotten, one that never came is no news.
  const auto left = watch.look({{bot("b", bot_state::absent)}}, {});
  CHECK(left.raised.empty());
  REQUIRE(left.over.size() == 1);
  CHECK(left.over[0].title.empty());
  watch.look({{bot("b", bot_state::running)}}, {});
  CHECK(watch.look({{bot("b", bot_state::absent)}}, {}).raised.at(0).title == "b has gone");
  auto observed = bot("c", bot_state::failed);
  observed.identity.kind = bot_kind::observed;
  CHECK(watch.look({{bot("b", bot_state::absent), observed}}, {}).raised.empty());
}

TEST_CASE("bots: a part of the floor that failed is urgent, and told of once") {
  bot_watch watch;
  actor_status part;
  part.name = part.kind = "relay";
  CHECK(is_nothing(watch.look(actor_list{{part}})));
  part.state = actor_state::failed;
  const auto told = watch.look(actor_list{{part}});
  REQUIRE(told.raised.size() == 1);
  CHECK(told.raised[0].urgent);
  CHECK(is_nothing(watch.look(actor_list{{part}})));
}

TEST_CASE("commands: a brake that failed is urgent and names who has not done it") {
  command_watch watch;
  CHECK(is_nothing(watch.look({}, 0)));
  CHECK(is_nothing(watch.look(
      {{sent("m", "stop", message_state::working, {line("a", line_status::open)})}}, 2'000)));
  CHECK(watch.heard_ms() == 1'000);
  const auto failed =
      sent("m", "stop", message_state::failed,
           {line("a", done), line("b", silent), line("c", line_status::ignored, false)});
  auto told = watch.look({{failed}}, 12'000);
  REQUIRE(told.raised.size() == 1);
  CHECK(told.raised[0].urgent);
  CHECK(told.raised[0].title == "Stop is not confirmed by 1 bot");
  CHECK(told.raised[0].text == "b: no_answer, nothing within 10 s");
  CHECK(told.raised[0].page == "/logs/m");
  CHECK(is_nothing(watch.look({{failed}}, 13'000)));
  // A late answer amends it.
  told = watch.look({{sent("m", "stop", message_state::done, {line("a", done), line("b", done)})}},
                    14'000);
  CHECK(told.raised.empty());
  REQUIRE(told.over.size() == 1);
  CHECK(told.over[0].key == "command:m");
  CHECK(told.over[0].title == "Stop is confirmed now");
}

TEST_CASE("commands: a brake that is still at work after half a minute is urgent") {
  command_watch watch;
  watch.look({}, 0);
  const auto working =
      sent("m", "kill", message_state::working, {line("a", line_status::pending)}, 1'000);
  CHECK(is_nothing(watch.look({{working}}, 30'999)));
  CHECK(watch.wants_all({{working}}));
  CHECK(watch.look({{working}}, 31'000).raised.at(0).title == "Kill is not confirmed by 1 bot");
}

TEST_CASE("commands: another verb that failed is not urgent, and a done stop that was not is") {
  command_watch watch;
  watch.look({}, 0);
  const auto told = watch.look(
      {{sent("m", "exit", message_state::expired, {line("a", line_status::expired)})}}, 2'000);
  REQUIRE(told.raised.size() == 1);
  CHECK_FALSE(told.raised[0].urgent);
  watch.look({{sent("n", "stop", message_state::done, {line("a", done)})}}, 2'000);
  CHECK(watch
            .look({{sent("n", "stop", message_state::failed, {line("a", line_status::error)})}},
                  3'000)
            .raised.at(0)
            .urgent);
}

TEST_CASE("commands: what was final before the first look is old, what was not is followed") {
  command_watch watch;
  const auto old = sent("m", "stop", message_state::failed, {line("a", silent)});
  const auto open = sent("n", "stop", message_state::working, {line("a", line_status::open)}, 900);
  CHECK(is_nothing(watch.look({{old, open}}, 2'000)));
  CHECK(is_nothing(watch.look({{old, open}}, 2'000)));
  CHECK(watch.heard_ms() == 0);
  auto failed = open;
  failed.state = message_state::failed;
  CHECK(watch.look({{old, failed}}, 2'000).raised.size() == 1);
  CHECK_FALSE(watch.wants_all({{old}}));
  CHECK(watch.wants_all({{sent("new", "status", message_state::done, {})}}));
}

TEST_CASE("commands: the dead-man's switch is not the operator") {
  command_watch watch;
  watch.look({}, 0);
  auto stop = sent("m", "stop", message_state::done, {});
  stop.message.created_by = dead_man_sender;
  watch.look({{stop}}, 2'000);
  CHECK(watch.heard_ms() == 0);
  CHECK(watch.sender_of("m") == dead_man_sender);
  CHECK_FALSE(watch.sender_of("n"));
}

TEST_CASE("orders: fills and refusals, each once") {
  order_watch watch(5);
  order_event fill;
  fill.seq = 6;
  fill.bot_id = "scale_t-AAPL";
  fill.event = "partial_fill";
  fill.terms.ticker = "AAPL";
  fill.terms.qty = Quantity::from_integer(10);
  fill.filled_qty = fill.qty = Quantity::from_integer(4);
  fill.price = *Price::parse("190.1");
  auto refusal = fill;
  refusal.seq = 7;
  refusal.event = "rejected";
  refusal.qty = {};
  refusal.reason = "no money";
  auto stopped = refusal;
  stopped.seq = 8;
  stopped.event = "refused";
  stopped.code = "halted";
  auto resting = fill;
  resting.seq = 9;
  resting.event = "new";
  resting.qty = {};
  auto old = fill;
  old.seq = 5;
  const auto told = watch.look({{old, fill, refusal, stopped, resting}});
  REQUIRE(told.raised.size() == 2);
  CHECK(told.raised[0].title == "AAPL: bought 4 at 190.1");
  CHECK(told.raised[0].text == "scale_t-AAPL: 4 of 10 filled");
  CHECK(told.raised[0].page == "/bots/scale_t-AAPL");
  CHECK(told.raised[1].title == "AAPL: an order to buy was rejected");
  CHECK(told.raised[1].text == "scale_t-AAPL: no money");
  CHECK(watch.last_seq() == 9);
  CHECK(is_nothing(watch.look({{fill, refusal}})));
}

TEST_CASE("prices: silence that lasts is told with its tickers, and its end") {
  market_watch watch;
  pit_status pit;
  pit.ticker = "AAPL";
  pit.subscribers = 1;
  pit.state = feed_state::stale;
  CHECK(is_nothing(watch.look(pit_list{{pit}}, 0)));
  CHECK(is_nothing(watch.look(pit_list{{pit}}, 14'999)));
  auto told = watch.look(pit_list{{pit}}, 15'000);
  REQUIRE(told.raised.size() == 1);
  CHECK(told.raised[0].title == "No fresh prices");
  CHECK(told.raised[0].text == "AAPL");
  CHECK(is_nothing(watch.look(pit_list{{pit}}, 16'000)));
  pit.state = feed_state::live;
  CHECK(watch.look(pit_list{{pit}}, 17'000).raised.at(0).title == "Prices are fresh again");
  // A short one, a closed market and a ticker that nobody wants are nobody's news.
  pit.state = feed_state::stale;
  watch.look(pit_list{{pit}}, 18'000);
  pit.state = feed_state::closed;
  CHECK(is_nothing(watch.look(pit_list{{pit}}, 60'000)));
  pit.state = feed_state::down;
  pit.subscribers = 0;
  watch.look(pit_list{{pit}}, 70'000);
  CHECK(is_nothing(watch.look(pit_list{{pit}}, 170'000)));
}

TEST_CASE("the broker, the journal and Firebase: gone for long, and back") {
  market_watch watch;
  risk_report risk;
  watch.look(risk, 0);
  CHECK(watch.look(risk, 10'000).raised.at(0).title == "The broker cannot be reached");
  risk.broker_connected = true;
  CHECK(watch.look(risk, 11'000).raised.at(0).title == "The broker is back");

  watch.journal_answers(false, 0);
  CHECK(watch.journal_answers(false, 10'000).raised.at(0).kind == notice_kind::database);
  CHECK(watch.journal_answers(true, 11'000).raised.at(0).title == "The journal answers again");

  relay_status mirror;
  mirror.links = {{"firebase.stream", link_state::live, 0, "", 0},
                  {"firebase.unmarked", link_state::down, 0, "try 1", 0}};
  watch.look(mirror, 0);
  CHECK(is_nothing(watch.look(mirror, 59'999)));
  CHECK(watch.look(mirror, 60'000).raised.at(0).text == "firebase.unmarked: down");
  mirror.links[1].reason = "try 2";
  CHECK(is_nothing(watch.look(mirror, 61'000)));
  mirror.links[1].state = link_state::live;
  CHECK(watch.look(mirror, 62'000).raised.at(0).title == "Firebase can be reached again");
}

TEST_CASE("a ticker whose books disagree is urgent until they agree") {
  market_watch watch;
  position_list books;
  books.tickers = {{"AAPL", {}, "the broker holds 7, the bots 5"}, {"META", {}, ""}};
  const auto told = watch.look(books);
  REQUIRE(told.raised.size() == 1);
  CHECK(told.raised[0].urgent);
  CHECK(told.raised[0].title == "AAPL is halted");
  CHECK(told.raised[0].text == "the broker holds 7, the bots 5");
  CHECK(is_nothing(watch.look(books)));
  books.tickers[0].halted.clear();
  CHECK(watch.look(books).over.at(0).key == "halt:AAPL");
}

TEST_CASE("a day that is over is told with what it brought") {
  market_watch watch;
  risk_report risk;
  risk.broker_connected = true;
  risk.session = {session_phase::regular, "2026-11-20", 0};
  watch.look(risk, 0);
  CHECK_FALSE(watch.take_day());
  risk.session.phase = session_phase::after_hours;
  watch.look(risk, 0);
  CHECK_FALSE(watch.take_day());
  risk.session = {session_phase::closed, "2026-11-23", 0};
  watch.look(risk, 0);
  CHECK(watch.take_day() == "2026-11-20");
  watch.look(risk, 0);
  CHECK_FALSE(watch.take_day());
  // A market that never closes has days, too.
  risk.session = {session_phase::regular, "2026-11-23", 0};
  watch.look(risk, 0);
  risk.session.trading_day = "2026-11-24";
  watch.look(risk, 0);
  CHECK(watch.take_day() == "2026-11-23");

  performance_list day;
  day.day = "2026-11-20";
  CHECK_FALSE(market_watch::result_of(day));
  performance_record a;
  a.bot_id = "a";
  a.day = day.day;
  a.base.profit = *Money::parse("10");
  a.latest.profit = *Money::parse("12.5");
  auto b = a;
  b.bot_id = "b";
  b.latest.profit = *Money::parse("9");
  auto other = a;
  other.bot_id = "c";
  other.day = "2026-11-19";
  day.bots = {a, b, other};
  const auto told = market_watch::result_of(day);
  REQUIRE(told);
  CHECK(told->title == "2026-11-20: +1.5");
  CHECK(told->text == "2 bots; best a +2.5, worst b -1");
}

TEST_CASE("halts: what the operator did is told and not escalated, what the switch did is") {
  halt_watch watch;
  CHECK(is_nothing(watch.look({halt_kind::stopped, "m", 1}, "ada")));
  CHECK(watch.look({}, "").over.at(0).title == "The floor goes on");
  auto told = watch.look({halt_kind::stopped, "n", 2}, "ada");
  REQUIRE(told.raised.size() == 1);
  CHECK(told.raised[0].urgent);
  CHECK_FALSE(told.raised[0].escalates);
  CHECK(told.raised[0].page == "/logs/n");
  watch.look({}, "");
  told = watch.look({halt_kind::killed, "o", 3}, dead_man_sender);
  CHECK(told.raised.at(0).title == "The dead-man's switch has stopped all bots");
  CHECK(told.raised.at(0).kind == notice_kind::dead_man);
  CHECK(told.raised.at(0).escalates);
}

TEST_CASE("the dead-man's switch: near is urgent, what ends it needs no word") {
  constexpr std::int64_t hour = 3'600'000;
  dead_man_watch watch;
  CHECK(is_nothing(watch.look(0, 0, false, hour)));
  CHECK(is_nothing(watch.look(10 * hour, 10 * hour, false, 9 * hour - 1)));
  auto told = watch.look(10 * hour, 10 * hour, false, 9 * hour);
  REQUIRE(told.raised.size() == 1);
  CHECK(told.raised[0].title == "All bots are stopped in 60 min");
  CHECK(told.raised[0].urgent);
  CHECK(is_nothing(watch.look(10 * hour, 10 * hour, false, 9 * hour + 1)));
  told = watch.look(10 * hour, 19 * hour, false, 9 * hour + 2);
  CHECK(told.over.at(0).title.empty());
  watch.look(10 * hour, 19 * hour, false, 18 * hour);
  told = watch.look(10 * hour, 19 * hour, true, 19 * hour);
  CHECK(told.raised.empty());
  CHECK(told.over.at(0).key == "dead_man_near");
  // One that had fired when the floor was opened is old.
  dead_man_watch later;
  CHECK(is_nothing(later.look(hour, hour, true, 2 * hour)));
}

TEST_CASE("signals: calls that wait are told of together, new ones again") {
  signal_watch watch;
  signal_record call;
  call.id = 7;
  call.ticker = "AAPL";
  call.side = "long";
  call.author = "carol";
  call.expires_ns = 600 * ns_per_s;
  auto told = watch.look({call}, 0);
  REQUIRE(told.raised.size() == 1);
  CHECK(told.raised[0].title == "A call waits for your yes");
  CHECK(told.raised[0].text == "AAPL long by carol, 10 min left");
  CHECK(told.raised[0].urgent);
  CHECK_FALSE(told.raised[0].escalates);
  CHECK(is_nothing(watch.look({call}, ns_per_s)));
  auto other = call;
  other.id = 8;
  CHECK(watch.look({call, other}, 0).raised.at(0).title == "2 calls wait for your yes");
  told = watch.look({}, 0);
  CHECK(told.raised.empty());
  CHECK(told.over.at(0).title.empty());
}

TEST_CASE("a page's address holds any id") {
  CHECK(bot_page("scale_t-BTC/USD") == "/bots/scale_t-BTC%2FUSD");
  CHECK(message_page("m 1") == "/logs/m%201");
}
