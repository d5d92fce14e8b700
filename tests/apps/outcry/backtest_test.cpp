#include <filesystem>
#include <fstream>
#include <random>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "apps/outcry/backtest/result.hpp"
#include "apps/outcry/backtest/runner.hpp"
#include "tests/support/direct_run.hpp"
#include "tests/support/process.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using backtest::backtest_options;
using backtest::backtest_result;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

constexpr auto day = "2013-10-08";
constexpr std::int64_t hour_ms = 3'600'000;

/// A day of trades that wander around 100: cents up and down, silences, small prints.
class made_day {
public:
  explicit made_day(unsigned seed, int rows = 6000) {
    std::filesystem::create_directories(dir());
    std::ofstream out{file()};
    out << "time_ms,price,size,exchange\n";
    std::mt19937 chance{seed};
    auto up_to = [&](unsigned n) { return static_cast<int>(chance() % n); };
    std::int64_t at = 4 * hour_ms + 5000;
    int cents = 10'000;
    for (int i = 0; i < rows && at < 20 * hour_ms; ++i) {
      out << fmt::format("{},{}.{:02},{},T\n", at, cents / 100, cents % 100, 1 + up_to(30));
      // Now and then so long that the feed is stale meanwhile.
      at += up_to(50) == 0 ? up_to(400'000) : up_to(2000);
      if (up_to(3) == 0) cents += up_to(31) - 15 + (cents < 9500 ? 4 : cents > 10'200 ? -4 : 0);
    }
  }

  std::string dir() const { return (root_.path() / day).string(); }
  std::string file() const { return dir() + "/SPY.csv"; }

private:
  test::temp_dir root_;
};

backtest_options plan(const std::string& file, const std::string& parameters) {
  spdlog::set_level(spdlog::level::err);
  backtest_options options;
  options.ticker = "SPY";
  options.file = file;
  options.day = day;
  options.parameters = parameters;
  return options;
}

std::vector<test::direct_fill> fills_of(const backtest_result& x) {
  std::vector<test::direct_fill> result;
  for (const auto& fill : x.all_fills)
    result.push_back({fill.at_ns, fill.side, fill.price, fill.qty});
  return result;
}

/// The floor adds nothing to the decisions and takes nothing from them.
void check_against_a_bare_loop(const backtest_options& options) {
  auto found = backtest::run(options);
  auto expected = test::run_directly("scale_t", "SPY", options.parameters, options.file,
                                     options.day, options.broker);
  CHECK(found.trades == expected.trades);
  CHECK(fills_of(found) == expected.fills);
  CHECK(found.equity == expected.equity);
  CHECK(found.open_shares == expected.shares);
  std::uint64_t orders = 0;
  for (const auto& [status, count] : found.orders) orders += count;
  CHECK(orders == expected.orders);
  CHECK(found.figures.profit + found.cash - found.fees == found.equity);
  Money paid;
  for (const auto& fill : expected.fills)
    paid += multiply(fill.price, fill.side == order_side::buy ? fill.qty : -fill.qty);
  CHECK(found.cash - paid - found.fees == expected.cash);
}

constexpr auto busy = R"({"cash":10000,"start":101,"step":0.002,"rows":60})";

}  // namespace

TEST_CASE("a backtest trades as a loop of nothing but strategy and broker does") {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    INFO("day " << seed);
    made_day made{seed};
    auto options = plan(made.file(), busy);
    options.broker.seed = seed;
    check_against_a_bare_loop(options);
  }
}

TEST_CASE("fees, slippage and small parts of each print change both alike") {
  made_day made{11};
  auto options = plan(made.file(), busy);
  options.broker.fees.per_order = *Money::parse("0.35");
  options.broker.fees.bps = 2;
  options.broker.slippage = 3;
  options.broker.participation = 2500;
  check_against_a_bare_loop(options);
  auto found = backtest::run(options);
  CHECK(found.fees.is_positive());
  // So small parts that some orders took several.
  CHECK(found.fills > found.orders["filled"]);
  options.broker.fees = {};
  CHECK(backtest::run(options).profit > found.profit);
}

TEST_CASE("the real day trades as a bare loop does") {
  const auto file =
      std::filesystem::path{SOURCE_ROOT} / "../shared/data/ticks" / day / "SPY.csv.gz";
  if (!std::filesystem::exists(file)) OUTCRY_SKIP("there is no real day of trades");
  for (const auto* parameters : {R"({"cash":100000,"start":166,"step":0.005,"rows":200})",
                                 R"({"cash":100000,"start":168.5,"step":0.0005,"rows":200})"}) {
    INFO(parameters);
    check_against_a_bare_loop(plan(file.string(), parameters));
  }
}

TEST_CASE("the same input and seed give the same bytes") {
  made_day made{3};
  auto options = plan(made.file(), busy);
  auto first = backtest::run(options);
  auto second = backtest::run(options);
  REQUIRE(first.fills > 100);
  CHECK(to_json(first) == to_json(second));
  CHECK(to_svg(first) == to_svg(second));
  // It is the input that decides.
  made_day other{4};
  options.file = other.file();
  CHECK(to_json(backtest::run(options)) != to_json(first));
}

TEST_CASE("a backtest may be of a part of the day, and be ended early") {
  made_day made{5};
  auto options = plan(made.file(), busy);
  auto whole = backtest::run(options);
  options.from_ms = 6 * hour_ms;
  auto part = backtest::run(options);
  CHECK(part.whole);
  CHECK(part.trades < whole.trades);
  CHECK(part.last_ns == whole.last_ns);
  CHECK(part.first_ns > whole.first_ns);
  options.to_ms = 7 * hour_ms;
  auto hour = backtest::run(options);
  CHECK(hour.trades < part.trades);
  CHECK(hour.last_ns - hour.first_ns < 3600 * ns_per_s);
  options = plan(made.file(), busy);
  options.go_on = [](double) { return false; };
  auto ended = backtest::run(options);
  CHECK_FALSE(ended.whole);
  CHECK(ended.trades == 2000);
  CHECK(json::parse(to_json(ended)).at("whole") == false);
}

TEST_CASE("the account's risk limits hold in a backtest") {
  made_day made{6, 500};
  auto options = plan(made.file(), busy);
  options.limits.max_order_notional = Money::from_integer(1);
  auto found = backtest::run(options);
  CHECK(found.fills == 0);
  CHECK(found.orders["never_sent"] > 0);
  CHECK(found.orders.size() == 1);
}

TEST_CASE("what cannot be tried is refused by its name") {
  made_day made{7, 10};
  auto options = plan(made.file(), busy);
  options.strategy = "crystal_ball";
  CHECK_THROWS_WITH(backtest::run(options), Contains("--strategy") && Contains("crystal_ball"));
  options = plan(made.file(), R"({"cash":10000,"step":7})");
  CHECK_THROWS_WITH(backtest::run(options), Contains("step") && Contains("7"));
  options = plan(made.file(), busy);
  options.day = "yesterday";
  CHECK_THROWS_WITH(backtest::run(options), Contains("--day") && Contains("yesterday"));
  options = plan(made.file(), busy);
  options.from_ms = 19 * hour_ms;
  CHECK_THROWS_WITH(backtest::run(options), Contains("SPY.csv") && Contains("no trade"));
  options = plan(made.file() + ".no", busy);
  CHECK_THROWS_WITH(backtest::run(options), Contains("SPY.csv.no"));
}

TEST_CASE("the program prints a table, JSON and a picture") {
  made_day made{8};
  test::temp_dir dir;
  int runs = 0;
  auto run = [&](std::vector<std::string> arguments) {
    test::process::options options;
    options.arguments = {OUTCRY_PROGRAM, "backtest", "--ticker",   "SPY",   "--set",
                         "start=101",    "--set",    "step=0.002", "--set", "rows=60",
                         "--cash",       "10000",    made.dir()};
    for (auto& x : arguments) options.arguments.push_back(std::move(x));
    options.directory = dir.path().string();
    options.output_file = dir.file("output" + std::to_string(++runs));
    test::process program{options};
    INFO(program.output());
    CHECK(program.wait() == 0);
    return program.output();
  };
  auto table = run({});
  CHECK_THAT(table, Contains("max drawdown") && Contains("open position"));
  CHECK_THAT(table, !Contains("stale"));
  auto json_line = [](const std::string& output) {
    auto from = output.find('{');
    REQUIRE(from != std::string::npos);
    return output.substr(from, output.find('\n', from) - from);
  };
  auto first = json_line(run({"--json", "--plot", "day.svg"}));
  CHECK(first == json_line(run({"--json"})));
  CHECK(json::parse(first).at("fills") > 100);
  std::ifstream plot{dir.file("day.svg")};
  std::string start(4, ' ');
  plot.read(start.data(), 4);
  CHECK(start == "<svg");
}
