#include "tests/actors/bots/trading/trading_floor.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

struct stop_fixture {
  temp_dir dir;
  trading_floor floor{dir.path().string()};

  stop_fixture() { floor.open_bot(); }
};

order_terms stop_loss(const char* shares, const char* price) {
  auto terms = sell(shares);
  terms.type = order_type::stop;
  terms.limit_price = {};
  terms.stop_price = at(price);
  terms.lasts = time_in_force::gtc;
  return terms;
}

}  // namespace

TEST_CASE_METHOD(stop_fixture, "trading bot: a stop is done when the broker says so") {
  const auto number = floor.ask(buy("10"));
  floor.broker->cancels_work = false;
  floor.tell("m1", "stop");
  floor.run();
  CHECK(floor.status().state == bot_state::stopped);
  CHECK(floor.words("m1") == 0);
  floor.advance(4s);
  CHECK(floor.words("m1") == 0);
  floor.advance(2s);
  REQUIRE(floor.words("m1") == 1);
  CHECK(floor.last("m1").status == line_status::pending);
  CHECK(floor.last("m1").reason.find("has not confirmed the cancel") != std::string::npos);
  CHECK(floor.stored("m1").status == line_status::pending);
  floor.advance(30s);
  CHECK(floor.last("m1").status == line_status::pending);

  floor.fill(number, "4");
  floor.end(number, order_status::canceled);
  floor.advance(1s);
  const auto line = floor.last("m1");
  CHECK(line.status == line_status::done);
  CHECK(line.code.empty());
  CHECK(line.reason == "stopped, position 4 remains");
  CHECK(floor.result(line).at("position") == "4");
  CHECK(floor.result(line).at("remaining").empty());
  CHECK(floor.stored("m1") == line);
  CHECK(floor.record().desired == desired_state::stopped);
  CHECK(floor.record().revision == 1);
}

TEST_CASE_METHOD(stop_fixture, "trading bot: a stop names what remains") {
  floor.own_shares("10");
  const auto protects = floor.ask(stop_loss("6", "90"));
  const auto grows = floor.ask(buy("5", "99"));

  SECTION("what reduces the position is kept") {
    const auto line = floor.command("m1", "stop");
    CHECK(line.status == line_status::done);
    CHECK(line.reason == "stopped, 1 order is left resting: sell 6 AAPL stop 90; position 10");
    REQUIRE(floor.result(line).at("remaining").size() == 1);
    CHECK(floor.result(line).at("position") == "10");
    CHECK(floor.order(protects).status == order_status::working);
    CHECK(floor.order(grows).status == order_status::canceled);
    // It may fill later; the bot stays what it is.
    floor.fill(protects, "6", "90");
    CHECK(floor.status().state == bot_state::stopped);
    CHECK(nlohmann::json::parse(floor.record().snapshot).at("position") == "4");
  }
  SECTION("with protective=cancel nothing is kept") {
    const auto line = floor.command("m1", "stop", R"({"protective":"cancel"})");
    CHECK(line.reason == "stopped, position 10 remains");
    CHECK(floor.order(protects).status == order_status::canceled);
  }
  SECTION("nor by a kill") {
    const auto line = floor.command("m1", "kill");
    CHECK(line.reason == "stopped, position 10 remains");
    CHECK(floor.order(protects).status == order_status::canceled);
    CHECK(floor.order(grows).status == order_status::canceled);
  }
}

TEST_CASE_METHOD(stop_fixture, "trading bot: a stop waits for an order of unknown outcome") {
  floor.broker->reactions = {reaction::lose_answer};
  floor.ask(buy("10"));
  floor.broker->hides = true;
  floor.tell("m1", "stop");
  floor.advance(6s);
  CHECK(floor.last("m1").status == line_status::pending);
  floor.broker->hides = false;
  floor.advance(30s);
  CHECK(floor.last("m1").status == line_status::done);
  CHECK(floor.order(1).status == order_status::canceled);
}

TEST_CASE_METHOD(stop_fixture, "trading bot: nothing is sent after a stop's done") {
  floor.ask(buy("10"));
  CHECK(floor.command("m1", "stop").status == line_status::done);
  const auto sent = floor.broker->received.size();
  floor.strategy->at_price = {buy("5")};
  floor.price("100");
  floor.advance(20s);
  CHECK(floor.broker->received.size() == sent);
  // Not even what reaches the desk by some other way.
  place_order wish;
  wish.bot_id = trading_floor::bot_id;
  wish.number = 99;
  wish.terms = buy("1");
  wish.feed = feed_state::live;
  wish.last_price = at("100");
  const auto answer = floor.request_sync<order_record>(floor.real_desk, wish);
  REQUIRE(answer);
  CHECK(answer->code == "halted");
}

TEST_CASE_METHOD(stop_fixture, "trading bot: a stop of a stopped bot asks the gate again") {
  CHECK(floor.command("m1", "stop").reason == "stopped");
  const auto asked = floor.desk_words->closings.size();
  CHECK(floor.command("m2", "stop").reason == "was stopped already");
  CHECK(floor.desk_words->closings.size() == asked + 1);
  CHECK(floor.record().revision == 1);
  // The same message again has its answer.
  floor.tell_again(floor.tell("m3", "stop"));
  floor.run();
  CHECK(floor.words("m3") == 2);
}

TEST_CASE_METHOD(stop_fixture, "trading bot: a stop without the order desk is never done") {
  floor.ask(buy("10"));
  floor.desk_words->hangs = true;
  floor.tell("m1", "stop");
  floor.run();
  CHECK(floor.status().state == bot_state::stopped);
  floor.advance(60s);
  CHECK(floor.last("m1").status == line_status::pending);
  CHECK(floor.last("m1").reason.find("the order desk does not answer") != std::string::npos);
  CHECK(floor.record().desired == desired_state::stopped);
  floor.desk_words->hangs = false;
  floor.advance(15s);
  CHECK(floor.last("m1").status == line_status::done);
  CHECK(floor.order(1).status == order_status::canceled);
}

TEST_CASE_METHOD(stop_fixture, "trading bot: a stop without the journal is not durable") {
  floor.bot_words->refuses_writes = true;
  floor.tell("m1", "stop");
  floor.advance(5s);
  const auto line = floor.last("m1");
  CHECK(line.status == line_status::done);
  CHECK(line.code == "not_durable");
  CHECK(line.reason.find("the disk is full") != std::string::npos);
  CHECK_FALSE(floor.talk->outcomes.back().durable);
  CHECK(floor.status().state == bot_state::stopped);
  CHECK(floor.record().desired == desired_state::running);
  floor.bot_words->refuses_writes = false;
  floor.advance(25s);
  CHECK(floor.record().desired == desired_state::stopped);
}

TEST_CASE_METHOD(stop_fixture, "trading bot: a stop that is durable in the end says nothing else") {
  floor.ask(buy("10"));
  floor.broker->cancels_work = false;
  floor.bot_words->refuses_writes = true;
  floor.tell("m1", "stop");
  floor.advance(3s);
  floor.bot_words->refuses_writes = false;
  floor.advance(20s);  // saved meanwhile
  CHECK(floor.record().desired == desired_state::stopped);
  floor.end(1, order_status::canceled);
  floor.advance(2s);
  CHECK(floor.last("m1").status == line_status::done);
  CHECK(floor.last("m1").code.empty());
  CHECK(floor.talk->outcomes.back().durable);
}

TEST_CASE_METHOD(stop_fixture, "trading bot: a pending stop goes on after a restart") {
  const auto number = floor.ask(buy("10"));
  floor.broker->cancels_work = false;
  const auto message = floor.tell("m1", "stop");
  floor.advance(6s);
  CHECK(floor.last("m1").status == line_status::pending);
  floor.kill_bot();
  floor.advance(3s);
  CHECK(floor.status().state == bot_state::stopped);
  floor.tell_again(message);
  floor.advance(2s);
  floor.end(number, order_status::canceled);
  floor.advance(2s);
  CHECK(floor.last("m1").status == line_status::done);
  CHECK(floor.record().revision == 1);
}

TEST_CASE_METHOD(stop_fixture, "trading bot: who asks again while it is pending hears all of it") {
  const auto number = floor.ask(buy("10"));
  floor.broker->cancels_work = false;
  const auto message = floor.tell("m1", "stop");
  floor.advance(6s);
  floor.tell_again(message);
  floor.run();
  const auto heard = floor.words("m1");
  CHECK(heard >= 2);
  floor.end(number, order_status::canceled);
  floor.advance(1s);
  // One commander, one last word.
  CHECK(floor.words("m1") == heard + 1);
  CHECK(floor.last("m1").status == line_status::done);
}
