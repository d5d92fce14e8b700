#include "actors/notify/notifier.hpp"

#include <memory>

#include <caf/event_based_actor.hpp>
#include <catch2/catch.hpp>

#include "tests/support/actor_fixture.hpp"

using namespace outcry;
using namespace std::chrono_literals;

namespace {

/// Everybody whom the notifier asks, and the phone.
struct little_floor {
  std::vector<ledger> ledgers;  ///< newest first
  halt_state halt;
  actor_list actors;
  bot_list bots;
  pit_list pits;
  relay_status mirror;
  position_list positions;
  risk_report risk;
  std::vector<order_event> events;
  signal_list signals;
  performance_list day;
  dead_man_status dead_man;
  bool journal_works = true;
  bool mute = false;  ///< the roster answers nobody

  push_reply reply;
  std::vector<push_request> pushes;
  std::size_t questions = 0;
};

caf::behavior everybody(caf::event_based_actor* self, const std::shared_ptr<little_floor>& floor) {
  return {
      [=](const find_ledgers& x) -> caf::result<ledger_list> {
        ++floor->questions;
        if (!floor->journal_works) return caf::make_error(ec::journal_unavailable);
        ledger_list list;
        for (const auto& entry : floor->ledgers)
          if (list.ledgers.size() < x.limit) list.ledgers.push_back(entry);
        return list;
      },
      [=](const get_halt&) { return floor->halt; },
      [=](const list_actors&) { return floor->actors; },
      [=](const list_bots&) -> caf::result<bot_list> {
        ++floor->questions;
        if (floor->mute) return self->make_response_promise<bot_list>();
        return floor->bots;
      },
      [=](const list_pits&) { return floor->pits; },
      [=](const get_relay&) { return floor->mirror; },
      [=](const get_positions&) { return floor->positions; },
      [=](const get_risk&) { return floor->risk; },
      [=](const load_trading&) {
        trading_image image;
        image.last_event = floor->events.empty() ? 0 : floor->events.back().seq;
        return image;
      },
      [=](const read_order_events& x) {
        CHECK(x.bot_id.empty());
        order_event_list list;
        for (const auto& event : floor->events)
          if (event.seq > x.after_seq && list.events.size() < x.limit) list.events.push_back(event);
        return list;
      },
      [=](const find_signals& x) {
        CHECK(x.states == std::vector<std::string>{"waiting"});
        return floor->signals;
      },
      [=](const get_performance& x) {
        CHECK(x.day == "2026-11-20");
        return floor->day;
      },
      [=](const get_dead_man&) { return floor->dead_man; },
      [=](const push_request& x) {
        floor->pushes.push_back(x);
        return floor->reply;
      },
  };
}

struct notifier_fixture : test::actor_fixture {
  notifier_fixture() {
    floor->risk.broker_connected = true;
    floor->risk.session = {session_phase::regular, "2026-11-20", 0};
  }

  void open(notifier_options options = {}) {
    const auto people = spawn(everybody, floor);
    notifier_services services;
    services.pusher = caf::actor_cast<pusher_actor>(people);
    services.desk = caf::actor_cast<command_desk_actor>(people);
    services.roster = caf::actor_cast<roster_actor>(people);
    services.journal = caf::actor_cast<journal_actor>(people);
    services.house = the_house();
    services.options = std::move(options);
    services.relay = caf::actor_cast<relay_actor>(people);
    services.market = caf::actor_cast<market_actor>(people);
    services.orders = caf::actor_cast<order_desk_actor>(people);
    services.performance = caf::actor_cast<performance_actor>(people);
    services.signals = caf::actor_cast<signal_store_actor>(people);
    services.dead_man = caf::actor_cast<dead_man_actor>(people);
    spawn(notifier, services);
    advance(10s);
    REQUIRE(floor->pushes.empty());
  }

  /// What the phone was told since the last time.
  std::vector<push_request> told(std::chrono::nanoseconds within) {
    advance(within);
    return std::exchange(floor->pushes, {});
  }

  void add(const std::string& id, const std::string& type, message_state state, line_status status,
           const std::string& by = "ada") {
    ledger entry;
    entry.message.id = id;
    entry.message.type = type;
    entry.message.created_by = by;
    entry.state = state;
    entry.adopted_at_ms = the_house()->time->now_ms();
    ledger_line line;
    line.bot_id = "a";
    line.addressed = true;
    line.status = status;
    entry.lines = {line};
    floor->ledgers.insert(floor->ledgers.begin(), entry);
  }

  void set(std::size_t index, message_state state, line_status status) {
    floor->ledgers.at(index).state = state;
    floor->ledgers.at(index).lines.at(0).status = status;
  }

  std::shared_ptr<little_floor> floor = std::make_shared<little_floor>();
};

order_event fill(std::int64_t seq, const std::string& bot) {
  order_event event;
  event.seq = seq;
  event.bot_id = bot;
  event.event = "fill";
  event.terms.ticker = "AAPL";
  event.qty = event.filled_qty = event.terms.qty = Quantity::from_integer(1);
  event.price = Price::from_integer(10);
  return event;
}

}  // namespace

TEST_CASE_METHOD(notifier_fixture,
                 "a stop that failed calls, and calls louder until it is confirmed") {
  open();
  add("m", "stop", message_state::working, line_status::open);
  CHECK(told(10s).empty());
  set(0, message_state::failed, line_status::no_answer);
  auto pushes = told(3s);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "Stop is not confirmed by 1 bot");
  CHECK(pushes[0].priority == loudness::high);
  pushes = told(5min);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].priority == loudness::highest);
  // The late answer.
  set(0, message_state::done, line_status::done);
  pushes = told(31s);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "Stop is confirmed now");
  CHECK(told(1h).empty());
}

TEST_CASE_METHOD(notifier_fixture,
                 "whatever the operator sends acknowledges, the dead-man's switch does not") {
  open();
  add("m", "stop", message_state::failed, line_status::no_answer);
  CHECK(told(3s).size() == 1);
  add("n", "stop", message_state::done, line_status::done, dead_man_sender);
  CHECK(told(5min).size() == 1);
  add("o", "status", message_state::done, line_status::done);
  CHECK(told(1h).empty());
}

TEST_CASE_METHOD(notifier_fixture, "the dead-man's switch is told of, and whom it hears is heard") {
  const auto now = the_house()->time->now_ms();
  floor->dead_man = {3'600'000, now, now + 3'600'000, 0};
  open();
  CHECK(told(30min).empty());
  auto pushes = told(16min);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "All bots are stopped in 15 min");
  CHECK(told(5min).size() == 1);
  // The page is opened: that acknowledges what came before it.
  floor->dead_man.heard_at_ms = the_house()->time->now_ms();
  floor->dead_man.fires_at_ms = floor->dead_man.heard_at_ms + 3'600'000;
  CHECK(told(30min).empty());
}

TEST_CASE_METHOD(notifier_fixture,
                 "a message sent before the alarm arrived does not acknowledge it") {
  floor->reply.outcome = push_outcome::retry_later;
  open();
  add("m", "stop", message_state::failed, line_status::no_answer);
  CHECK(told(3s).size() == 1);
  add("n", "status", message_state::done, line_status::done);
  floor->reply.outcome = push_outcome::delivered;
  CHECK(told(10s).size() == 1);
  CHECK(told(6min).size() == 1);
}

TEST_CASE_METHOD(notifier_fixture,
                 "the operator's own halt is told once, somebody else's end too") {
  open();
  add("m", "stop", message_state::done, line_status::done);
  floor->halt = {halt_kind::stopped, "m", 1};
  auto pushes = told(3s);
  // The first look knows no halt before it; this one is later.
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "The floor is stopped");
  CHECK(told(1h).empty());
  floor->halt = {};
  add("n", "start", message_state::done, line_status::done);
  pushes = told(3s);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "The floor goes on");
}

TEST_CASE_METHOD(notifier_fixture, "a bot that failed with a position is urgent") {
  bot_status a;
  a.identity = {"a", "AAPL", "scale_t", "floor", bot_kind::hosted};
  a.state = bot_state::running;
  auto b = a;
  b.identity.id = "b";
  floor->bots.bots = {a, b};
  owned_position owned;
  owned.holding.bot_id = "b";
  owned.holding.qty = Quantity::from_integer(5);
  floor->positions.bots = {owned};
  open();
  floor->bots.bots[0].state = floor->bots.bots[1].state = bot_state::failed;
  const auto pushes = told(3s);
  REQUIRE(pushes.size() == 2);
  CHECK(pushes[0].title == "b has failed");
  CHECK(pushes[0].priority == loudness::high);
  CHECK(pushes[1].title == "a has failed");
  CHECK(pushes[1].priority == loudness::normal);
}

TEST_CASE_METHOD(
    notifier_fixture,
    "fills come one by one within the budget, then together, those before the start never") {
  floor->events = {fill(1, "old")};
  notifier_options options;
  options.limits.budget_per_hour = 1;
  open(options);
  for (std::int64_t seq = 2; seq <= 1'200; ++seq)
    floor->events.push_back(fill(seq, "bot-" + std::to_string(seq % 3)));
  auto pushes = told(4s);
  REQUIRE(pushes.size() == 1);
  CHECK_THAT(pushes[0].title, Catch::StartsWith("AAPL: bought 1 at 10"));
  pushes = told(16min);
  REQUIRE(pushes.size() == 1);
  CHECK_THAT(pushes[0].title, Catch::EndsWith(" fills"));
  CHECK(told(2h).empty());
}

TEST_CASE_METHOD(notifier_fixture, "what is switched off is not told") {
  notifier_options options;
  options.muted = {notice_kind::fill, notice_kind::command};
  open(options);
  floor->events.push_back(fill(1, "a"));
  add("m", "stop", message_state::failed, line_status::no_answer);
  CHECK(told(1h).empty());
}

TEST_CASE_METHOD(notifier_fixture, "quiet hours hold back what is not urgent") {
  notifier_options options;
  options.quiet_from = 22 * 60;
  options.quiet_to = 7 * 60;
  auto minute = std::make_shared<int>(23 * 60);
  options.minute_of_day = [minute](std::int64_t) { return *minute; };
  open(options);
  floor->events.push_back(fill(1, "a"));
  floor->events.push_back(fill(2, "b"));
  add("m", "stop", message_state::failed, line_status::no_answer);
  CHECK(told(1min).size() == 1);
  add("n", "status", message_state::done, line_status::done);
  CHECK(told(2h).empty());
  *minute = 7 * 60;
  const auto pushes = told(3s);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "2 fills");
}

TEST_CASE_METHOD(notifier_fixture,
                 "a server that is away gets everything later, a Retry-After is kept") {
  open();
  floor->reply = {push_outcome::retry_later, 120'000, "429"};
  floor->events.push_back(fill(1, "a"));
  CHECK(told(3s).size() == 1);
  CHECK(told(110s).empty());
  floor->reply = {};
  CHECK(told(20s).size() == 1);
  CHECK(told(1h).empty());
}

TEST_CASE_METHOD(notifier_fixture,
                 "a message that the server will never take does not block the others") {
  open();
  floor->reply.outcome = push_outcome::refused;
  floor->events.push_back(fill(1, "a"));
  CHECK(told(3s).size() == 1);
  floor->reply = {};
  floor->events.push_back(fill(2, "b"));
  const auto pushes = told(3s);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].text == "b: 1 of 1 filled");
}

TEST_CASE_METHOD(notifier_fixture,
                 "a server that wants another secret is asked every ten minutes") {
  open();
  floor->reply.outcome = push_outcome::unauthorized;
  add("m", "stop", message_state::failed, line_status::no_answer);
  CHECK(told(1h).size() == 6);
}

TEST_CASE_METHOD(notifier_fixture, "the journal, calls that wait and the day's result are told") {
  open();
  floor->journal_works = false;
  auto pushes = told(15s);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "The journal does not answer");
  floor->journal_works = true;
  signal_record call;
  call.id = 1;
  call.ticker = "META";
  call.side = "long";
  call.source = "discord:1";
  floor->signals.signals = {call};
  pushes = told(3s);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "A call waits for your yes");
  performance_record record;
  record.bot_id = "a";
  record.day = "2026-11-20";
  record.latest.profit = *Money::parse("3.5");
  floor->day = {"2026-11-20", {record}};
  floor->risk.session.phase = session_phase::closed;
  pushes = told(5s);
  REQUIRE(pushes.size() == 1);
  CHECK(pushes[0].title == "2026-11-20: +3.5");
}

TEST_CASE_METHOD(notifier_fixture,
                 "nobody is asked again before there was an answer or the time is over") {
  open();
  floor->mute = true;
  advance(2s);
  floor->questions = 0;
  advance(16s);
  // The roster not at all; the desk every 2 s, for the newest message only.
  CHECK(floor->questions == 8);
}
