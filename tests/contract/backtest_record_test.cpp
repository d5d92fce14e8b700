#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/chaos/floor_process.hpp"

using namespace outcry;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> result;
  std::ifstream in{path};
  for (std::string line; std::getline(in, line);) result.push_back(line);
  return result;
}

/// The n-th of a row's fields.
std::string field(const std::string& row, int n) {
  std::size_t from = 0;
  for (; n > 0; --n) from = row.find(',', from) + 1;
  return row.substr(from, row.find(',', from) - from);
}

}  // namespace

TEST_CASE("what a live floor hears is recorded and can be traded again") {
  test::floor_plan plan;
  plan.tickers = {"AAPL"};
  plan.simulated_lines = "interval_ms = 20\n";
  test::floor_process at{plan};
  at.start_firebase();
  at.start();
  const auto file = at.dir().file("recorded.csv");
  test::process::options options;
  options.arguments = {OUTCRY_PROGRAM, "--config", at.config_file(), "backtest",
                       "--ticker",     "AAPL",     "--record",       file};
  options.output_file = at.dir().file("recorder.log");
  test::process recorder{options};
  REQUIRE(test::eventually([&] { return lines_of(file).size() > 60; }));
  recorder.signal(SIGINT);
  const auto code = recorder.wait();
  INFO(recorder.output());
  CHECK(code == 0);
  const auto rows = lines_of(file);
  CHECK(rows.front() == "time_ms,price,size,exchange");
  const auto day_at = recorder.output().find("--day ");
  REQUIRE(day_at != std::string::npos);
  const auto day = recorder.output().substr(day_at + 6, 10);

  auto replay = [&] {
    const auto said =
        at.outcry({"backtest", "--ticker", "AAPL", "--day", day, "--from", file, "--always-open",
                   "--json", "--set", "step=0.0005", "--set", "rows=100"});
    INFO(said.output);
    REQUIRE(said.code == 0);
    const auto from = said.output.find('{');
    REQUIRE(from != std::string::npos);
    return said.output.substr(from, said.output.find('\n', from) - from);
  };
  const auto first = replay();
  CHECK(first == replay());
  const auto result = json::parse(first);
  CHECK(result.at("trades") == rows.size() - 1);
  CHECK(result.at("first_price") == field(rows.at(1), 1));
  CHECK(result.at("last_price") == field(rows.back(), 1));
  CHECK(result.at("day") == day);
}

TEST_CASE("a floor that is closed cannot be recorded") {
  test::floor_process at;
  const auto file = at.dir().file("recorded.csv");
  const auto said = at.outcry({"backtest", "--ticker", "AAPL", "--record", file});
  INFO(said.output);
  CHECK(said.code == 3);
}
