#include <chrono>
#include <random>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "tests/chaos/books.hpp"

// kill -9 of the whole floor while its bots trade: before and after each of the intent's
// transaction, the broker's acceptance and the outcome's transaction.

using namespace outcry;
using test::floor_process;

namespace {

test::floor_plan trading_plan(const std::filesystem::path& days) {
  const auto day = days / "2024-03-08";
  std::filesystem::create_directories(day);
  test::write_swings(day / "DEMO.csv", 1, 5);
  test::floor_plan plan;
  plan.tickers = {};
  plan.simulated_lines = fmt::format(
      "\n[feed]\nsource = \"replay\"\n\n[feed.replay]\ndir = \"{}\"\nloop = true\n"
      "\n[broker]\nquarantine_s = 2\ntimeout_s = 2\n",
      day.string());
  plan.bot_lines = test::ladder_bots("DEMO", 3, "ladder-");
  return plan;
}

std::int64_t orders_sent(const floor_process& at) {
  return std::stoll(test::broker_rows(at, "SELECT count(*) FROM orders").at(0).at(0));
}

void await_orders(const floor_process& at, std::int64_t more) {
  const auto enough = orders_sent(at) + more;
  CHECK(test::eventually([&] { return orders_sent(at) >= enough; }, std::chrono::seconds(60)));
}

/// The floor dies at passage `n` of `point` while it trades; then what it left is looked at.
void die_and_compare(floor_process& at, const std::string& point, int n) {
  INFO(point << ":" << n);
  at.launch_dying(fmt::format("{}:{}", point, n));
  REQUIRE(test::eventually([&] { return !at.floor().running(); }, std::chrono::seconds(60)));
  at.start();
  test::stop_all(at);
  test::check_books(at);
  test::start_all(at);
  await_orders(at, 1);
  const int code = at.stop();
  INFO(at.floor().output());
  REQUIRE(code == 0);
}

void die_often(const std::string& point) {
  test::temp_dir days;
  floor_process at(trading_plan(days.path()));
  at.start();
  await_orders(at, 3);
  REQUIRE(at.stop() == 0);
  // Passages that come early belong to the start: their order's life was cut by the last end.
  for (int n = 1; n <= 8; ++n) die_and_compare(at, point, n);
  for (int n : {11, 15, 20, 28}) die_and_compare(at, point, n);
}

}  // namespace

TEST_CASE("kill -9 before a journal commit loses and doubles no order") {
  die_often("before_commit");
}

TEST_CASE("kill -9 after a journal commit loses and doubles no order") {
  die_often("after_commit");
}

TEST_CASE("kill -9 before the broker has taken what it got loses and doubles no order") {
  die_often("before_paper_commit");
}

TEST_CASE("kill -9 after the broker has taken it loses and doubles no order") {
  die_often("after_paper_commit");
}

TEST_CASE("kill -9 at any time while bots trade loses and doubles no order") {
  test::temp_dir days;
  floor_process at(trading_plan(days.path()));
  std::mt19937 random(20140612);
  for (int kills = 0; kills < 8; ++kills) {
    at.start();
    // No synchronisation: the moment of the kill is what is random here.
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 700));
    at.kill();
  }
  at.start();
  test::stop_all(at);
  test::check_books(at);
  CHECK(orders_sent(at) > 0);
  REQUIRE(at.stop() == 0);
}
