#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "actors/floor/observed.hpp"
#include "adapters/control/action_log.hpp"
#include "adapters/control/client.hpp"
#include "tests/adapters/control/fake_floor.hpp"

using namespace outcry;
using namespace outcry::control;
using nlohmann::json;
using test::fake_floor;

namespace {

/// Hears items until it has heard enough of them.
std::vector<json> hear(fake_floor& floor, const std::string& op, const json& arguments,
                       std::size_t enough, json* last = nullptr) {
  client me{floor.socket()};
  std::vector<json> result;
  client::listener on;
  on.item = [&](const json& x) { result.push_back(x); };
  on.go_on = [&] { return result.size() < enough; };
  auto end = me.call(op, arguments, on);
  if (last) *last = end;
  return result;
}

constexpr std::size_t all_there_is = 1'000'000;

std::string refused(fake_floor& floor, const std::string& op, const json& arguments) {
  try {
    hear(floor, op, arguments, all_there_is);
  } catch (const request_refused& e) {
    return e.code() + ": " + e.what();
  }
  return "no refusal";
}

json row_of(const json& snapshot, const std::string& name) {
  for (const auto& x : snapshot["actors"])
    if (x["name"] == name) return x;
  return nullptr;
}

}  // namespace

TEST_CASE("one snapshot shows the floor, its actors, pits, links and messages") {
  fake_floor floor;
  json end;
  auto items = hear(floor, "inspect", {{"interval_ms", 0}}, all_there_is, &end);
  REQUIRE(items.size() == 1);
  CHECK(end["end"] == true);
  auto seen = items[0]["snapshot"];
  CHECK(seen["seq"] == 1);
  CHECK(seen["floor"]["name"] == "test floor");
  CHECK(seen["floor"]["halt"] == "stopped");
  CHECK(seen["floor"]["bots"] == json{{"running", 1}});
  CHECK(seen["floor"]["dead_man"].is_null());
  CHECK(row_of(seen, "socket")["kind"] == "bridge");
  CHECK(row_of(seen, "inspector")["hidden"] == true);
  CHECK(seen["pits"][0]["ticker"] == "AAPL");
  REQUIRE(seen["links"].size() == 1);
  CHECK(seen["links"][0]["name"] == "firebase");
  CHECK(seen["links"][0]["state"] == "live");
  CHECK(seen["links"][0]["backlog"] == 7);
  CHECK(seen["links"][0]["lag_ms"].is_null());
}

TEST_CASE("a session that watches is hidden, is started by the socket, and hears deltas") {
  fake_floor floor;
  auto items = hear(floor, "inspect", {{"interval_ms", 200}, {"parts", {"actors"}}}, 3);
  REQUIRE(items.size() >= 3);
  auto first = items[0]["snapshot"];
  json mine;
  for (const auto& x : first["actors"])
    if (x["kind"] == "session") mine = x;
  CHECK(mine["hidden"] == true);
  CHECK(mine["parent"] == "socket");
  CHECK(items[1].contains("delta"));
  CHECK(items[1]["delta"]["seq"] == 2);
  CHECK_FALSE(items[1]["delta"].contains("floor"));
  CHECK(items[2]["delta"]["seq"] == 3);
  // The inspector itself has handled something meanwhile.
  CHECK_FALSE(row_of(items[2]["delta"], "inspector").is_null());
}

TEST_CASE("a watcher that leaves takes its session with it") {
  fake_floor floor;
  hear(floor, "inspect", {{"interval_ms", 200}}, 1);
  for (int i = 0; i < 400; ++i) {
    auto seen = hear(floor, "inspect", {{"parts", {"actors"}}}, all_there_is)[0]["snapshot"];
    int sessions = 0;
    for (const auto& x : seen["actors"]) sessions += x["kind"] == "session" ? 1 : 0;
    if (sessions == 1) return;  // this one's own
  }
  FAIL("the session is still there");
}

TEST_CASE("what cannot be asked is refused with the reason") {
  fake_floor floor;
  CHECK_THAT(refused(floor, "inspect", {{"interval_ms", 100}}), Catch::Contains("200 to 60000"));
  CHECK_THAT(refused(floor, "inspect", {{"parts", {"everything"}}}), Catch::Contains("graves"));
  CHECK_THAT(refused(floor, "actor", json::object()), Catch::StartsWith("invalid_input"));
  CHECK_THAT(refused(floor, "actor", {{"name", "nobody"}}), Catch::StartsWith("unknown_target"));
  CHECK_THAT(refused(floor, "trace", {{"name", "nobody"}}), Catch::StartsWith("unknown_target"));
  CHECK_THAT(refused(floor, "trace", {{"name", "x"}, {"count", 1001}}),
             Catch::StartsWith("invalid_input"));
  CHECK_THAT(refused(floor, "act", {{"name", "socket"}, {"action", "dance"}, {"why", "x"}}),
             Catch::Contains("reset_backoff"));
  CHECK_THAT(refused(floor, "act", {{"name", "socket"}, {"action", "restart"}}),
             Catch::Contains("why"));
  CHECK_THAT(refused(floor, "act", {{"name", "socket"}, {"action", "pause"}, {"why", "x"}}),
             Catch::StartsWith("refused"));
  CHECK_THAT(refused(floor, "log_level", {{"name", "socket"}, {"level", "loud"}}),
             Catch::StartsWith("invalid_input"));
}

TEST_CASE("a floor without an inspector says so") {
  fake_floor floor{[](bridge_options& x) { x.inspector = inspector_actor{}; }};
  for (const char* op : {"inspect", "actor", "trace", "act", "log_level"}) {
    json arguments = json::object();
    if (op != std::string{"inspect"}) arguments["name"] = "socket";
    if (op == std::string{"act"}) arguments.update({{"action", "stop"}, {"why", "x"}});
    if (op == std::string{"log_level"}) arguments["level"] = "debug";
    CHECK_THAT(refused(floor, op, arguments), Catch::StartsWith("unsupported"));
  }
}

TEST_CASE("an actor's page tells what it did last") {
  fake_floor floor;
  hear(floor, "bots", json::object(), all_there_is);
  auto page = hear(floor, "actor", {{"name", "socket"}}, all_there_is)[0];
  CHECK(page["actor"]["name"] == "socket");
  CHECK(page["state"].is_null());
  CHECK(page["unanswered"].empty());
  REQUIRE_FALSE(page["recent"].empty());
  CHECK(page["recent"].back()["message"].is_string());
  auto part = hear(floor, "actor", {{"name", "socket"}, {"parts", {"recent"}}}, all_there_is)[0];
  CHECK_FALSE(part.contains("mailbox"));
  CHECK(part.contains("recent"));
}

TEST_CASE("an action reaches the book with the account and the reason") {
  fake_floor floor;
  // Nobody supervises this one: it is written down all the same.
  CHECK_THAT(refused(floor, "act", {{"name", "socket"}, {"action", "restart"}, {"why", "to see"}}),
             Catch::Contains("no supervisor"));
  auto me = "local:" + user_name(::geteuid());
  CHECK(floor.script().wait_for("restart socket by " + me + ": to see"));
}

TEST_CASE("a trace tells what is handled and ends when it has told enough") {
  fake_floor floor;
  json end;
  client talker{floor.socket()};
  client tracer{floor.socket()};
  std::vector<json> told;
  client::listener on;
  on.item = [&](const json& x) { told.push_back(x["traced"]); };
  on.go_on = [&] {
    talker.call("bots", json::object(), {});
    return true;
  };
  end = tracer.call("trace", {{"name", "socket"}, {"count", 3}, {"seconds", 20}}, on);
  CHECK(end["reason"] == "count");
  REQUIRE(told.size() == 3);
  CHECK(told[0]["message"].is_string());
  CHECK(told[0]["text"].get<std::string>().size() <= 300);
  CHECK(told[0]["took_ns"].get<std::int64_t>() > 0);
}

TEST_CASE("a trace ends when its time is over") {
  fake_floor floor;
  json end;
  auto told = hear(floor, "trace", {{"name", "inspector"}, {"count", 1000}, {"seconds", 1}},
                   all_there_is, &end);
  CHECK(end["reason"] == "time");
  CHECK(told.size() <= 200 + 10);
}

TEST_CASE("the book of actions grows by whole lines and keeps the last two files") {
  test::temp_dir dir;
  const std::filesystem::path path = dir.file("actions.log");
  action_log log{path};
  log.write("one");
  log.write("two");
  std::ifstream file{path};
  std::string all{std::istreambuf_iterator<char>{file}, {}};
  CHECK(all == "one\ntwo\n");
  CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::all) ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  log.write(std::string(1 << 20, 'x'));
  log.write("three");
  CHECK(std::filesystem::file_size(path) == 6);
  CHECK(std::filesystem::exists(path.string() + ".1"));
  action_log nowhere{dir.file("no/such/folder")};
  CHECK_THROWS_AS(nowhere.write("x"), std::runtime_error);
}
