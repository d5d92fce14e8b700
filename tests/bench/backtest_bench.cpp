// A backtest of a recorded day: trades per second, and as a ratio to only reading the file and to
// strategy and paper exchange called directly in one loop over the same file. In turns; medians of
// processor time.
// Usage: backtest_bench FILE DAY [rounds]

#include <cstdio>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "adapters/replay/tick_file.hpp"
#include "apps/outcry/backtest/runner.hpp"
#include "tests/bench/figures.hpp"
#include "tests/support/direct_run.hpp"

namespace {

using namespace outcry;
using namespace outcry::bench;

constexpr double target = 0.3;

struct course {
  std::string file;
  std::string day;
  std::string parameters;
};

std::uint64_t read_only(const std::string& file) {
  replay::tick_file rows{file};
  std::uint64_t count = 0;
  while (rows.next()) ++count;
  return count;
}

double cpu_of(const std::function<void()>& work) {
  auto start = cpu_seconds();
  work();
  return cpu_seconds() - start;
}

void compare(const char* name, const course& what, std::size_t rounds) {
  std::vector<double> reading;
  std::vector<double> bare;
  std::vector<double> whole;
  test::direct_result expected;
  backtest::backtest_result found;
  backtest::backtest_options options;
  options.ticker = "SPY";
  options.file = what.file;
  options.day = what.day;
  options.parameters = what.parameters;
  std::uint64_t rows = 0;
  for (std::size_t i = 0; i < rounds; ++i) {
    reading.push_back(cpu_of([&] { rows = read_only(what.file); }));
    bare.push_back(cpu_of([&] {
      expected = test::run_directly("scale_t", "SPY", what.parameters, what.file, what.day,
                                    options.broker);
    }));
    whole.push_back(cpu_of([&] { found = backtest::run(options); }));
  }
  if (found.trades != rows || found.fills != expected.fills.size() ||
      found.equity != expected.equity)
    throw std::runtime_error(fmt::format("{}: the backtest and the bare loop differ", name));
  auto speed = [&](const std::vector<double>& all) {
    return static_cast<double>(rows) / median(all) / 1e6;
  };
  std::printf("%s: %llu trades, %llu fills\n", name, static_cast<unsigned long long>(rows),
              static_cast<unsigned long long>(found.fills));
  std::printf("  only reading the file        %6.2f M trades/s\n", speed(reading));
  std::printf("  strategy and broker, a loop  %6.2f M trades/s\n", speed(bare));
  std::printf(
      "  backtest                     %6.2f M trades/s: %.2f of reading, %.2f of the loop\n",
      speed(whole), median(reading) / median(whole), median(bare) / median(whole));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: backtest_bench FILE DAY [rounds]\n");
    return 2;
  }
  if (!std::filesystem::exists(argv[1])) {
    std::printf("SKIPPED: %s is not there\n", argv[1]);
    return 0;
  }
  spdlog::set_level(spdlog::level::err);
  auto rounds = argument(argc, argv, 3, 5);
  return guarded([&] {
    compare("a ladder of 0.5 % steps",
            {argv[1], argv[2], R"({"cash":100000,"start":166,"step":0.005,"rows":200})"}, rounds);
    compare("a busy ladder of 0.05 % steps",
            {argv[1], argv[2], R"({"cash":100000,"start":168.5,"step":0.0005,"rows":200})"},
            rounds);
    std::printf("target: %.1f of the loop\n", target);
  });
}
