#include "tests/actors/trading/desk_under_test.hpp"

namespace outcry::test {

using namespace std::chrono_literals;

namespace {

ticker_account account_of(desk_under_test& floor) {
  auto list = floor.request_sync<position_list>(floor.desk, get_positions{});
  REQUIRE(list);
  for (const auto& account : list->tickers)
    if (account.ticker == "AAPL") return account;
  return {};
}

}  // namespace

TEST_CASE("shares that were there before the floor are held outside") {
  temp_dir dir;
  auto script = std::make_shared<broker_script>();
  script->positions["AAPL"] = shares("7");
  desk_under_test floor(dir.path().string(), script);
  CHECK(account_of(floor).outside == shares("7"));
  floor.place(floor.wish(1));
  script->tell(script->fill(floor.client_id(1), shares("10"), dollars("100")));
  floor.advance(120s);
  CHECK(account_of(floor).halted.empty());
  // A bot sells its own only.
  auto refused = floor.place(floor.wish(2, order_side::sell, "11", "99"));
  REQUIRE(refused);
  CHECK(refused->status == order_status::never_sent);
}

TEST_CASE("a position that nobody can explain halts its ticker, naming both figures") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  floor.script->tell(floor.script->fill(floor.client_id(1), shares("10"), dollars("100")));
  floor.run();
  floor.script->positions["AAPL"] = shares("12");
  floor.advance(70s);
  CHECK(account_of(floor).halted ==
        "the broker holds 12 AAPL, the floor knows of 10 (10 of its bots, 0 held outside)");
  auto refused = floor.place(floor.wish(2));
  REQUIRE(refused);
  CHECK(refused->code == "ticker_halted");
  // Leaving the position is never refused.
  auto exit = floor.wish(3, order_side::sell, "10", "99");
  exit.purpose = order_purpose::exit;
  auto taken = floor.place(exit);
  REQUIRE(taken);
  CHECK(taken->status == order_status::intended);
  SECTION("the account's holder takes it as it is") {
    CHECK(floor.request_sync<claim_granted>(floor.desk, accept_position{"AAPL"}));
    CHECK(account_of(floor).halted.empty());
    CHECK(account_of(floor).outside == shares("2"));
  }
  SECTION("it agrees again by itself") {
    floor.script->positions["AAPL"] = shares("10");
    floor.advance(70s);
    CHECK(account_of(floor).halted.empty());
  }
  SECTION("it survives a restart") {
    desk_under_test next(dir.path().string(), floor.script);
    CHECK_FALSE(account_of(next).halted.empty());
  }
  SECTION("fewer than the bots own is not accepted") {
    floor.script->positions["AAPL"] = shares("4");
    auto granted = floor.request_sync<claim_granted>(floor.desk, accept_position{"AAPL"});
    REQUIRE_FALSE(granted);
    CHECK(granted.error() == ec::refused);
  }
}

TEST_CASE("a difference seen only once halts nothing") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  floor.script->tell(floor.script->fill(floor.client_id(1), shares("10"), dollars("100")));
  floor.run();
  floor.script->positions["AAPL"] = shares("12");
  // Until the next comparison, and not to the one that makes sure.
  const auto asked = floor.script->state_questions;
  for (int i = 0; i < 70 && floor.script->state_questions == asked; ++i) floor.advance(1s);
  REQUIRE(floor.script->state_questions == asked + 1);
  floor.script->positions["AAPL"] = shares("10");
  floor.advance(70s);
  for (const auto& write : floor.journal_words->writes)
    for (const auto& ticker : write.tickers) CHECK(ticker.halted.empty());
}

TEST_CASE("a fill that comes after its order was cancelled is booked") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  const auto id = floor.client_id(1);
  auto fill = floor.script->fill(id, shares("4"), dollars("100"));
  auto end = floor.script->end(id, order_status::canceled);
  // The end is told as a broker tells it that has not counted the fill yet.
  end.order.filled_qty = {};
  end.order.filled_avg_price = {};
  floor.script->tell(end);
  floor.run();
  CHECK(floor.stored(1).status == order_status::canceled);
  CHECK(floor.held().is_zero());
  fill.order.status = order_status::canceled;
  floor.script->tell(fill);
  floor.run();
  CHECK(floor.held() == shares("4"));
  CHECK(floor.stored(1).status == order_status::canceled);
  CHECK(floor.events() == "new canceled partial_fill ");
}

TEST_CASE("a trade of the account's holder is held outside") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.script->orders["by-hand"] = {};
  auto& order = floor.script->order("by-hand");
  order.request = {"by-hand", floor.wish(1).terms};
  auto update = floor.script->fill("by-hand", shares("3"), dollars("100"));
  floor.script->tell(update);
  floor.script->tell(update);
  floor.advance(120s);
  CHECK(account_of(floor).outside == shares("3"));
  CHECK(account_of(floor).halted.empty());
}

TEST_CASE("an order of the floor that the journal does not know is cancelled and its fills owned") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  auto image = floor.request_sync<trading_image>(floor.real, load_trading{});
  REQUIRE(image);
  auto id = image->floor_id.substr(0, 16) + "-ladder-AAPL-9";
  broker_order order;
  order.id = "b9";
  order.request = {id, floor.wish(9).terms};
  order.status = order_status::working;
  floor.script->orders[id] = order;
  floor.script->fill(id, shares("2"), dollars("100"));
  floor.advance(70s);
  CHECK(floor.script->order(id).status == order_status::canceled);
  CHECK(floor.held() == shares("2"));
  CHECK(floor.stored(9).status == order_status::canceled);
  // Its number is used up.
  auto late = floor.place(floor.wish(9));
  REQUIRE(late);
  CHECK(late->status == order_status::canceled);
}

TEST_CASE("shares held outside can be claimed, and only as many as there are") {
  temp_dir dir;
  auto script = std::make_shared<broker_script>();
  script->positions["AAPL"] = shares("7");
  desk_under_test floor(dir.path().string(), script);
  auto claim = [&](const char* bot, const char* qty) {
    return floor.request_sync<claim_granted>(floor.desk, claim_shares{bot, "AAPL", shares(qty)});
  };
  CHECK(claim("ladder-AAPL", "5"));
  auto too_many = claim("other-AAPL", "3");
  REQUIRE_FALSE(too_many);
  CHECK(too_many.error() == ec::refused);
  CHECK(claim("other-AAPL", "2"));
  CHECK(claim("ladder-AAPL", "1"));
  CHECK(claim("other-AAPL", "6"));
}

TEST_CASE("nothing that increases exposure is sent before the account was compared") {
  temp_dir dir;
  auto script = std::make_shared<broker_script>();
  script->hangs = true;
  desk_under_test floor(dir.path().string(), script);
  auto refused = floor.place(floor.wish(1));
  REQUIRE(refused);
  CHECK(refused->code == "no_broker");
  CHECK(refused->reason == "the account has not been compared with the broker yet");
  script->hangs = false;
  floor.advance(3s);
  auto taken = floor.place(floor.wish(2));
  REQUIRE(taken);
  CHECK(taken->status == order_status::intended);
}

TEST_CASE("the account's limits are set by message and survive a restart") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  bot_command command;
  command.message.id = "m1";
  command.message.type = "set";
  command.message.config = R"({"max_order_notional":"500","price_collar":0.05})";
  command.addressed = true;
  ledger entry;
  entry.message = command.message;
  ledger_line line;
  line.bot_id = "account";
  entry.lines = {line};
  journal_write write;
  write.adopted = {entry};
  REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
  auto outcome = floor.request_sync<command_outcome>(floor.desk, command);
  REQUIRE(outcome);
  CHECK(outcome->line.status == line_status::done);
  auto refused = floor.place(floor.wish(1));
  REQUIRE(refused);
  CHECK(refused->code == "risk_limit");
  desk_under_test next(dir.path().string(), floor.script);
  auto risk = next.request_sync<risk_report>(next.desk, get_risk{});
  REQUIRE(risk);
  CHECK(risk->account.limits.max_order_notional == Money::from_integer(500));
  command.message.config = R"({"max_order_notional":"-1"})";
  outcome = next.request_sync<command_outcome>(next.desk, command);
  REQUIRE(outcome);
  CHECK(outcome->line.status == line_status::error);
  CHECK(outcome->line.code == "invalid_config");
}

}  // namespace outcry::test
