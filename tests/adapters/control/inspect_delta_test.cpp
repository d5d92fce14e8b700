#include "adapters/control/inspect_delta.hpp"

#include <memory>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace outcry;
using control::delta_writer;
using nlohmann::json;

namespace {

actor_row row(const std::string& name, std::uint64_t handled = 0) {
  actor_row x;
  x.status.name = name;
  x.status.kind = "pit";
  x.status.handled = handled;
  return x;
}

std::shared_ptr<floor_snapshot> snapshot(std::vector<actor_row> actors) {
  auto x = std::make_shared<floor_snapshot>();
  x->at_ms = 5;
  x->actors = std::move(actors);
  return x;
}

std::string names(const json& rows) {
  std::string result;
  for (const auto& x : rows)
    result += (result.empty() ? "" : " ") + (x.is_string() ? x : x["name"]).get<std::string>();
  return result;
}

}  // namespace

TEST_CASE("the first item is whole, the next ones hold what has changed") {
  delta_writer writer{part::all};
  auto first = json::parse(writer.write(snapshot({row("a"), row("b"), row("d")})));
  REQUIRE(first.contains("snapshot"));
  CHECK(first["snapshot"]["seq"] == 1);
  CHECK(first["snapshot"]["at_ms"] == 5);
  CHECK(names(first["snapshot"]["actors"]) == "a b d");
  auto second = json::parse(writer.write(snapshot({row("a"), row("c"), row("d", 7)})));
  REQUIRE(second.contains("delta"));
  CHECK(second["delta"]["seq"] == 2);
  CHECK(names(second["delta"]["actors"]) == "c d");
  CHECK(names(second["delta"]["gone"]) == "b");
  CHECK(second["delta"]["actors"][1]["handled"] == 7);
  auto third = json::parse(writer.write(snapshot({row("a"), row("c"), row("d", 7)})));
  CHECK(third["delta"]["actors"].empty());
  CHECK(third["delta"]["gone"].empty());
  auto fourth = json::parse(writer.write(snapshot({})));
  CHECK(names(fourth["delta"]["gone"]) == "a c d");
}

TEST_CASE("who missed something starts over with a whole snapshot, the numbers go on") {
  delta_writer writer{part::actors};
  writer.write(snapshot({row("a")}));
  writer.start_over();
  auto next = json::parse(writer.write(snapshot({row("a")})));
  REQUIRE(next.contains("snapshot"));
  CHECK(next["snapshot"]["seq"] == 2);
  CHECK(names(next["snapshot"]["actors"]) == "a");
}

TEST_CASE("only the parts that were asked for are written") {
  delta_writer writer{part::floor | part::graves};
  auto first = json::parse(writer.write(snapshot({row("a")})))["snapshot"];
  CHECK(first.contains("floor"));
  CHECK(first.contains("graves"));
  CHECK_FALSE(first.contains("actors"));
  CHECK_FALSE(first.contains("pits"));
  auto second = json::parse(writer.write(snapshot({row("a")})))["delta"];
  CHECK(second.contains("floor"));
  CHECK_FALSE(second.contains("gone"));
}

TEST_CASE("of the graves only the new ones are told again") {
  delta_writer writer{part::graves};
  auto first = snapshot({});
  first->graves = {{"a", "pit", 1, "x", 2}};
  first->buried = 41;
  writer.write(first);
  auto second = snapshot({});
  second->graves = {{"a", "pit", 1, "x", 2}, {"b", "pit", 3, "y", 4}, {"c", "pit", 5, "z", 6}};
  second->buried = 43;
  auto told = json::parse(writer.write(second))["delta"]["graves"];
  CHECK(names(told) == "b c");
  CHECK(told[1] ==
        json{{"name", "c"}, {"kind", "pit"}, {"died_ms", 5}, {"reason", "z"}, {"lived_ms", 6}});
  // More have died than are remembered.
  auto third = snapshot({});
  third->graves = {{"y", "pit", 7, "", 0}, {"z", "pit", 8, "", 0}};
  third->buried = 1000;
  CHECK(names(json::parse(writer.write(third))["delta"]["graves"]) == "y z");
}

TEST_CASE("a row has every member of the protocol") {
  auto x = row("pit:AAPL", 9);
  x.serving = {"price_batch", 77};
  auto told = json::parse(to_json(x));
  for (const char* member :
       {"name",    "kind",           "state",   "since_ms", "mailbox",    "mailbox_bound",
        "handled", "errors",         "refused", "restarts", "last_exit",  "enqueued",
        "sent",    "lost",           "parent",  "hidden",   "started_ms", "backoff_left_ms",
        "serving", "oldest_wait_ms", "handler"})
    CHECK(told.contains(member));
  CHECK(told["serving"] == json{{"message", "price_batch"}, {"since_ms", 77}});
  CHECK(json::parse(to_json(row("x")))["serving"].is_null());
  CHECK(told["handler"] == json{{"sampled", 0}, {"busy_ns", 0}, {"max_ns", 0}});
  CHECK(json::parse(to_json(pit_row{}))["age_ms"].is_null());
  CHECK(json::parse(to_json(link_row{}))["backlog"].is_null());
}
