#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/sqlite/signal_engine.hpp"
#include "tests/adapters/sqlite/signal_samples.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/process.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace outcry::sqlite::test;
using nlohmann::json;

namespace {

struct result {
  int code = -1;
  std::string output;
};

/// A directory with a configuration, its data directory and the program.
struct place {
  test::temp_dir dir;
  std::string data = dir.file("data");

  place() {
    std::filesystem::create_directory(data);
    std::ofstream(dir.file("outcry.toml"))
        << "floor.data_dir = \"" << data << "\"\nfirebase.url = \"\"\n";
  }

  result say(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {OUTCRY_PROGRAM, "signals"});
    test::process::options options;
    options.arguments = std::move(arguments);
    options.directory = dir.path().string();
    options.output_file = dir.file("output");
    options.environment = {{"OUTCRY_CONFIG", ""}};
    std::filesystem::remove(options.output_file);
    test::process program{options};
    const auto code = program.wait();
    return {code, program.output()};
  }

  json read(std::vector<std::string> arguments) const {
    arguments.emplace_back("--json");
    const auto x = say(std::move(arguments));
    INFO(x.output);
    CHECK(x.code == 0);
    return json::parse(x.output);
  }
};

/// Call 1 was traded, call 2 waits in quarantine, message 3 is in doubt, call 4 is of elsewhere.
void fill(const std::string& data) {
  sqlite::signal_engine engine(data);
  auto first = storing("1");
  first.signals = {sample_signal("1")};
  first.signals[0].state = signal_state::closed;
  first.signals[0].trade = {sample_trade(first.signals[0])};
  first.updates = {sample_update("9")};
  one<store_receipt>(engine, first);
  auto second = storing("2");
  second.signals = {sample_signal("2")};
  second.signals[0].state = signal_state::quarantined;
  second.signals[0].reason = "two tickers\x1b[31m";
  second.verdict.verdict = "quarantine";
  one<store_receipt>(engine, second);
  auto third = storing("3");
  third.verdict.verdict = "quarantine";
  third.verdict.reason = "a question";
  one<store_receipt>(engine, third);
  auto fourth = sample_signal("4", "http:b");
  fourth.ticker = "OTHER";
  fourth.state = signal_state::open;
  fourth.call = "no json";
  one<store_receipt>(engine, store_signals{{fourth}, {}});
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("signals list shows the newest first, and what is asked for") {
  const place at;
  fill(at.data);
  const auto numbers = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "list");
    std::vector<int> result;
    for (const auto& x : at.read(std::move(arguments))) result.push_back(x["number"]);
    return result;
  };
  CHECK(numbers({}) == std::vector{3, 2, 1});
  CHECK(numbers({"--limit", "1"}) == std::vector{3});
  CHECK(numbers({"--source", "discord:77"}) == std::vector{2, 1});
  CHECK(numbers({"--ticker", "OTHER"}) == std::vector{3});
  CHECK(numbers({"--state", "closed"}) == std::vector{1});
  CHECK(numbers({"--state", "expired"}).empty());
  const auto text = at.say({"list"});
  CHECK(text.code == 0);
  CHECK(has(text.output, "discord:77/1"));
  CHECK(has(text.output, "unconfirmed: two tickers?[31m"));
  CHECK_FALSE(has(text.output, "\x1b"));
  const auto bad = at.say({"list", "--state", "asleep"});
  CHECK(bad.code != 0);
  CHECK(has(bad.output, "no state of a signal: \"asleep\""));
  CHECK(at.say({"list", "--limit", "0"}).code == 2);
}

TEST_CASE("signals show tells all of one call") {
  const place at;
  fill(at.data);
  const auto x = at.read({"show", "discord:77/1"});
  CHECK(x == at.read({"show", "1"}));
  CHECK(x["ticker"] == "XYZ");
  CHECK(x["state"] == "closed");
  CHECK(x["call"]["ticker"] == "XYZ");
  CHECK(x["trade"]["profit"] == "25");
  CHECK(x["trade"]["entry_price"] == "107.5");
  CHECK(x["updates"].size() == 1);
  CHECK(x["updates"][0]["update"]["kind"] == "stop");
  CHECK(x["messages"].size() == 1);
  CHECK(x["messages"][0]["text"] == sample_message("1").text);
  CHECK(x["messages"][0]["reading"]["tokens"].empty());
  const auto other = at.read({"show", "http:b/4"});
  CHECK(other["trade"].is_null());
  CHECK(other["call"].is_null());
  const auto text = at.say({"show", "1"});
  CHECK(text.code == 0);
  for (const auto* part : {"signal 1: open long XYZ", "10 of 12 at 107.5", "target 1",
                           "applied: stop to 105", "has side, entry and stop"})
    CHECK(has(text.output, part));
  CHECK(at.say({"show", "99"}).code == 2);
  CHECK(has(at.say({"show", "discord:77/99"}).output, "there is none called discord:77/99"));
  CHECK(has(at.say({"show", "nonsense"}).output, "expected a number or SOURCE/ID"));
}

TEST_CASE("signals quarantine tells what waits and why") {
  const place at;
  fill(at.data);
  const auto x = at.read({"quarantine"});
  CHECK(x["signals"].size() == 1);
  CHECK(x["signals"][0]["source_id"] == "2");
  CHECK(x["messages"].size() == 1);
  CHECK(x["messages"][0]["source_id"] == "3");
  const auto text = at.say({"quarantine"});
  CHECK(has(text.output, "two tickers"));
  CHECK(has(text.output, "a question"));
}

TEST_CASE("signals stats tells what each source has brought") {
  const place at;
  fill(at.data);
  const auto x = at.read({"stats"});
  REQUIRE(x.size() == 2);
  CHECK(x[0]["source"] == "discord:77");
  CHECK(x[0]["signals"] == 2);
  CHECK(x[0]["hit_rate"] == "100");
  CHECK(x[0]["average_r"] == "0.333333333333");
  CHECK(x[0]["profit"] == "25");
  CHECK(x[1]["hit_rate"].is_null());
  CHECK(x[1]["average_r"].is_null());
  const auto text = at.say({"stats"});
  CHECK(has(text.output, "100%"));
  CHECK(has(text.output, "0.33"));
}

TEST_CASE("without signals the verbs say so and make no file") {
  const place at;
  const auto x = at.say({"list"});
  CHECK(x.code == 1);
  CHECK(has(x.output, "signals.db: there is no such file"));
  CHECK_FALSE(std::filesystem::exists(at.data + "/signals.db"));
  sqlite::signal_engine{at.data};
  CHECK(at.say({"list", "--json"}).output == "[]\n");
  CHECK(has(at.say({"quarantine"}).output, "nothing waits"));
}

TEST_CASE("signals database init makes the shared database, and keeps its password to itself") {
  const place at;
  const auto sql = at.say({"database", "init", "--sql"});
  CHECK(sql.code == 0);
  CHECK(has(sql.output, "CREATE TABLE outcry.signals"));
  CHECK(has(at.say({"database", "init"}).output, "expected a connection string"));
  const auto nobody = at.say({"database", "init", "postgresql://u:hunter2@127.0.0.1:1/signals"});
  CHECK(nobody.code == 1);
  CHECK(has(nobody.output, "signals on 127.0.0.1:1 as u"));
  CHECK_FALSE(has(nobody.output, "hunter2"));
  if (!test::postgres_server::available()) OUTCRY_SKIP("no PostgreSQL server (initdb)");
  const test::postgres_server server;
  const auto made = at.say({"database", "init", server.url()});
  CHECK(made.code == 0);
  CHECK(has(made.output, "schema 1 is made"));
  CHECK(has(at.say({"database", "init", server.url()}).output, "schema 1 was there"));
}
