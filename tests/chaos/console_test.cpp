#include <algorithm>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "tests/apps/outcry/console/terminal.hpp"
#include "tests/chaos/floor_process.hpp"
#include "tests/support/skip.hpp"

using namespace outcry;
using nlohmann::json;
using test::floor_process;
using test::terminal;

namespace {

constexpr const char* hanging_step = "step=667";  // see throwing_strategy.cpp

terminal console_of(const floor_process& at) {
  return terminal{{OUTCRY_PROGRAM, "console", "--config", at.config_file()}, 110, 30};
}

/// The verdict's line of that rule, once there is one.
json line_of(const floor_process& at, const std::string& rule) {
  const auto told = at.outcry({"doctor", "--live", "--for", "2", "--json"});
  const auto verdict = json::parse(told.output, nullptr, false);
  if (verdict.is_object())
    for (const auto& x : verdict["lines"])
      if (x["rule"] == rule) return x;
  return nullptr;
}

}  // namespace

TEST_CASE("a bot that hangs is on the console with its message, and all else goes on") {
  if (!test::has_tmux()) OUTCRY_SKIP("tmux is not installed");
  floor_process at;
  at.start_firebase();
  at.launch_dying("never:1");
  REQUIRE(at.await_open());
  auto screen = console_of(at);
  REQUIRE(screen.shows("bot:counter-META"));
  REQUIRE(screen.shows("OK"));
  at.outcry({"send", "set", "--to", "AAPL", "--config", hanging_step});
  REQUIRE(screen.shows("bot:counter-AAPL is stuck in one price_batch"));

  // Its page can be opened, and says what the bot itself cannot tell any more.
  screen.type("/counter-AAPL");
  screen.press("Enter");
  screen.press("Enter");
  CHECK(screen.shows("handling  price_batch"));
  screen.press("Escape");
  screen.press("Escape");
  screen.type("3");
  CHECK(screen.shows("GOOGL"));

  const auto told = line_of(at, "stuck_handler");
  INFO(told.dump(2));
  REQUIRE(told.is_object());
  CHECK(told["subject"] == "bot:counter-AAPL");
  const auto rows = json::parse(
      at.outcry({"actors", "--sort", "wait", "--top", "1", "--json"}).output, nullptr, false);
  INFO(rows.dump(2));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0]["name"] == "bot:counter-AAPL");
  CHECK(rows[0]["serving"]["message"] == "price_batch");
  // The others are not held up by it.
  CHECK(at.outcry({"send", "stop", "--to", "META"}).code == 0);
}

TEST_CASE("a console that comes when every thread of the floor hangs sees who hangs") {
  if (!test::has_tmux()) OUTCRY_SKIP("tmux is not installed");
  // CAF has as many threads as the machine, and four at least.
  const auto threads = std::max(std::thread::hardware_concurrency(), 4U);
  test::floor_plan plan;
  plan.tickers.clear();
  for (unsigned i = 0; i < threads; ++i) plan.tickers.push_back(fmt::format("T{}", i));
  floor_process at{plan};
  at.start_firebase();
  at.launch_dying("never:1");
  REQUIRE(at.await_open());
  REQUIRE(at.put("hang", test::message("set", {}, {{"step", 667}})) == 200);
  const auto hanging = [&] {
    const auto rows =
        json::parse(at.outcry({"actors", "--sort", "wait", "--json"}).output, nullptr, false);
    if (!rows.is_array()) return std::ptrdiff_t{0};
    return std::count_if(rows.begin(), rows.end(), [](const json& x) {
      return x["kind"] == "bot" && x["serving"].is_object() &&
             x["serving"]["message"] == "price_batch";
    });
  };
  CHECK(test::eventually([&] { return hanging() == static_cast<std::ptrdiff_t>(threads); }));
  CHECK(line_of(at, "stuck_handler").is_object());
  const auto page =
      json::parse(at.outcry({"actor", "bot:counter-T1", "--json"}).output, nullptr, false);
  REQUIRE(page.is_object());
  CHECK(page["actor"]["serving"]["message"] == "price_batch");
  auto screen = console_of(at);
  CHECK(screen.shows("is stuck in one price_batch"));
  screen.type("/counter-T1");
  screen.press("Enter");
  screen.press("Enter");
  CHECK(screen.shows("handling  price_batch"));
  at.kill();
}

TEST_CASE("the floor dies under the console, which finds the next one") {
  if (!test::has_tmux()) OUTCRY_SKIP("tmux is not installed");
  floor_process at;
  at.start_firebase();
  at.start();
  auto screen = console_of(at);
  REQUIRE(screen.shows("bot:counter-META"));
  for (int i = 0; i < 3; ++i) {
    at.kill();
    REQUIRE(screen.shows("NO FLOOR"));
    CHECK(screen.shows("bot:counter-META"));
    at.start();
    REQUIRE(screen.loses("NO FLOOR"));
    CHECK(screen.shows("bot:counter-META"));
  }
  CHECK(at.stop() == 0);
  CHECK(screen.shows("NO FLOOR"));
  screen.type("q");
  CHECK(screen.ended());
}
