#include <catch2/catch.hpp>

#include "tests/apps/outcry/console/console_under_test.hpp"

using namespace outcry::console;
using namespace outcry::test;
using nlohmann::json;

namespace {

/// A console that has seen the made floor once.
struct seeing : console_under_test {
  explicit seeing(console_options options = {}) : console_under_test(std::move(options)) {
    settle();
    snapshot(made_snapshot(made_ms));
  }
};

}  // namespace

TEST_CASE("the console asks for the floor and shows it") {
  console_under_test at;
  CHECK(at.shows("looking for the floor"));
  at.settle();
  CHECK(at.request("inspect") == json{{"id", 1}, {"op", "inspect"}, {"interval_ms", 1000}});
  at.snapshot(made_snapshot(made_ms));
  const auto screen = at.screen();
  INFO(screen);
  for (auto part :
       {"home 0.1.0", "up 1m40", "every 1.0s", "bots 2 running", "rss 214M", "feed live 0.1s",
        "redis live", "firebase live", "outbox 0", "halt none", " OK ", "NAME", "STATE", "MAILBOX",
        "bot:counter-AAPL", "12/1000", "6 of 7, 1 hidden"})
    CHECK(screen.find(part) != std::string::npos);
  CHECK(screen.find("session:1") == std::string::npos);
}

TEST_CASE("a handler that is stuck is told with the message it is at") {
  seeing at;
  auto x = made_snapshot(made_ms + 1'000);
  x["messages"] = json::array();
  x["actors"][4]["serving"] = {{"message", "price_batch"}, {"since_ms", made_ms - 500}};
  at.pass(1'000);
  at.snapshot(x);
  CHECK(at.shows("bot:counter-META is stuck in one price_batch"));
  CHECK(at.shows("busy"));
  // The floor says nothing more: that is shown, and nothing is made up of the time since.
  at.pass(30'000);
  CHECK(at.shows("NO WORD FOR 30s"));
  CHECK(at.shows("up 1m44"));
  x["at_ms"] = made_ms + 32'000;
  x["floor"]["now_ms"] = made_ms + 32'000;
  at.snapshot(x);
  CHECK(at.shows("bot:counter-META is stuck in one price_batch"));
  CHECK(at.shows("stuck"));
  CHECK_FALSE(at.shows("NO WORD"));
}

TEST_CASE("the console survives the floor's restart") {
  seeing at;
  at.there = false;
  at.app.lost(channel::main, "the floor closed the connection: is it ending?", at.now_ms);
  CHECK(at.shows("NO FLOOR"));
  CHECK(at.shows("is it ending?"));
  CHECK(at.shows("bot:counter-AAPL"));
  at.pass(10'000);
  // What it knew last does not grow older.
  CHECK(at.shows("up 1m40"));
  CHECK(at.shows("start one"));
  const int tries = at.opened[0];
  for (int i = 0; i < 100; ++i) at.pass(100);
  CHECK(at.opened[0] - tries >= 4);
  CHECK(at.opened[0] - tries <= 7);
  at.there = true;
  at.pass(2'500);
  auto x = made_snapshot(made_ms + 60'000);
  x["floor"]["started_ms"] = made_ms + 59'000;
  x["actors"].erase(0);
  at.snapshot(x);
  CHECK_FALSE(at.shows("NO FLOOR"));
  CHECK(at.shows("up 1.0s"));
  CHECK(at.shows("5 of 6"));
}

TEST_CASE("a floor that refuses to be inspected is asked again and quoted") {
  console_under_test at;
  at.settle();
  at.refuse("inspect", "unsupported", "no such operation");
  CHECK(at.shows("no such operation"));
  CHECK(at.shows("NO FLOOR"));
  at.pass(5'000);
  CHECK(at.request("inspect").at("id") > 1);
}

TEST_CASE("an answer that is no JSON ends the connection, not the console") {
  seeing at;
  at.app.heard(channel::main, "{\"id\":1,\"item\":{", at.now_ms);
  at.settle();
  CHECK(at.closed[0] == 1);
  at.pass(1'000);
  CHECK(at.opened[0] == 2);
}

TEST_CASE("the filter works as one types") {
  seeing at;
  at.type("/bot");
  CHECK(at.shows("filter: bot"));
  CHECK_FALSE(at.shows("pit:AAPL"));
  at.type(" META");
  CHECK_FALSE(at.shows("bot:counter-AAPL"));
  for (int i = 0; i < 5; ++i) at.press(press::backspace);
  CHECK(at.shows("bot:counter-AAPL"));
  at.press(press::enter);
  CHECK(at.shows("/bot  2 of 7"));
  // Keys are keys again.
  at.type("H");
  CHECK(at.shows("2 of 7"));
  at.press(press::escape);
  CHECK(at.shows("session:1"));
}

TEST_CASE("the frozen view stands still while the floor goes on") {
  seeing at;
  at.type("f");
  auto x = made_snapshot(made_ms + 5'000);
  x["actors"].push_back(made_actor("bot:late"));
  at.pass(5'000);
  at.snapshot(x);
  CHECK(at.shows("FROZEN"));
  CHECK(at.shows("up 1m40"));
  CHECK_FALSE(at.shows("bot:late"));
  at.type("f");
  CHECK(at.shows("bot:late"));
  CHECK(at.shows("up 1m45"));
}

TEST_CASE("each page shows its rows") {
  seeing at;
  at.type("2");
  CHECK(at.shows("the last dead"));
  at.type("3");
  CHECK(at.shows("187.25"));
  at.type("4");
  CHECK(at.shows("LAST ERROR"));
  at.type("5");
  CHECK(at.shows("working"));
  at.type("6");
  CHECK(at.shows("strategy_error: division"));
  at.type("d");
  CHECK(at.shows("Nothing is wrong: "));
  at.type("?");
  CHECK(at.shows("Keys"));
  at.press(press::escape);
  CHECK(at.shows("Nothing is wrong"));
  at.press(press::tab);
  CHECK(at.shows("MAILBOX"));
  at.type("q");
  CHECK(at.app.done());
}

TEST_CASE("tabs and the keys below answer the mouse") {
  seeing at;
  const auto screen = at.screen();
  auto place = [&](const std::string& what) {
    int row = 0;
    std::istringstream in{screen};
    for (std::string line; std::getline(in, line); ++row)
      if (auto column = line.find(what); column != std::string::npos)
        return std::pair{row, static_cast<int>(column)};
    return std::pair{-1, -1};
  };
  at.click(place("Links").first, place("Links").second);
  CHECK(at.shows("RECONN"));
  at.screen();
  at.click(place("freeze").first, place("freeze").second);
  CHECK(at.shows("FROZEN"));
}

TEST_CASE("looking more often begins a new inspection") {
  seeing at;
  at.type("+");
  CHECK(at.opened[0] == 2);
  CHECK(at.request("inspect").at("interval_ms") == 500);
  for (int i = 0; i < 20; ++i) at.type("-");
  CHECK(at.request("inspect").at("interval_ms") == 60'000);
}

TEST_CASE("every size of terminal is drawn") {
  seeing at;
  for (auto keys : {"1", "2", "3", "4", "5", "6", "7", "?"}) {
    at.type(keys);
    for (int rows = 0; rows < 30; ++rows)
      for (int columns : {0, 1, 2, 5, 20, 79, 80, 81, 300}) at.screen(rows, columns);
  }
  at.type("1");
  const auto small = at.screen(5, 20);
  INFO(small);
  CHECK(small.find(" OK ") == 0);
  CHECK(small.find("NAME") != std::string::npos);
  CHECK(small.find("bot:count running") != std::string::npos);
}
