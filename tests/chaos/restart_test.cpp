#include <csignal>

#include <catch2/catch.hpp>

#include "messages/paths.hpp"
#include "tests/chaos/floor_process.hpp"

using namespace outcry;
using Catch::Matchers::Contains;
using nlohmann::json;
using test::floor_process;

namespace {

constexpr std::int64_t minute_ms = 60'000;

std::string state_at_floor(const floor_process& at, const std::string& id) {
  const auto asked = at.outcry({"bots", "--json"});
  const auto bots = json::parse(asked.output, nullptr, false);
  if (bots.is_array())
    for (const auto& bot : bots)
      if (bot.value("id", "") == id) return bot.value("state", "");
  return asked.output;
}

}  // namespace

TEST_CASE("what was sent while the floor was down is done at its start, unless it expired") {
  floor_process at;
  at.start_firebase();
  at.start();
  REQUIRE(at.stop() == 0);
  REQUIRE(at.put("a", test::message("stop", {"AAPL", "META"})) == 200);
  auto late = test::message("stop", {"GOOGL"}, {{"expires_s", 5}});
  late["pressedAt"] = test::now_ms() - minute_ms / 2;
  REQUIRE(at.put("b", late) == 200);
  at.start();
  const auto stopped = at.await_final("a");
  INFO(stopped.dump(2));
  REQUIRE(stopped.is_object());
  CHECK(stopped["state"] == "done");
  CHECK(state_at_floor(at, "counter-AAPL") == "stopped");
  const auto expired = at.await_final("b");
  REQUIRE(expired.is_object());
  CHECK(expired["state"] == "expired");
  CHECK(expired["acknowledgement"]["counter-GOOGL"]["status"] == "expired");
  CHECK(expired["acknowledgement"]["counter-AAPL"]["status"] == "ignored");
  CHECK(state_at_floor(at, "counter-GOOGL") == "running");
}

TEST_CASE("a start that was pressed before a stop does not undo it, whatever their ids") {
  floor_process at;
  at.start_firebase();
  at.start();
  REQUIRE(at.stop() == 0);
  auto start = test::message("start", {"AAPL"});
  auto stop = test::message("stop", {"AAPL"});
  start["pressedAt"] = test::now_ms() - 2000;
  REQUIRE(at.put("b-start", start) == 200);
  REQUIRE(at.put("a-stop", stop) == 200);
  at.start();
  CHECK(at.await_final("a-stop")["state"] == "done");
  CHECK(at.await_final("b-start").is_object());
  CHECK(state_at_floor(at, "counter-AAPL") == "stopped");
}

TEST_CASE("a message without a state counts as sent, one under a bad name is answered") {
  floor_process at;
  at.start_firebase();
  at.start();
  auto stop = test::message("stop", {"AAPL"});
  stop.erase("state");
  REQUIRE(at.put("unmarked", stop) == 200);
  CHECK(at.await_final("unmarked")["state"] == "done");
  CHECK(state_at_floor(at, "counter-AAPL") == "stopped");
  auto direct = at.connect();
  REQUIRE(
      direct->ask("PUT", "/pubsub-messages/my%20first.json", test::message("stop", {"META"}).dump())
          .status == 200);
  json refused;
  CHECK(test::eventually(
      [&] {
        refused = json::parse(direct->get("/pubsub-messages/my%20first.json").body, nullptr, false);
        return refused.is_object() && refused["state"] == "failed";
      },
      std::chrono::seconds(20)));
  INFO(refused.dump());
  CHECK(refused["code"] == "invalid_input");
  CHECK(state_at_floor(at, "counter-META") == "running");
}

TEST_CASE("what was pressed in the future commands nothing but the brake, what waited is done") {
  floor_process at;
  at.start_firebase();
  at.start();
  auto set = test::message("set", {"AAPL"}, {{"step", 5}});
  set["pressedAt"] = test::now_ms() + 2 * minute_ms;
  REQUIRE(at.put("set-ahead", set) == 200);
  const auto refused = at.await_final("set-ahead");
  INFO(refused.dump(2));
  REQUIRE(refused.is_object());
  CHECK(refused["state"] == "failed");
  CHECK(refused["acknowledgement"]["counter-AAPL"]["status"] == "error");
  CHECK(refused["acknowledgement"]["counter-AAPL"]["code"] == "clock_skew");
  set["config"]["step"] = 7;
  set["pressedAt"] = test::now_ms() - 2 * minute_ms;
  REQUIRE(at.put("set-waited", set) == 200);
  CHECK(at.await_final("set-waited")["state"] == "done");
  for (const std::int64_t off : {-2 * minute_ms, 2 * minute_ms}) {
    const auto id = off < 0 ? std::string("stop-waited") : std::string("stop-ahead");
    auto stop = test::message("stop", {"AAPL"});
    stop["pressedAt"] = test::now_ms() + off;
    REQUIRE(at.put(id, stop) == 200);
    CHECK(at.await_final(id)["state"] == "done");
  }
  CHECK(state_at_floor(at, "counter-AAPL") == "stopped");
  CHECK_THAT(at.outcry({"send", "status", "--to", "AAPL", "--json"}).output,
             Contains("\"step\":7"));
}

TEST_CASE("a message to nobody fails and names the nobody") {
  floor_process at;
  at.start_firebase();
  at.start();
  REQUIRE(at.put("m", test::message("stop", {"NOBODY", "AAPL"})) == 200);
  auto found = at.await_final("m");
  INFO(found.dump(2));
  REQUIRE(found.is_object());
  CHECK(found["state"] == "failed");
  CHECK(found["unmatched"] == json::array({"NOBODY"}));
  CHECK(found["acknowledgement"]["counter-AAPL"]["status"] == "done");
  REQUIRE(at.put("n", test::message("stop", {"NOBODY"})) == 200);
  found = at.await_final("n");
  CHECK(found["state"] == "failed");
  CHECK(found["code"] == "unknown_target");
  CHECK(at.count("SELECT count(*) FROM bots WHERE desired = 'stopped'") == 1);
  // What nobody can read is answered, too.
  auto broken = test::message("stop", {"AAPL"});
  broken["target"] = 7;
  REQUIRE(at.put("o", broken) == 200);
  found = at.await_final("o");
  CHECK(found["state"] == "failed");
  CHECK(found["code"] == "invalid_input");
}

TEST_CASE("a bot that comes after a stop for all starts stopped") {
  floor_process at;
  at.start_firebase();
  at.start();
  REQUIRE(at.outcry({"send", "stop", "--to", "ALL"}).code == 0);
  at.kill();
  test::floor_plan more;
  more.tickers.emplace_back("TSLA");
  at.configure(more);
  at.start();
  CHECK(state_at_floor(at, "counter-TSLA") == "stopped");
  CHECK(state_at_floor(at, "counter-AAPL") == "stopped");
  CHECK(at.outcry({"send", "start", "--to", "ALL"}).code == 0);
  CHECK(state_at_floor(at, "counter-TSLA") == "running");
  CHECK(state_at_floor(at, "counter-AAPL") == "running");
}
