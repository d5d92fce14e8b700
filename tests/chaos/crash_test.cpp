#include <csignal>
#include <random>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "messages/paths.hpp"
#include "tests/chaos/floor_process.hpp"

using namespace outcry;
using nlohmann::json;
using test::floor_process;

namespace {

constexpr int killed = 128 + SIGKILL;
// Far more passages than one message has: a floor that never gets through must end the test.
constexpr int most_passages = 60;

std::int64_t revision(const floor_process& at, const std::string& bot) {
  return at.count("SELECT revision FROM bots WHERE bot_id = '" + bot + "'");
}

/// What must be true of a message to AAPL and META, whatever happened on its way.
void check_done_once(const floor_process& at, const std::string& id) {
  const auto found = at.await_final(id);
  INFO(found.dump(2));
  REQUIRE(found.is_object());
  CHECK(found["state"] == "done");
  CHECK(found["acknowledgementCount"] == 3);
  const auto& lines = found["acknowledgement"];
  CHECK(lines.size() == 3);
  CHECK(lines["counter-AAPL"]["status"] == "done");
  CHECK(lines["counter-META"]["status"] == "done");
  CHECK(lines["counter-GOOGL"]["status"] == "ignored");
  CHECK(at.read(paths::summary(id))["counts"] == json{{"done", 2}, {"ignored", 1}});
  CHECK(at.await_empty_outbox());
  const auto stored = at.journal(
      "SELECT bot_id, status, m.state FROM lines JOIN messages m ON m.number = message"
      " WHERE m.id = '" +
      id + "' ORDER BY bot_id");
  CHECK(stored == test::table{{"counter-AAPL", "done", "done"},
                              {"counter-GOOGL", "ignored", "done"},
                              {"counter-META", "done", "done"}});
  CHECK(at.count("SELECT count(*) FROM refused") == 0);
}

/// Lets the floor die at the first, second, ... passage of `point` while it serves a message, and
/// opens it again, until a message meets fewer passages. Returns how often it died.
int die_everywhere(const std::string& point) {
  floor_process at;
  at.start_firebase();
  at.start();
  REQUIRE(at.stop() == 0);
  int deaths = 0;
  for (int n = 1; n <= most_passages; ++n) {
    INFO(point << ":" << n);
    const auto aapl = revision(at, "counter-AAPL");
    const auto meta = revision(at, "counter-META");
    const auto googl = revision(at, "counter-GOOGL");
    const auto id = fmt::format("{}-{}", point, n);
    at.launch_dying(fmt::format("{}:{}", point, n));
    at.await_open();
    // Stop and start by turns, so that each changes the bots.
    REQUIRE(at.put(id, test::message(n % 2 == 1 ? "stop" : "start", {"AAPL", "META"})) == 200);
    const bool died_or_done = test::eventually(
        [&] {
          if (!at.floor().running()) return true;
          const auto state = at.read(paths::message_value(id, "state"));
          return state == "done" && at.count("SELECT count(*) FROM outbox") == 0;
        },
        std::chrono::seconds(90));
    REQUIRE(died_or_done);
    // Its end has passages, too: the bots store what they know.
    const int code = at.stop();
    REQUIRE((code == killed || code == 0));
    at.start();
    check_done_once(at, id);
    CHECK(revision(at, "counter-AAPL") == aapl + 1);
    CHECK(revision(at, "counter-META") == meta + 1);
    CHECK(revision(at, "counter-GOOGL") == googl);
    REQUIRE(at.stop() == 0);
    if (code == 0) return deaths;
    ++deaths;
  }
  return deaths;
}

}  // namespace

TEST_CASE("kill -9 before a journal commit changes nothing of what a message does") {
  const int deaths = die_everywhere("before_commit");
  CHECK(deaths >= 2);
  CHECK(deaths < most_passages);
}

TEST_CASE("kill -9 after a journal commit changes nothing of what a message does") {
  const int deaths = die_everywhere("after_commit");
  CHECK(deaths >= 2);
  CHECK(deaths < most_passages);
}

TEST_CASE("kill -9 in the middle of a journal transaction changes nothing of what a message does") {
  const int deaths = die_everywhere("mid_transaction");
  CHECK(deaths >= 4);
  CHECK(deaths < most_passages);
}

TEST_CASE("kill -9 before the outbox forgets changes nothing of what a message does") {
  const int deaths = die_everywhere("before_delivery_commit");
  CHECK(deaths >= 1);
  CHECK(deaths < most_passages);
}

TEST_CASE("kill -9 after the outbox forgot changes nothing of what a message does") {
  const int deaths = die_everywhere("after_delivery_commit");
  CHECK(deaths >= 1);
  CHECK(deaths < most_passages);
}

TEST_CASE("ten kills at any time while twenty messages flow change nothing of what they do") {
  floor_process at;
  at.start_firebase();
  std::mt19937 random(20130308);
  int sent = 0;
  for (int kills = 0; kills < 10; ++kills) {
    at.launch();
    // Every second one is to die while it opens.
    if (kills % 2 == 0) REQUIRE(at.await_open());
    for (int i = 0; i < 2; ++i) {
      ++sent;
      // Every message has a value of its own: one that ran twice would count twice.
      REQUIRE(at.put(fmt::format("m{:02}", sent), test::message("set", {}, {{"step", sent + 1}})) ==
              200);
    }
    // No synchronisation: the moment of the kill is what is random here.
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 120));
    at.kill();
  }
  at.start();
  for (int i = 1; i <= sent; ++i) {
    const auto found = at.await_final(fmt::format("m{:02}", i));
    INFO(found.dump(2));
    REQUIRE(found.is_object());
    CHECK(found["state"] == "done");
    CHECK(found["acknowledgement"].size() == 3);
    for (const auto& line : found["acknowledgement"]) CHECK(line["status"] == "done");
  }
  CHECK(at.await_empty_outbox());
  CHECK(at.journal("SELECT count(*), count(DISTINCT id) FROM messages") ==
        test::table{{"20", "20"}});
  CHECK(at.journal("SELECT revision, parameters FROM bots ORDER BY bot_id") ==
        test::table(3, {"20", R"({"step":21})"}));
}
