#include <csignal>
#include <cstdlib>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "messages/decimal.hpp"
#include "tests/chaos/floor_process.hpp"
#include "tests/contract/redis_and_python.hpp"
#include "tests/support/redis_server.hpp"

// Bots in containers that order through the floor: a real floor with its paper broker, a real
// Redis, and the Python helper.

using namespace outcry;
using Catch::Matchers::Contains;
using nlohmann::json;
using test::floor_plan;
using test::floor_process;
using test::redis_server;

namespace {

/// Orders what `set` says, or all the time; writes down what it asks for before it asks.
constexpr const char* trader = R"(
import signal, sys
sys.path.insert(0, sys.argv[1])
import outcry_bot
class Trader(outcry_bot.Bot):
    busy = sys.argv[3] == "busy"
    def say(self, *words):
        print(*words, flush=True)
    def order(self, side, **terms):
        self.say("ask", self._number + 1, side)
        return self.submit(side, **terms)
    def on_price(self, price):
        if self.busy and not self.open_orders:
            self.order("buy" if self.position < 3 else "sell", qty=1)
    def on_order_event(self, event):
        self.say("event", event["number"], event["event"], event["code"] or "-",
                 len(self.open_orders), self.position)
    def on_set(self, config):
        for side in ("buy", "sell"):
            if side in config:
                self.order(side, qty=config[side], limit_price=config.get("limit"))
        if "cancel" in config:
            self.cancel(int(config["cancel"]))
        return {}
bot = Trader(sys.argv[2], "AAPL", "trader", "py-AAPL", orders=True)
signal.signal(signal.SIGTERM, lambda *_: bot.end())
bot.run()
)";

struct trading_rooms {
  trading_rooms() {
    floor_plan plan;
    plan.tickers = {"AAPL"};
    plan.simulated_lines = fmt::format(
        "interval_ms = 20\n\n[feed.simulated.prices]\nAAPL = \"50\"\n\n[redis]\nurl = \"{}\"\n",
        server.url());
    at.configure(plan);
  }

  test::process start_bot(const std::string& how) {
    test::process::options call;
    call.arguments = {"/usr/bin/python3", "-B", "-c", trader, OUTCRY_BOT_PYTHON, server.url(), how};
    call.output_file = directory.file(fmt::format("bot{}.log", ++bots));
    return test::process(std::move(call));
  }

  json bot() const {
    const auto all = json::parse(at.outcry({"bots", "--json"}).output, nullptr, false);
    if (all.is_array())
      for (const auto& one : all)
        if (one.value("id", "") == "py-AAPL") return one;
    return json::object();
  }
  bool becomes(const std::string& state) const {
    return test::eventually([&] { return bot().value("state", "") == state; },
                            std::chrono::seconds(60));
  }
  floor_process::result say(std::vector<std::string> words) const {
    return at.outcry(std::move(words));
  }

  test::table paper(const std::string& sql) const {
    return test::rows_of(at.data_dir() / "paper.db", sql);
  }
  int paper_count(const std::string& sql) const { return std::stoi(paper(sql).at(0).at(0)); }
  int filled() const { return paper_count("SELECT count(*) FROM orders WHERE status = 'filled'"); }
  std::string held() const {
    const auto rows = paper("SELECT qty FROM positions WHERE ticker = 'AAPL'");
    return rows.empty() ? "0" : rows[0][0];
  }

  test::temp_dir directory;
  redis_server server;
  floor_process at;
  int bots = 0;
};

/// What bots asked for, by number: sides, in every life.
std::map<int, std::vector<std::string>> asked_in(const std::vector<std::string>& logs) {
  std::map<int, std::vector<std::string>> result;
  for (const auto& log : logs) {
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string what;
      std::string side;
      int number = 0;
      if (words >> what >> number >> side && what == "ask") result[number].push_back(side);
    }
  }
  return result;
}

}  // namespace

TEST_CASE("container orders: bought, kept, cancelled by a stop, left by an exit") {
  REQUIRE_REDIS_AND_PYTHON();
  trading_rooms house;
  house.at.start();
  auto bot = house.start_bot("idle");
  INFO(house.at.floor().output());
  INFO(bot.output());
  REQUIRE(house.becomes("running"));

  // The order's number, what happened, why, how many are open then, and the position.
  auto hears = [&](const std::string& event) {
    return test::eventually(
        [&] { return bot.output().find("event " + event) != std::string::npos; });
  };
  CHECK(house.say({"set", "py-AAPL", "buy=3"}).code == 0);
  REQUIRE(hears("1 fill - 0 3"));
  CHECK(house.held() == "3");
  CHECK_THAT(house.say({"orders", "--json"}).output, Contains("py-AAPL"));

  // One that rests, cancelled by the bot; one that rests, cancelled by the stop.
  CHECK(house.say({"set", "py-AAPL", "buy=2", "limit=1"}).code == 0);
  REQUIRE(hears("2 new - 1 3"));
  CHECK(house.say({"set", "py-AAPL", "cancel=2"}).code == 0);
  REQUIRE(hears("2 canceled - 0 3"));
  CHECK(house.say({"set", "py-AAPL", "buy=2", "limit=1"}).code == 0);
  REQUIRE(hears("3 new - 1 3"));
  const auto stop = house.say({"stop", "py-AAPL"});
  CHECK(stop.code == 0);
  CHECK_THAT(stop.output, Contains("position 3"));
  CHECK(house.paper_count("SELECT count(*) FROM orders WHERE is_open = 1") == 0);
  CHECK(house.say({"set", "py-AAPL", "buy=1"}).code == 1);

  const auto left = house.say({"exit", "py-AAPL"});
  INFO(left.output);
  CHECK(left.code == 0);
  CHECK(house.held() == "0");
  CHECK(house.becomes("stopped"));
  CHECK(house.say({"start", "py-AAPL"}).code == 0);
  CHECK(house.say({"set", "py-AAPL", "buy=1"}).code == 0);
  CHECK(hears("5 fill - 0 1"));

  // What it may not: said by the floor, heard as an event, once.
  CHECK(house.say({"set", "py-AAPL", "sell=5"}).code == 0);
  CHECK(hears("6 refused risk_limit 0 1"));
  CHECK(house.say({"set", "py-AAPL", "buy=1"}).code == 0);
  CHECK(hears("7 fill - 0 2"));
  const auto said = bot.output();
  CHECK(said.find("event 6") == said.rfind("event 6"));
  CHECK(house.at.stop() == 0);
}

TEST_CASE("container orders: none is lost or doubled whoever is killed, and numbers never return") {
  REQUIRE_REDIS_AND_PYTHON();
  trading_rooms house;
  house.at.start();
  std::vector<std::string> logs;
  auto bot = house.start_bot("busy");
  INFO(house.at.floor().output());
  REQUIRE(house.becomes("running"));
  auto trades = [&] {
    const int before = house.filled();
    return test::eventually([&] { return house.filled() >= before + 3; }, std::chrono::seconds(60));
  };
  REQUIRE(trades());
  for (int round = 0; round < 2; ++round) {
    bot.signal(SIGKILL);
    bot.wait();
    logs.push_back(bot.output());
    bot = house.start_bot("busy");
    REQUIRE(trades());
    house.at.kill();
    house.at.start();
    REQUIRE(trades());
  }
  house.server.kill();
  house.server.start();
  REQUIRE(trades());
  CHECK(house.say({"stop", "py-AAPL"}).code == 0);
  REQUIRE(house.becomes("stopped"));
  CHECK(house.at.stop() == 0);
  bot.signal(SIGTERM);
  bot.wait();
  logs.push_back(bot.output());

  const auto asked = asked_in(logs);
  for (const auto& [number, sides] : asked) {
    INFO("number " << number);
    CHECK(sides.size() == 1);
  }
  std::map<std::string, std::string> sides_at_broker;
  for (const auto& row : house.paper("SELECT client_order_id, side FROM orders"))
    sides_at_broker[row[0]] = row[1];
  std::set<int> known;
  for (const auto& row :
       house.at.journal("SELECT number, client_order_id, body FROM orders ORDER BY number")) {
    INFO(row[2]);
    const int number = std::stoi(row[0]);
    known.insert(number);
    REQUIRE(asked.count(number) == 1);
    const auto body = json::parse(row[2]);
    const bool sent = sides_at_broker.count(row[1]) == 1;
    CHECK(sent == (body["status"] != "never_sent"));
    if (sent) CHECK(sides_at_broker[row[1]] == asked.at(number).front());
    sides_at_broker.erase(row[1]);
  }
  CHECK(sides_at_broker.empty());
  const auto owned = house.at.journal("SELECT qty FROM holdings WHERE bot_id = 'py-AAPL'");
  REQUIRE(owned.size() == 1);
  CHECK(owned[0][0] == house.held());
  // The bot, too, knows what it owns.
  const auto last = logs.back().rfind("event ");
  REQUIRE(last != std::string::npos);
  std::istringstream words(logs.back().substr(last));
  std::vector<std::string> said{std::istream_iterator<std::string>(words), {}};
  INFO(logs.back().substr(last));
  CHECK(said.back() == house.held());
}

TEST_CASE(
    "container orders: its own limits, an order of the operator's, an exit it goes on after") {
  REQUIRE_REDIS_AND_PYTHON();
  trading_rooms house;
  house.at.start();
  auto bot = house.start_bot("idle");
  INFO(house.at.floor().output());
  INFO(bot.output());
  REQUIRE(house.becomes("running"));

  const auto entered = house.say({"enter", "py-AAPL", "--side", "buy", "--qty", "2"});
  INFO(entered.output);
  CHECK(entered.code == 0);
  CHECK_THAT(entered.output, Contains("2 filled at"));
  CHECK(house.held() == "2");

  // The simulated price is about 50.
  const auto set = house.say({"set", "py-AAPL", "max_order_notional=60"});
  CHECK(set.code == 0);
  const auto refused = house.say({"enter", "py-AAPL", "--side", "buy", "--qty", "2"});
  CHECK(refused.code == 1);
  CHECK_THAT(refused.output, Contains("risk_limit"));
  CHECK(house.say({"set", "py-AAPL", "max_order_notional=-1"}).code == 1);
  house.at.kill();
  house.at.start();
  REQUIRE(house.becomes("running"));
  CHECK_THAT(house.say({"enter", "py-AAPL", "--side", "buy", "--qty", "2"}).output,
             Contains("risk_limit"));
  CHECK(house.held() == "2");

  const auto left = house.say({"exit", "py-AAPL", "--then", "start"});
  INFO(left.output);
  CHECK(left.code == 0);
  CHECK_THAT(left.output, Contains("flat, and running again"));
  CHECK(house.held() == "0");
  CHECK(house.becomes("running"));
  CHECK(house.say({"enter", "py-AAPL", "--side", "buy", "--qty", "1"}).code == 0);
  CHECK(house.held() == "1");

  // Limits need no bot, and are in force when it is back.
  bot.signal(SIGTERM);
  bot.wait();
  REQUIRE(house.becomes("absent"));
  const auto unheard = house.say({"set", "py-AAPL", "max_order_notional=10"});
  INFO(unheard.output);
  CHECK(unheard.code == 0);
  auto again = house.start_bot("idle");
  REQUIRE(house.becomes("running"));
  CHECK_THAT(house.say({"enter", "py-AAPL", "--side", "buy", "--qty", "1"}).output,
             Contains("risk_limit"));
  CHECK(house.at.stop() == 0);
}
