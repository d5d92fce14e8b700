#include <catch2/catch.hpp>

#include "apps/outcry/console/tree.hpp"
#include "tests/apps/outcry/console/console_under_test.hpp"

using namespace outcry::console;
using namespace outcry::test;
using nlohmann::json;

namespace {

struct open_console : console_under_test {
  explicit open_console(console_options options = {}) : console_under_test(std::move(options)) {
    settle();
    snapshot(made_snapshot(made_ms));
  }

  /// Puts the cursor on the actor and opens its page.
  void open(const std::string& actor) {
    type("/" + actor);
    press(press::enter);
    press(press::enter);
  }
};

std::vector<std::string> tree_of(const book& data, const std::function<bool(std::size_t)>& wanted,
                                 const std::set<std::string, std::less<>>& turned = {}) {
  std::vector<std::string> result;
  for (const auto& x : make_tree(data, wanted, turned, false))
    result.push_back(tree_lines(x) + data.actors().all()[x.actor].row.name);
  return result;
}

bool everybody(std::size_t) {
  return true;
}

}  // namespace

TEST_CASE("the tree stands as its supervisors do") {
  book data;
  data.take(json{{"snapshot", made_snapshot(made_ms)}}.dump(), 0);
  CHECK(tree_of(data, everybody) ==
        std::vector<std::string>{"feed", "\u251c pit:AAPL", "\u2502 \u2514 bot:counter-AAPL",
                                 "\u2514 pit:META", "  \u2514 bot:counter-META", "relay",
                                 "session:1"});
  // Whoever is looked for brings its supervisors along.
  auto wanted = [&](std::size_t i) {
    return data.actors().all()[i].row.name == "bot:counter-META";
  };
  CHECK(tree_of(data, wanted) ==
        std::vector<std::string>{"feed", "\u2514 pit:META", "  \u2514 bot:counter-META"});
  CHECK(tree_of(data, everybody, {"feed"}) ==
        std::vector<std::string>{"feed", "relay", "session:1"});
}

TEST_CASE("supervisors that are unknown or go in a circle lose nobody") {
  auto x = made_snapshot(made_ms);
  x["actors"] = {made_actor("a", {{"parent", "b"}}), made_actor("b", {{"parent", "c"}}),
                 made_actor("c", {{"parent", "a"}}), made_actor("d", {{"parent", "nobody"}}),
                 made_actor("e", {{"parent", "e"}}), made_actor("f", {{"parent", "a"}})};
  book data;
  data.take(json{{"snapshot", x}}.dump(), 0);
  CHECK(tree_of(data, everybody).size() == 6);
}

TEST_CASE("a crowd under one supervisor is folded until somebody looks") {
  auto x = made_snapshot(made_ms);
  for (int i = 0; i < 300; ++i)
    x["actors"].push_back(made_actor("bot:" + std::to_string(i), {{"parent", "relay"}}));
  open_console at;
  at.snapshot(x);
  at.type("2");
  CHECK(at.shows("relay +300 below"));
  CHECK_FALSE(at.shows("bot:299"));
  at.press(press::end);
  at.press(press::right);
  CHECK_FALSE(at.shows("below"));
  at.press(press::left);
  at.type("/bot:299");
  CHECK(at.shows("bot:299"));
}

TEST_CASE("an actor's page asks for it and shows what it tells") {
  open_console at;
  at.open("bot:counter-AAPL");
  CHECK(at.request("actor") == json{{"id", at.request("actor")["id"]},
                                    {"op", "actor"},
                                    {"name", "bot:counter-AAPL"},
                                    {"parts", {"recent", "mailbox", "links", "log"}}});
  at.answer(
      "actor",
      {{"actor", made_actor("bot:counter-AAPL")},
       {"state", nullptr},
       {"mailbox", json::array({{{"message", "price_batch"}, {"text", "64 prices"}}})},
       {"recent",
        json::array({{{"at_ms", made_ms}, {"message", "order_update"}, {"took_ns", 12'000}}})},
       {"links", {"pit:AAPL", "journal"}},
       {"log", {"bought 10"}},
       {"unanswered", json::array()}});
  at.end("actor");
  const auto screen = at.screen(40);
  INFO(screen);
  for (auto part :
       {"bot:counter-AAPL  bot  running", "under pit:AAPL", "handling  nothing", "12 of 1000",
        "order_update", "12us", "64 prices", "pit:AAPL, journal", "bought 10", "s asks for it"})
    CHECK(screen.find(part) != std::string::npos);
  // On the narrowest useful screen a sparkline still has its sixty seconds.
  const auto spark = screen.find("in/s 60 s ");
  REQUIRE(spark != std::string::npos);
  CHECK(screen.find(" max ", spark) - spark == 10 + 60);
  // It is asked again and again, one question at a time, for its state only when that is wished.
  at.pass(400);
  const auto first = at.request("actor")["id"];
  at.pass(700);
  CHECK(at.request("actor")["id"] > first);
  const auto second = at.request("actor")["id"];
  at.pass(5'000);
  CHECK(at.request("actor")["id"] == second);
  at.end("actor");
  at.end("actor");
  at.type("s");
  CHECK(at.request("actor")["parts"][0] == "state");
  at.answer("actor", {{"state", {{"position", 10}, {"parameters", {{"cash", "100"}}}}}});
  at.end("actor");
  CHECK(at.screen(40).find("\"cash\": \"100\"") != std::string::npos);
  at.pass(1'100);
  CHECK(at.request("actor")["parts"][0] == "recent");
  at.press(press::escape);
  const auto last = at.request("actor")["id"];
  at.end("actor");
  at.pass(10'000);
  CHECK(at.request("actor")["id"] == last);
}

TEST_CASE("an actor that cannot tell of itself is shown so") {
  open_console at;
  at.open("bot:counter-AAPL");
  at.answer("actor", {{"unanswered", {"state"}}, {"state", nullptr}});
  at.end("actor");
  CHECK(at.shows("state: the actor did not tell in time"));
  at.pass(1'500);
  // The floor says nothing at all: the console goes on.
  at.pass(11'000);
  CHECK(at.shows("the floor has not answered in time (no_answer)"));
  at.pass(1'000);
  at.refuse("actor", "unknown_target", "nobody is called that");
  CHECK(at.shows("nobody is called that (unknown_target)"));
}

TEST_CASE("a trace has a connection of its own, bounds, and an end") {
  open_console at;
  at.type("/pit:AAPL");
  at.press(press::enter);
  at.type("t");
  at.pass(10);
  CHECK(at.opened[1] == 1);
  auto asked = at.request("trace");
  CHECK(asked["name"] == "pit:AAPL");
  CHECK(asked["count"] == 200);
  CHECK(asked["seconds"] == 60);
  at.answer("trace", {{"traced",
                       {{"at_ms", made_ms},
                        {"from", "feed"},
                        {"message", "price_batch"},
                        {"text", "AAPL 187.25"},
                        {"took_ns", 850}}}});
  CHECK(at.shows("price_batch AAPL 187.25  850ns"));
  CHECK(at.shows("ends in 60 s"));
  at.hear(channel::trace, {{"id", asked["id"]}, {"dropped", 40}});
  at.answer(
      "trace",
      {{"traced", {{"at_ms", made_ms}, {"message", "tick"}, {"text", ""}, {"took_ns", nullptr}}}});
  CHECK(at.shows("40 messages were left out"));
  at.end("trace", {{"reason", "time"}});
  CHECK(at.shows("the trace has ended: its time is over"));
  CHECK(at.closed[1] == 1);
  at.press(press::escape);
  CHECK(at.shows("MAILBOX"));
  CHECK(at.closed[1] == 1);
}

TEST_CASE("leaving a trace ends it, losing it is told") {
  open_console at;
  at.type("3t");
  at.pass(10);
  CHECK(at.request("trace")["name"] == "pit:AAPL");
  at.press(press::escape);
  CHECK(at.closed[1] == 1);
  at.type("t");
  at.pass(10);
  CHECK(at.opened[1] == 2);
  at.app.lost(channel::trace, "the floor closed the connection", at.now_ms);
  at.pass(10);
  CHECK(at.shows("the trace has ended: the floor closed the connection"));
  // It is not begun anew by itself.
  at.pass(60'000);
  CHECK(at.opened[1] == 2);
}

TEST_CASE("nothing is done unless it is allowed") {
  open_console at;
  at.type("a");
  CHECK(at.shows("read-only: start the console with --allow-actions"));
  at.type("L");
  at.press(press::enter);
  for (const auto& x : at.asked) {
    CHECK(x["op"] != "act");
    CHECK(x["op"] != "send");
    CHECK(x["op"] != "log_level");
  }
}

TEST_CASE("an action asks once and wants to know why") {
  console_options allowed;
  allowed.allow_actions = true;
  open_console at{allowed};
  at.type("/bot:counter-META");
  at.press(press::enter);
  at.type("a");
  CHECK(at.shows("1 restart bot:counter-META"));
  CHECK(at.shows("send stop to counter-META"));
  at.type("1");
  CHECK(at.shows("restart bot:counter-META?"));
  at.press(press::enter);
  at.type("   ");
  at.press(press::enter);
  CHECK(at.request("act").is_null());
  at.type("it \"hangs\"");
  CHECK(at.shows("Enter does it"));
  at.press(press::enter);
  auto asked = at.request("act");
  CHECK(asked["name"] == "bot:counter-META");
  CHECK(asked["action"] == "restart");
  CHECK(asked["why"] == "   it \"hangs\"");
  at.answer("act", {{"done", "restart"}});
  at.end("act");
  CHECK(at.shows("restart bot:counter-META: done"));
  at.type("a6");
  at.type("lunch");
  at.press(press::enter);
  CHECK(at.request("send")["to"] == json::array({"counter-META"}));
  CHECK(at.request("send")["type"] == "stop");
  CHECK(at.request("send")["description"] == "lunch");
  at.refuse("send", "killed", "the floor is blocked");
  CHECK(at.shows("refused (killed): the floor is blocked"));
  at.type("L3");
  CHECK(at.request("log_level")["level"] == "debug");
}

TEST_CASE("Esc does nothing, and a click decides nothing") {
  console_options allowed;
  allowed.allow_actions = true;
  open_console at{allowed};
  at.type("a");
  at.press(press::escape);
  at.type("a1why");
  at.press(press::escape);
  at.type("a");
  for (int row = 0; row < 24; ++row) at.click(row, 3), at.click(row, 3);
  CHECK(at.request("act").is_null());
  at.press(press::escape);
  at.type("a1");
  at.type(std::string(300, 'x'));
  at.press(press::enter);
  CHECK(at.request("act")["why"].get<std::string>().size() == 200);
  // A floor that goes while it is asked: nothing is kept for later.
  at.type("a1why");
  at.app.lost(channel::main, "gone", at.now_ms);
  at.press(press::enter);
  const auto count = at.asked.size();
  at.pass(5'000);
  for (auto i = count; i < at.asked.size(); ++i) CHECK(at.asked[i]["op"] != "act");
}

TEST_CASE("a message's page shows what each bot said") {
  open_console at;
  at.type("5");
  at.press(press::enter);
  at.pass(10);
  CHECK(at.request("log")["ledger"] == "m1");
  at.answer("log", {{"id", "m1"},
                    {"type", "stop"},
                    {"state", "done"},
                    {"pressedAt", made_ms},
                    {"createdBy", "local:me"},
                    {"target", {{"type", "ALL"}}},
                    {"acknowledgement",
                     {{"counter-AAPL",
                       {{"status", "error"},
                        {"code", "no_broker"},
                        {"reason", "not connected"},
                        {"at", made_ms}}}}}});
  at.end("log");
  CHECK(at.shows("counter-AAPL"));
  CHECK(at.shows("no_broker not connected"));
  // It is done: nobody asks again.
  const auto asked = at.request("log")["id"];
  at.pass(10'000);
  CHECK(at.request("log")["id"] == asked);
}
