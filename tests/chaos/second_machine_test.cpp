#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "adapters/redis/connection.hpp"
#include "tests/chaos/floor_process.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/skip.hpp"

using namespace outcry;
using Catch::Matchers::Contains;
using nlohmann::json;
using test::eventually;
using test::floor_process;

namespace {

constexpr std::chrono::seconds patience{90};
constexpr int killed = 128 + SIGKILL;

#define REQUIRE_REDIS() \
  if (!outcry::test::redis_server::available()) OUTCRY_SKIP("redis-server is not installed")

test::redis_server::options keeps_data() {
  test::redis_server::options result;
  result.append_only = true;
  return result;
}

std::string config_of(const std::string& redis, const std::filesystem::path& data_dir) {
  return fmt::format(
      "[floor]\nname = \"attic\"\ndata_dir = \"{}\"\n[redis]\nurl = \"{}\"\n"
      "[feed]\nsource = \"redis\"\n[firebase]\nurl = \"\"\n"
      "[[bots]]\nticker = \"AAPL\"\nstrategy = \"counter\"\nid = \"attic-AAPL\"\n"
      "[[bots]]\nticker = \"MSFT\"\nstrategy = \"counter\"\nid = \"attic-MSFT\"\n",
      data_dir.string(), redis);
}

/// A main floor, Redis, and a second machine that hosts two bots for it.
struct two_machines {
  test::redis_server redis;
  floor_process main;
  test::temp_dir attic;
  test::process second;
  int runs = 0;

  explicit two_machines(test::redis_server::options how = {}) : redis(std::move(how)) {
    test::floor_plan plan;
    plan.tickers = {"AAPL"};
    plan.floor_lines = fmt::format(
        "answer_deadline_s = 2\n[redis]\nurl = \"{}\"\n[firebase]\nurl = \"\"\n", redis.url());
    main.configure(plan);
    main.start();
    std::ofstream(attic.file("outcry.toml")) << config_of(redis.url(), attic.path() / "data");
  }

  void launch(const char* program = OUTCRYD_PROGRAM, const std::string& crash_at = "") {
    test::process::options options;
    options.arguments = {program, "--bots-only", "--config", attic.file("outcry.toml")};
    if (!crash_at.empty()) options.environment = {{"OUTCRY_CRASH_AT", crash_at}};
    options.output_file = attic.file(fmt::format("floor-{}.log", ++runs));
    second = test::process(options);
  }
  bool await_open() {
    eventually(
        [&] {
          return !second.running() || second.output().find("\" is open in ") != std::string::npos;
        },
        patience);
    return second.running();
  }
  void start() {
    launch();
    if (!await_open()) throw std::runtime_error("the second machine: " + second.output());
  }
  int stop() {
    second.signal(SIGTERM);
    return second.wait(patience);
  }
  void kill() {
    second.signal(SIGKILL);
    second.wait(patience);
  }

  floor_process::result outcry(std::vector<std::string> arguments) const {
    test::process::options options;
    options.arguments = {OUTCRY_PROGRAM, "--config", attic.file("outcry.toml")};
    options.arguments.insert(options.arguments.end(), arguments.begin(), arguments.end());
    options.output_file = attic.file("output");
    std::filesystem::remove(options.output_file);
    test::process run(options);
    const int code = run.wait(patience);
    return {code, run.output()};
  }

  /// The bot as the main floor sees it; null when it does not.
  json at_main(const std::string& bot) const {
    const auto asked = main.outcry({"bots", "--json"});
    const auto bots = json::parse(asked.output, nullptr, false);
    if (bots.is_array())
      for (const auto& x : bots)
        if (x.value("id", "") == bot) return x;
    return {};
  }
  bool await_state(const std::string& bot, const std::string& state) const {
    return eventually(
        [&] {
          const auto found = at_main(bot);
          return found.is_object() && found.value("state", "") == state;
        },
        patience);
  }
  /// Status of the newest message's line of the bot, as the main floor's journal has it.
  std::string line(const std::string& bot, const std::string& column = "status") const {
    const auto rows = main.journal("SELECT " + column + " FROM lines WHERE bot_id = '" + bot +
                                   "' ORDER BY message DESC LIMIT 1");
    return rows.empty() ? "" : rows[0][0];
  }
  bool await_line(const std::string& bot, const std::string& status) const {
    return eventually([&] { return line(bot) == status; }, patience);
  }
  std::int64_t second_count(const std::string& sql) const {
    const auto file = attic.path() / "data" / "journal.db";
    if (!std::filesystem::exists(file)) return 0;
    const auto rows = test::rows_of(file, sql);
    return rows.empty() ? 0 : std::stoll(rows.at(0).at(0));
  }
  std::int64_t revision(const std::string& bot) const {
    return second_count("SELECT revision FROM bots WHERE bot_id = '" + bot + "'");
  }
  std::int64_t prices(const std::string& bot) const {
    const auto asked = outcry({"bots", "--json"});
    const auto bots = json::parse(asked.output, nullptr, false);
    if (bots.is_array())
      for (const auto& x : bots)
        if (x.value("id", "") == bot)
          return x["details"].is_object() ? x["details"].value("count", std::int64_t{0}) : 0;
    return -1;
  }
};

}  // namespace

TEST_CASE("a second machine's bots count the main floor's prices and obey once") {
  REQUIRE_REDIS();
  two_machines at;
  at.start();
  INFO(at.second.output());
  REQUIRE(at.await_state("attic-AAPL", "running"));
  REQUIRE(at.await_state("attic-MSFT", "running"));
  CHECK(at.at_main("attic-MSFT")["kind"] == "controlled");
  CHECK(at.at_main("attic-MSFT")["container"] == "attic");
  // Nobody on the main floor wants MSFT: its price is there because of the second machine.
  CHECK(eventually([&] { return at.prices("attic-MSFT") > 0; }, patience));
  const auto sent = at.main.outcry({"send", "stop", "--to", "attic-AAPL,attic-MSFT"});
  INFO(sent.output);
  CHECK(sent.code == 0);
  CHECK(at.line("attic-AAPL") == "done");
  CHECK(at.revision("attic-AAPL") == 1);
  CHECK(at.revision("attic-MSFT") == 1);
  CHECK(at.line("counter-AAPL") == "ignored");
  CHECK(at.await_state("attic-AAPL", "stopped"));
  CHECK(at.main.outcry({"send", "start", "--to", "attic-AAPL"}).code == 0);
  CHECK(at.await_state("attic-AAPL", "running"));
  CHECK(at.revision("attic-AAPL") == 2);
  CHECK(at.await_state("attic-MSFT", "stopped"));
  const auto set = at.main.outcry({"send", "set", "--to", "attic-AAPL", "--config", "step=3"});
  CHECK(set.code == 0);
  const auto asked = at.main.outcry({"send", "status", "--to", "attic-AAPL", "--json"});
  CHECK_THAT(asked.output, Contains("\"step\":3"));
  // Nothing that the second machine says goes out as a price.
  CHECK_THAT(asked.output, !Contains("observed-"));
  // -- its own command line
  const auto refused = at.outcry({"send", "stop", "--to", "ALL"});
  CHECK(refused.code == 1);
  CHECK_THAT(refused.output, Contains("this floor only hosts bots; send to the main floor"));
  CHECK_THAT(at.outcry({"actors"}).output, Contains("inlet"));
  CHECK_THAT(at.outcry({"log"}).output, Contains("stop"));
  const auto doctor = at.outcry({"doctor"});
  INFO(doctor.output);
  CHECK(doctor.code == 0);
  CHECK(at.stop() == 0);
  CHECK(at.await_state("attic-AAPL", "absent"));
  CHECK(at.main.stop() == 0);
}

TEST_CASE("kill -9 of the second machine anywhere in a command is one line and one effect") {
  REQUIRE_REDIS();
  two_machines at(keeps_data());
  at.start();
  REQUIRE(at.await_state("attic-AAPL", "running"));
  REQUIRE(at.stop() == 0);
  const std::string point =
      GENERATE(as<std::string>(), "before_commit", "after_commit", "mid_transaction");
  int deaths = 0;
  for (int n = 1; n <= 6; ++n) {
    INFO(point << ":" << n);
    const auto before = at.revision("attic-AAPL");
    at.launch(OUTCRYD_CRASH_PROGRAM, fmt::format("{}:{}", point, n));
    at.await_open();
    const std::string wish = n % 2 == 1 ? "stop" : "start";
    at.main.outcry({"send", wish, "--to", "attic-AAPL", "--wait", "1"});
    REQUIRE(eventually([&] { return !at.second.running() || at.line("attic-AAPL") == "done"; },
                       patience));
    const int code = at.stop();
    REQUIRE((code == killed || code == 0));
    at.start();
    CHECK(at.await_line("attic-AAPL", "done"));
    CHECK(at.await_state("attic-AAPL", n % 2 == 1 ? "stopped" : "running"));
    CHECK(at.revision("attic-AAPL") == before + 1);
    // Done a second time it would say that it was so already.
    CHECK(at.line("attic-AAPL", "reason") == (n % 2 == 1 ? "stopped" : "started"));
    CHECK(at.main.count("SELECT count(*) FROM lines WHERE bot_id = 'attic-AAPL'") == n);
    REQUIRE(at.stop() == 0);
    if (code == 0) break;
    ++deaths;
  }
  CHECK(deaths >= 2);
}

TEST_CASE("a second machine that was off does late what it was told meanwhile") {
  REQUIRE_REDIS();
  two_machines at;
  at.start();
  REQUIRE(at.await_state("attic-AAPL", "running"));
  at.kill();
  REQUIRE(at.await_state("attic-AAPL", "absent"));
  const auto said = at.main.outcry({"send", "stop", "--to", "attic-AAPL"});
  INFO(said.output);
  CHECK(said.code == 1);
  CHECK(at.await_line("attic-AAPL", "no_answer"));
  at.start();
  CHECK(at.await_line("attic-AAPL", "done"));
  // The bot journals its line, the desk that it was late.
  CHECK(eventually([&] { return at.line("attic-AAPL", "late") == "1"; }, patience));
  CHECK(at.await_state("attic-AAPL", "stopped"));
  CHECK(at.revision("attic-AAPL") == 1);
}

TEST_CASE("a second machine that comes after a stop for all starts stopped") {
  REQUIRE_REDIS();
  two_machines at;
  REQUIRE(at.main.outcry({"send", "stop", "--to", "ALL"}).code == 0);
  at.start();
  REQUIRE(at.await_state("attic-AAPL", "stopped"));
  REQUIRE(at.await_state("attic-MSFT", "stopped"));
  // By its briefing, not because somebody saw it run.
  CHECK_THAT(at.main.floor().output(), !Contains("runs although it was stopped"));
  CHECK(at.prices("attic-MSFT") == 0);
  CHECK(at.main.outcry({"send", "start", "--to", "ALL"}).code == 0);
  CHECK(at.await_state("attic-AAPL", "running"));
  CHECK(at.revision("attic-AAPL") == 2);
}

TEST_CASE("a second machine that is started without its main floor waits for it") {
  REQUIRE_REDIS();
  two_machines at;
  at.start();
  REQUIRE(at.await_state("attic-AAPL", "running"));
  REQUIRE(at.main.outcry({"send", "stop", "--to", "attic-MSFT"}).code == 0);
  const auto counted = at.prices("attic-AAPL");
  REQUIRE(at.stop() == 0);
  REQUIRE(at.main.stop() == 0);
  at.start();
  CHECK_THAT(at.outcry({"bots"}).output, Contains("waits for its briefing"));
  at.main.start();
  CHECK(at.await_state("attic-AAPL", "running"));
  CHECK(at.await_state("attic-MSFT", "stopped"));
  CHECK(eventually([&] { return at.prices("attic-AAPL") > counted; }, patience));
}

TEST_CASE("a second machine works again once Redis is back, with or without what was in it") {
  REQUIRE_REDIS();
  const bool keeps = GENERATE(true, false);
  two_machines at(keeps ? keeps_data() : test::redis_server::options{});
  at.start();
  REQUIRE(at.await_state("attic-AAPL", "running"));
  at.redis.kill();
  REQUIRE(at.await_state("attic-AAPL", "absent"));
  const auto said = at.main.outcry({"send", "stop", "--to", "attic-AAPL"});
  INFO(said.output);
  CHECK(said.code == 1);
  at.redis.start(keeps);
  CHECK(at.await_line("attic-AAPL", "done"));
  CHECK(at.await_state("attic-AAPL", "stopped"));
  CHECK(at.revision("attic-AAPL") == 1);
  const auto counted = at.prices("attic-MSFT");
  CHECK(eventually([&] { return at.prices("attic-MSFT") > counted; }, patience));
}

TEST_CASE("a second machine takes prices and publishes none") {
  REQUIRE_REDIS();
  two_machines at;
  at.start();
  REQUIRE(at.await_state("attic-AAPL", "running"));
  REQUIRE(at.main.stop() == 0);
  redis::connection_options options;
  options.address = redis::parse_url(at.redis.url()).value();
  auto link = redis::connection::open(options).value();
  REQUIRE(link.command({"CONFIG", "RESETSTAT"}));
  const std::string price =
      R"({"type":"price","timestamp":"2024-03-08T14:30:00.000Z","price":"7","volume":"1","symbol":"AAPL"})";
  REQUIRE(link.command({"PUBLISH", "TICKER_UPDATES_AAPL", price}));
  CHECK(eventually(
      [&] { return at.outcry({"bots"}).output.find(R"("last":"7")") != std::string::npos; },
      patience));
  const auto figures = link.command({"INFO", "commandstats"});
  REQUIRE(figures);
  CHECK_THAT(std::string(figures->text()), Contains("cmdstat_publish:calls=1,"));
}

TEST_CASE("a second machine refuses what it cannot host, and an id that the main floor has") {
  REQUIRE_REDIS();
  test::temp_dir dir;
  std::ofstream(dir.file("outcry.toml")) << "[floor]\ndata_dir = \"data\"\n";
  test::process::options options;
  options.arguments = {OUTCRYD_PROGRAM, "--bots-only", "--config", dir.file("outcry.toml")};
  options.output_file = dir.file("output");
  test::process run(options);
  CHECK(run.wait(patience) == 2);
  CHECK_THAT(run.output(), Contains("redis.url: expected"));
  CHECK_THAT(run.output(), Contains("feed.source: expected \"redis\""));
  CHECK_THAT(run.output(), Contains("firebase.url: expected \"\""));
  CHECK_THAT(run.output(), Contains("bots: expected at least one [[bots]]"));

  two_machines at;
  auto text = config_of(at.redis.url(), at.attic.path() / "data");
  text.replace(text.find("attic-AAPL"), 10, "counter-AAPL");
  std::ofstream(at.attic.file("outcry.toml")) << text;
  at.start();
  REQUIRE(at.await_state("attic-MSFT", "running"));
  CHECK(eventually(
      [&] {
        return at.main.floor().output().find("the floor has a bot of that id itself") !=
               std::string::npos;
      },
      patience));
  CHECK(at.at_main("counter-AAPL")["kind"] == "hosted");
  // The other one is held, though the prices are there.
  CHECK(eventually([&] { return at.prices("attic-MSFT") > 0; }, patience));
  CHECK(at.prices("counter-AAPL") == 0);
}
