#include <fstream>
#include <map>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "messages/decimal.hpp"
#include "messages/paths.hpp"
#include "tests/chaos/floor_process.hpp"

// A whole floor that trades: programs, files and Firebase as a user finds them.

using namespace outcry;
using Catch::Matchers::Contains;
using nlohmann::json;
using test::floor_plan;
using test::floor_process;

namespace {

/// Rows ten cents apart, and a price that moves up to three cents fifty times a second.
constexpr const char* ladder = R"(
[feed.simulated.prices]
DEMO = "50"

[[bots]]
ticker = "DEMO"
strategy = "scale_t"
parameters = { cash = 10000, start = "53.50", step = 0.002, rows = 100 }
)";

floor_plan quick_plan() {
  floor_plan plan;
  plan.tickers = {"AAPL"};
  plan.simulated_lines = "interval_ms = 20\n";
  return plan;
}

void add_lines(const floor_process& at, const std::string& lines) {
  std::ofstream(at.config_file(), std::ios::app) << lines;
}

struct trading_floor : floor_process {
  explicit trading_floor(const std::string& more = {}) : floor_process(quick_plan()) {
    add_lines(*this, ladder + more);
  }

  test::table paper(const std::string& sql) const {
    return test::rows_of(data_dir() / "paper.db", sql);
  }
  int paper_count(const std::string& sql) const { return std::stoi(paper(sql).at(0).at(0)); }
  int filled() const { return paper_count("SELECT count(*) FROM orders WHERE status = 'filled'"); }
  int sent() const { return paper_count("SELECT count(*) FROM orders"); }
  int open() const { return paper_count("SELECT count(*) FROM orders WHERE is_open = 1"); }

  Quantity held_at_broker(const std::string& ticker) const {
    const auto rows = paper("SELECT qty FROM positions WHERE ticker = '" + ticker + "'");
    return rows.empty() ? Quantity{} : *Quantity::parse(rows[0][0]);
  }

  json ask(std::vector<std::string> words) const {
    words.emplace_back("--json");
    const auto said = outcry(std::move(words));
    return json::parse(said.output, nullptr, false);
  }

  /// Nothing of the bot is left that could still be filled.
  bool stop_all_of(const std::string& ticker) const {
    return outcry({"stop", ticker, "--protective", "cancel"}).code == 0;
  }

  bool trades(int more) const {
    const int before = filled();
    return test::eventually([&] { return filled() >= before + more; }, std::chrono::seconds(90));
  }
};

/// The journal has the broker's last word on each order: it is written behind the event.
bool journal_has_caught_up(const trading_floor& at) {
  std::map<std::string, std::string> broker;
  for (const auto& row : at.paper("SELECT client_order_id, status FROM orders"))
    broker[row[0]] = row[1];
  for (const auto& row : at.journal("SELECT client_order_id, body FROM orders")) {
    const auto status = json::parse(row[1])["status"];
    if (status != "never_sent" && status != broker[row[0]]) return false;
  }
  return true;
}

/// Journal and broker hold the same orders with the same fills; everybody agrees on what is owned.
/// Only while nothing moves: after a stop, or with the floor down.
void check_books(const trading_floor& at) {
  CHECK(test::eventually([&] { return journal_has_caught_up(at); }));
  std::map<std::string, std::vector<std::string>> broker;
  std::map<std::string, Quantity> bought;
  for (const auto& row : at.paper("SELECT client_order_id, status, filled_qty, ticker, side "
                                  "FROM orders")) {
    broker[row[0]] = row;
    const auto qty = *Quantity::parse(row[2]);
    bought[row[3]] += row[4] == "buy" ? qty : -qty;
  }
  for (const auto& row : at.journal("SELECT client_order_id, body FROM orders")) {
    const auto body = json::parse(row[1]);
    INFO(body.dump(2));
    const auto found = broker.find(row[0]);
    if (body["status"] == "never_sent") {
      CHECK(found == broker.end());
      continue;
    }
    REQUIRE(found != broker.end());
    CHECK(body["status"] == found->second[1]);
    CHECK(*Quantity::parse(body["broker"]["filledQty"].get<std::string>()) ==
          *Quantity::parse(found->second[2]));
    broker.erase(found);
  }
  CHECK(broker.empty());
  std::map<std::string, Quantity> owned;
  for (const auto& row : at.journal("SELECT ticker, qty FROM holdings"))
    owned[row[0]] += *Quantity::parse(row[1]);
  for (const auto& [ticker, qty] : bought) {
    INFO(ticker);
    CHECK(owned[ticker] == qty);
    CHECK(at.held_at_broker(ticker) == qty);
  }
}

json bot_of(const floor_process& at, const std::string& id) {
  const auto bots = json::parse(at.outcry({"bots", "--json"}).output, nullptr, false);
  if (bots.is_array())
    for (const auto& bot : bots)
      if (bot.value("id", "") == id) return bot;
  return json::object();
}

/// The entry of a list whose `name` is `value`; an empty object when there is none.
json pick(const json& list, const std::string& name, const std::string& value) {
  for (const auto& entry : list)
    if (entry.value(name, "") == value) return entry;
  return json::object();
}

/// How many prices the counter bot beside it has seen.
int prices_seen(const floor_process& at) {
  const auto details = bot_of(at, "counter-AAPL").value("details", json::object());
  return details.value("count", 0);
}

bool prices_go_on(const floor_process& at, int more) {
  const int before = prices_seen(at);
  return test::eventually([&] { return prices_seen(at) >= before + more; });
}

}  // namespace

TEST_CASE("a ladder trades, and command line, journal, broker and Firebase agree on it") {
  trading_floor at("\n[broker]\nreconcile_s = 1\n");
  at.start_firebase();
  at.start();
  REQUIRE(at.trades(4));
  CHECK(at.stop_all_of("DEMO"));
  check_books(at);
  CHECK(at.open() == 0);

  const auto orders = at.ask({"orders", "--limit", "1000"});
  REQUIRE(orders.is_array());
  CHECK(static_cast<int>(orders.size()) >= at.sent());
  const auto positions = at.ask({"positions"});
  CHECK(positions["reconciled"] == true);
  REQUIRE(positions["bots"].size() == 1);
  CHECK(positions["bots"][0]["bot"] == "scale_t-DEMO");
  CHECK(*Quantity::parse(positions["bots"][0]["qty"].get<std::string>()) ==
        at.held_at_broker("DEMO"));
  CHECK(test::eventually([&] {
    const auto heard = at.ask({"positions"})["at_broker"];
    return heard.size() == 1 && heard[0]["ticker"] == "DEMO" &&
           *Quantity::parse(heard[0]["qty"].get<std::string>()) == at.held_at_broker("DEMO");
  }));
  const auto risk = at.ask({"risk"});
  CHECK(risk["broker_connected"] == true);
  CHECK(risk["unknown_orders"] == 0);
  CHECK_THAT(at.outcry({"doctor"}).output, Catch::Matches("[^]*ok +broker +live[^]*"));
  const auto ours = pick(risk["bots"], "owner", "scale_t-DEMO");
  CHECK(ours.at("gate_closed") == true);
  CHECK(ours.at("limits").at("price_collar") == "0.05");
  const auto earned = at.ask({"performance"});
  REQUIRE(earned["bots"].size() == 1);
  CHECK(earned["bots"][0]["bot"] == "scale_t-DEMO");

  REQUIRE(at.await_empty_outbox());
  for (const auto& row : at.paper("SELECT id, client_order_id, status FROM orders")) {
    const auto mirrored = at.read(paths::ticker_order("DEMO", row[0]));
    INFO(mirrored.dump(2));
    REQUIRE(mirrored.is_object());
    CHECK(mirrored.at("order").at("client_order_id") == row[1]);
    CHECK(mirrored.at("order").at("status") == row[2]);
    CHECK(mirrored.contains("events"));
  }
  CHECK(at.read(paths::ticker_performance("DEMO")).is_object());
  CHECK(at.read(std::string(paths::performance)).is_object());
  CHECK(at.read("services").is_null());
}

TEST_CASE("what bots earn also stands where today's page reads it, if that is wanted") {
  trading_floor at("\n[firebase]\nservices_mirror = true\n");
  at.start_firebase();
  at.start();
  REQUIRE(at.trades(2));
  CHECK(test::eventually([&] { return at.read(paths::service_performance("DEMO")).is_object(); }));
  CHECK(
      test::eventually([&] { return at.read(std::string(paths::service_aggregate)).is_object(); }));
}

TEST_CASE("after a stop is done nothing reaches the broker, until a start") {
  trading_floor at;
  at.start_firebase();
  at.start();
  REQUIRE(at.trades(2));
  REQUIRE(at.put("m1", test::message("stop", {"DEMO"})) == 200);
  const auto found = at.await_final("m1");
  INFO(found.dump(2));
  REQUIRE(found.is_object());
  CHECK(found["state"] == "done");
  CHECK(found["acknowledgement"]["scale_t-DEMO"]["status"] == "done");
  const int sent = at.sent();
  // A sale may rest: it can only make the position smaller.
  CHECK(at.paper_count("SELECT count(*) FROM orders WHERE is_open = 1 AND side = 'buy'") == 0);
  REQUIRE(prices_go_on(at, 150));
  CHECK(at.sent() == sent);
  CHECK(at.outcry({"start", "DEMO"}).code == 0);
  CHECK(at.trades(1));
}

TEST_CASE("a floor killed again and again forgets no order and sends none twice") {
  trading_floor at;
  at.start_firebase();
  for (int i = 0; i < 4; ++i) {
    at.start();
    REQUIRE(at.trades(2));
    at.kill();
  }
  at.start();
  CHECK(at.trades(1));
  CHECK(at.stop_all_of("DEMO"));
  check_books(at);
  const auto positions = at.ask({"positions"});
  CHECK(positions["tickers"].empty());
  CHECK(pick(at.ask({"risk"})["bots"], "owner", "scale_t-DEMO").at("blocked") == "it is stopped");
}

TEST_CASE("the verbs exit, enter, set and kill by command line, and what they leave behind") {
  trading_floor at;
  at.start_firebase();
  at.start();
  REQUIRE(at.trades(2));

  auto said = at.outcry({"exit", "DEMO"});
  INFO(said.output);
  CHECK(said.code == 0);
  CHECK(at.held_at_broker("DEMO") == Quantity{});
  CHECK(at.open() == 0);
  CHECK(bot_of(at, "scale_t-DEMO")["state"] == "stopped");

  said = at.outcry({"enter", "counter-AAPL", "--side", "buy", "--qty", "3"});
  INFO(said.output);
  CHECK(said.code == 0);
  CHECK(at.held_at_broker("AAPL") == Quantity::from_integer(3));

  CHECK(at.outcry({"set", "DEMO", "add_cash=5000"}).code == 0);
  CHECK_THAT(at.outcry({"send", "status", "--to", "DEMO", "--json"}).output, Contains("15000"));
  said = at.outcry({"set", "DEMO", "step=7"});
  CHECK(said.code == 1);
  CHECK_THAT(said.output, Contains("step"));
  CHECK(at.outcry({"set", "account", "max_position=7000"}).code == 0);
  CHECK(at.ask({"risk"})["account"]["limits"]["max_position"] == "7000");
  said = at.outcry({"set", "account", "max_loss=1"});
  CHECK(said.code == 1);
  CHECK_THAT(said.output, Contains("max_loss"));

  CHECK(at.outcry({"kill"}).code == 0);
  CHECK(at.outcry({"start", "ALL"}).code == 1);
  said = at.outcry({"enter", "counter-AAPL", "--side", "buy", "--qty", "1"});
  CHECK(said.code == 1);
  CHECK(at.held_at_broker("AAPL") == Quantity::from_integer(3));
  check_books(at);

  CHECK(at.stop() == 0);
  at.start();
  CHECK(at.ask({"risk"})["account"]["limits"]["max_position"] == "7000");
  CHECK(at.ask({"risk"})["account"]["gate_closed"] == true);
  CHECK(at.held_at_broker("AAPL") == Quantity::from_integer(3));
  CHECK(at.outcry({"start", "ALL", "--confirm"}).code == 0);
  CHECK(at.trades(1));
}

TEST_CASE("an order that rests stays with the broker while the floor is closed") {
  trading_floor at;
  at.start_firebase();
  at.start();
  CHECK(at.stop_all_of("DEMO"));
  CHECK(at.outcry({"enter", "counter-AAPL", "--side", "buy", "--qty", "1", "--limit", "1", "--wait",
                   "2"})
            .code <= 1);
  REQUIRE(test::eventually([&] { return at.open() == 1; }));
  CHECK(at.stop() == 0);
  CHECK_THAT(at.floor().output(),
             Contains("orders that stay open at the broker while the floor is closed: 1"));
  CHECK(at.open() == 1);
  at.start();
  const auto orders = at.ask({"orders", "--open"});
  REQUIRE(orders.size() == 1);
  CHECK(orders[0]["terms"]["limitPrice"] == "1");
  CHECK(at.outcry({"stop", "counter-AAPL"}).code == 0);
  CHECK(at.open() == 0);
  check_books(at);
}

TEST_CASE("limits of the configuration are in force from the first order on") {
  trading_floor at(
      "limits = { max_position = 500 }\n\n[risk]\nmax_order_notional = 90\n"
      "account_daily_loss_limit = 70\n");
  at.start_firebase();
  at.start();
  const auto refused = [&] {
    for (const auto& order : at.ask({"orders", "--limit", "1000"}))
      if (order["status"] == "never_sent") return true;
    return false;
  };
  CHECK(test::eventually(refused));
  const auto limits = pick(at.ask({"risk"})["bots"], "owner", "scale_t-DEMO").at("limits");
  CHECK(limits.at("max_position") == "500");
  CHECK(limits.at("max_order_notional") == "90");
  CHECK(at.ask({"risk"})["account"]["limits"]["daily_loss_limit"] == "70");
  for (const auto& row : at.paper("SELECT filled_value FROM orders"))
    CHECK(*Money::parse(row[0]) <= Money::from_integer(90));
}

TEST_CASE("a replay at full speed does not begin before the account is known") {
  floor_plan plan = quick_plan();
  plan.tickers.clear();
  floor_process at(plan);
  const auto day = at.dir().path() / "2024-03-08";
  std::filesystem::create_directories(day);
  std::ofstream(day / "DEMO.csv") << "time_ms,price,size,exchange\n34202010,50.00,100,T\n";
  add_lines(at, fmt::format("\n[feed]\nsource = \"replay\"\n\n[feed.replay]\ndir = \"{}\"\nspeed = "
                            "0\n\n[[bots]]\nticker = \"DEMO\"\nstrategy = \"scale_t\"\n"
                            "parameters = {{ cash = 10000, start = \"53.50\", rows = 100 }}\n",
                            day.string()));
  at.start_firebase();
  at.start();
  // The only price there is led to an order, and the desk let it through.
  REQUIRE(test::eventually([&] { return at.count("SELECT count(*) FROM orders") == 1; }));
  REQUIRE(test::eventually(
      [&] { return !test::rows_of(at.data_dir() / "paper.db", "SELECT id FROM orders").empty(); }));
}

TEST_CASE("a floor without a broker says what it cannot do") {
  floor_process at(quick_plan());
  add_lines(at, "\n[broker]\nkind = \"none\"\n");
  at.start_firebase();
  at.start();
  auto said = at.outcry({"orders"});
  INFO(said.output);
  CHECK(said.code != 0);
  said = at.outcry({"enter", "AAPL", "--side", "buy", "--qty", "1"});
  CHECK(said.code == 1);
  CHECK_FALSE(std::filesystem::exists(at.data_dir() / "paper.db"));
  CHECK(at.outcry({"stop", "AAPL"}).code == 0);
  CHECK(at.stop() == 0);
}

TEST_CASE("mistakes about trading are refused before anything is opened") {
  const auto refused = [](const std::string& lines, const std::vector<std::string>& more = {}) {
    const floor_process at(quick_plan());
    add_lines(at, lines);
    auto arguments = more;
    arguments.insert(arguments.end(), {"--config", at.config_file()});
    const auto said = at.outcryd(arguments);
    CHECK(said.code == 2);
    CHECK_FALSE(std::filesystem::exists(at.data_dir() / "journal.db"));
    CHECK_THAT(said.output, Contains(at.config_file()));
    return said.output;
  };
  const std::string bot = "[[bots]]\nticker = \"DEMO\"\nstrategy = \"scale_t\"\n";
  CHECK_THAT(refused("[broker]\ncash = 0\n"), Contains("broker.cash: expected a decimal number"));
  CHECK_THAT(refused("[risk]\nprice_collar = \"5%\"\n"), Contains("risk.price_collar"));
  CHECK_THAT(refused(bot + "parameters = { cash = 10000, step = 7 }\n"),
             Contains("outcry.toml:17: bots[1].parameters.step: expected a fraction"));
  CHECK_THAT(refused(bot + "limits = { max_loss = 7 }\n"), Contains("bots[1].limits.max_loss"));
  CHECK_THAT(refused("[broker]\nkind = \"none\"\n" + bot), Contains("broker.kind"));
  CHECK_THAT(refused(bot, {"--bots-only"}),
             Contains("bots[1].strategy") && Contains("main floor's order desk"));
}
