#include <csignal>
#include <cstdlib>
#include <fstream>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "messages/paths.hpp"
#include "tests/chaos/floor_process.hpp"
#include "tests/contract/redis_and_python.hpp"
#include "tests/support/redis_server.hpp"

using namespace outcry;
using Catch::Matchers::Contains;
using nlohmann::json;
using test::floor_plan;
using test::floor_process;
using test::redis_server;

namespace {

/// What our users run today, as far as Redis sees it: it registers, subscribes, and starts again
/// when the connection is lost. Prints the prices it hears.
constexpr const char* existing_bot = R"(
import json, redis, sys, time
url, ticker = sys.argv[1], sys.argv[2]
while True:
    try:
        link = redis.Redis.from_url(url)
        updates = link.pubsub(ignore_subscribe_messages=True)
        updates.subscribe("TICKER_UPDATES_" + ticker)
        link.publish("BROKER_REGISTRATION", json.dumps(
            {"data": {"action": "subscribe", "ticker": ticker},
             "timestamp": "2025-05-06T14:39:11", "sender": "scale_t"}))
        print("subscribed", flush=True)
        for message in updates.listen():
            update = json.loads(message["data"])["data"]
            if update["type"] == "price":
                print("price", update["symbol"], update["price"], flush=True)
    except redis.exceptions.RedisError:
        time.sleep(0.05)
)";

struct rooms {
  explicit rooms(redis_server::options how = {}, const std::string& redis_lines = {})
      : server(std::move(how)) {
    floor_plan plan;
    plan.tickers = {"AAPL"};
    plan.floor_lines = "answer_deadline_s = 2\n";
    plan.simulated_lines =
        "interval_ms = 20\n\n[redis]\n" +
        (redis_lines.empty()
             ? fmt::format("url = \"{}\"\n", server.url())
             : fmt::format(fmt::runtime(redis_lines), server.port(), directory.path().string()));
    at.configure(plan);
  }

  test::process python(std::vector<std::string> words, const std::string& name) {
    test::process::options call;
    words.insert(words.begin(), {"/usr/bin/python3", "-B"});
    call.arguments = std::move(words);
    call.output_file = directory.file(name);
    return test::process(std::move(call));
  }
  test::process counter_bot(const std::string& url) {
    return python({OUTCRY_BOT_PYTHON "/counter_bot.py", url, "AAPL", "py-AAPL"}, "counter.log");
  }

  json bot(const std::string& id) const {
    const auto asked = at.outcry({"bots", "--json"});
    const auto bots = json::parse(asked.output, nullptr, false);
    if (bots.is_array())
      for (const auto& one : bots)
        if (one.value("id", "") == id) return one;
    return json::object();
  }
  bool becomes(const std::string& id, const std::string& state) const {
    return test::eventually([&] { return bot(id).value("state", "") == state; },
                            std::chrono::seconds(60));
  }

  test::temp_dir directory;
  redis_server server;
  floor_process at;
};

std::size_t lines_of(const test::process& from, const std::string& beginning) {
  std::size_t count = 0;
  const auto text = from.output();
  for (auto i = text.find(beginning); i != std::string::npos; i = text.find(beginning, i + 1))
    ++count;
  return count;
}

}  // namespace

TEST_CASE("a bot of today, unchanged: served, shown, not commanded, found again") {
  REQUIRE_REDIS_AND_PYTHON();
  rooms house;
  house.at.start_firebase();
  house.at.start();
  auto bot = house.python({"-c", existing_bot, house.server.url(), "META"}, "today.log");
  INFO(house.at.floor().output());
  REQUIRE(house.becomes("observed-META", "running"));
  CHECK(house.bot("observed-META")["kind"] == "observed");
  REQUIRE(test::eventually([&] { return lines_of(bot, "price META ") >= 3; }));

  const auto stopped = house.at.outcry({"send", "stop", "--to", "META"});
  CHECK(stopped.code == 1);
  CHECK_THAT(stopped.output, Contains("not_controllable"));

  house.server.kill();
  REQUIRE(house.becomes("observed-META", "absent"));
  CHECK_THAT(house.bot("observed-META").value("reason", ""), Contains("Redis is gone"));
  house.server.start();
  REQUIRE(house.becomes("observed-META", "running"));
  const auto before = lines_of(bot, "price META ");
  CHECK(test::eventually([&] { return lines_of(bot, "price META ") > before + 3; }));

  bot.signal(SIGKILL);
  bot.wait();
  REQUIRE(house.becomes("observed-META", "absent"));
  CHECK(test::eventually(
      [&] { return house.at.read(paths::bot("observed-META")).value("state", "") == "absent"; }));
  CHECK(house.at.stop() == 0);
}

TEST_CASE("a controlled bot while Redis is killed and flushed: nothing is lost") {
  REQUIRE_REDIS_AND_PYTHON();
  rooms house;
  house.at.start_firebase();
  house.at.start();
  auto bot = house.counter_bot(house.server.url());
  INFO(house.at.floor().output());
  INFO(bot.output());
  REQUIRE(house.becomes("py-AAPL", "running"));
  // It is a bot that the floor knows, and no other is seen behind it.
  CHECK(house.bot("observed-AAPL").empty());

  house.server.kill();
  REQUIRE(house.becomes("py-AAPL", "absent"));
  CHECK_THAT(house.bot("py-AAPL").value("reason", ""), Contains("Redis is gone"));
  REQUIRE(house.at.put("m1", test::message("stop", {"py-AAPL"})) == 200);
  auto found = house.at.await_final("m1");
  REQUIRE(found.is_object());
  CHECK(found["acknowledgement"]["py-AAPL"]["status"] == "no_answer");
  CHECK(found["acknowledgement"]["py-AAPL"]["code"] == "bot_absent");

  house.server.start();
  auto line_says = [&](const std::string& id, const std::string& status) {
    return test::eventually(
        [&] {
          found = house.at.read(paths::message(id));
          const auto line = json::json_pointer("/acknowledgement/py-AAPL/status");
          return found.is_object() && found.contains(line) && found[line] == status;
        },
        std::chrono::seconds(60));
  };
  REQUIRE(line_says("m1", "done"));
  CHECK(found["acknowledgement"]["py-AAPL"]["late"] == true);
  REQUIRE(house.becomes("py-AAPL", "stopped"));

  // Emptied under everybody's standing connections.
  auto flush = house.python(
      {"-c", "import redis, sys; redis.Redis.from_url(sys.argv[1]).flushall()", house.server.url()},
      "flush.log");
  REQUIRE(flush.wait() == 0);
  REQUIRE(house.at.put("m2", test::message("start", {"py-AAPL"})) == 200);
  CHECK(line_says("m2", "done"));
  CHECK(house.becomes("py-AAPL", "running"));
  CHECK(house.at.count("SELECT count(*) FROM lines WHERE bot_id = 'py-AAPL'") == 2);
  CHECK(house.at.stop() == 0);
}

TEST_CASE("a controlled bot is expected across kill -9 of the floor, there or not") {
  REQUIRE_REDIS_AND_PYTHON();
  rooms house;
  house.at.start_firebase();
  house.at.start();
  {
    auto bot = house.counter_bot(house.server.url());
    REQUIRE(house.becomes("py-AAPL", "running"));
    REQUIRE(test::eventually([&] { return house.at.count("SELECT count(*) FROM guests") == 1; }));
    house.at.kill();
  }
  // The bot is down with the floor, and the stop comes before either is back.
  REQUIRE(house.at.put("m1", test::message("stop", {"py-AAPL"})) == 200);
  house.at.start();
  INFO(house.at.floor().output());
  auto found = house.at.await_final("m1");
  REQUIRE(found.is_object());
  INFO(found.dump(2));
  CHECK_FALSE(found.contains("unmatched"));
  CHECK(found["acknowledgement"]["py-AAPL"]["status"] == "no_answer");
  CHECK(house.becomes("py-AAPL", "absent"));
  auto bot = house.counter_bot(house.server.url());
  REQUIRE(house.becomes("py-AAPL", "stopped"));
  CHECK_THAT(bot.output(), !Contains("running"));
  CHECK(house.at.stop() == 0);
}

TEST_CASE("the floor signs in to Redis with a user, a password file and a database") {
  REQUIRE_REDIS_AND_PYTHON();
  redis_server::options how;
  how.password = "default-secret";
  how.users = {
      "floor on >floor-secret ~OUTCRY_* &TICKER_UPDATES_* &BROKER_REGISTRATION +@all",
      "bot on >bot-secret ~OUTCRY_* &TICKER_UPDATES_* &OUTCRY_LISTENERS_* +@all",
  };
  rooms house(how, "url = \"redis://floor@127.0.0.1:{}/3\"\npassword_file = \"{}/secret\"\n");
  std::ofstream(house.directory.file("secret")) << "floor-secret\n";
  house.at.start();
  auto where = fmt::format("redis://bot:bot-secret@127.0.0.1:{}/", house.server.port());
  auto elsewhere =
      house.python({OUTCRY_BOT_PYTHON "/counter_bot.py", where + "4", "AAPL", "lost"}, "lost.log");
  auto bot = house.counter_bot(where + "3");
  INFO(house.at.floor().output());
  INFO(bot.output());
  REQUIRE(house.becomes("py-AAPL", "running"));
  CHECK(house.bot("lost").empty());
  CHECK(house.at.outcry({"send", "stop", "--to", "py-AAPL"}).code == 0);
  CHECK(house.at.outcry({"doctor"}).output.find("floor-secret") == std::string::npos);
  CHECK(house.at.stop() == 0);
  CHECK(house.at.floor().output().find("floor-secret") == std::string::npos);

  // The wrong one: the floor opens, trades on, and says what is wrong without saying the secret.
  std::ofstream(house.directory.file("secret")) << "another-secret\n";
  house.at.start();
  CHECK(test::eventually(
      [&] { return house.at.floor().output().find("redis.bots is down: ") != std::string::npos; }));
  CHECK(house.at.stop() == 0);
  CHECK(house.at.floor().output().find("another-secret") == std::string::npos);
}

TEST_CASE("orders and earnings of the floor's bots are heard where programs of today listen") {
  REQUIRE_REDIS_AND_PYTHON();
  rooms house({}, R"(url = "redis://127.0.0.1:{}"

[feed.simulated.prices]
DEMO = "50"

[[bots]]
ticker = "DEMO"
strategy = "scale_t"
parameters = {{ cash = 10000, start = "53.50", step = 0.002, rows = 100 }}

)");
  auto listener = house.python({"-c", R"(
import json, redis, sys
updates = redis.Redis.from_url(sys.argv[1]).pubsub(ignore_subscribe_messages=True)
updates.subscribe("TICKER_UPDATES_DEMO", "OUTCRY_LISTENERS_DEMO", "TICKER_PERFORMANCE_DEMO",
                  "TICKER_PERFORMANCE_AGGREGATE")
for message in updates.listen():
    update = json.loads(message["data"])["data"]
    if update.get("type") == "order":
        order = update["order_data"]
        print("order", order["event"], len(order["order"]), order["order"]["symbol"], flush=True)
    elif "total" in update:
        print("earned", update["symbol"], type(update["total"]).__name__, flush=True)
)",
                                house.server.url()},
                               "listener.log");
  house.at.start();
  INFO(house.at.floor().output());
  INFO(listener.output());
  CHECK(test::eventually([&] { return lines_of(listener, "order fill 32 DEMO") >= 1; },
                         std::chrono::seconds(60)));
  CHECK(test::eventually([&] { return lines_of(listener, "earned DEMO ") >= 1; }));
  CHECK(test::eventually([&] { return lines_of(listener, "earned aggregate ") >= 1; }));
  CHECK(house.at.stop() == 0);
}

TEST_CASE("outcry subscribe is no bot") {
  REQUIRE_REDIS_AND_PYTHON();
  rooms house;
  house.at.start();
  test::process listener;
  {
    test::process::options call;
    call.arguments = {OUTCRY_PROGRAM, "subscribe", "TICKER_UPDATES_META"};
    call.environment = {{"OUTCRY_REDIS_URL", house.server.url()}};
    call.output_file = house.directory.file("subscribe.log");
    listener = test::process(std::move(call));
  }
  REQUIRE(test::eventually(
      [&] { return listener.output().find("TICKER_UPDATES_META") != std::string::npos; }));
  // Looked at together with one who is a bot, and so seen as often.
  auto bot = house.python({"-c", existing_bot, house.server.url(), "TSLA"}, "today.log");
  REQUIRE(house.becomes("observed-TSLA", "running"));
  CHECK(house.bot("observed-META").empty());
  CHECK(house.at.stop() == 0);
}
