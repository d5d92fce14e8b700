#include <catch2/catch.hpp>

#include "tests/contract/bot_python_fixture.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;

TEST_CASE("bot-python: orders are counted on, events are taken once and in order") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bare_redis redis;
  auto write = [&](const std::string& field, const std::string& text) {
    REQUIRE(redis.link.command({"XADD", "OUTCRY_COMMANDS_py-AAPL", "*", field, text}));
  };
  auto asks = [&](const std::string& field, const std::string& text) {
    return outcry::test::eventually([&] {
      auto all = redis.link.command({"XRANGE", "OUTCRY_ORDERS", "-", "+"});
      for (std::size_t i = 0; all && i < all->size(); ++i)
        if ((*all)[i][1][0].text() == field && has(std::string((*all)[i][1][1].text()), text))
          return true;
      return false;
    });
  };
  auto event = [&](int seq, int after, int number, const std::string& name,
                   const std::string& status, const std::string& qty) {
    write("order_event", R"({"seq":)" + std::to_string(seq) + R"(,"after":)" +
                             std::to_string(after) + R"(,"number":)" + std::to_string(number) +
                             R"(,"event":")" + name + R"(","side":"buy","type":"market",)" +
                             R"("status":")" + status + R"(","price":"107","qty":")" + qty +
                             R"(","filledQty":")" + qty +
                             R"(","averagePrice":"107","code":"","reason":"","at":1})");
  };
  // Written by an earlier life of it, and not read by the floor yet.
  REQUIRE(redis.link.command(
      {"XADD", "OUTCRY_ORDERS", "*", "order", R"({"bot":"py-AAPL","number":7})"}));
  REQUIRE(redis.link.command(
      {"XADD", "OUTCRY_ORDERS", "*", "order", R"({"bot":"other","number":70})"}));
  auto bot = redis.bot(R"(
  def __init__(self, *words):
    super().__init__(*words, orders=True)
  def on_price(self, price):
    self.submit("buy", qty="0.50", limit_price=106.5)
  def on_order_event(self, event):
    print("event", event["number"], event["event"], self.position, sorted(self.open_orders),
          flush=True)
)");
  INFO(bot.output());
  auto says = [&](const std::string& text) {
    return outcry::test::eventually([&] { return has(bot.output(), text); });
  };
  // It is told how its orders stand before it is briefed.
  REQUIRE(redis.soon_says(R"("lastEvent": -1)"));
  write("briefing", R"({"desired":"running","parameters":{},"at":1})");
  write("orders", R"({"seq":40,"number":4,"position":"2.5","open":[]})");
  REQUIRE(redis.soon_says(R"("lastEvent": 40)"));
  CHECK(has(redis.presence(), R"("briefed": false)"));
  redis.brief();
  redis.publish_price();
  REQUIRE(asks("order", R"("number": 8, "side": "buy", "type": "limit", "qty": "0.50", )"
                        R"("limitPrice": "106.5")"));
  // One before it was lost: left; then both, one of them twice.
  event(43, 42, 8, "fill", "filled", "0.5");
  event(42, 40, 8, "new", "new", "0");
  event(43, 42, 8, "fill", "filled", "0.5");
  event(43, 42, 8, "fill", "filled", "0.5");
  REQUIRE(redis.soon_says(R"("lastEvent": 43)"));
  CHECK(says("event 8 new 2.5 [8]\nevent 8 fill 3.0 []\n"));
  // Refused by the answer, told of it once.
  redis.publish_price();
  REQUIRE(asks("order", R"("number": 9)"));
  write("order_answer", R"({"number":9,"status":"never_sent","code":"halted","reason":"stopped"})");
  CHECK(says("event 9 refused 3.0 []\n"));
  event(45, 43, 9, "refused", "never_sent", "0");
  REQUIRE(redis.soon_says(R"("lastEvent": 45)"));
  // Nobody answers: it asks, and does not write the order anew.
  redis.publish_price();
  REQUIRE(asks("settle", R"("number": 10)"));
  write("order_answer", R"({"number":10,"status":"never_sent","code":"unavailable","reason":""})");
  CHECK(says("event 10 refused 3.0 []\n"));
  const auto said = bot.output();
  CHECK(said.find("event 9") == said.rfind("event 9"));
  CHECK(said.find("event 8 fill") == said.rfind("event 8 fill"));
  auto all = redis.link.command({"XRANGE", "OUTCRY_ORDERS", "-", "+"});
  REQUIRE(all);
  int orders = 0;
  for (std::size_t i = 0; i < all->size(); ++i) orders += (*all)[i][1][0].text() == "order";
  CHECK(orders == 5);
  // Stopped, it orders nothing.
  redis.tell("stop-1", "stop");
  CHECK(has(redis.answers(1)[0], R"("status": "done")"));
}

TEST_CASE("bot-python: an exit with a limit price sells whole shares and names what is left") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bare_redis redis;
  auto write = [&](const std::string& field, const std::string& text) {
    REQUIRE(redis.link.command({"XADD", "OUTCRY_COMMANDS_py-AAPL", "*", field, text}));
  };
  auto order = [&]() -> std::string {
    auto all = redis.link.command({"XRANGE", "OUTCRY_ORDERS", "-", "+"});
    return all && all->size() > 0 ? std::string((*all)[0][1][1].text()) : std::string();
  };
  auto bot = redis.bot(R"(
  def __init__(self, *words):
    super().__init__(*words, orders=True)
)");
  INFO(bot.output());
  REQUIRE(redis.soon_says(R"("lastEvent": -1)"));
  write("orders", R"({"seq":40,"number":4,"position":"2.75","open":[]})");
  REQUIRE(redis.soon_says(R"("lastEvent": 40)"));
  redis.brief();
  redis.tell_raw(R"({"id":"exit-1","type":"exit","config":{"limit_price":"99.5"},)"
                 R"("addressed":true,"pressedAt":1,"expiresAt":0})");
  CHECK(has(redis.answers(1)[0], R"("status": "pending")"));
  REQUIRE(outcry::test::eventually([&] { return !order().empty(); }));
  CHECK(has(order(), R"("side": "sell", "type": "limit", "qty": "2", "limitPrice": "99.5")"));
  SECTION("it is sold") {
    write("order_event",
          R"({"seq":41,"after":40,"number":5,"event":"fill","side":"sell","type":"limit",)"
          R"("status":"filled","price":"99.5","qty":"2","filledQty":"2","averagePrice":"99.5",)"
          R"("code":"","reason":"","at":1})");
    const auto last = redis.answers(2)[1];
    CHECK(has(last, R"("status": "error")"));
    CHECK(has(last, "a part of a share is not sold at a limit price; position 0.75 is left"));
  }
  SECTION("it is refused, and why is said") {
    for (int number = 5; number < 8; ++number)
      write("order_answer", R"({"number":)" + std::to_string(number) +
                                R"(,"status":"never_sent","code":"refused","reason":"not now"})");
    // An answer to an order that was not asked for yet is skipped: said again.
    CHECK(outcry::test::eventually([&] {
      for (int number = 6; number < 8; ++number)
        write("order_answer", R"({"number":)" + std::to_string(number) +
                                  R"(,"status":"never_sent","code":"refused","reason":"not now"})");
      auto all = redis.link.command({"XLEN", "OUTCRY_ACKNOWLEDGEMENTS"});
      return all && all->integer() >= 2;
    }));
    CHECK(has(redis.answers(2)[1], "3 orders were not filled: not now; position 2.75 is left"));
  }
}
