#include <chrono>
#include <map>
#include <random>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "messages/decimal.hpp"
#include "messages/trading_codec.hpp"
#include "tests/chaos/books.hpp"
#include "tests/chaos/protection.hpp"

// kill -9 of the whole floor while a bot trades with entries that carry their exits: at each moment
// what lies at the broker protects whatever is held, and there is one trade at most.

using namespace outcry;
using test::floor_process;

namespace {

const std::string no_end = "none:1";

test::floor_plan guarded_plan(const std::filesystem::path& days) {
  const auto day = days / "2024-03-08";
  std::filesystem::create_directories(day);
  test::write_swings(day / "GUARDED.csv", 3, 5);
  test::floor_plan plan;
  plan.tickers = {};
  plan.simulated_lines = fmt::format(
      "\n[feed]\nsource = \"replay\"\n\n[feed.replay]\ndir = \"{}\"\nloop = true\n"
      "\n[broker]\nquarantine_s = 2\ntimeout_s = 2\n",
      day.string());
  plan.bot_lines = "[[bots]]\nticker = \"GUARDED\"\nid = \"guarded\"\nstrategy = \"scale_t\"\n\n";
  return plan;
}

/// The strategy is in the program with crash points only; this run has none on its way.
void start(floor_process& at) {
  at.launch_dying(no_end);
  REQUIRE(at.await_open());
}

/// With the bot stopped and all of its trade over: every number has come to one end, as the
/// journal's events say and as the strategy was told.
void check_fates(const floor_process& at) {
  std::map<std::string, int> ends;
  for (const auto& row : at.journal("SELECT body FROM order_events")) {
    const auto event = parse_order_event(row.at(0)).value();
    if (is_closed(event.status)) ++ends[std::to_string(event.number)];
  }
  for (const auto& row : at.journal("SELECT number, open FROM orders")) {
    INFO("order " << row.at(0));
    CHECK(row.at(1) == "0");
    CHECK(ends[row.at(0)] == 1);
  }
  const auto rows = at.journal("SELECT snapshot FROM bots WHERE bot_id = 'guarded'");
  REQUIRE(rows.size() == 1);
  const auto told = nlohmann::json::parse(rows.at(0).at(0));
  INFO(told.dump());
  CHECK(told.at("wrong").empty());
  CHECK(told.at("open").empty());
  CHECK(told.at("position") == "0");
}

std::int64_t entries(const floor_process& at) {
  return std::stoll(
      test::broker_rows(at, "SELECT count(*) FROM orders WHERE parent = ''").at(0).at(0));
}

void await_trades(const floor_process& at, std::int64_t more) {
  const auto enough = entries(at) + more;
  CHECK(test::eventually([&] { return entries(at) >= enough; }, std::chrono::seconds(60)));
}

/// Stops the bot and lets its exits come to their end.
void wind_up(floor_process& at) {
  const auto said = at.outcry({"stop", "ALL", "--wait", "90"});
  INFO(said.output);
  REQUIRE(said.code == 0);
  test::check_protected(at);
  REQUIRE(test::eventually(
      [&] {
        return test::broker_rows(at, "SELECT count(*) FROM orders WHERE is_open = 1").at(0).at(0) ==
               "0";
      },
      std::chrono::seconds(60)));
  test::check_books(at);
  // What the last events made of the strategy is saved within ten seconds.
  test::eventually(
      [&] {
        const auto rows = at.journal("SELECT snapshot FROM bots WHERE bot_id = 'guarded'");
        return nlohmann::json::parse(rows.at(0).at(0)).at("open").empty();
      },
      std::chrono::seconds(30));
  check_fates(at);
}

void die_and_compare(floor_process& at, const std::string& point, int n) {
  INFO(point << ":" << n);
  at.launch_dying(fmt::format("{}:{}", point, n));
  REQUIRE(test::eventually([&] { return !at.floor().running(); }, std::chrono::seconds(60)));
  // As it lies there, while nobody is at home.
  test::check_protected(at);
  start(at);
  test::check_protected(at);
  wind_up(at);
  test::start_all(at);
  await_trades(at, 1);
  REQUIRE(at.stop() == 0);
  test::check_protected(at);
}

void die_often(const std::string& point, std::initializer_list<int> passages) {
  test::temp_dir days;
  floor_process at(guarded_plan(days.path()));
  start(at);
  await_trades(at, 4);
  REQUIRE(at.stop() == 0);
  for (const int n : passages) die_and_compare(at, point, n);
}

}  // namespace

TEST_CASE("kill -9 before a journal commit leaves no position without its stop") {
  die_often("before_commit", {2, 4, 6, 9, 13, 19});
}

TEST_CASE("kill -9 after a journal commit leaves no position without its stop") {
  die_often("after_commit", {2, 4, 6, 9, 13, 19});
}

TEST_CASE("kill -9 between an entry and its exits in the journal leaves half of nothing") {
  die_often("order_stored", {1, 2, 3, 4, 7, 12});
}

TEST_CASE("kill -9 before the broker has taken it leaves no position without its stop") {
  die_often("before_paper_commit", {1, 2, 3, 4, 5, 6, 8, 11, 15});
}

TEST_CASE("kill -9 after the broker has taken it leaves no position without its stop") {
  die_often("after_paper_commit", {1, 2, 3, 4, 5, 6, 8, 11, 15});
}

TEST_CASE("kill -9 at any time leaves no position without its stop") {
  test::temp_dir days;
  floor_process at(guarded_plan(days.path()));
  std::mt19937 random(20240308);
  for (int kills = 0; kills < 10; ++kills) {
    start(at);
    // No synchronisation: the moment of the kill is what is random here.
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 900));
    at.kill();
    test::check_protected(at);
  }
  start(at);
  await_trades(at, 4);
  wind_up(at);
  REQUIRE(at.stop() == 0);
}
