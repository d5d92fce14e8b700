#include "adapters/control/bridge.hpp"

#include <algorithm>
#include <filesystem>

#include <caf/scoped_actor.hpp>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include "adapters/control/client.hpp"
#include "messages/market_codec.hpp"
#include "tests/adapters/control/fake_floor.hpp"
#include "tests/adapters/control/raw_client.hpp"

using namespace outcry;
using namespace outcry::control;
using nlohmann::json;
using test::fake_floor;
using test::raw_client;

namespace {

struct answer {
  std::vector<json> items;
  json end;
};

answer ask(fake_floor& floor, const std::string& op, const json& arguments = json::object()) {
  client me{floor.socket()};
  answer result;
  client::listener on;
  on.item = [&](const json& x) { result.items.push_back(x); };
  result.end = me.call(op, arguments, on);
  return result;
}

std::string refusal(fake_floor& floor, const std::string& op, const json& arguments) {
  try {
    ask(floor, op, arguments);
  } catch (const request_refused& e) {
    return e.code() + ": " + e.what();
  }
  return "no refusal";
}

/// "counter-AAPL done, ..." in the order in which the lines came.
std::string lines_of(const answer& x) {
  std::string result;
  for (const auto& item : x.items)
    if (item.contains("line"))
      result += (result.empty() ? "" : ", ") + item["line"]["bot"].get<std::string>() + " " +
                item["line"]["acknowledgement"]["status"].get<std::string>();
  return result;
}

std::string state_of(const answer& x) {
  std::string result;
  for (const auto& item : x.items)
    if (item.contains("state")) result = item["state"]["state"].get<std::string>();
  return result;
}

json stop_for(const char* ticker) {
  return {{"type", "stop"}, {"to", {ticker}}};
}

}  // namespace

TEST_CASE("the floor introduces itself") {
  fake_floor floor;
  client me{floor.socket()};
  CHECK(me.greeting() == json{{"outcry", 1}, {"name", "test floor"}, {"version", "1.2.3"}});
}

TEST_CASE("a message is adopted, and every bot's line told once until it is final") {
  fake_floor floor;
  auto x = ask(floor, "send", stop_for("AAPL"));
  REQUIRE(x.items.size() >= 1);
  CHECK(x.items[0]["ledger"]["acknowledgement"].size() == 3);
  CHECK(x.items[0]["ledger"]["state"] == "working");
  CHECK(lines_of(x) == "counter-AAPL done, counter-GOOGL ignored, counter-META ignored");
  CHECK(state_of(x) == "done");
  CHECK(x.end["final"] == true);
  REQUIRE(floor.script().messages().size() == 1);
  auto sent = floor.script().messages()[0];
  CHECK(sent.created_by == "local:" + user_name(::geteuid()));
  CHECK(sent.pressed_at_ms == 1'700'000'000'000);
  CHECK(sent.id.size() == 20);
  CHECK(sent.selected == std::vector<std::string>{"AAPL"});
}

TEST_CASE("messages without an id get different ones, a given id is kept") {
  fake_floor floor;
  ask(floor, "send", stop_for("AAPL"));
  ask(floor, "send", stop_for("AAPL"));
  auto mine = stop_for("AAPL");
  mine["message"] = "mine";
  ask(floor, "send", mine);
  auto sent = floor.script().messages();
  REQUIRE(sent.size() == 3);
  CHECK(sent[0].id != sent[1].id);
  CHECK(sent[2].id == "mine");
}

TEST_CASE("a message known already answers its ledger at once") {
  fake_floor floor;
  auto mine = stop_for("AAPL");
  mine["message"] = "mine";
  ask(floor, "send", mine);
  auto again = ask(floor, "send", mine);
  REQUIRE(again.items.size() == 1);
  CHECK(again.items[0]["ledger"]["state"] == "done");
  CHECK(again.items[0]["ledger"]["acknowledgement"]["counter-AAPL"]["status"] == "done");
  CHECK(again.end["final"] == true);
}

TEST_CASE("errors of bots are told with code and reason") {
  fake_floor floor;
  auto x = ask(floor, "send", {{"type", "set"}, {"to", "ALL"}});
  CHECK(state_of(x) == "failed");
  for (const auto& item : x.items)
    if (item.contains("line")) CHECK(item["line"]["acknowledgement"]["code"] == "invalid_config");
}

TEST_CASE("patience ends without an answer: the end says that it is not final") {
  fake_floor floor;
  // One second is the shortest; the fake floor answers one bot of three and no more.
  auto x = ask(floor, "send", {{"type", "start"}, {"to", "ALL"}, {"wait_s", 1}});
  CHECK(lines_of(x) == "counter-AAPL done");
  CHECK(x.end["final"] == false);
  auto none = ask(floor, "send", {{"type", "start"}, {"to", "ALL"}, {"wait_s", 0}});
  CHECK(none.items.size() == 1);
  CHECK(none.end["final"] == false);
}

TEST_CASE("lines that come later are told as they come") {
  fake_floor floor;
  client me{floor.socket()};
  answer x;
  client::listener on;
  on.item = [&](const json& item) {
    x.items.push_back(item);
    if (item.contains("line") && item["line"]["bot"] == "counter-AAPL") floor.finish_start();
  };
  x.end = me.call("send", {{"type", "start"}, {"to", "ALL"}}, on);
  CHECK(lines_of(x) == "counter-AAPL done, counter-GOOGL done, counter-META done");
  CHECK(x.end["final"] == true);
}

TEST_CASE("lines that the watch has missed are read from the ledger at the end") {
  fake_floor floor;
  auto x = ask(floor, "send", {{"type", "status"}, {"to", "ALL"}});
  CHECK(lines_of(x) == "counter-AAPL done, counter-GOOGL done, counter-META done");
  CHECK(state_of(x) == "done");
}

TEST_CASE("a message that fails as a whole ends at once") {
  fake_floor floor;
  auto x = ask(floor, "send", {{"type", "enter"}, {"to", "ALL"}});
  REQUIRE(x.items.size() == 1);
  CHECK(x.items[0]["ledger"]["code"] == "halted");
  CHECK(x.end["final"] == true);
}

TEST_CASE("what an actor refuses, or never answers, is an error with its code") {
  fake_floor floor{
      [](bridge_options& x) { x.submit_limit = caf::duration{std::chrono::milliseconds(50)}; }};
  CHECK(refusal(floor, "send", {{"type", "exit"}, {"to", "ALL"}}) ==
        "journal_unavailable: the disk is full");
  CHECK_THAT(refusal(floor, "send", {{"type", "kill"}, {"to", "ALL"}, {"message", "m-7"}}),
             Catch::Contains("no_answer: ") && Catch::Contains("`outcry log m-7` tells"));
}

TEST_CASE("a floor half down says which half") {
  fake_floor floor{[](bridge_options& x) {
    caf::anon_send_exit(caf::actor_cast<caf::actor>(x.roster), caf::exit_reason::kill);
    x.relay = nullptr;
  }};
  CHECK(refusal(floor, "bots", json::object()) == "unavailable: roster is down");
  CHECK(refusal(floor, "links", json::object()) == "unsupported: no relay here");
  auto x = ask(floor, "status");
  REQUIRE(x.items.size() == 1);
  CHECK(x.items[0]["bots"].is_null());
  CHECK(x.items[0]["pits"] == 1);
  CHECK(x.items[0]["halt"]["kind"] == "stopped");
}

TEST_CASE("the status says where the dead-man's switch stands, if it is on") {
  {
    fake_floor off;
    CHECK_FALSE(ask(off, "status").items.at(0).contains("deadMan"));
  }
  auto standing = [](dead_man_actor::pointer) -> dead_man_actor::behavior_type {
    return {[](const get_dead_man&) { return dead_man_status{7'200'000, 1000, 7'201'000, 0}; }};
  };
  dead_man_actor who;
  fake_floor on{
      [&](control::bridge_options& x) { x.dead_man = who = x.desk.home_system().spawn(standing); }};
  auto x = ask(on, "status");
  REQUIRE(x.items.size() == 1);
  CHECK(x.items[0]["deadMan"] == json{{"hours", 2}, {"heardAt", 1000}, {"firesAt", 7'201'000}});
  caf::anon_send_exit(who, caf::exit_reason::kill);
  who = nullptr;
}

TEST_CASE("lists answer one item for each") {
  fake_floor floor;
  auto bots = ask(floor, "bots");
  REQUIRE(bots.items.size() == 1);
  CHECK(bots.items[0]["id"] == "counter-AAPL");
  CHECK(ask(floor, "actors").items.size() == 2);
  auto pits = ask(floor, "pits");
  REQUIRE(pits.items.size() == 1);
  CHECK(pits.items[0]["state"] == "live");
  auto links = ask(floor, "links");
  REQUIRE(links.items.size() == 1);
  CHECK(links.items[0]["outbox_backlog"] == 7);
  ask(floor, "send", stop_for("AAPL"));
  ask(floor, "send", stop_for("META"));
  CHECK(ask(floor, "log").items.size() == 2);
  CHECK(ask(floor, "log", {{"limit", 1}}).items.size() == 1);
  CHECK(ask(floor, "log", {{"ledger", "unknown"}}).items.empty());
}

TEST_CASE("garbage is refused line by line, and the connection goes on") {
  fake_floor floor;
  raw_client me{floor.socket()};
  me.line();
  me.send("garbage\n{\"id\":5,\"op\":\"fly\"}\n{\"id\":6,\"op\":\"pits\"}\n");
  auto first = json::parse(me.line().value());
  CHECK(first["error"]["code"] == "invalid_input");
  CHECK_FALSE(first.contains("id"));
  auto second = json::parse(me.line().value());
  CHECK(second["id"] == 5);
  CHECK(second["error"]["code"] == "unsupported");
  CHECK(json::parse(me.line().value())["item"]["ticker"] == "AAPL");
  CHECK(me.line().value() == R"({"id":6,"end":true})");
}

TEST_CASE("a tail hears prices, orders and feed states, and is no demand") {
  fake_floor floor;
  raw_client me{floor.socket()};
  me.line();
  me.send("{\"id\":7,\"op\":\"tail\",\"tickers\":[\"aapl\"]}\n");
  REQUIRE(floor.script().wait_for("subscribe"));
  auto events = floor.script().events();
  CHECK(std::count(events.begin(), events.end(), "demand") == 0);
  CHECK(std::count(events.begin(), events.end(), "find_pit AAPL") == 1);
  price_tick tick{*Price::parse("107.5"), *Quantity::parse("3"), 1, 2};
  floor.from_pit(price_batch{"AAPL", {tick, tick}, 4});
  floor.from_pit(feed_status{"AAPL", feed_state::stale, 5 * ns_per_ms, "mute"});
  auto first = json::parse(me.line().value());
  CHECK(first["id"] == 7);
  CHECK(first["item"]["data"].dump() == json::parse(to_json(price_update{"AAPL", tick})).dump());
  CHECK(json::parse(me.line().value()) == first);
  CHECK(json::parse(me.line().value())["item"]["conflated"] ==
        json{{"ticker", "AAPL"}, {"count", 4}});
  CHECK(json::parse(me.line().value())["item"]["feed"] ==
        json{{"ticker", "AAPL"}, {"state", "stale"}, {"since", 5}, {"reason", "mute"}});
  me.close();
  CHECK(floor.script().wait_for("subscriber gone"));
}

TEST_CASE("a tail of everything subscribes to every pit once") {
  fake_floor floor{[](bridge_options& x) { x.new_pit_poll = std::chrono::milliseconds(1); }};
  raw_client me{floor.socket()};
  me.line();
  me.send("{\"id\":7,\"op\":\"tail\"}\n");
  REQUIRE(floor.script().wait_for("subscribe"));
  // Another client's answer shows that some polls have passed.
  for (int i = 0; i < 20; ++i) ask(floor, "pits");
  auto events = floor.script().events();
  CHECK(std::count(events.begin(), events.end(), "subscribe") == 1);
}

TEST_CASE("a client that leaves in the middle of a send leaves the message to the floor") {
  fake_floor floor;
  {
    raw_client me{floor.socket()};
    me.line();
    me.send("{\"id\":1,\"op\":\"send\",\"type\":\"start\",\"to\":\"ALL\",\"message\":\"m\"}\n");
    REQUIRE(floor.script().wait_for("watch"));
  }
  floor.finish_start();
  auto log = ask(floor, "log", {{"ledger", "m"}});
  REQUIRE(log.items.size() == 1);
  CHECK(log.items[0]["state"] == "done");
}

TEST_CASE("the end of the bridge ends its sessions and takes the socket away") {
  fake_floor floor;
  raw_client me{floor.socket()};
  me.line();
  me.send("{\"id\":7,\"op\":\"tail\",\"tickers\":[\"AAPL\"]}\n");
  REQUIRE(floor.script().wait_for("subscribe"));
  floor.stop_bridge();
  CHECK(floor.script().wait_for("subscriber gone"));
  me.rest();
  CHECK_FALSE(std::filesystem::exists(floor.socket()));
}

TEST_CASE("a bridge that cannot open its socket quits with the reason") {
  fake_floor first;
  caf::scoped_actor self{first.system()};
  bridge_options options;
  options.socket = first.socket();
  auto second = first.system().spawn(bridge, options);
  self->monitor(second);
  self->receive([](const caf::down_msg& down) { CHECK(down.reason == ec::refused); });
}
