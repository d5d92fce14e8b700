#include <chrono>
#include <csignal>

#include <catch2/catch.hpp>

#include "tests/contract/bot_python_fixture.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;
using namespace std::chrono_literals;

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

namespace {

/// A bot that orders nothing by itself. The test is the floor.
struct ordering_bot : bare_redis {
  outcry::test::process process;

  explicit ordering_bot(const std::string& position = "0", const std::string& body = {}) {
    start(position, "[]", body);
  }

  void start(const std::string& position, const std::string& open, const std::string& body = {}) {
    process = bot(R"(
  def __init__(self, *words):
    super().__init__(*words, orders=True)
)" + body);
    REQUIRE(soon_says(R"("lastEvent": -1)"));
    write("orders",
          R"({"seq":40,"number":4,"position":")" + position + R"(","open":)" + open + "}");
    REQUIRE(soon_says(R"("lastEvent": 40)"));
    brief();
  }
  void write(const std::string& field, const std::string& text) {
    REQUIRE(link.command({"XADD", "OUTCRY_COMMANDS_py-AAPL", "*", field, text}));
  }
  void command(const std::string& id, const std::string& type, const std::string& config,
               const std::string& more = R"("expiresAt":0)") {
    tell_raw(R"({"id":")" + id + R"(","type":")" + type + R"(","config":)" + config +
             R"(,"addressed":true,"pressedAt":1,)" + more + "}");
  }
  /// What it has written in that field of the stream of orders, once there are so many.
  std::vector<std::string> wishes(const std::string& field, std::size_t count) {
    std::vector<std::string> result;
    CHECK(outcry::test::eventually([&] {
      auto all = link.command({"XRANGE", "OUTCRY_ORDERS", "-", "+"});
      result.clear();
      for (std::size_t i = 0; all && i < all->size(); ++i)
        if ((*all)[i][1][0].text() == field) result.emplace_back((*all)[i][1][1].text());
      return result.size() >= count;
    }));
    result.resize(std::max(count, result.size()));
    return result;
  }
  /// The next event of order 5, to buy 5 at 107.
  void event(const std::string& name, const std::string& status, const std::string& filled) {
    write("order_event", R"({"seq":)" + std::to_string(seq_ + 1) + R"(,"after":)" +
                             std::to_string(seq_) + R"(,"number":5,"event":")" + name +
                             R"(","side":"buy","type":"market","status":")" + status +
                             R"(","price":"107","qty":")" + filled + R"(","filledQty":")" + filled +
                             R"(","averagePrice":")" + (filled == "0" ? "0" : "107") +
                             R"(","code":"","reason":"","at":1})");
    ++seq_;
  }

private:
  int seq_ = 40;
};

}  // namespace

TEST_CASE("bot-python: an enter is one order, and its end is the answer") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  ordering_bot floor;
  INFO(floor.process.output());
  auto begins = [&](const std::string& config, const std::string& order,
                    const std::string& more = R"("expiresAt":0)") {
    floor.command("enter-1", "enter", config, more);
    const auto begun = floor.answers(1)[0];
    CHECK(has(begun, R"("status": "pending")"));
    CHECK(has(begun, R"("result": {"order": 5})"));
    CHECK(has(floor.wishes("order", 1)[0], R"("number": 5, )" + order));
    // Written again it is the same wish.
    floor.command("enter-1", "enter", config, more);
    CHECK(floor.answers(2)[1] == begun);
  };
  std::string end;
  SECTION("filled") {
    begins(R"({"side":"buy","qty":5,"expires_s":60})",
           R"("side": "buy", "type": "market", "qty": "5", "timeInForce": "day")");
    // A market order that rests is not done.
    floor.event("new", "new", "0");
    REQUIRE(floor.soon_says(R"("lastEvent": 41)"));
    floor.event("fill", "filled", "5");
    end = floor.answers(3)[2];
    CHECK(has(end, R"("status": "done", "code": "", "reason": "5 filled at 107")"));
    CHECK(has(end, R"("result": {"order": 5, "status": "filled", "filled": "5", )"
                   R"("average_price": "107"})"));
  }
  SECTION("an amount of money") {
    begins(R"({"side":"buy","notional":"250.50"})",
           R"("side": "buy", "type": "market", "notional": "250.50")");
    floor.event("fill", "filled", "5");
    CHECK(has(floor.answers(3)[2], R"("status": "done")"));
  }
  SECTION("resting at a limit price") {
    begins(R"({"side":"sell","qty":"5","limit_price":99.5})",
           R"("side": "sell", "type": "limit", "qty": "5", "limitPrice": "99.5", )"
           R"("timeInForce": "day", "extendedHours": true)");
    floor.event("pending_new", "pending_new", "0");
    floor.event("new", "new", "0");
    end = floor.answers(3)[2];
    CHECK(has(end, R"("status": "done")"));
    CHECK(has(end, "resting at the broker: sell 5 AAPL at 99.5, 0 filled"));
  }
  SECTION("cancelled with a part of it filled") {
    begins(R"({"side":"buy","qty":5})", R"("side": "buy")");
    floor.event("canceled", "canceled", "2");
    end = floor.answers(3)[2];
    CHECK(has(end, R"("status": "error", "code": "refused")"));
    CHECK(has(end, "canceled: 2 filled at 107"));
  }
  SECTION("refused by the floor") {
    begins(R"({"side":"buy","qty":5})", R"("side": "buy")");
    floor.write("order_answer", R"({"number":5,"status":"never_sent","code":"risk_limit",)"
                                R"("reason":"too much"})");
    end = floor.answers(3)[2];
    CHECK(has(end, R"("status": "error", "code": "risk_limit", "reason": "too much")"));
  }
  SECTION("overtaken by a stop, or an exit") {
    begins(R"({"side":"buy","qty":5})", R"("side": "buy")");
    const std::string brake = GENERATE("stop", "exit");
    floor.command("brake-1", brake, "{}");
    end = floor.answers(3)[2];
    CHECK(has(end, R"("id": "enter-1")"));
    CHECK(has(end, R"("status": "error", "code": "halted")"));
    CHECK(has(end, brake + " came before it was done"));
    CHECK(has(floor.wishes("cancel", 1)[0], R"("number": 5)"));
  }
  SECTION("too late") {
    const auto soon = std::chrono::system_clock::now().time_since_epoch() + 2s;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(soon).count();
    begins(R"({"side":"buy","qty":5})", R"("side": "buy")", R"("expiresAt":)" + std::to_string(ms));
    CHECK(has(floor.wishes("cancel", 1)[0], R"("number": 5)"));
    floor.event("canceled", "canceled", "2");
    end = floor.answers(3)[2];
    CHECK(has(end, R"("status": "error", "code": "expired")"));
    CHECK(has(end, "canceled: 2 filled at 107"));
  }
  CHECK(floor.wishes("order", 1).size() == 1);
}

TEST_CASE("bot-python: a stop that loses Redis half way is obeyed all the same") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  // The link is lost once: when the message that the stop ends is to be answered.
  ordering_bot floor("10", R"(
  lost_once = False
  def _remember(self, answer):
    super()._remember(answer)
    if answer["code"] == "halted" and not self.lost_once:
      self.lost_once = True
      whole = self._redis.pipeline
      def cut(**options):
        self._redis.pipeline = whole
        raise outcry_bot.redis.exceptions.ConnectionError("cut")
      self._redis.pipeline = cut
  def on_stop(self):
    super().on_stop()
    print("stops", self.stops, flush=True)
import outcry_bot
)");
  INFO(floor.process.output());
  const std::string wish = GENERATE("enter", "exit");
  const std::string config = wish == "enter" ? R"({"side":"buy","qty":5})" : "{}";
  const std::string stops = wish == "enter" ? "stops 1" : "stops 2";  // an exit stops it too
  floor.command("first", wish, config);
  CHECK(has(floor.answers(1)[0], R"("status": "pending")"));
  floor.command("stop-1", "stop", "{}");
  const auto stopped = floor.answers(2)[1];
  CHECK(has(stopped, R"("id": "stop-1")"));
  CHECK(has(stopped, R"("status": "done")"));
  CHECK(outcry::test::eventually([&] { return has(floor.process.output(), stops); }));
  CHECK(has(floor.process.output(), "cut"));
  // The other's end is told when the floor asks again.
  floor.command("first", wish, config);
  const auto ended = floor.answers(3)[2];
  CHECK(has(ended, R"("id": "first")"));
  CHECK(has(ended, R"("status": "error", "code": "halted")"));
  CHECK(floor.wishes("order", 1).size() == 1);
}

TEST_CASE("bot-python: an enter that is wrong names the field, and nothing is ordered") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  ordering_bot floor;
  INFO(floor.process.output());
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {R"({"qty":5})", "config.side: expected buy or sell, found nothing"},
      {R"({"side":"hold","qty":5})", "config.side: expected buy or sell"},
      {R"({"side":"buy"})", "config.qty: expected either qty or notional"},
      {R"({"side":"buy","qty":5,"notional":5})", "config.qty: expected either qty or notional"},
      {R"({"side":"buy","qty":0})", "config.qty: expected a number of shares above 0, found 0"},
      {R"({"side":"buy","qty":true})", "config.qty: expected"},
      {R"({"side":"buy","qty":null})", "config.qty: expected"},
      {R"({"side":"buy","notional":"much"})", "config.notional: expected an amount of money"},
      {R"({"side":"buy","notional":5,"limit_price":1})", "config.limit_price: expected none"},
      {R"({"side":"buy","qty":5,"limit_price":-1})", "config.limit_price: expected a price"},
      {R"({"side":"buy","qty":5,"stop_price":1})", "config.stop_price: expected no other"}};
  std::size_t count = 0;
  for (const auto& [config, why] : wrong) {
    INFO(config);
    floor.command("enter-" + std::to_string(count), "enter", config);
    const auto answer = floor.answers(count + 1)[count];
    CHECK(has(answer, R"("status": "error", "code": "invalid_config")"));
    CHECK(has(answer, why));
    ++count;
  }
  floor.command("exit-1", "exit", R"({"then":"stop"})");
  CHECK(has(floor.answers(count + 1)[count], "config.then: expected start"));
  floor.command("stop-1", "stop", "{}");
  floor.command("enter-last", "enter", R"({"side":"buy","qty":5})");
  const auto halted = floor.answers(count + 3)[count + 2];
  CHECK(has(halted, R"("status": "error", "code": "halted", "reason": "the bot is stopped")"));
  CHECK(floor.wishes("order", 0).empty());
}

TEST_CASE("bot-python: restarted in the middle of an enter it does not order again") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  ordering_bot floor;
  floor.command("enter-1", "enter", R"({"side":"buy","qty":5})");
  floor.answers(1);
  floor.process.signal(SIGKILL);
  floor.process.wait();
  REQUIRE(floor.link.command({"DEL", "OUTCRY_PRESENCE_py-AAPL"}));
  const bool is_open = GENERATE(true, false);
  // By a floor that has not read yet what the earlier life said.
  const bool is_noted = GENERATE(true, false);
  floor.start("0", is_open ? R"([{"number":5,"side":"buy","type":"market","qty":"5",)"
                             R"("status":"new","filledQty":"0","averagePrice":"0"}])"
                           : "[]");
  INFO(floor.process.output());
  // Too late by now, and begun in time.
  floor.command("enter-1", "enter", R"({"side":"buy","qty":5})",
                is_noted ? R"("expiresAt":1,"noted":{"order":5})" : R"("expiresAt":1)");
  CHECK(has(floor.answers(2)[1], R"("result": {"order": 5})"));
  std::string end;
  if (is_open) {
    floor.event("fill", "filled", "5");
    end = floor.answers(3)[2];
    CHECK(has(end, R"("status": "done", "code": "", "reason": "5 filled at 107")"));
  } else {
    CHECK(has(floor.wishes("settle", 1)[0], R"("number": 5)"));
    SECTION("it was filled") {
      floor.write("order_answer", R"({"number":5,"status":"filled","filledQty":"5",)"
                                  R"("averagePrice":"107","code":"","reason":""})");
      CHECK(has(floor.answers(3)[2], R"("status": "done", "code": "", "reason": "5 filled)"));
    }
    SECTION("nobody had taken it") {
      floor.write("order_answer", R"({"number":5,"status":"never_sent","filledQty":"0",)"
                                  R"("averagePrice":"0","code":"unavailable","reason":"gone"})");
      CHECK(has(floor.answers(3)[2], R"("status": "error", "code": "unavailable")"));
    }
  }
  CHECK(floor.wishes("order", 1).size() == 1);
}
