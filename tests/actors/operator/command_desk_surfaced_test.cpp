#include "actors/trading/live_order.hpp"
#include "tests/actors/operator/desk_fixture.hpp"

namespace outcry::test {

namespace {

order_surfaced news_of(const std::string& ticker, std::uint64_t number, std::int64_t asked_at_ms,
                       order_status status = order_status::accepted, int filled = 0) {
  order_surfaced news;
  news.asked_at_ms = asked_at_ms;
  news.event.bot_id = "counter-" + ticker;
  news.event.number = number;
  news.event.terms.ticker = ticker;
  news.event.terms.type = order_type::market;
  news.event.terms.qty = Quantity::from_integer(5);
  news.event.status = status;
  news.event.filled_qty = Quantity::from_integer(filled);
  news.event.code = surfaced_code;
  return news;
}

struct stopped_floor : desk_fixture {
  stopped_floor() {
    open_with_three_bots();
    asked_at_ms = floor.time()->now_ms();
    floor.advance(std::chrono::seconds(1));
    REQUIRE(floor.submit(floor.message("m1", "stop", {"AAPL", "META"})));
    // Long enough for the desk to be done with it.
    floor.advance(std::chrono::seconds(1));
    REQUIRE(statuses(floor.stored("m1")) == "done ignored done ");
  }

  std::vector<ledger> told(order_surfaced news) {
    if (news.event.at_ns == 0) news.event.at_ns = floor.time()->now();
    auto amended = floor.request_sync<ledger_list>(floor.desk, news);
    REQUIRE(amended);
    floor.advance(std::chrono::seconds(1));
    return amended->ledgers;
  }

  std::int64_t asked_at_ms = 0;
};

}  // namespace

TEST_CASE_METHOD(stopped_floor, "desk: an order that surfaces amends the stop that was done") {
  CHECK(told(news_of("AAPL", 7, asked_at_ms)).size() == 1);
  auto entry = floor.stored("m1");
  CHECK(statuses(entry) == "error ignored done ");
  CHECK(entry.state == message_state::failed);
  auto line = floor.line(entry, "AAPL");
  CHECK(line.code == "surfaced");
  CHECK(line.reason ==
        "stopped; but order 7 (buy 5 AAPL at the market), given up before, came up at the broker: "
        "being cancelled");
  // Its end, and another one.
  told(news_of("AAPL", 7, asked_at_ms, order_status::canceled, 2));
  told(news_of("AAPL", 9, asked_at_ms));
  line = floor.line(floor.stored("m1"), "AAPL");
  CHECK(line.reason ==
        "stopped; but order 7 (buy 5 AAPL at the market), given up before, came up at the broker: "
        "canceled, 2 filled; but order 9 (buy 5 AAPL at the market), given up before, came up at "
        "the broker: being cancelled");
  CHECK(floor.line(floor.stored("m1"), "META").status == line_status::done);
}

TEST_CASE_METHOD(stopped_floor, "desk: an amended line is owed to the mirror") {
  floor.script->writes.clear();
  told(news_of("META", 3, asked_at_ms));
  std::string paths;
  for (const auto& write : floor.script->writes)
    for (const auto& owed : write.owed) paths += owed.path + '\n';
  CHECK(paths.find("counter-META") != std::string::npos);
  CHECK(paths.find("counter-AAPL") == std::string::npos);
}

TEST_CASE_METHOD(stopped_floor, "desk: an order asked for after the stop amends nothing") {
  floor.advance(std::chrono::seconds(1));
  CHECK(told(news_of("AAPL", 7, floor.time()->now_ms())).empty());
  CHECK(told(news_of("GOOGL", 7, asked_at_ms)).empty());
  CHECK(statuses(floor.stored("m1")) == "done ignored done ");
}

TEST_CASE_METHOD(stopped_floor, "desk: a line is amended also while the journal is full") {
  floor.script->refuses_writes = true;
  CHECK(told(news_of("AAPL", 7, asked_at_ms)).size() == 1);
  CHECK(told(news_of("AAPL", 9, asked_at_ms)).size() == 1);
  CHECK(statuses(floor.seen("m1")) == "error ignored done ");
  CHECK(statuses(floor.stored("m1")) == "done ignored done ");
  floor.script->refuses_writes = false;
  floor.advance(std::chrono::seconds(2));
  CHECK(statuses(floor.stored("m1")) == "error ignored done ");
  const auto reason = floor.line(floor.stored("m1"), "AAPL").reason;
  CHECK(reason.find("order 7") < reason.find("order 9"));
}

TEST_CASE_METHOD(stopped_floor, "desk: a stop that was done when the order was over stays done") {
  auto news = news_of("AAPL", 7, asked_at_ms);
  news.event.at_ns = floor.line(floor.stored("m1"), "AAPL").at_ms * ns_per_ms;
  CHECK(told(news).empty());
  CHECK(statuses(floor.stored("m1")) == "done ignored done ");
}

TEST_CASE_METHOD(stopped_floor, "desk: what is written already is not written again") {
  const auto news = news_of("AAPL", 7, asked_at_ms);
  floor.script->refuses_writes = true;
  CHECK(told(news).size() == 1);
  CHECK(told(news).size() == 1);  // it is not in the journal yet
  floor.script->refuses_writes = false;
  floor.advance(std::chrono::seconds(2));
  floor.script->writes.clear();
  CHECK(told(news).empty());
  CHECK(floor.script->writes.empty());
}

TEST_CASE_METHOD(stopped_floor, "desk: an order that surfaces amends no start") {
  REQUIRE(floor.submit(floor.message("m2", "start", {"AAPL"})));
  floor.advance(std::chrono::seconds(1));
  CHECK(told(news_of("AAPL", 7, asked_at_ms)).size() == 1);
  CHECK(statuses(floor.stored("m2")) == "done ignored ignored ");
}

TEST_CASE_METHOD(stopped_floor, "desk: a stop still open is amended where it is") {
  auto words = std::make_shared<slow_bot_words>();
  auto bot = floor.spawn(slow_bot, words);
  floor.know("NVDA", caf::actor_cast<caf::actor>(bot));
  REQUIRE(floor.submit(floor.message("m2", "stop", {"AAPL", "NVDA"})));
  floor.advance(std::chrono::seconds(1));
  CHECK(told(news_of("AAPL", 7, asked_at_ms)).size() == 2);
  CHECK(floor.line(floor.seen("m2"), "AAPL").code == "surfaced");
  caf::anon_send(bot, outcome_of("m2", "counter-NVDA", line_status::done));
  floor.advance(std::chrono::seconds(1));
  CHECK(floor.line(floor.stored("m2"), "AAPL").code == "surfaced");
  CHECK(floor.line(floor.stored("m2"), "NVDA").status == line_status::done);
}

}  // namespace outcry::test
