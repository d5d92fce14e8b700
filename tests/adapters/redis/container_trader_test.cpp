#include "adapters/redis/container_trader.hpp"

#include <algorithm>
#include <utility>

#include <catch2/catch.hpp>

#include "tests/adapters/redis/container_trader_fixture.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;
using namespace outcry::test;
using namespace std::chrono_literals;

TEST_CASE("container trader: an order goes out once, however often its entry comes") {
  temp_dir dir;
  trading_room floor(dir.path().string());
  const auto entry = floor.order(1);
  CHECK(floor.script->received.size() == 1);
  REQUIRE(floor.told("order_answer").size() == 1);
  CHECK(has(floor.told("order_answer")[0], R"("number":1,)"));
  CHECK(holds(floor.words->orders, entry));
  REQUIRE_FALSE(floor.told("order_event").empty());
  CHECK(has(floor.told("order_event")[0], R"("after":0,"number":1,"event":"new")"));
  SECTION("the same entry, and the number with other terms") {
    floor.send(floor.trader, floor.wish_of(1), entry);
    floor.send(floor.trader, floor.wish_of(1, order_side::sell), floor.entry());
    floor.run();
    CHECK(floor.script->received.size() == 1);
    CHECK(floor.told("order_answer").size() == 3);
  }
  SECTION("after a restart of the floor") {
    trading_room later(dir.path().string(), floor.script);
    later.send(later.trader, later.wish_of(1), entry);
    later.run();
    CHECK(later.script->received.size() == 1);
    CHECK(holds(later.words->orders, entry));
  }
}

TEST_CASE("container trader: nothing is let go that the desk has not answered") {
  temp_dir dir;
  trading_room floor(dir.path().string());
  floor.journal_words->hangs_writes = true;
  const auto entry = floor.order(1);
  CHECK(floor.words->orders.empty());
  CHECK(floor.script->received.empty());
  // From here on it is only asked about.
  floor.journal_words->hangs_writes = false;
  trading_room later(dir.path().string(), floor.script);
  later.send(later.trader, settle_order{py.id, 1}, entry, std::string{});
  later.run();
  CHECK(later.record(1).status == order_status::never_sent);
  CHECK(holds(later.words->orders, entry));
  later.order(1);
  CHECK(later.script->received.empty());
}

TEST_CASE("container trader: what waited too long, or cannot be read, is refused for ever") {
  temp_dir dir;
  trading_room floor(dir.path().string());
  const auto entry = floor.entry();
  floor.advance(16s);
  floor.send(floor.trader, floor.wish_of(1), entry);
  floor.run();
  CHECK(floor.script->received.empty());
  CHECK(holds(floor.words->orders, entry));
  CHECK(has(floor.told("order_answer").at(0), "waited too long"));
  floor.order(1);
  CHECK(floor.script->received.empty());
  floor.send(floor.trader, settle_order{py.id, 2}, floor.entry(), std::string("qty: no decimal"));
  floor.run();
  CHECK(has(floor.told("order_answer").back(), R"("code":"invalid_input","reason":"qty: no)"));
  CHECK(floor.record(2).status == order_status::never_sent);
}

TEST_CASE("container trader: orders are judged by the pit's price") {
  temp_dir dir;
  trading_room floor(dir.path().string());
  floor.words->pit.state = feed_state::stale;
  floor.order(1);
  CHECK(floor.script->received.empty());
  CHECK(has(floor.told("order_answer").at(0), R"("code":"stale_price")"));
  floor.words->pit.state = feed_state::live;
  floor.order(2);
  CHECK(floor.script->received.size() == 1);
}

TEST_CASE("container trader: events come again until the bot says it has handled them") {
  temp_dir dir;
  trading_room floor(dir.path().string());
  floor.order(1);
  floor.fill(1, "4");
  const auto first = floor.told("order_event");
  REQUIRE(first.size() == 2);
  // As long as it may be on its way nothing is repeated.
  floor.be_there(0);
  CHECK(floor.told("order_event").size() == 2);
  floor.advance(4s);
  floor.be_there(0);
  REQUIRE(floor.told("order_event").size() == 4);
  CHECK(floor.told("order_event")[2] == first[0]);
  CHECK(floor.told("order_event")[3] == first[1]);
  // Handled to the end: nothing more.
  floor.be_there(2);
  floor.advance(10s);
  floor.be_there(2);
  CHECK(floor.told("order_event").size() == 4);
  // A new life of the bot: all at once.
  floor.be_there(-1);
  REQUIRE(floor.told("orders").size() == 1);
  const auto account = floor.told("orders")[0];
  CHECK(has(account, R"({"seq":2,"number":1,"position":"4")"));
  CHECK(has(account, R"("status":"partially_filled","filledQty":"4")"));
  // And after a restart of the floor the same.
  trading_room later(dir.path().string(), floor.script);
  later.be_there(-1);
  REQUIRE_FALSE(later.told("orders").empty());
  CHECK(later.told("orders").back() == account);
}

TEST_CASE("container trader: a bot that was with another floor does not order") {
  temp_dir dir;
  trading_room floor(dir.path().string(), {}, 1);
  const auto entry = floor.order(5);
  CHECK(floor.script->received.empty());
  CHECK(holds(floor.words->orders, entry));
  REQUIRE(floor.told("order_answer").size() == 1);
  CHECK(floor.told("order_answer")[0] ==
        R"({"number":5,"status":"never_sent","filledQty":"0","averagePrice":"0","code":"refused",)"
        R"("reason":)"
        R"("the bot was with another floor: start it anew"})");
  SECTION("nor when this floor's events have come as far") {
    floor.send(floor.trader, settle_order{py.id, 6}, floor.entry(), std::string{});
    floor.run();
    CHECK(floor.record(6).status == order_status::never_sent);
    floor.advance(4s);
    floor.be_there(1);
    CHECK(floor.told("order_event").empty());
  }
  SECTION("nor when it was away for a while") {
    floor.send(floor.trader, std::int64_t{-1}, false);
    floor.run();
  }
  floor.order(7);
  CHECK(floor.script->received.empty());
  // A new life of it.
  floor.be_there(-1);
  CHECK(floor.told("orders").size() == 1);
  floor.order(8);
  CHECK(floor.script->received.size() == 1);
}

TEST_CASE("container trader: what this floor has placed is known to a bot of another one, too") {
  temp_dir dir;
  trading_room floor(dir.path().string());
  const auto entry = floor.order(1);
  floor.be_there(500);
  floor.send(floor.trader, floor.wish_of(1), entry);
  floor.run();
  CHECK(floor.script->received.size() == 1);
  REQUIRE(floor.told("order_answer").size() == 2);
  CHECK(has(floor.told("order_answer")[1], R"({"number":1,"status":"new")"));
}

TEST_CASE("container trader: a cancel is let go when its order is over") {
  temp_dir dir;
  trading_room floor(dir.path().string());
  floor.order(1);
  floor.script->cancels_work = false;
  const auto entry = floor.entry();
  floor.send(floor.trader, cancel_order{py.id, 1}, entry);
  floor.run();
  CHECK(floor.script->cancels.size() == 1);
  CHECK_FALSE(holds(floor.words->orders, entry));
  const auto again = floor.entry();
  floor.send(floor.trader, cancel_order{py.id, 1}, again);
  floor.run();
  CHECK(holds(floor.words->orders, again));
  floor.script->tell(floor.script->end(floor.client(1), order_status::canceled));
  floor.run();
  CHECK(holds(floor.words->orders, entry));
  const auto late = floor.entry();
  floor.send(floor.trader, cancel_order{py.id, 1}, late);
  floor.run();
  CHECK(holds(floor.words->orders, late));
}

TEST_CASE("container bot: a stop is done when bot and order desk say so") {
  temp_dir dir;
  trading_room floor(dir.path().string());
  floor.order(1);
  floor.fill(1);
  floor.order(2);
  floor.order(3, order_side::sell);
  floor.script->cancels_work = false;
  auto stop = floor.command("m1", "stop");
  // Shut out before the bot has said anything.
  floor.order(4);
  CHECK(floor.script->received.size() == 3);
  CHECK(has(floor.told("order_answer").back(), R"("code":"halted")"));
  floor.says("m1", line_status::done, "7-0");
  CHECK_FALSE(stop.ready());
  CHECK(floor.words->answers.empty());
  floor.advance(3s);
  REQUIRE(stop.get());
  CHECK(stop.get()->line.status == line_status::pending);
  CHECK(has(stop.get()->line.reason, "order 2 (buy 10 AAPL): the broker has not confirmed"));
  floor.script->tell(floor.script->end(floor.client(2), order_status::canceled));
  floor.advance(1s);
  REQUIRE(floor.words->outcomes.size() == 1);
  const auto& line = floor.words->outcomes[0].line;
  CHECK(line.status == line_status::done);
  CHECK(line.reason == "stopped, 1 order is left resting: sell 10 AAPL at 100; position 10");
  CHECK(holds(floor.words->answers, "7-0"));
  floor.order(5);
  CHECK(floor.script->received.size() == 3);
}

TEST_CASE("container bot: a start waits for the stop before it, and opens the gate first") {
  temp_dir dir;
  trading_room floor(dir.path().string());
  floor.order(1);
  floor.script->cancels_work = false;
  floor.command("m1", "stop");
  floor.says("m1", line_status::done, "7-0");
  auto start = floor.command("m2", "start");
  floor.order(2);
  CHECK(floor.script->received.size() == 1);
  floor.advance(6s);
  CHECK_FALSE(holds(floor.words->commands, "m2"));
  floor.script->tell(floor.script->end(floor.client(1), order_status::canceled));
  floor.advance(1s);
  REQUIRE(holds(floor.words->commands, "m2"));
  // What it orders before its answer is heard goes out.
  floor.order(3);
  CHECK(floor.script->received.size() == 2);
  floor.says("m2", line_status::done, "8-0", "started");
  REQUIRE(start.get());
  CHECK(start.get()->line.status == line_status::done);
  floor.order(4);
  CHECK(floor.script->received.size() == 3);
}

TEST_CASE("container bot: a start that failed leaves the gate closed") {
  temp_dir dir;
  trading_room floor(dir.path().string());
  floor.command("m1", "stop");
  floor.says("m1", line_status::done, "7-0");
  floor.command("m2", "start");
  floor.says("m2", line_status::error, "8-0", "no");
  floor.advance(6s);
  floor.order(1);
  CHECK(floor.script->received.empty());
}

TEST_CASE("container bot: an answer of before the stop that comes again opens no gate") {
  temp_dir dir;
  trading_room floor(dir.path().string());
  floor.command("m0", "stop");
  floor.says("m0", line_status::done, "6-0");
  floor.advance(1s);
  floor.journal_words->refuses_writes = true;
  floor.command("m1", "start");
  const auto started_ms = floor.time()->now_ms();
  floor.says("m1", line_status::done, "7-0", "started");
  CHECK_FALSE(holds(floor.words->answers, "7-0"));
  floor.advance(1s);
  auto stop = floor.command("m2", "stop");
  floor.says("m2", line_status::done, "8-0");
  floor.advance(1s);
  REQUIRE(stop.get());
  CHECK(stop.get()->line.status == line_status::done);
  floor.journal_words->refuses_writes = false;
  floor.advance(30s);
  floor.be_there();
  floor.says("m1", line_status::done, "7-0", "started", started_ms);
  CHECK(holds(floor.words->answers, "7-0"));
  floor.order(1);
  CHECK(floor.script->received.empty());
  auto image = floor.request_sync<bot_image>(floor.real, load_bot{py.id});
  REQUIRE(image);
  CHECK(image->record.desired == desired_state::stopped);
}

TEST_CASE("container bot: one that was stopped is shut out before its orders are read again") {
  temp_dir dir;
  auto script = std::make_shared<broker_script>();
  {
    trading_room floor(dir.path().string(), script);
    floor.command("m1", "stop");
    floor.says("m1", line_status::done, "7-0");
    CHECK(holds(floor.words->answers, "7-0"));
  }
  trading_room later(dir.path().string(), script);
  later.order(1);
  CHECK(script->received.empty());
  CHECK(later.record(1).code == "halted");
}

TEST_CASE("container bot: an answer that the floor did not survive comes again and waits again") {
  temp_dir dir;
  auto script = std::make_shared<broker_script>();
  {
    trading_room floor(dir.path().string(), script);
    floor.order(1);
    script->cancels_work = false;
    floor.command("m1", "stop");
    floor.says("m1", line_status::done, "7-0");
    CHECK(floor.words->answers.empty());
  }
  trading_room later(dir.path().string(), script);
  later.says("m1", line_status::done, "7-0");
  CHECK(later.words->answers.empty());
  CHECK(later.words->outcomes.empty());
  script->tell(script->end(later.client(1), order_status::canceled));
  later.advance(1s);
  CHECK(holds(later.words->answers, "7-0"));
  REQUIRE(later.words->outcomes.size() == 1);
  CHECK(later.words->outcomes[0].line.status == line_status::done);
}

TEST_CASE("container bot: an exit's orders pass the gate, and only they") {
  temp_dir dir;
  trading_room floor(dir.path().string());
  floor.order(1);
  floor.fill(1);
  floor.command("m1", "stop");
  floor.says("m1", line_status::done, "7-0");
  floor.order(2, order_side::sell);
  CHECK(floor.script->received.size() == 1);  // stopped is stopped
  auto exit = floor.command("m2", "exit");
  floor.says("m2", line_status::pending, "8-0", "closing");
  REQUIRE(exit.get());
  CHECK(exit.get()->line.status == line_status::pending);
  floor.order(3);
  CHECK(floor.script->received.size() == 1);
  floor.order(4, order_side::sell);
  REQUIRE(floor.script->received.size() == 2);
  CHECK(floor.record(4).purpose == order_purpose::exit);
  SECTION("it is flat") {
    floor.fill(4);
    floor.says("m2", line_status::done, "9-0", "flat");
    floor.advance(1s);
    CHECK(floor.words->outcomes.back().line.status == line_status::done);
  }
  SECTION("it says so and is not") {
    floor.fill(4, "3");
    floor.says("m2", line_status::done, "9-0", "flat");
    floor.advance(1s);
    const auto& line = floor.words->outcomes.back().line;
    CHECK(line.status == line_status::error);
    CHECK(has(line.reason, "7 is left"));
  }
  SECTION("a stop ends it") {
    floor.command("m3", "stop");
    floor.says("m3", line_status::done, "9-0");
    floor.script->tell(floor.script->end(floor.client(4), order_status::canceled));
    floor.run();
  }
  floor.order(5, order_side::sell);
  CHECK(floor.script->received.size() == 2);
}

TEST_CASE("container trader: a farewell cancels what could make the position larger") {
  temp_dir dir;
  trading_room floor(dir.path().string());
  floor.order(1);
  floor.fill(1);
  floor.order(2);
  floor.order(3, order_side::sell);
  floor.send(floor.trader, unregister_bot{py.id, "sold"});
  floor.run();
  CHECK(floor.ended(caf::actor_cast<caf::actor>(floor.trader)));
  CHECK(floor.record(2).status == order_status::canceled);
  CHECK_FALSE(is_closed(floor.record(3).status));
}

TEST_CASE("container trader: a farewell cancels an order of money: nobody knows how much it is") {
  temp_dir dir;
  trading_room floor(dir.path().string());
  auto wish = floor.wish_of(1);
  wish.terms.type = order_type::market;
  wish.terms.qty = {};
  wish.terms.limit_price = {};
  wish.terms.notional = *Money::parse("500");
  floor.send(floor.trader, wish, floor.entry());
  floor.run();
  auto part = floor.script->fill(floor.client(1), shares("2"), dollars("100"));
  floor.script->order(floor.client(1)).status = order_status::partially_filled;
  part.event = "partial_fill";
  part.order.status = order_status::partially_filled;
  floor.script->tell(part);
  floor.run();
  REQUIRE(floor.record(1).status == order_status::partially_filled);
  floor.send(floor.trader, unregister_bot{py.id, "sold"});
  floor.run();
  CHECK(floor.record(1).status == order_status::canceled);
}
