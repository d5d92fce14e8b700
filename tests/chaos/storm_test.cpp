#include <algorithm>
#include <chrono>
#include <map>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "messages/timestamp.hpp"
#include "tests/chaos/books.hpp"

using namespace outcry;
using nlohmann::json;
using test::floor_process;

namespace {

constexpr int bots = 100;
constexpr int tickers = 4;

test::floor_plan storm_plan(const std::filesystem::path& days) {
  test::floor_plan plan;
  plan.tickers = {};
  const auto day = days / "2024-03-08";
  std::filesystem::create_directories(day);
  plan.simulated_lines = fmt::format(
      "\n[feed]\nsource = \"replay\"\n\n[feed.replay]\ndir = \"{}\"\nspeed = 0\nloop = true\n"
      "\n[broker]\ncash = 100000000\n",
      day.string());
  for (int t = 0; t < tickers; ++t) {
    const auto ticker = fmt::format("T{}", t);
    test::write_swings(day / (ticker + ".csv"), static_cast<std::uint32_t>(t + 1), 1);
    plan.bot_lines += test::ladder_bots(ticker, bots / tickers, fmt::format("ladder-{}-", t));
  }
  return plan;
}

std::int64_t orders_sent(const floor_process& at) {
  return std::stoll(test::broker_rows(at, "SELECT count(*) FROM orders").at(0).at(0));
}

std::int64_t prices_heard(const floor_process& at) {
  std::int64_t sum = 0;
  const auto said = at.outcry({"pits", "--json"});
  REQUIRE(said.code == 0);
  for (const auto& pit : json::parse(said.output)) sum += pit.at("ticks").get<std::int64_t>();
  return sum;
}

}  // namespace

TEST_CASE("in a storm of orders nothing reaches the broker after its bot's stop is done") {
  test::temp_dir days;
  floor_process at(storm_plan(days.path()));
  at.start();
  REQUIRE(test::eventually([&] { return orders_sent(at) > 3 * bots; }, std::chrono::seconds(120)));
  const auto said = at.outcry({"stop", "ALL", "--wait", "90"});
  INFO(said.output);
  REQUIRE(said.code == 0);
  const auto sent = orders_sent(at);
  const auto heard = prices_heard(at);
  // Prices go on.
  REQUIRE(test::eventually([&] { return prices_heard(at) > heard + 20'000; },
                           std::chrono::seconds(60)));
  CHECK(orders_sent(at) == sent);

  std::map<std::string, std::int64_t> done_ms;
  for (const auto& row : at.journal("SELECT bot_id, at_ms, status FROM lines")) {
    CHECK(row.at(2) == "done");
    done_ms[row.at(0)] = std::stoll(row.at(1));
  }
  CHECK(done_ms.size() == bots);
  std::map<std::string, std::int64_t> last_ns;
  for (const auto& row : test::broker_rows(at, "SELECT client_order_id, created_ns FROM orders")) {
    const auto& id = row.at(0);
    const auto bot = id.substr(17, id.rfind('-') - 17);
    last_ns[bot] = std::max<std::int64_t>(last_ns[bot], std::stoll(row.at(1)));
  }
  CHECK(last_ns.size() == bots);
  for (const auto& [bot, ns] : last_ns) {
    INFO(bot);
    REQUIRE(done_ms.count(bot) == 1);
    CHECK(ns / ns_per_ms <= done_ms.at(bot));
  }
  test::stop_all(at);
  test::check_books(at);
  REQUIRE(at.stop() == 0);
}
