#include "actors/trading/performance.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/sqlite/journal_bridge.hpp"
#include "tests/actors/operator/floor_fixture.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry;
using namespace std::chrono_literals;

namespace {

profit_figures figures_of(std::int64_t realized, std::int64_t profit) {
  profit_figures x;
  x.total = x.realized = Money::from_integer(realized);
  x.profit = Money::from_integer(profit);
  return x;
}

performance_listener_actor::behavior_type keep(
    performance_listener_actor::pointer,
    const std::shared_ptr<std::vector<performance_update>>& heard) {
  return {[heard](const performance_update& update) { heard->push_back(update); }};
}

/// Days of one hundred seconds each, so that a test sees several: "day-17099082".
std::string short_day(timestamp_ns t) {
  return "day-" + std::to_string(t / (100 * ns_per_s));
}

/// A performance actor on a real journal. Two after one another on one directory are a floor before
/// and after kill -9.
struct office : test::actor_fixture {
  explicit office(const test::temp_dir& dir, bool has_mirror = true) {
    the_house()->has_mirror = has_mirror;
    auto clock = time();
    auto real = spawn(sqlite::journal_bridge,
                      sqlite::journal_options{{.data_dir = dir.path().string(),
                                               .now_ms = [clock] { return clock->now_ms(); }},
                                              sqlite::journal_mode::immediate});
    journal = spawn(test::scripted_journal, real, script);
    auto listener = spawn(keep, heard);
    performance_services services;
    services.journal = journal;
    services.house = the_house();
    services.trading_day = short_day;
    services.listeners = {listener};
    the_sums = spawn(performance, services);
    run();
  }

  void say(const std::string& bot, const std::string& ticker, const profit_figures& earned) {
    send(the_sums, bot_performance{bot, ticker, earned, time()->now()});
    run();
  }

  performance_list list(const std::string& day = "") {
    auto all = request_sync<performance_list>(the_sums, get_performance{day});
    REQUIRE(all);
    return *all;
  }

  std::size_t writes() const { return script->writes.size(); }

  std::shared_ptr<test::journal_script> script = std::make_shared<test::journal_script>();
  std::shared_ptr<std::vector<performance_update>> heard =
      std::make_shared<std::vector<performance_update>>();
  journal_actor journal;
  performance_actor the_sums;
};

std::vector<std::string> owed_paths(const journal_write& write) {
  std::vector<std::string> paths;
  for (const auto& owed : write.owed) paths.push_back(owed.path);
  return paths;
}

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

TEST_CASE("listeners and journal hear once a second what changed, added up") {
  test::temp_dir dir;
  office floor(dir);
  floor.say("a", "SPY", figures_of(1, 1));
  floor.say("a", "SPY", figures_of(2, 1));
  floor.say("b", "SPY", figures_of(5, 1));
  CHECK(floor.heard->empty());
  floor.advance(1s);
  REQUIRE(floor.heard->size() == 2);
  CHECK((*floor.heard)[0].ticker == "SPY");
  CHECK((*floor.heard)[0].today == figures_of(7, 2));
  CHECK((*floor.heard)[1].ticker.empty());
  CHECK((*floor.heard)[1].ever == figures_of(7, 2));
  REQUIRE(floor.writes() == 1);
  CHECK(floor.script->writes[0].performance.size() == 2);
  CHECK(has(owed_paths(floor.script->writes[0]), "tickers/SPY/performance"));
  CHECK(has(owed_paths(floor.script->writes[0]), "performance"));
  floor.advance(10s);
  CHECK(floor.heard->size() == 2);
  CHECK(floor.writes() == 1);
}

TEST_CASE("figures that only prices move are told at once and journalled now and then") {
  test::temp_dir dir;
  office floor(dir);
  floor.say("a", "SPY", figures_of(1, 1));
  floor.advance(1s);
  REQUIRE(floor.writes() == 1);
  for (int i = 2; i <= 10; ++i) {
    floor.say("a", "SPY", figures_of(1, i));
    floor.advance(1s);
  }
  CHECK(floor.heard->size() == 20);
  CHECK(floor.writes() == 1);
  floor.advance(51s);
  REQUIRE(floor.writes() == 2);
  CHECK(floor.script->writes[1].performance[0].latest == figures_of(1, 10));
}

TEST_CASE("without a mirror nothing is owed") {
  test::temp_dir dir;
  office floor(dir, false);
  floor.say("a", "SPY", figures_of(1, 1));
  floor.advance(1s);
  REQUIRE(floor.writes() == 1);
  CHECK(floor.script->writes[0].owed.empty());
}

TEST_CASE("a restart goes on where the last floor ended, and rolls the day over") {
  test::temp_dir dir;
  timestamp_ns later = 0;
  std::string first_day;
  {
    office floor(dir);
    floor.say("a", "SPY", figures_of(3, 3));
    floor.advance(1s);
    first_day = floor.list().day;
    later = floor.time()->now();
  }
  SECTION("on the same day") {
    office floor(dir);
    floor.time()->set(later);
    floor.say("a", "SPY", figures_of(4, 3));
    floor.advance(1s);
    CHECK(floor.heard->back().today == figures_of(4, 3));
    CHECK(floor.list().day == first_day);
  }
  SECTION("on a later day") {
    office floor(dir);
    floor.advance(100s);
    floor.say("a", "SPY", figures_of(5, 3));
    floor.advance(1s);
    CHECK(floor.heard->back().today == figures_of(2, 0));
    CHECK(floor.heard->back().ever == figures_of(5, 3));
    REQUIRE(floor.list().bots.size() == 1);
    CHECK(floor.list().day > first_day);
    CHECK(floor.list().bots[0].base == figures_of(3, 3));

    auto before = floor.list(first_day);
    CHECK(before.day == first_day);
    REQUIRE(before.bots.size() == 1);
    CHECK(before.bots[0].latest == figures_of(3, 3));
  }
}

TEST_CASE("at the turn of the day everybody hears that the new one has brought nothing yet") {
  test::temp_dir dir;
  office floor(dir);
  floor.say("a", "SPY", figures_of(3, 3));
  floor.say("b", "QQQ", figures_of(4, 4));
  floor.advance(1s);
  const auto day = floor.list().day;
  floor.heard->clear();
  floor.advance(100s);
  REQUIRE(floor.heard->size() == 3);
  CHECK((*floor.heard)[0].ticker == "QQQ");
  CHECK((*floor.heard)[1].ticker == "SPY");
  for (const auto& update : *floor.heard) {
    CHECK(update.day > day);
    CHECK(update.today == profit_figures{});
  }
  CHECK((*floor.heard)[2].ever == figures_of(7, 7));
  CHECK(has(owed_paths(floor.script->writes.back()), "tickers/QQQ/performance"));
}

TEST_CASE("what the journal did not take is written when it works again") {
  test::temp_dir dir;
  office floor(dir);
  floor.advance(1s);
  floor.script->refuses_writes = true;
  floor.say("a", "SPY", figures_of(3, 3));
  floor.advance(1s);
  REQUIRE(floor.writes() == 1);
  const auto day = floor.list().day;
  floor.advance(100s);
  floor.say("a", "SPY", figures_of(4, 3));
  floor.advance(1s);
  floor.script->refuses_writes = false;
  floor.advance(1s);
  const auto& last = floor.script->writes.back();
  REQUIRE(last.performance.size() == 2);
  CHECK(last.performance[0].latest == figures_of(3, 3));
  CHECK(last.performance[1].base == figures_of(3, 3));
  CHECK(has(owed_paths(last), "tickers/SPY/performance"));
  CHECK(floor.list(day).bots[0].latest == figures_of(3, 3));
  const auto writes = floor.writes();
  floor.advance(50s);
  CHECK(floor.writes() == writes);
}

TEST_CASE("one write at a time, and what changes meanwhile goes with the next") {
  test::temp_dir dir;
  office floor(dir);
  floor.script->hangs_writes = true;
  floor.say("a", "SPY", figures_of(3, 3));
  floor.advance(1s);
  floor.say("a", "SPY", figures_of(4, 3));
  floor.advance(10s);
  CHECK(floor.writes() == 1);
  floor.script->hangs_writes = false;
  floor.advance(20s);
  REQUIRE(floor.writes() == 2);
  CHECK(floor.script->writes[1].performance[0].latest == figures_of(4, 3));
}

TEST_CASE("words before the journal has answered are not lost, and no day begins with them") {
  test::temp_dir dir;
  {
    office floor(dir);
    floor.say("a", "SPY", figures_of(3, 3));
    floor.advance(1s);
  }
  office floor(dir);
  floor.script->refuses_reads = true;
  auto services = performance_services{};
  services.journal = floor.journal;
  services.house = floor.the_house();
  services.trading_day = short_day;
  auto second = floor.spawn(performance, services);
  floor.run();
  floor.send(second, bot_performance{"a", "SPY", figures_of(5, 3), floor.time()->now()});
  floor.advance(2s);
  auto early = floor.request_sync<performance_list>(second, get_performance{});
  CHECK_FALSE(early);
  floor.script->refuses_reads = false;
  floor.advance(100s);
  floor.send(second, bot_performance{"a", "SPY", figures_of(9, 3), floor.time()->now()});
  auto all = floor.request_sync<performance_list>(second, get_performance{});
  REQUIRE(all);
  REQUIRE(all->bots.size() == 1);
  CHECK(all->bots[0].base == figures_of(5, 3));
  CHECK(all->bots[0].latest == figures_of(9, 3));
}
