#include <csignal>

#include <catch2/catch.hpp>

#include "tests/contract/bot_python_fixture.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;
using outcry::test::redis_server;

TEST_CASE("bot-python: a start given before a stop does not undo it") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bare_redis redis;
  auto bot = redis.bot();
  INFO(bot.output());
  REQUIRE(redis.soon_says(R"("briefed": false)"));
  redis.tell("start-1", "start");
  redis.tell("start-1", "start");  // written again
  redis.tell("enter-1", "enter");
  redis.tell("stop-1", "stop");
  auto answers = redis.answers(3);
  CHECK(has(answers[0], R"("id": "stop-1", "bot": "py-AAPL", "status": "done")"));
  CHECK(has(answers[1], R"("id": "start-1")"));
  CHECK(has(answers[1], R"("status": "error", "code": "halted")"));
  CHECK(has(answers[2], R"("id": "enter-1")"));
  CHECK(has(answers[2], R"("code": "halted")"));
  redis.brief();
  CHECK(redis.soon_says(R"("state": "stopped")"));
  // Written again later it is still the same wish.
  redis.tell("start-1", "start");
  CHECK(redis.answers(4)[3] == answers[1]);
  CHECK(redis.soon_says(R"("state": "stopped")"));
  redis.tell("start-2", "start");
  CHECK(has(redis.answers(5)[4], R"("status": "done")"));
  CHECK(redis.soon_says(R"("state": "running")"));
}

TEST_CASE("bot-python: a stop does not wait behind prices, nor does the heartbeat") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bare_redis redis;
  // 300 prices take 30 s; the lease is 6 s.
  auto bot = redis.bot(R"(
  def on_price(self, price):
    super().on_price(price)
    time.sleep(0.1)
)");
  INFO(bot.output());
  redis.brief();
  for (int i = 0; i < 300; ++i) redis.publish_price();
  // Beyond the lease it had when the prices came.
  REQUIRE(outcry::test::eventually([&] { return redis.count() >= 80; }));
  redis.tell("stop-1", "stop");
  CHECK(has(redis.answers(1)[0], R"("status": "done")"));
  CHECK(redis.soon_says(R"("state": "stopped")"));
  CHECK_FALSE(has(redis.presence(), R"("count": 300)"));
}

TEST_CASE("bot-python: messages that nobody can read are counted and survived") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bare_redis redis;
  auto bot = redis.bot();
  redis.brief();
  for (const std::string& payload :
       {std::string(R"({"data":5})"), std::string(R"({"data":null})"), std::string("\xff\xfe"),
        std::string(R"({"data":{"type":"price"}})"),
        std::string(R"({"data":{"type":"price","price":"much"}})"),
        std::string(R"({"data":{"type":["price"],"price":"1"}})"), std::string("[]"),
        std::string(100'000, '[')})
    redis.publish(payload);
  for (const std::string text :
       {R"(5)", R"({"id":[1],"type":"stop"})", R"({"id":"a","type":{}})",
        R"({"id":"b","type":"stop","addressed":true,"expiresAt":"soon"})", "\xff"})
    redis.tell_raw(text);
  redis.publish_price();
  redis.tell("status-1", "status");
  CHECK(has(redis.answers(1)[0], R"("id": "status-1")"));
  CHECK(redis.soon_says(R"("count": 1)"));
  CHECK(bot.running());
  auto said = bot.output();
  INFO(said);
  // Prices and commands come on connections of their own and are counted together.
  CHECK(has(said, "TICKER_UPDATES_AAPL: unreadable ("));
  CHECK(has(said, " so far): data: expected an object"));
  CHECK_FALSE(has(said, "Traceback"));
}

TEST_CASE("bot-python: what on_price raises makes it failed until a start") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bare_redis redis;
  auto bot = redis.bot(R"(
  def on_price(self, price):
    super().on_price(price)
    if self.count == 1: raise ValueError("no such thing")
)");
  redis.brief();
  redis.publish_price();
  CHECK(redis.soon_says(R"("state": "failed")"));
  CHECK(has(redis.presence(), "on_price: ValueError: no such thing"));
  CHECK(has(bot.output(), "Traceback"));
  redis.tell("start-1", "start");
  CHECK(has(redis.answers(1)[0], R"("reason": "started")"));
  redis.publish_price();
  redis.tell("status-1", "status");
  CHECK(redis.soon_says(R"("count": 2)"));
  CHECK_FALSE(has(redis.presence(), "no such thing"));
}

TEST_CASE("bot-python: it says what is wrong with Redis") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  redis_server::options guarded;
  guarded.password = "right";
  redis_server server(guarded);
  bare_redis redis;
  auto says = [](const outcry::test::process& bot, const std::string& text) {
    return outcry::test::eventually([&] { return has(bot.output(), text); });
  };
  auto stranger = redis.bot("  pass", "stranger.log",
                            "redis://:wrong@127.0.0.1:" + std::to_string(server.port()));
  CHECK(says(stranger, "check user and password"));
  CHECK_FALSE(has(stranger.output(), ":wrong"));
  auto bot = redis.bot();
  redis.brief();
  redis.server.kill();
  CHECK(says(bot, "Redis: ConnectionError"));
  redis.server.start();
  CHECK(says(bot, "Redis is back"));
}

TEST_CASE("bot-python: of two with one id only the first obeys") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bare_redis redis;
  auto first = redis.bot();
  redis.brief();
  auto second = redis.bot("  pass", "second.log");
  CHECK(outcry::test::eventually([&] { return has(second.output(), "has this id"); }));
  // Only one subscriber.
  auto reached = redis.link.command({"PUBLISH", "TICKER_UPDATES_AAPL", "{}"});
  REQUIRE(reached);
  CHECK(reached->integer() == 1);
  redis.tell("stop-1", "stop");
  redis.answers(1);
  redis.tell("status-1", "status");
  CHECK(redis.answers(2).size() == 2);
  auto presence = redis.presence();
  auto name = presence.substr(presence.find(R"("instance")"), 48);
  second.signal(SIGTERM);
  CHECK(second.wait() == 0);
  // It removed nothing that is not its own.
  CHECK(has(redis.presence(), name));
  auto third = redis.bot("  pass", "third.log");
  CHECK(outcry::test::eventually([&] { return has(third.output(), "has this id"); }));
  first.signal(SIGTERM);
  CHECK(first.wait() == 0);
  redis.brief();
  CHECK_FALSE(has(redis.presence(), name));
  CHECK(redis.soon_says(R"("state": "running")"));
}

TEST_CASE("bot-python: counts, obeys once, survives Redis being killed") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bot_outside floor;
  auto bot = floor.wait_registered(1);
  INFO(floor.bot.output());
  REQUIRE(bot);
  // An answer means that it was briefed, too.
  REQUIRE(floor.tell(bot, "status-0", "status").status == line_status::done);
  auto link = connect(floor.server);
  for (int i = 1; i <= 3; ++i) {
    auto payload = to_envelope(to_json(price_update{"AAPL", tick_of(i, ns_per_s)}), "test", 1);
    REQUIRE(outcry::test::eventually([&] {
      auto reached = link.command({"PUBLISH", "TICKER_UPDATES_AAPL", payload});
      return reached && reached->integer() == 1;
    }));
  }
  int asked = 0;
  CHECK(outcry::test::eventually([&] {
    auto line = floor.tell(bot, "status-" + std::to_string(++asked), "status");
    return line.result.find(R"("count": 3)") != std::string::npos;
  }));
  auto stopped = floor.tell(bot, "stop-1", "stop");
  CHECK(stopped.status == line_status::done);
  CHECK(stopped.container == "container");
  // This journal remembers no lines: the repetition reaches the bot, which answers from memory.
  CHECK(floor.tell(bot, "stop-1", "stop").reason == "stopped");
  CHECK(floor.tell(bot, "status-again", "status").result.find(R"("stops": 1)") !=
        std::string::npos);
  floor.server.kill();
  floor.server.start();
  auto after = floor.tell(bot, "start-1", "start");
  if (after.status != line_status::done) {
    auto again = floor.wait_registered(2);
    REQUIRE(again);
    after = floor.tell(again, "start-1", "start");
  }
  CHECK(after.status == line_status::done);
}

TEST_CASE("bot-python: restarted, it knows its parameters and that it is stopped") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bot_outside floor;
  auto bot = floor.wait_registered(1);
  INFO(floor.bot.output());
  REQUIRE(bot);
  CHECK(floor.tell(bot, "set-0", "set", R"({"step":0})").code == "invalid_config");
  REQUIRE(floor.tell(bot, "set-1", "set", R"({"step":3})").status == line_status::done);
  REQUIRE(floor.tell(bot, "stop-1", "stop").status == line_status::done);
  floor.bot.signal(SIGTERM);
  REQUIRE(floor.bot.wait() == 0);
  // It goes without a farewell: gone at once, and expected.
  auto link = connect(floor.server);
  auto presence = link.command({"EXISTS", "OUTCRY_PRESENCE_py-AAPL"});
  REQUIRE(presence);
  CHECK(presence->integer() == 0);
  REQUIRE(floor.registered->wait([](const auto& all) { return !all.back().bot; }));
  floor.start_bot();
  auto again = floor.wait_registered(2);
  REQUIRE(again);
  auto status = floor.tell(again, "status-1", "status");
  CHECK(status.result.find(R"("state": "stopped")") != std::string::npos);
  CHECK(status.result.find(R"("step": 3)") != std::string::npos);
  // It learnt it before it could act: nobody had to tell it to stop.
  CHECK(status.result.find(R"("stops": 0)") != std::string::npos);
  CHECK(floor.left->all().empty());
}

TEST_CASE("bot-python: it does nothing before the floor has said whether it may") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  redis_server server;
  outcry::test::temp_dir directory;
  outcry::test::process::options call;
  call.arguments = {"/usr/bin/python3", "-B",   OUTCRY_BOT_PYTHON "/counter_bot.py",
                    server.url(),       "AAPL", "py-AAPL"};
  call.output_file = directory.file("bot.log");
  outcry::test::process bot(call);
  auto link = connect(server);
  auto said = [&](const std::string& text) {
    auto presence = link.command({"GET", "OUTCRY_PRESENCE_py-AAPL"});
    return presence && presence->is_text() && presence->text().find(text) != std::string::npos;
  };
  auto soon_says = [&](const std::string& text) {
    return outcry::test::eventually([&] { return said(text); });
  };
  INFO(bot.output());
  REQUIRE(soon_says(R"("briefed": false)"));
  auto price = to_envelope(to_json(price_update{"AAPL", tick_of(1, ns_per_s)}), "test", 1);
  REQUIRE(outcry::test::eventually([&] {
    auto reached = link.command({"PUBLISH", "TICKER_UPDATES_AAPL", price});
    return reached && reached->integer() == 1;
  }));
  auto command = [&](const std::string& id, const std::string& type) {
    REQUIRE(link.command({"XADD", "OUTCRY_COMMANDS_py-AAPL", "*", "command",
                          R"({"id":")" + id + R"(","type":")" + type +
                              R"(","config":{},"addressed":true,"pressedAt":1,"expiresAt":0})"}));
  };
  auto answers = [&](std::size_t count) {
    return outcry::test::eventually([&] {
      auto length = link.command({"XLEN", "OUTCRY_ACKNOWLEDGEMENTS"});
      return length && length->integer() >= static_cast<std::int64_t>(count);
    });
  };
  // A command waits for the briefing, the brake does not.
  command("status-1", "status");
  SECTION("a brake") {
    command("stop-1", "stop");
    REQUIRE(answers(1));
    auto first = link.command({"XRANGE", "OUTCRY_ACKNOWLEDGEMENTS", "-", "+"});
    REQUIRE(first);
    CHECK((*first)[0][1][1].text().find("stop-1") != std::string::npos);
    CHECK(soon_says(R"("state": "stopped")"));
  }
  SECTION("parameters that it refuses") {
    REQUIRE(link.command({"XADD", "OUTCRY_COMMANDS_py-AAPL", "*", "briefing",
                          R"({"desired":"running","parameters":{"stride":3},"at":1})"}));
    REQUIRE(answers(1));
    CHECK(soon_says(R"("state": "failed")"));
    CHECK(soon_says("no other parameter than step"));
  }
  SECTION("a briefing") {
    REQUIRE(link.command({"XADD", "OUTCRY_COMMANDS_py-AAPL", "*", "briefing",
                          R"({"desired":"running","parameters":{"step":3},"at":1})"}));
    REQUIRE(answers(1));
    CHECK(soon_says(R"("state": "running")"));
    CHECK(soon_says(R"("count": 0)"));
    CHECK(soon_says(R"("step": 3)"));
    CHECK(soon_says(R"("briefed": true)"));
  }
}

TEST_CASE("bot-python: a farewell for one that is never to come back") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bot_outside floor;
  REQUIRE(floor.wait_registered(1));
  floor.bot.signal(SIGKILL);
  floor.bot.wait();
  auto farewell =
      floor.python({"/outcry_bot.py", "farewell", floor.server.url(), "py-AAPL", "sold"});
  REQUIRE(farewell.wait() == 0);
  REQUIRE(floor.left->wait_count(1));
  CHECK(floor.left->all()[0].bot_id == "py-AAPL");
  CHECK(floor.left->all()[0].reason == "sold");
}

TEST_CASE("bot-python: its own farewell comes after its last answer") {
  REQUIRE_REDIS();
  if (!python_can()) OUTCRY_SKIP("python3-redis is not installed");
  bot_outside floor;
  floor.bot.signal(SIGKILL);
  floor.bot.wait();
  outcry::test::process::options call;
  call.arguments = {"/usr/bin/python3", "-B", "-c", R"(
import sys
sys.path.insert(0, sys.argv[1])
import counter_bot
class LastDay(counter_bot.CounterBot):
    def on_stop(self):
        self.end(farewell="sold")
LastDay(sys.argv[2], "AAPL", "counter", "py-AAPL").run()
)", OUTCRY_BOT_PYTHON, floor.server.url()};
  call.output_file = floor.directory.file("last.log");
  floor.bot = outcry::test::process(std::move(call));
  INFO(floor.bot.output());
  auto bot = floor.wait_registered(1);
  REQUIRE(bot);
  CHECK(floor.tell(bot, "stop-1", "stop").status == line_status::done);
  CHECK(floor.bot.wait() == 0);
  REQUIRE(floor.left->wait_count(1));
  CHECK(floor.left->all()[0].reason == "sold");
}
