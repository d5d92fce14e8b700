#include "actors/inspection/examiner.hpp"

#include <set>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/actors/inspection/made_floor.hpp"

using namespace outcry::inspection;
using outcry::test::has;
using outcry::test::made_floor;

namespace {

verdict examine(examiner& by, made_floor& floor) {
  return by.examine(floor.now, floor.heard_ms);
}

}  // namespace

TEST_CASE("verdict: a floor without trouble is said to be well") {
  made_floor floor;
  examiner by;
  for (int i = 0; i < 1234; ++i) floor.actor("bot:" + std::to_string(i));
  floor.now.floor.bots = {{"running", 39}, {"stopped", 1}};
  auto x = examine(by, floor);
  CHECK(x.level == severity::ok);
  CHECK(x.lines.empty());
  CHECK(x.headline == "Nothing is wrong: 1,234 actors, 39 of 40 bots running");
  floor.now.floor.halt = "killed";
  CHECK(has(examine(by, floor).headline, "the floor is killed"));
}

TEST_CASE("verdict: the worst comes first, of the same the oldest, and counts the others") {
  made_floor floor;
  examiner by;
  floor.actor("bot:AAPL").serving = serving_row{"price_batch", floor.now.at_ms - 2000};
  floor.actor("bot:META").state = "failed";
  floor.actor("bot:META").since_ms = floor.now.at_ms - 1000;
  floor.pit("AAPL", "stale", 5000);
  auto x = examine(by, floor);
  CHECK(x.level == severity::bad);
  REQUIRE(x.lines.size() == 3);
  CHECK(x.lines[0].rule == "stale_feed");
  CHECK(x.lines[1].rule == "crash_loop");
  CHECK(x.lines[2].rule == "stuck_handler");
  CHECK(x.headline == "AAPL has no fresh price (and 2 more)");
}

TEST_CASE("verdict: a thousand of the same are six lines") {
  made_floor floor;
  examiner by;
  for (int i = 0; i < 1000; ++i) {
    auto& x = floor.actor("bot:" + std::to_string(i));
    x.state = "failed";
    x.since_ms = floor.now.at_ms - i;
  }
  auto x = examine(by, floor);
  REQUIRE(x.lines.size() == 6);
  CHECK(x.lines[0].subject == "bot:999");
  CHECK(x.lines[5].subject.empty());
  CHECK(has(x.lines[5].what, "the same of 995 more: bot:994, "));
  CHECK(x.lines[5].since_ms == floor.now.at_ms - 994);
  CHECK(has(x.headline, "(and 999 more)"));
  // Six fit as they are.
  floor.now.actors.clear();
  for (int i = 0; i < 6; ++i) floor.actor("bot:" + std::to_string(i)).state = "failed";
  x = examine(by, floor);
  REQUIRE(x.lines.size() == 6);
  CHECK_FALSE(x.lines[5].subject.empty());
}

TEST_CASE("verdict: what explains a trouble is told, not the trouble again") {
  made_floor floor;
  examiner by;
  auto& bot = floor.actor("bot:AAPL");
  bot.serving = serving_row{"price_batch", floor.now.at_ms - 20'000};
  bot.mailbox = bot.mailbox_bound = 10;
  bot.oldest_wait_ms = 20'000;
  auto& firebase = floor.link("firebase", "down");
  firebase.backlog = 20'000;
  floor.pit("AAPL", "down");
  floor.link("feed", "down");
  floor.pit("META", "down");
  floor.pit("GOOGL", "down");
  floor.pit("TSLA", "down");
  auto x = examine(by, floor);
  REQUIRE(x.lines.size() == 3);
  std::set<std::string> named;
  for (const auto& line : x.lines) named.insert(line.subject);
  CHECK(named == std::set<std::string>{"bot:AAPL", "feed", "firebase"});
}

TEST_CASE("verdict: the same looks give the same verdict") {
  auto run = [] {
    made_floor floor;
    examiner by;
    std::string result;
    for (int i = 0; i < 30; ++i) {
      floor.pass(1000);
      floor.actor("bot:AAPL").mailbox += 200;
      floor.now.floor.dead_letters += 3;
      if (i % 7 == 0) ++floor.actor("bot:META").restarts;
      result += to_json(examine(by, floor));
    }
    return result;
  };
  const auto once = run();
  CHECK(has(once, "growing_mailbox"));
  CHECK(once == run());
}

TEST_CASE("verdict: a floor that was started anew is watched from the beginning") {
  made_floor floor;
  examiner by;
  floor.now.floor.dead_letters = 0;
  examine(by, floor);
  floor.now.floor.dead_letters = 500;
  CHECK(examine(by, floor).lines.size() == 1);
  floor.now.floor.started_ms += 1000;
  floor.now.floor.dead_letters = 700;
  CHECK(examine(by, floor).lines.empty());
}

TEST_CASE("verdict: JSON as the console and the page take it, whatever a name holds") {
  made_floor floor;
  examiner by;
  floor.actor("bot:\xff\"").state = "failed";
  const auto x = nlohmann::json::parse(to_json(examine(by, floor)));
  CHECK(x["level"] == "bad");
  REQUIRE(x["lines"].size() == 1);
  CHECK(x["lines"][0]["rule"] == "crash_loop");
  CHECK(x["lines"][0]["subject"] == "bot:\xEF\xBF\xBD\"");
  CHECK(x["lines"][0]["since_ms"].is_number_integer());
  for (auto member : {"what", "cost", "advice"}) CHECK(x["lines"][0][member].is_string());
}
