#include "tests/actors/bots/trading/trading_floor.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

struct start_fixture {
  temp_dir dir;
  trading_floor floor{dir.path().string()};

  start_fixture() { floor.open_bot(); }

  bool gate_is_closed() {
    const auto risk = floor.request_sync<risk_report>(floor.real_desk, get_risk{});
    REQUIRE(risk);
    REQUIRE(risk->bots.size() == 1);
    return risk->bots.front().gate_closed;
  }

  /// The account and the bots differ, and the desk has seen it.
  void mismatch(const char* at_broker) {
    floor.own_shares("10");
    floor.broker->positions["AAPL"] = qty(at_broker);
    floor.advance(130s);
    const auto list = floor.request_sync<position_list>(floor.real_desk, get_positions{});
    REQUIRE(list);
    REQUIRE(list->tickers.size() == 1);
    REQUIRE_FALSE(list->tickers.front().halted.empty());
  }
};

}  // namespace

TEST_CASE_METHOD(start_fixture, "trading bot: a start opens the gate once the journal knows") {
  floor.command("m1", "stop");
  CHECK(gate_is_closed());
  floor.bot_words->writes.clear();
  const auto line = floor.command("m2", "start");
  CHECK(line.status == line_status::done);
  CHECK(line.reason == "started");
  REQUIRE_FALSE(floor.bot_words->writes.empty());
  CHECK(floor.bot_words->writes.front().bots.at(0).desired == desired_state::running);
  CHECK_FALSE(gate_is_closed());
  CHECK(floor.status().state == bot_state::running);
  CHECK(floor.command("m3", "start").reason == "was running already");
  CHECK(floor.record().revision == 2);
  floor.ask(buy("1"));
  CHECK(floor.broker->received.size() == 1);
}

TEST_CASE_METHOD(start_fixture, "trading bot: a start that cannot be journalled opens nothing") {
  floor.command("m1", "stop");
  floor.tell("m2", "start");
  floor.bot_words->refuses_writes = true;
  floor.run();
  CHECK(floor.last("m2").code == "journal_unavailable");
  CHECK(floor.desk_words->openings.empty());
  CHECK(floor.status().state == bot_state::stopped);
}

TEST_CASE_METHOD(start_fixture, "trading bot: a start out of session says what it waits for") {
  floor.command("m1", "stop");
  floor.send(floor.talk->subscriber, feed_status{"AAPL", feed_state::closed, 0, ""});
  const auto line = floor.command("m2", "start");
  CHECK(line.status == line_status::done);
  CHECK(line.code == "waiting_for_open");
}

TEST_CASE_METHOD(start_fixture, "trading bot: a start waits for the stop before it") {
  floor.ask(buy("10"));
  floor.broker->cancels_work = false;
  floor.tell("m1", "stop");
  floor.advance(6s);
  floor.tell("m2", "start", "{}", floor.time()->now_ms() + 30'000);
  floor.advance(6s);
  CHECK(floor.last("m2").status == line_status::pending);
  CHECK(floor.last("m2").reason == "the stop before it is not done yet");
  CHECK(gate_is_closed());
  SECTION("until that is clear") {
    floor.end(1, order_status::canceled);
    floor.advance(1s);
    CHECK(floor.last("m1").status == line_status::done);
    CHECK(floor.last("m2").status == line_status::done);
    CHECK_FALSE(gate_is_closed());
    CHECK(floor.status().state == bot_state::running);
  }
  SECTION("or expires") {
    floor.advance(26s);
    CHECK(floor.last("m2").status == line_status::expired);
    CHECK(gate_is_closed());
    CHECK(floor.last("m1").status == line_status::pending);
    floor.end(1, order_status::canceled);
    floor.advance(5s);
    CHECK(floor.status().state == bot_state::stopped);
  }
  SECTION("and is ended by the next one") {
    floor.tell("m3", "kill");
    floor.advance(1s);
    CHECK(floor.last("m2").code == "halted");
    floor.end(1, order_status::canceled);
    floor.advance(1s);
    CHECK(floor.last("m3").status == line_status::done);
    CHECK(floor.status().state == bot_state::stopped);
    CHECK(gate_is_closed());
  }
}

TEST_CASE_METHOD(start_fixture, "trading bot: a start cancels what an ended exit has left") {
  floor.own_shares("10");
  floor.tell("m1", "exit");
  floor.run();
  CHECK(floor.command("m2", "stop").status == line_status::done);
  CHECK(floor.order(2).status == order_status::working);
  floor.broker->cancels_work = false;
  floor.tell("m3", "start");
  floor.advance(6s);
  CHECK(floor.last("m3").status == line_status::pending);
  CHECK(floor.last("m3").reason == "being cancelled: sell 10 AAPL at the market, left by an exit");
  CHECK(gate_is_closed());
  floor.fill(2, "3");
  floor.end(2, order_status::canceled);
  floor.advance(1s);
  CHECK(floor.last("m3").status == line_status::done);
  CHECK(floor.status().state == bot_state::running);
}

TEST_CASE_METHOD(start_fixture, "trading bot: a start lifts a halt only where it is confirmed") {
  SECTION("the broker holds less than the bots own") {
    mismatch("4");
    floor.command("m1", "stop");
    const auto line = floor.command("m2", "start", R"({"confirm":true})");
    CHECK(line.status == line_status::error);
    CHECK(line.code == "refused");
    CHECK(line.reason.find("own 10 AAPL, the broker holds only 4") != std::string::npos);
    CHECK(floor.status().state == bot_state::stopped);
    CHECK(gate_is_closed());
  }
  SECTION("the broker holds more") {
    mismatch("4");
    floor.broker->positions["AAPL"] = qty("12");
    floor.command("m1", "start");
    CHECK(floor.desk_words->accepted.empty());
    CHECK(floor.command("m2", "start", R"({"confirm":true})").status == line_status::done);
    const auto list = floor.request_sync<position_list>(floor.real_desk, get_positions{});
    CHECK(list->tickers.front().halted.empty());
    CHECK(list->tickers.front().outside == qty("2"));
  }
}

TEST_CASE_METHOD(start_fixture, "trading bot: a start in the journal does not expire") {
  floor.command("m1", "stop");
  floor.desk_words->hangs_gates = true;
  const auto message = floor.tell("m2", "start", "{}", floor.time()->now_ms() + 8'000);
  floor.advance(6s);
  REQUIRE(floor.record().desired == desired_state::running);
  SECTION("late") {
    floor.advance(10s);
  }
  SECTION("late, and its bot has been killed") {
    floor.kill_bot();
    floor.advance(10s);
    floor.tell_again(message, floor.time()->now_ms() - 2'000);
    floor.advance(2s);
  }
  floor.desk_words->hangs_gates = false;
  floor.advance(30s);
  CHECK(floor.last("m2").status == line_status::done);
  CHECK(floor.status().state == bot_state::running);
  CHECK_FALSE(gate_is_closed());
}

TEST_CASE_METHOD(start_fixture, "trading bot: two contradicting messages at once") {
  SECTION("start, then stop") {
    floor.command("m0", "stop");
    floor.tell("m1", "start");
    floor.tell("m2", "stop");
    floor.advance(2s);
    CHECK(floor.last("m2").status == line_status::done);
    CHECK(floor.status().state == bot_state::stopped);
    CHECK(floor.record().desired == desired_state::stopped);
    CHECK(gate_is_closed());
  }
  SECTION("a stop that overtakes the journal's word on a start") {
    floor.command("m0", "stop");
    const auto start = floor.tell("m1", "start");
    const auto stop = floor.tell("m2", "stop");
    floor.run_without(caf::actor_cast<caf::actor>(floor.bot_journal));
    floor.run();
    floor.advance(2s);
    CHECK(floor.last("m1").status != line_status::pending);
    CHECK(floor.last("m2").status == line_status::done);
    CHECK(floor.status().state == bot_state::stopped);
    CHECK(gate_is_closed());
  }
  SECTION("stop, then start") {
    floor.tell("m1", "stop");
    floor.tell("m2", "start");
    floor.advance(2s);
    CHECK(floor.last("m1").status == line_status::done);
    CHECK(floor.last("m2").status == line_status::done);
    CHECK(floor.status().state == bot_state::running);
    CHECK_FALSE(gate_is_closed());
  }
  SECTION("enter, then kill") {
    floor.price("100");
    floor.tell("m1", "enter", R"({"side":"buy","qty":5,"limit_price":90})");
    floor.tell("m2", "kill");
    floor.advance(2s);
    CHECK(floor.last("m2").status == line_status::done);
    CHECK(floor.last("m1").status != line_status::pending);
    for (const auto& [id, order] : floor.broker->orders)
      CHECK(order.status == order_status::canceled);
  }
  SECTION("kill, then exit") {
    floor.own_shares("10");
    floor.tell("m1", "kill");
    floor.tell("m2", "exit");
    floor.advance(2s);
    CHECK(floor.last("m1").status == line_status::done);
    CHECK(floor.broker->received.size() == 2);
    floor.fill(2, "10");
    CHECK(floor.last("m2").status == line_status::done);
  }
}
