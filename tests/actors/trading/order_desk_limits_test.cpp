#include "tests/actors/trading/desk_under_test.hpp"

// What limits are measured against, over days and restarts.

namespace outcry::test {

using namespace std::chrono_literals;

namespace {

place_order with_loss_limit(place_order wish) {
  wish.limits.daily_loss_limit = *Money::parse("50");
  return wish;
}

void next_day(desk_under_test& floor, const char* day) {
  floor.script->session.trading_day = day;
  floor.send(floor.desk, floor.script->session);
  floor.run();
}

/// Buys ten at 100 and sells them at 90.
void lose_hundred(desk_under_test& floor) {
  floor.place(with_loss_limit(floor.wish(1)));
  floor.script->tell(floor.script->fill(floor.client_id(1), shares("10"), dollars("100")));
  floor.run();
  floor.place(with_loss_limit(floor.wish(2, order_side::sell, "10", "90")));
  floor.script->tell(floor.script->fill(floor.client_id(2), shares("10"), dollars("90")));
  floor.run();
}

Money lost_today(desk_under_test& floor) {
  auto report = floor.request_sync<risk_report>(floor.desk, get_risk{});
  REQUIRE(report);
  return report->account.today;
}

/// As the command desk has adopted it.
bot_command set_account(desk_under_test& floor, const std::string& id, const std::string& config) {
  bot_command command;
  command.message.id = id;
  command.message.type = "set";
  command.message.config = config;
  command.addressed = true;
  ledger entry;
  entry.message = command.message;
  entry.lines.emplace_back().bot_id = "account";
  journal_write write;
  write.adopted = {entry};
  REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
  return command;
}

}  // namespace

TEST_CASE("a loss counts on its day only, also for who holds nothing any more") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  lose_hundred(floor);
  CHECK(lost_today(floor) == *Money::parse("-100"));
  auto refused = floor.place(with_loss_limit(floor.wish(3)));
  REQUIRE(refused);
  CHECK(refused->code == "risk_limit");
  next_day(floor, "2026-11-23");
  CHECK(lost_today(floor).is_zero());
  auto taken = floor.place(with_loss_limit(floor.wish(4)));
  REQUIRE(taken);
  CHECK(taken->status == order_status::intended);
}

TEST_CASE("a restart in the day does not begin the day anew") {
  temp_dir dir;
  auto script = std::make_shared<broker_script>();
  {
    desk_under_test floor(dir.path().string(), script);
    floor.place(floor.wish(1));
    script->tell(script->fill(floor.client_id(1), shares("10"), dollars("100")));
    floor.run();
    // It rises to 150 on that day, which the next one begins with.
    pit_status& pit = floor.heard->pits["AAPL"];
    pit.ticker = "AAPL";
    pit.has_price = true;
    pit.last.price = dollars("150");
    floor.advance(5s);
    next_day(floor, "2026-11-23");
    pit.last.price = dollars("120");
    floor.advance(5s);
    CHECK(lost_today(floor) == *Money::parse("-300"));
  }
  script->listener = {};
  desk_under_test floor(dir.path().string(), script);
  pit_status& pit = floor.heard->pits["AAPL"];
  pit.ticker = "AAPL";
  pit.has_price = true;
  pit.last.price = dollars("120");
  floor.advance(5s);
  CHECK(lost_today(floor) == *Money::parse("-300"));
}

TEST_CASE("two changes of the account's limits close together both hold") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  const auto loss = set_account(floor, "m1", R"({"daily_loss_limit":500})");
  const auto position = set_account(floor, "m2", R"({"max_position":1000})");
  auto first = floor.ask<command_outcome>(floor.desk, loss);
  auto second = floor.ask<command_outcome>(floor.desk, position);
  floor.run();
  REQUIRE(first.get());
  CHECK(first.get()->line.status == line_status::done);
  REQUIRE(second.get());
  CHECK(second.get()->line.status == line_status::done);
  auto report = floor.request_sync<risk_report>(floor.desk, get_risk{});
  REQUIRE(report);
  CHECK(report->account.limits.daily_loss_limit == *Money::parse("500"));
  CHECK(report->account.limits.max_position == *Money::parse("1000"));
}

TEST_CASE("a restart gives nobody a minute's orders more") {
  temp_dir dir;
  auto script = std::make_shared<broker_script>();
  {
    desk_under_test floor(dir.path().string(), script);
    floor.place(floor.wish(1));
    floor.place(floor.wish(2));
  }
  script->listener = {};
  desk_under_test floor(dir.path().string(), script);
  auto wish = floor.wish(3);
  wish.limits.max_orders_per_minute = 2;
  auto refused = floor.place(wish);
  REQUIRE(refused);
  CHECK(refused->code == "risk_limit");
}

TEST_CASE("shares that were claimed stay claimed over a restart") {
  temp_dir dir;
  auto script = std::make_shared<broker_script>();
  script->positions["AAPL"] = shares("50");
  auto claim = [](desk_under_test& floor, const char* bot, const char* qty) {
    return floor.request_sync<claim_granted>(floor.desk, claim_shares{bot, "AAPL", shares(qty)});
  };
  {
    desk_under_test floor(dir.path().string(), script);
    floor.meet("other-AAPL");
    REQUIRE(claim(floor, "ladder-AAPL", "50"));
    // As the bot does once it is granted.
    journal_write write;
    bot_record record;
    record.bot_id = "ladder-AAPL";
    record.version = 1;
    record.claimed = shares("50");
    write.bots.push_back(record);
    REQUIRE(floor.request_sync<journal_receipt>(floor.real, write));
  }
  script->listener = {};
  desk_under_test floor(dir.path().string(), script);
  floor.meet("other-AAPL");
  CHECK_FALSE(claim(floor, "other-AAPL", "50"));
  SECTION("sold by hand, they halt the ticker") {
    script->positions["AAPL"] = shares("20");
    broker_update sale;
    sale.event = "fill";
    sale.execution_id = "hand";
    sale.order.request.terms.ticker = "AAPL";
    sale.order.request.terms.side = order_side::sell;
    sale.qty = shares("30");
    script->tell(sale);
    floor.advance(130s);
    auto list = floor.request_sync<position_list>(floor.desk, get_positions{});
    REQUIRE(list);
    REQUIRE(list->tickers.size() == 1);
    CHECK(list->tickers[0].halted ==
          "bots have taken over 50 AAPL that were held outside, only 20 are left");
  }
}

}  // namespace outcry::test
