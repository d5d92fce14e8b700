#include "apps/outcry/checks.hpp"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace outcry::cli;

namespace {

outcry::config::config settings_in(const outcry::test::temp_dir& dir) {
  outcry::config::config result;
  result.floor.data_dir = dir.path();
  result.firebase.url = "";
  return result;
}

}  // namespace

TEST_CASE("free space is judged at its limits") {
  constexpr std::uint64_t mib = 1u << 20;
  CHECK(judge_free_space(1024 * mib).result == verdict::ok);
  CHECK(judge_free_space(1024 * mib - 1).result == verdict::warn);
  CHECK(judge_free_space(100 * mib).result == verdict::warn);
  CHECK(judge_free_space(100 * mib - 1).result == verdict::fail);
  CHECK(judge_free_space(0).found == "0 MiB free");
}

TEST_CASE("the clock is judged by the floor's own limit") {
  CHECK(judge_clock(2000, 60).result == verdict::ok);
  CHECK(judge_clock(-2000, 60).result == verdict::ok);
  CHECK(judge_clock(-2001, 60).result == verdict::warn);
  CHECK(judge_clock(60'000, 60).result == verdict::warn);
  CHECK(judge_clock(60'001, 60).result == verdict::fail);
  CHECK(judge_clock(90'000, 60).found == "90 s behind Firebase's");
  CHECK(judge_clock(-90'000, 60).found == "90 s ahead of Firebase's");
}

TEST_CASE("a configuration's problems are failures, its absence a warning") {
  session at;
  CHECK(check_configuration(at, {"a", "b"}).size() == 2);
  CHECK(check_configuration(at, {"a"})[0].result == verdict::fail);
  CHECK(check_configuration(at, {})[0].result == verdict::warn);
  at.config_file = "x.toml";
  CHECK(check_configuration(at, {})[0].result == verdict::ok);
}

TEST_CASE("a data_dir that is missing is a failure") {
  outcry::test::temp_dir dir;
  auto settings = settings_in(dir);
  CHECK(check_disk(settings).at(0).result == verdict::ok);
  settings.floor.data_dir = dir.file("none");
  CHECK(check_disk(settings).at(0).result == verdict::fail);
}

TEST_CASE("of many actors that are down the first twenty are named") {
  std::vector<nlohmann::json> actors{{{"name", "pit:AAPL"}, {"state", "running"}}};
  CHECK(judge_actors(actors).at(0).found == "none of 1 is down");
  for (int i = 0; i < 22; ++i)
    actors.push_back({{"name", "bot:" + std::to_string(i)}, {"state", "failed"}});
  auto checks = judge_actors(actors);
  REQUIRE(checks.size() == 21);
  CHECK(checks[0].found == "bot:0 has failed since -: no reason is known");
  CHECK(checks[19].found.starts_with("bot:19 "));
  CHECK(checks[20].found == "2 more are down");
  for (const auto& x : checks) CHECK(x.result == verdict::fail);
  actors.resize(21);
  CHECK(judge_actors(actors).size() == 20);
}

TEST_CASE("a cloud's history is told with what it costs") {
  outcry::config::config settings;
  settings.firebase.history = outcry::config::history_kind::all;
  settings.firebase.url = "https://x.firebaseio.com";
  auto cost = check_history_cost(settings);
  REQUIRE(cost.size() == 1);
  CHECK(cost[0].result == verdict::ok);
  // {"type":"price","timestamp":"2026-01-02T12:00:00.000000+00:00","price":"107.25","volume":"100",
  // "symbol":"AAPL"} under a key of 20 characters; 3,000,000 of them a month at $5 per 1e9 bytes.
  CHECK(cost[0].found.starts_with("about 135 bytes a price"));
  CHECK(cost[0].found.find("add 0.41 GB a month") != std::string::npos);
  CHECK(cost[0].found.find("costs $2.03 a month") != std::string::npos);
  settings.firebase.history = outcry::config::history_kind::none;
  CHECK(check_history_cost(settings).empty());
  settings.firebase.history = outcry::config::history_kind::all;
  for (auto free : {"local", "", "http://127.0.0.1:9000"}) {
    settings.firebase.url = free;
    CHECK(check_history_cost(settings).empty());
  }
}

TEST_CASE("what is not there is told with what to do") {
  outcry::test::temp_dir dir;
  auto settings = settings_in(dir);
  auto floor = check_floor(settings);
  REQUIRE(floor.size() == 1);
  CHECK(floor[0].result == verdict::fail);
  CHECK_FALSE(floor[0].advice.empty());
  CHECK(check_redis(settings).at(0).result == verdict::ok);
  CHECK(check_firebase(settings).at(0).result == verdict::ok);

  auto port = std::to_string(outcry::test::free_port());
  settings.redis.url = "redis://127.0.0.1:" + port;
  CHECK(check_redis(settings).at(0).result == verdict::fail);
  settings.redis.password_file = dir.file("none");
  auto redis = check_redis(settings).at(0);
  CHECK(redis.result == verdict::fail);
  CHECK(redis.found.find("password_file") != std::string::npos);

  settings.firebase.url = "http://127.0.0.1:" + port;
  auto firebase = check_firebase(settings).at(0);
  CHECK(firebase.result == verdict::fail);
  CHECK_FALSE(firebase.advice.empty());
}

TEST_CASE("a password never stands in a line") {
  outcry::test::temp_dir dir;
  auto settings = settings_in(dir);
  settings.redis.url = "redis://user:geheim@127.0.0.1:" + std::to_string(outcry::test::free_port());
  auto redis = check_redis(settings).at(0);
  CHECK(redis.result == verdict::fail);
  CHECK((redis.found + redis.advice).find("geheim") == std::string::npos);
}
