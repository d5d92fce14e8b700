#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/chaos/floor_process.hpp"

using namespace outcry;
using Catch::Matchers::Contains;
using nlohmann::json;
using test::floor_plan;
using test::floor_process;

namespace {

floor_plan with_hours(const std::string& hours) {
  floor_plan plan;
  plan.tickers = {"AAPL", "META"};
  plan.floor_lines = "[dead_man]\nhours = " + hours + "\n";
  return plan;
}

json shown(const floor_process& at) {
  return at.read("floor/deadMan");
}

std::int64_t heard_at(const floor_process& at) {
  const auto found = shown(at);
  return found.is_object() ? found.value("heardAt", std::int64_t{0}) : 0;
}

json floor_status(const floor_process& at) {
  return json::parse(at.outcry({"status", "--json"}).output, nullptr, false);
}

std::string halt_kind_of(const floor_process& at) {
  const auto found = at.read("floor/halt");
  return found.is_object() ? found.value("kind", "") : "";
}

std::int64_t stops_of_the_switch(const floor_process& at) {
  return at.count("SELECT count(*) FROM messages WHERE id LIKE 'dead-man-%'");
}

}  // namespace

TEST_CASE("the dead-man's switch hears the page and the command line, over restarts, until off") {
  floor_process at(with_hours("24"));
  at.start_firebase();
  at.start();
  REQUIRE(test::eventually([&] { return shown(at).is_object(); }));
  CHECK(shown(at)["hours"] == 24);
  const auto opened = heard_at(at);
  CHECK(shown(at)["firesAt"] == opened + 24 * 3'600'000);

  // As the page does when somebody touches it.
  REQUIRE(at.connect()->put("/operator/heartbeat.json", R"({".sv":"timestamp"})").status == 200);
  const auto beat = at.read("operator/heartbeat").get<std::int64_t>();
  REQUIRE(beat > opened);
  REQUIRE(test::eventually([&] { return heard_at(at) == beat; }));

  REQUIRE(at.outcry({"send", "status", "--to", "AAPL"}).code == 0);
  REQUIRE(test::eventually([&] { return heard_at(at) > beat; }));
  const auto heard = heard_at(at);
  CHECK(floor_status(at)["deadMan"]["heardAt"] == heard);
  CHECK_THAT(at.outcry({"status"}).output, Contains("stops all in 23 h"));

  at.kill();
  at.start();
  REQUIRE(test::eventually([&] { return floor_status(at)["deadMan"].is_object(); }));
  CHECK(floor_status(at)["deadMan"]["heardAt"] == heard);
  CHECK(stops_of_the_switch(at) == 0);

  REQUIRE(at.stop() == 0);
  at.configure(with_hours("0"));
  at.start();
  CHECK(test::eventually([&] { return shown(at).is_null(); }));
  CHECK_FALSE(floor_status(at).contains("deadMan"));
}

TEST_CASE("the dead-man's switch stops all bots, and not again after a kill -9") {
  floor_process at(with_hours("0.001"));
  at.start_firebase();
  at.start();
  REQUIRE(test::eventually([&] { return shown(at).is_object() && shown(at).contains("firedAt"); }));
  const auto fired = shown(at);
  const auto id = "dead-man-" + std::to_string(fired["heardAt"].get<std::int64_t>());
  const auto message = at.await_final(id);
  INFO(message.dump(2));
  REQUIRE(message.is_object());
  CHECK(message["type"] == "stop");
  CHECK(message["state"] == "done");
  CHECK(message["createdBy"] == "dead-man's switch");
  CHECK(message["acknowledgement"].size() == 2);
  // Current values come behind what is owed.
  CHECK(test::eventually([&] { return halt_kind_of(at) == "stopped"; }));
  CHECK(fired["firedAt"].get<std::int64_t>() >= fired["heardAt"].get<std::int64_t>() + 3600);

  at.kill();
  at.start();
  REQUIRE(test::eventually([&] { return floor_status(at)["deadMan"].is_object(); }));
  CHECK(floor_status(at)["deadMan"] == fired);
  CHECK(stops_of_the_switch(at) == 1);
  CHECK_THAT(at.outcry({"status"}).output, Contains("stopped all"));

  // Whoever is heard does not start the bots.
  REQUIRE(at.connect()->put("/operator/heartbeat.json", R"({".sv":"timestamp"})").status == 200);
  CHECK(test::eventually([&] { return heard_at(at) > fired["heardAt"].get<std::int64_t>(); }));
  CHECK(halt_kind_of(at) == "stopped");
}
