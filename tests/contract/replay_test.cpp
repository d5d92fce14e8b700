#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tests/chaos/floor_process.hpp"

using namespace outcry;
using nlohmann::json;
using test::floor_plan;
using test::floor_process;

namespace {

const std::filesystem::path source_root = SOURCE_ROOT;
constexpr auto npos = std::string::npos;
constexpr std::chrono::seconds patience{60};
// So few that one poll gives all their trades.
const std::vector<std::string> tickers = {"AAPL", "BRK.B"};

/// Makes the floor's configuration one of a replay of `dir`.
void replay_at_full_speed(const floor_process& at, const std::filesystem::path& dir) {
  std::ostringstream text;
  text << std::ifstream(at.config_file()).rdbuf();
  std::ofstream(at.config_file()) << fmt::format(
      "{}\n[feed]\nsource = \"replay\"\n\n[feed.replay]\ndir = \"{}\"\nspeed = 0\n", text.str(),
      dir.string());
}

/// How many prices a counter bot says that it has seen; -1 when it does not answer.
int prices_counted(const floor_process& at, const std::string& ticker) {
  const auto said = at.outcry({"send", "status", "--to", ticker, "--json"});
  const std::string name = "\"prices\":";
  const auto found = said.output.find(name);
  return found == npos ? -1 : std::stoi(said.output.substr(found + name.size()));
}

bool all_are_closed(const floor_process& at) {
  const auto asked = at.outcry({"bots", "--json"});
  const auto bots = json::parse(asked.output, nullptr, false);
  if (!bots.is_array() || bots.size() != tickers.size()) return false;
  return std::all_of(bots.begin(), bots.end(),
                     [](const json& bot) { return bot.value("state", "") == "waiting_for_open"; });
}

/// Runs a function of scripts/floor.sh; what it printed.
std::string in_floor_script(const test::temp_dir& dir, const std::string& call) {
  test::process::options options;
  options.arguments = {"/bin/bash", "-c", ". scripts/floor.sh\n" + call};
  options.directory = source_root;
  options.output_file = dir.file("script.log");
  test::process script(options);
  const auto code = script.wait();
  INFO(script.output());
  REQUIRE(code == 0);
  return script.output();
}

}  // namespace

TEST_CASE("bots count every trade of a replay at full speed") {
  floor_plan plan;
  plan.tickers = tickers;
  floor_process at(plan);
  replay_at_full_speed(at, source_root / "samples/replay/2024-03-08");
  at.start_firebase();
  at.start();
  // Before the first trade the session is closed, too.
  REQUIRE(test::eventually([&] { return at.floor().output().find("the feed has ended") != npos; },
                           patience));
  REQUIRE(test::eventually([&] { return all_are_closed(at); }, patience));
  for (const auto& ticker : tickers) {
    INFO(ticker);
    CHECK(prices_counted(at, ticker) == 400);
  }
}

TEST_CASE("./run names a replay's tickers as its bots are to be named") {
  test::temp_dir dir;
  for (const char* name :
       {"BTC%2FUSD.csv", "BRK%2EB.csv.gz", "AAPL.csv", "AAPL.csv.gz", "X.Y.csv", "notes.txt"})
    std::ofstream(dir.file(name)) << "time_ms,price,size,exchange\n";
  const auto shown = in_floor_script(dir, "tickers_in '" + dir.path().string() + "'");
  CHECK(shown == "AAPL\nBRK.B\nBTC/USD\nX.Y\n");
}
