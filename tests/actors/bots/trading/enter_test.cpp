#include "tests/actors/bots/trading/trading_floor.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

struct enter_fixture {
  temp_dir dir;
  trading_floor floor{dir.path().string()};

  enter_fixture() {
    floor.open_bot();
    floor.price("100");
  }
  std::size_t sent_count() const { return floor.broker->received.size(); }
};

constexpr const char* buy_five = R"({"side":"buy","qty":5})";
constexpr const char* bid_five = R"({"side":"buy","qty":"5","limit_price":99.5})";

}  // namespace

TEST_CASE_METHOD(enter_fixture, "trading bot: enter at the market is done when filled") {
  floor.tell("m1", "enter", buy_five);
  floor.run();
  CHECK(floor.words("m1") == 0);
  REQUIRE(sent_count() == 1);
  CHECK(floor.broker->received.front().terms.type == order_type::market);
  CHECK(floor.broker->received.front().terms.qty == qty("5"));
  CHECK(floor.order(1).purpose == order_purpose::enter);
  CHECK(floor.stored("m1").status == line_status::pending);
  floor.fill(1, "2", "100");
  floor.advance(6s);
  CHECK(floor.last("m1").reason.find("2 filled at 100") != std::string::npos);
  floor.fill(1, "3", "100.5");
  const auto line = floor.last("m1");
  CHECK(line.status == line_status::done);
  CHECK(line.reason == "5 filled at 100.3");
  CHECK(floor.result(line).at("filled") == "5");
  CHECK(floor.told() == "1 new 0; 1 partial_fill 2; 1 fill 3; ");
  CHECK(floor.status().state == bot_state::running);
}

TEST_CASE_METHOD(enter_fixture, "trading bot: enter at a limit is done when it rests") {
  const auto line = floor.command("m1", "enter", bid_five);
  CHECK(line.status == line_status::done);
  CHECK(line.reason == "resting at the broker: buy 5 AAPL at 99.5, 0 filled");
  CHECK(floor.result(line).at("order") == 1);
  CHECK(floor.broker->received.front().terms.extended_hours);
  floor.fill(1, "5", "99.5");
  CHECK(floor.words("m1") == 1);
}

TEST_CASE_METHOD(enter_fixture, "trading bot: enter for an amount of money") {
  floor.command("m1", "enter", R"({"side":"buy","notional":"250.50"})");
  REQUIRE(sent_count() == 1);
  CHECK(floor.broker->received.front().terms.notional == *Money::parse("250.5"));
}

TEST_CASE_METHOD(enter_fixture, "trading bot: enter that makes no sense changes nothing") {
  for (const auto* wrong :
       {R"({})", R"({"side":"buy"})", R"({"side":"hold","qty":1})", R"({"side":"buy","qty":0})",
        R"({"side":"buy","qty":1,"notional":5})", R"({"side":"buy","qty":1,"stop":5})",
        R"({"side":"buy","notional":5,"limit_price":5})", R"({"side":"buy","qty":1,"qty":2})"}) {
    static int n = 0;
    const auto line = floor.command("w" + std::to_string(++n), "enter", wrong);
    CAPTURE(wrong);
    CHECK(line.status == line_status::error);
    CHECK(line.code == "invalid_config");
  }
  CHECK(sent_count() == 0);
}

TEST_CASE_METHOD(enter_fixture, "trading bot: enter refused, rejected, cancelled") {
  SECTION("by the order desk") {
    const auto line = floor.command("m1", "enter", R"({"side":"sell","qty":5})");
    CHECK(line.status == line_status::error);
    CHECK_FALSE(line.code.empty());
    CHECK_FALSE(line.reason.empty());
    CHECK(sent_count() == 0);
  }
  SECTION("by the broker") {
    floor.broker->reactions = {reaction::refuse};
    floor.tell("m1", "enter", buy_five);
    floor.advance(2s);
    CHECK(floor.last("m1").status == line_status::error);
    CHECK(floor.last("m1").reason.find("insufficient buying power") != std::string::npos);
  }
  SECTION("by the broker, later") {
    floor.tell("m1", "enter", buy_five);
    floor.run();
    floor.fill(1, "2");
    floor.end(1, order_status::canceled);
    CHECK(floor.last("m1").status == line_status::error);
    CHECK(floor.last("m1").reason == "canceled: 2 filled at 100");
  }
  SECTION("because the bot is stopped") {
    floor.command("m0", "stop");
    CHECK(floor.command("m1", "enter", buy_five).code == "halted");
    CHECK(sent_count() == 0);
  }
  SECTION("because the bot is held") {
    floor.send(floor.child, true, std::string("another machine has its orders"));
    const auto line = floor.command("m1", "enter", buy_five);
    CHECK(line.code == "halted");
    CHECK(line.reason == "the bot is held: another machine has its orders");
    CHECK(sent_count() == 0);
  }
  SECTION("because the journal cannot be written") {
    floor.tell("m1", "enter", buy_five);
    floor.bot_words->refuses_writes = true;
    floor.run();
    CHECK(floor.last("m1").code == "journal_unavailable");
    CHECK(sent_count() == 0);
  }
}

TEST_CASE_METHOD(enter_fixture, "trading bot: enter that expires cancels the rest") {
  floor.tell("m1", "enter", buy_five, floor.time()->now_ms() + 10'000);
  floor.run();
  floor.fill(1, "2");
  floor.advance(12s);
  CHECK(floor.order(1).status == order_status::canceled);
  const auto line = floor.last("m1");
  CHECK(line.status == line_status::expired);
  CHECK(line.reason == "canceled: 2 filled at 100");
  CHECK(floor.result(line).at("filled") == "2");
}

TEST_CASE_METHOD(enter_fixture, "trading bot: a stop cancels what enter has sent") {
  floor.tell("m1", "enter", buy_five);
  floor.run();
  floor.tell("m2", "stop");
  floor.advance(2s);
  CHECK(floor.last("m1").code == "halted");
  CHECK(floor.last("m2").status == line_status::done);
  CHECK(floor.order(1).status == order_status::canceled);
}

TEST_CASE_METHOD(enter_fixture, "trading bot: enter is sent once, whenever the bot ends") {
  operator_message message;
  SECTION("before the order desk heard of it") {
    floor.desk_words->loses_orders = true;
    message = floor.tell("m1", "enter", buy_five);
    floor.run();
    floor.kill_bot();
    floor.desk_words->loses_orders = false;
  }
  SECTION("before the order desk answered") {
    floor.desk_words->loses_answers = true;
    floor.desk_words->late_events = true;
    message = floor.tell("m1", "enter", buy_five);
    floor.run();
    floor.kill_bot();
    floor.desk_words->late_events = false;
  }
  SECTION("after it") {
    message = floor.tell("m1", "enter", buy_five);
    floor.run();
    floor.kill_bot();
  }
  floor.advance(3s);
  floor.price("100");
  floor.tell_again(message);
  floor.advance(3s);
  REQUIRE(sent_count() == 1);
  const auto request = floor.broker->received.front();
  floor.broker->tell(floor.broker->fill(request.client_order_id, qty("5"), at("100")));
  floor.advance(1s);
  CHECK(floor.last("m1").status == line_status::done);
  floor.tell_again(message);
  floor.advance(3s);
  CHECK(sent_count() == 1);
  CHECK(nlohmann::json::parse(floor.status().details).at("position") == "5");
}

TEST_CASE_METHOD(enter_fixture, "trading bot: enter that was refused before a restart says so") {
  floor.desk_words->loses_orders = true;
  floor.desk_words->late_events = true;
  const auto message = floor.tell("m1", "enter", buy_five);
  floor.advance(15s);
  CHECK(floor.order(1).status == order_status::never_sent);
  CHECK(floor.last("m1").status == line_status::pending);
  floor.kill_bot();
  floor.desk_words->loses_orders = false;
  floor.advance(3s);
  floor.tell_again(message);
  floor.advance(3s);
  CHECK(floor.last("m1").status == line_status::error);
  CHECK(floor.last("m1").code == "unavailable");
  CHECK(sent_count() == 0);
}

TEST_CASE_METHOD(enter_fixture,
                 "trading bot: enter that the journal held up is not sent too late") {
  floor.tell("m1", "enter", buy_five, floor.time()->now_ms() + 5'000);
  floor.run_without(caf::actor_cast<caf::actor>(floor.bot_journal));
  floor.time()->set(floor.time()->now() + 10 * ns_per_s);
  floor.run();
  floor.advance(2s);
  CHECK(floor.last("m1").status == line_status::expired);
  CHECK(sent_count() == 0);
}
