#include <algorithm>

#include <nlohmann/json.hpp>

#include "tests/actors/trading/desk_under_test.hpp"

namespace outcry::test {

using namespace std::chrono_literals;

TEST_CASE("an order is journalled with its bot before it is sent, and sent once") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  auto record = floor.place(floor.wish(1));
  REQUIRE(record);
  CHECK(record->status == order_status::intended);
  REQUIRE(floor.script->received.size() == 1);
  const auto& writes = floor.journal_words->writes;
  auto intent = std::find_if(writes.begin(), writes.end(),
                             [](const journal_write& x) { return !x.orders.empty(); });
  REQUIRE(intent != writes.end());
  const auto& write = *intent;
  CHECK(write.orders[0].order.request == floor.script->received[0]);
  REQUIRE(write.bots.size() == 1);
  CHECK(write.bots[0].snapshot == "{\"after\":1}");
  auto image = floor.request_sync<trading_image>(floor.real, load_trading{});
  REQUIRE(image);
  CHECK(floor.client_id(1) == image->floor_id.substr(0, 16) + "-ladder-AAPL-1");
  CHECK(floor.events() == "new ");
  CHECK(floor.stored(1).status == order_status::working);
}

TEST_CASE("the same wish twice is one order") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  auto again = floor.place(floor.wish(1));
  REQUIRE(again);
  CHECK(again->status == order_status::working);
  floor.script->tell(floor.script->fill(floor.client_id(1), shares("10"), dollars("100")));
  floor.run();
  // Also when it is over and out of the desk's memory.
  again = floor.place(floor.wish(1));
  REQUIRE(again);
  CHECK(again->status == order_status::filled);
  CHECK(floor.script->received.size() == 1);
}

TEST_CASE("fills are booked once, however they are told") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  auto id = floor.client_id(1);
  auto first = floor.script->fill(id, shares("3"), dollars("99"));
  auto second = floor.script->fill(id, shares("2"), dollars("98"));
  auto third = floor.script->fill(id, shares("5"), dollars("97"));
  SECTION("in order, each twice") {
    for (const auto& x : {first, first, second, second, third, third}) floor.script->tell(x);
  }
  SECTION("backwards") {
    for (const auto& x : {third, second, first}) floor.script->tell(x);
  }
  SECTION("without execution ids, each twice") {
    first.execution_id = second.execution_id = third.execution_id = "";
    for (const auto& x : {first, first, second, second, third, third}) floor.script->tell(x);
  }
  SECTION("one lost") {
    floor.script->tell(first);
    floor.script->tell(third);
  }
  SECTION("all lost, found when the order is looked for") {
    floor.advance(61s);
  }
  floor.run();
  CHECK(floor.held() == shares("10"));
  auto list = floor.request_sync<position_list>(floor.desk, get_positions{});
  REQUIRE(list);
  CHECK(to_string(rounded(list->bots.at(0).holding.spent, 6, rounding::half_even)) == "978");
  CHECK(floor.stored(1).status == order_status::filled);
  Quantity told;
  for (const auto& event : floor.heard->events) told += event.qty;
  CHECK(told == shares("10"));
  CHECK(floor.heard->events.back().status == order_status::filled);
}

TEST_CASE("an event that is no state is told once, however often it comes") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  auto news = floor.script->update(floor.client_id(1), "order_cancel_rejected");
  floor.script->tell(news);
  floor.script->tell(news);
  floor.run();
  CHECK(floor.events() == "new order_cancel_rejected ");
}

TEST_CASE("an order that ends without an execution id is over") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  auto part = floor.script->fill(floor.client_id(1), shares("3"), dollars("99"));
  auto end = floor.script->end(floor.client_id(1), order_status::canceled);
  part.execution_id = end.execution_id = "";
  floor.script->tell(part);
  floor.script->tell(end);
  floor.run();
  CHECK(floor.events() == "new partial_fill canceled ");
  CHECK(floor.stored(1).status == order_status::canceled);
}

TEST_CASE("what happens reaches the pit in the shape existing bots know") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  floor.script->tell(floor.script->fill(floor.client_id(1), shares("4"), dollars("99.5")));
  floor.run();
  REQUIRE(floor.heard->updates.size() == 2);
  const auto& update = floor.heard->updates.back();
  CHECK(update.ticker == "AAPL");
  CHECK(update.event == "partial_fill");
  auto data = nlohmann::json::parse(update.order_data);
  CHECK(data["price"] == "99.5");
  CHECK(data["qty"] == "4");
  CHECK(data["position_qty"] == "4");
  CHECK(data["order"].size() == 32);
  CHECK(data["order"]["client_order_id"] == floor.client_id(1));
  CHECK(data["order"]["filled_qty"] == "4");
}

TEST_CASE("an order without an answer is looked up and never sent again") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  SECTION("the broker has it") {
    floor.script->reactions = {reaction::lose_answer};
    floor.place(floor.wish(1));
    floor.advance(10s);
    CHECK(floor.stored(1).status == order_status::unknown);
    floor.advance(2s);
    CHECK(floor.stored(1).status == order_status::working);
    CHECK(floor.events() == "new ");
  }
  SECTION("the broker never got it: only the quarantine's end says so") {
    floor.script->reactions = {reaction::lose_order};
    floor.place(floor.wish(1));
    floor.advance(69s);
    CHECK(floor.stored(1).status == order_status::unknown);
    CHECK(floor.events().empty());
    floor.advance(30s);
    CHECK(floor.stored(1).status == order_status::never_sent);
    CHECK(floor.events() == "never_sent ");
  }
  SECTION("a broker that was away meanwhile has not said so") {
    floor.script->reactions = {reaction::lose_order};
    floor.place(floor.wish(1));
    floor.advance(60s);
    floor.send(floor.desk, link_status{"broker", link_state::down, 0, "reset"});
    floor.run();
    floor.send(floor.desk, link_status{"broker", link_state::live, 0, ""});
    floor.advance(50s);
    CHECK(floor.stored(1).status == order_status::unknown);
    floor.advance(40s);
    CHECK(floor.stored(1).status == order_status::never_sent);
  }
  SECTION("it comes up long after: cancelled at once") {
    floor.script->reactions = {reaction::lose_answer};
    floor.script->hides = true;
    floor.place(floor.wish(1));
    floor.advance(120s);
    CHECK(floor.stored(1).status == order_status::never_sent);
    auto id = floor.client_id(1);
    floor.script->hides = false;
    floor.script->tell(floor.script->fill(id, shares("1"), dollars("100")));
    floor.run();
    CHECK(floor.script->cancels == std::vector<std::string>{id});
    floor.run();
    CHECK(floor.stored(1).status == order_status::canceled);
    CHECK(floor.held() == shares("1"));
  }
  CHECK(floor.script->received.size() == 1);
}

TEST_CASE("a refusal by the broker ends the order with the broker's words") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.script->reactions = {reaction::refuse};
  floor.place(floor.wish(1));
  CHECK(floor.events() == "rejected ");
  auto record = floor.stored(1);
  CHECK(record.status == order_status::rejected);
  CHECK(record.code == "40310000");
  CHECK(record.reason == "insufficient buying power");
}

TEST_CASE("what the desk refuses is told like any other end and never reaches the broker") {
  temp_dir dir;
  order_desk_options options;
  options.account.max_order_notional = Money::from_integer(500);
  desk_under_test floor(dir.path().string(), {}, options);
  auto record = floor.place(floor.wish(1));
  REQUIRE(record);
  CHECK(record->status == order_status::never_sent);
  CHECK(record->code == "risk_limit");
  CHECK(floor.events() == "refused ");
  CHECK(floor.script->received.empty());
  CHECK(floor.heard->updates.empty());
  CHECK(floor.stored(1).status == order_status::never_sent);
}

TEST_CASE("a wish that nobody answered is settled once and for ever") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  auto settled = floor.request_sync<order_record>(floor.desk, settle_order{"ladder-AAPL", 1});
  REQUIRE(settled);
  CHECK(settled->status == order_status::never_sent);
  auto late = floor.place(floor.wish(1));
  REQUIRE(late);
  CHECK(late->status == order_status::never_sent);
  CHECK(floor.script->received.empty());
  floor.place(floor.wish(2));
  settled = floor.request_sync<order_record>(floor.desk, settle_order{"ladder-AAPL", 2});
  REQUIRE(settled);
  CHECK(settled->status == order_status::working);
}

TEST_CASE("a bot's order is cancelled until the broker says so") {
  temp_dir dir;
  desk_under_test floor(dir.path().string());
  floor.place(floor.wish(1));
  SECTION("at once") {
    floor.send(floor.desk, cancel_order{"ladder-AAPL", 1});
    floor.run();
  }
  SECTION("a cancel that has no effect is asked for again") {
    floor.script->cancels_work = false;
    floor.send(floor.desk, cancel_order{"ladder-AAPL", 1});
    floor.advance(1s);
    floor.script->cancels_work = true;
    floor.advance(3s);
    CHECK(floor.script->cancels.size() == 2);
  }
  SECTION("a confirmation that is lost is looked for") {
    floor.script->cancels_silently = true;
    floor.send(floor.desk, cancel_order{"ladder-AAPL", 1});
    floor.advance(3s);
  }
  CHECK(floor.events() == "new canceled ");
  CHECK(floor.stored(1).status == order_status::canceled);
}

}  // namespace outcry::test
