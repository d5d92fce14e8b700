#include "apps/outcry/inspection/tree_text.hpp"

#include <catch2/catch.hpp>

using namespace outcry::inspection;
using outcry::cli::tree_dot;
using outcry::cli::tree_lines;

namespace {

void add(floor_snapshot& to, const std::string& name, const std::string& parent = "") {
  auto& x = to.actors[name];
  x.name = name;
  x.parent = parent;
  x.state = "running";
}

std::vector<std::string> drawn(const floor_snapshot& floor) {
  std::vector<std::string> result;
  for (const auto& x : tree_lines(floor)) result.push_back(x.branch + x.actor->name);
  return result;
}

using list = std::vector<std::string>;

}  // namespace

TEST_CASE("tree: parents before their children, siblings by name") {
  floor_snapshot floor;
  add(floor, "a");
  add(floor, "b", "a");
  add(floor, "c", "a");
  add(floor, "d", "b");
  add(floor, "e");
  CHECK(drawn(floor) == list{"├─ a", "│  ├─ b", "│  │  └─ d", "│  └─ c", "└─ e"});
  CHECK(drawn({}).empty());
}

TEST_CASE("tree: nobody is lost to a parent that is gone, to itself or to a circle") {
  floor_snapshot floor;
  add(floor, "orphan", "gone");
  add(floor, "own", "own");
  add(floor, "x", "z");
  add(floor, "y", "x");
  add(floor, "z", "y");
  const auto all = drawn(floor);
  CHECK(all == list{"├─ orphan", "└─ own", "├─ x", "│  └─ y", "│     └─ z"});
}

TEST_CASE("tree: ten thousand of one family, and a chain of ten thousand") {
  floor_snapshot wide;
  for (int i = 0; i < 10'000; ++i) add(wide, "bot:" + std::to_string(i), "bots");
  add(wide, "bots");
  CHECK(tree_lines(wide).size() == 10'001);
  floor_snapshot deep;
  for (int i = 0; i < 1000; ++i) add(deep, std::to_string(i), i > 0 ? std::to_string(i - 1) : "");
  CHECK(tree_lines(deep).size() == 1000);
}

TEST_CASE("tree: Graphviz gets every name quoted") {
  floor_snapshot floor;
  floor.floor.name = "my \"home\"";
  add(floor, "bot:A\"];x\\");
  add(floor, "bot:\nB", "bot:A\"];x\\");
  floor.actors["bot:\nB"].restarts = 3;
  floor.graves.push_back({"bot:C", "bot", "threw \"it\"", 1, 1});
  floor.graves.push_back({"bot:\nB", "bot", "threw", 1, 1});
  const auto text = tree_dot(floor);
  INFO(text);
  auto has = [&](const std::string& part) { return text.find(part) != std::string::npos; };
  CHECK(has(R"("" [label="my \"home\"", fillcolor=white];)"));
  CHECK(has(R"("bot:A\"];x\\" [label="bot:A\"];x\\\nrunning", fillcolor=palegreen];)"));
  CHECK(has(R"(label="bot:?B\nrunning, 3 restarts")"));
  CHECK(has(R"("" -> "bot:A\"];x\\";)"));
  CHECK(has(R"("bot:A\"];x\\" -> "bot:?B";)"));
  CHECK(has(R"("bot:C" [label="bot:C\ndied: threw \"it\"")"));
  // Who was started again is no grave.
  CHECK_FALSE(has("bot:?B\\ndied"));
}
