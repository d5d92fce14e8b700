#include "tests/apps/outcry/console/terminal.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include <signal.h>

#include "adapters/control/unix_socket.hpp"
#include "tests/apps/outcry/console/made_floor.hpp"
#include "tests/support/process.hpp"
#include "tests/support/skip.hpp"

using namespace outcry::test;
using nlohmann::json;

namespace {

std::vector<std::string> command(const std::string& socket, std::vector<std::string> more = {}) {
  std::vector<std::string> result{CONSOLE_PROGRAM, socket};
  result.insert(result.end(), more.begin(), more.end());
  return result;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("the console shows the floor on a real terminal") {
  if (!has_tmux()) OUTCRY_SKIP("tmux is not installed");
  made_floor floor;
  terminal at{command(floor.socket()), 80, 24};
  REQUIRE(at.shows("bot:counter-AAPL"));
  const auto screen = at.screen();
  INFO(screen);
  CHECK(has(screen, "home 0.1.0"));
  CHECK(has(screen, "12/1000"));
  CHECK(has(screen, "redis live"));
  at.type("/pit:M");
  CHECK(at.loses("bot:counter-AAPL"));
  CHECK(at.shows("pit:META"));
  at.press("Escape");
  CHECK(at.shows("bot:counter-AAPL"));
  at.press("F1");
  CHECK(at.shows("Keys"));
  at.type("q");
  CHECK(at.ended());
}

TEST_CASE("a stuck handler is seen with its message while the console goes on") {
  if (!has_tmux()) OUTCRY_SKIP("tmux is not installed");
  made_floor floor;
  terminal at{command(floor.socket()), 80, 24};
  REQUIRE(at.shows("bot:counter-AAPL"));
  auto x = made_snapshot(made_ms + 30'000);
  x["actors"][3]["serving"] = {{"message", "price_batch"}, {"since_ms", made_ms}};
  x["actors"][3]["mailbox"] = 100'000;
  floor.set_snapshot(x);
  CHECK(at.shows("bot:counter-AAPL is stuck in one price_batch"));
  CHECK(at.shows("100k/1000"));
  CHECK(at.shows("stuck"));
  // It does not answer for itself either, and nobody waits for it.
  at.press("Enter");
  CHECK(at.shows("handling  price_batch"));
  CHECK_FALSE(floor.wait_for("actor").is_null());
  at.press("Escape");
  at.type("3");
  CHECK(at.shows("187.25"));
}

TEST_CASE("the console outlives the floor and finds the next") {
  if (!has_tmux()) OUTCRY_SKIP("tmux is not installed");
  made_floor floor;
  terminal at{command(floor.socket()), 80, 24};
  REQUIRE(at.shows("bot:counter-AAPL"));
  floor.stop();
  CHECK(at.shows("NO FLOOR"));
  CHECK(at.shows("bot:counter-AAPL"));
  auto x = made_snapshot(made_ms + 60'000);
  x["floor"]["started_ms"] = made_ms + 50'000;
  x["actors"].push_back(made_actor("bot:of-the-next"));
  floor.set_snapshot(x);
  floor.start();
  CHECK(at.shows("bot:of-the-next"));
  CHECK(at.loses("NO FLOOR"));
  CHECK(has(at.screen(), "up 1"));
}

TEST_CASE("a floor that hangs and one that was never there do not hang the console") {
  if (!has_tmux()) OUTCRY_SKIP("tmux is not installed");
  temp_dir dir;
  terminal nobody{command(dir.file("nobody.sock")), 80, 24};
  CHECK(nobody.shows("start one with outcryd"));
  nobody.type("?");
  CHECK(nobody.shows("Keys"));
  auto mute = outcry::control::listen_on(dir.file("mute.sock"));
  terminal hung{command(dir.file("mute.sock")), 80, 24};
  CHECK(hung.shows("looking for the floor"));
  hung.type("?");
  CHECK(hung.shows("Keys"));
  hung.type("q");
  CHECK(hung.ended());
}

TEST_CASE("every size down to 20x5, in any order and speed") {
  if (!has_tmux()) OUTCRY_SKIP("tmux is not installed");
  made_floor floor;
  terminal at{command(floor.socket()), 80, 24};
  REQUIRE(at.shows("bot:counter-AAPL"));
  const int pid = at.pid();
  for (int i = 0; i < 40; ++i) {
    at.resize(20 + i * 37 % 200, 5 + i * 13 % 60);
    for (int j = 0; j < 25; ++j) ::kill(pid, SIGWINCH);
  }
  at.resize(20, 5);
  CHECK(at.becomes([](const auto& x) { return lines_in(x) == 5 && has(x, "NAME"); }));
  const auto small = at.screen();
  INFO(small);
  CHECK(has(small, " OK "));
  CHECK(has(small, "running"));
  at.type("/META");
  CHECK(at.shows("filter: META"));
  at.press("Escape");
  at.resize(120, 30);
  CHECK(at.shows("LAST EXIT"));
  CHECK(at.shows("bot:counter-META"));
  CHECK(at.shows("quit"));
}

TEST_CASE("ten thousand actors, dying and starting") {
  if (!has_tmux()) OUTCRY_SKIP("tmux is not installed");
  made_floor floor;
  auto x = made_snapshot(made_ms);
  for (int i = 0; i < 10'000; ++i)
    x["actors"].push_back(made_actor("bot:" + std::to_string(i), {{"mailbox", i % 500}}));
  floor.set_snapshot(x);
  terminal at{command(floor.socket()), 100, 30};
  REQUIRE(at.shows("10006 of 10007"));
  at.type("/bot:9999");
  CHECK(at.shows("1 of 10007"));
  at.press("Escape");
  // Each second a thousand die and a thousand others begin.
  for (int turn = 0; turn < 10; ++turn) {
    json gone = json::array();
    json born = json::array();
    json graves = json::array();
    const auto at_ms = made_ms + 1'000 * (turn + 1);
    for (int i = 0; i < 1'000; ++i) {
      const auto name = "bot:" + std::to_string(turn * 1'000 + i);
      gone.push_back(name);
      born.push_back(made_actor("bot:again-" + std::to_string(turn) + "-" + std::to_string(i)));
      if (i >= 900)
        graves.push_back({{"name", name},
                          {"kind", "bot"},
                          {"died_ms", at_ms},
                          {"reason", "boom"},
                          {"lived_ms", 1}});
    }
    auto told = made_snapshot(at_ms)["floor"];
    floor.tell_delta({{"seq", turn + 2},
                      {"at_ms", at_ms},
                      {"floor", told},
                      {"actors", born},
                      {"gone", gone},
                      {"graves", graves}});
  }
  at.type("/bot:again-9-");
  CHECK(at.shows("1000 of 10007"));
  at.press("Escape");
  at.type("6");
  CHECK(at.shows("100 of 100"));
  CHECK(at.shows("boom"));
}

TEST_CASE("a trace ends when one leaves it, and by itself") {
  if (!has_tmux()) OUTCRY_SKIP("tmux is not installed");
  made_floor floor;
  terminal at{command(floor.socket()), 80, 24};
  REQUIRE(at.shows("bot:counter-AAPL"));
  at.type("t");
  REQUIRE_FALSE(floor.wait_for("trace").is_null());
  CHECK(floor.traces() == 1);
  floor.tell_trace({{"at_ms", made_ms},
                    {"from", "feed"},
                    {"message", "price_batch"},
                    {"text", "AAPL\x1b[2J 187.25"},
                    {"took_ns", 850}});
  CHECK(at.shows("price_batch AAPL?[2J 187.25"));
  at.press("Escape");
  CHECK(eventually([&] { return floor.traces() == 0; }));
  at.type("t");
  CHECK(eventually([&] { return floor.traces() == 1; }));
  floor.end_traces("count");
  CHECK(at.shows("the trace has ended: so many were wanted"));
}

TEST_CASE("actions are asked for once, with a reason, where they are allowed") {
  if (!has_tmux()) OUTCRY_SKIP("tmux is not installed");
  made_floor floor;
  floor.set_answer("act", {json{{"done", "restart"}}});
  terminal reader{command(floor.socket()), 80, 24};
  REQUIRE(reader.shows("bot:counter-AAPL"));
  reader.type("a");
  CHECK(reader.shows("read-only"));
  terminal at{command(floor.socket(), {"--allow-actions"}), 80, 24};
  REQUIRE(at.shows("bot:counter-AAPL"));
  at.type("a");
  CHECK(at.shows("1 restart bot:counter-AAPL"));
  at.type("1");
  CHECK(at.shows("why:"));
  at.type("it hangs");
  CHECK(at.shows("Enter does it"));
  at.press("Enter");
  CHECK(at.shows("restart bot:counter-AAPL: done"));
  const auto asked = floor.wait_for("act");
  CHECK(asked["why"] == "it hangs");
  CHECK(asked["name"] == "bot:counter-AAPL");
}

TEST_CASE("the mouse sorts, chooses and opens") {
  if (!has_tmux()) OUTCRY_SKIP("tmux is not installed");
  made_floor floor;
  terminal at{command(floor.socket()), 80, 24};
  REQUIRE(at.shows("bot:counter-AAPL"));
  auto click = [&](int row, int column) {
    const std::string place{static_cast<char>(33 + column), static_cast<char>(33 + row)};
    // Pressed and let go, as terminals tell it.
    at.type("\x1b[M " + place + "\x1b[M#" + place);
  };
  auto row_of = [&](const std::string& text) {
    const auto screen = at.screen();
    const auto end = screen.find(text);
    return end == std::string::npos ? -1 : static_cast<int>(lines_in(screen.substr(0, end)));
  };
  const int title = row_of("NAME");
  REQUIRE(title > 0);
  click(title, 1);
  CHECK(at.shows("NAME\u25b4"));
  click(title, 1);
  CHECK(at.shows("NAME\u25be"));
  click(row_of("feed   "), 1);
  click(row_of("feed   "), 1);
  CHECK(at.shows("under the floor"));
}

TEST_CASE("without a terminal the console says what it needs") {
  temp_dir dir;
  process::options how;
  how.arguments = command(dir.file("nobody.sock"));
  how.output_file = dir.file("output");
  process one{how};
  CHECK(one.wait() == 2);
  CHECK(has(one.output(), "needs a terminal"));
}
