#include "tests/actors/bots/trading/trading_floor.hpp"

using namespace outcry;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

struct set_fixture {
  temp_dir dir;
  trading_floor floor{dir.path().string()};

  /// So many shares are in the account before any bot trades.
  void hold_outside(const char* shares) {
    floor.broker->positions["AAPL"] = qty(shares);
    floor.advance(130s);
  }
};

}  // namespace

TEST_CASE_METHOD(set_fixture, "trading bot: set takes parameters and limits as a whole") {
  hold_outside("8");
  floor.open_bot();
  CHECK(floor.command("m1", "set", R"({"outside":"5","limits":{"max_position":-1}})").code ==
        "invalid_config");
  CHECK(floor.last("m1").reason.find("config.limits.max_position") != std::string::npos);
  CHECK(floor.command("m2", "set", R"({"step":5,"limits":{"max_position":100}})").code ==
        "invalid_config");
  CHECK(floor.command("m3", "set", R"({"limits":{"most":100}})").code == "invalid_config");
  CHECK(floor.record().revision == 0);
  CHECK(floor.record().claimed.is_zero());

  const auto line = floor.command(
      "m4", "set", R"({"outside":"5","limits":{"max_order_notional":1000},"expires_s":60})");
  CHECK(line.status == line_status::done);
  CHECK(floor.result(line).at("outside") == "5");
  CHECK(floor.result(line).at("limits").contains("max_order_notional"));
  CHECK(floor.record().revision == 1);
  CHECK(floor.record().claimed == qty("5"));
  // In force with the next order, together with what the bot owns.
  floor.ask(buy("11"));
  floor.advance(1s);
  CHECK(floor.strategy->told.back() == "1 refused 0");
  CHECK(floor.desk_words->placed.back().limits.max_order_notional == Money::from_integer(1000));
  CHECK(floor.desk_words->placed.back().claimed == qty("5"));
  // What is claimed may be sold.
  floor.ask(sell("5"));
  CHECK(floor.broker->received.size() == 1);
}

TEST_CASE_METHOD(set_fixture, "trading bot: limits may stand among the parameters") {
  floor.open_bot();
  CHECK(floor.command("m1", "set", R"({"max_position":-1})").code == "invalid_config");
  CHECK(floor.last("m1").reason.find("config.max_position") != std::string::npos);
  const auto line = floor.command("m2", "set", R"({"max_position":5000,"price_collar":0.02})");
  CHECK(line.status == line_status::done);
  CHECK(floor.result(line).at("limits").at("max_position") == "5000");
  // Only in one of the two places.
  CHECK(floor.command("m3", "set", R"({"limits":{},"max_position":1})").code == "invalid_config");
}

TEST_CASE_METHOD(set_fixture, "trading bot: limits and claims survive a restart") {
  hold_outside("8");
  floor.open_bot();
  floor.command("m1", "set", R"({"outside":"5","limits":{"max_order_notional":1000}})");
  floor.kill_bot();
  floor.advance(3s);
  CHECK(floor.status().state == bot_state::running);
  floor.ask(buy("1"));
  CHECK(floor.desk_words->placed.back().limits.max_order_notional == Money::from_integer(1000));
  CHECK(floor.desk_words->placed.back().claimed == qty("5"));
}

TEST_CASE_METHOD(set_fixture, "trading bot: set cannot claim shares that are not there") {
  hold_outside("3");
  floor.open_bot();
  const auto line = floor.command("m1", "set", R"({"outside":"5"})");
  CHECK(line.status == line_status::error);
  CHECK(line.code == "refused");
  CHECK(line.reason.find("3 shares of AAPL are held outside") != std::string::npos);
  CHECK(line.result.empty());
  CHECK(floor.record().revision == 0);
  CHECK(floor.status().state == bot_state::running);
  CHECK(floor.command("m2", "set", R"({"outside":"3"})").status == line_status::done);
}

TEST_CASE_METHOD(set_fixture, "trading bot: a claim that cannot be journalled is given back") {
  hold_outside("8");
  floor.open_bot();
  floor.tell("m1", "set", R"({"outside":"5"})");
  floor.bot_words->refuses_writes = true;
  floor.run();
  CHECK(floor.last("m1").code == "journal_unavailable");
  REQUIRE(floor.desk_words->claims.size() == 2);
  CHECK(floor.desk_words->claims.front().total == qty("5"));
  CHECK(floor.desk_words->claims.back().total.is_zero());
}

TEST_CASE_METHOD(set_fixture, "trading bot: holds itself until its shares are there") {
  floor.parameters = R"({"outside":"5"})";
  floor.open_bot();
  floor.advance(1s);
  CHECK(floor.status().state == bot_state::starting);
  CHECK(floor.status().reason.find("it counts on 5 shares that its orders did not bring") == 0);
  floor.strategy->at_price = {sell("5")};
  floor.price("100");
  CHECK(floor.desk_words->placed.empty());
  const auto asked = floor.desk_words->claims.size();
  floor.advance(11s);
  CHECK(floor.desk_words->claims.size() == asked + 2);
  hold_outside("5");
  floor.advance(6s);
  CHECK(floor.status().state == bot_state::running);
  CHECK(floor.record().claimed == qty("5"));
  floor.price("100");
  CHECK(floor.broker->received.size() == 1);
}

TEST_CASE_METHOD(set_fixture, "trading bot: exit also sells the shares it has claimed") {
  hold_outside("8");
  floor.open_bot();
  floor.command("m1", "set", R"({"outside":"5"})");
  floor.own_shares("2");
  floor.tell("m2", "exit");
  floor.run();
  REQUIRE(floor.broker->received.size() == 2);
  // The other three are not its own.
  CHECK(floor.broker->received.back().terms.qty == qty("7"));
  floor.fill(2, "7");
  CHECK(floor.last("m2").status == line_status::done);
  CHECK(floor.result(floor.last("m2")).at("position") == "0");
}

TEST_CASE_METHOD(set_fixture, "trading bot: its status tells position, limits and session") {
  floor.open_bot();
  floor.own_shares("2");
  const auto line = floor.command("m1", "status");
  CHECK(floor.result(line).at("position") == "2");
  CHECK(floor.result(line).at("session") == "regular");
  CHECK(floor.result(line).at("unanswered") == 0);
  CHECK(floor.result(line).contains("limits"));
}

TEST_CASE_METHOD(set_fixture, "trading bot: what is asked for during a set waits for the journal") {
  floor.open_bot();
  floor.tell("m1", "set", R"({"limits":{"max_order_notional":1000}})");
  floor.bot_words->loses_answers = true;
  floor.run();
  floor.ask(buy("1"));
  // A record without the set would take it back.
  CHECK(floor.desk_words->placed.empty());
  floor.bot_words->loses_answers = false;
  floor.advance(31s);
  CHECK(floor.talk->unanswered == 1);
  CHECK(floor.desk_words->placed.size() == 1);
  CHECK(floor.broker->received.size() == 1);
}

TEST_CASE_METHOD(set_fixture, "trading bot: a price during a set is for the new parameters") {
  hold_outside("8");
  floor.open_bot();
  floor.tell("m1", "set", R"({"outside":"5"})");
  floor.bot_words->hangs_writes = true;
  floor.run();
  const auto prices = floor.strategy->prices;
  floor.strategy->at_price = {buy("1")};
  floor.price("100");
  CHECK(floor.strategy->prices == prices);
  floor.price("101");
  // The journal does not answer: it goes on with what it was.
  floor.bot_words->hangs_writes = false;
  floor.advance(31s);
  CHECK(floor.strategy->prices == prices + 2);
  CHECK(floor.broker->received.size() == 1);
}
