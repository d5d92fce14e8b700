// The rules of our own database, which are deployed to Google as they are.

#include <catch2/catch.hpp>

#include "tests/adapters/firebase/rules/json_view.hpp"

using outcry::firebase::rules::load_rules;
using outcry::test::asker;
using outcry::test::json;
using outcry::test::somebody;
using outcry::test::test_now_ms;

namespace {

const json stored_floor = json::parse(R"r({
  "operators": {"listed": true, "unlisted": false},
  "floor": {"heartbeat": 1}, "bots": {"aapl": {"state": "running"}},
  "tickers": {"AAPL": {"price": {"price": "1"}}},
  "message-summaries": {"old": {"state": "done"}},
  "pubsub-messages": {"old": {"type": "stop", "target": {"type": "ALL"}, "state": "working",
    "pressedAt": 5, "createdAt": 5, "createdBy": "op",
    "acknowledgement": {"aapl": {"status": "done"}}}}})r");

asker ask_as(const outcry::firebase::auth::identity& who) {
  return {load_rules(OUTCRY_DATABASE_RULES), stored_floor, who};
}

asker ask() {
  return ask_as(somebody("op", {{"operator", true}}));
}

json message(const std::string& type = "stop") {
  return {{"type", type},
          {"target", {{"type", "SELECTED"}, {"selected", {"AAPL", "BTC/USD", "scale-t:BRK.B"}}}},
          {"config", json::object()},
          {"description", "on the way"},
          {"state", "sent"},
          {"pressedAt", test_now_ms - 500},
          {"createdAt", {{".sv", "timestamp"}}},
          {"createdBy", "op"}};
}

/// Whether a message that differs in one field from a good one is taken.
bool takes(const std::string& field, const json& value, const std::string& type = "stop") {
  auto changed = message(type);
  changed[json::json_pointer(field)] = value;
  return ask().writes("pubsub-messages/new", changed);
}

const char* const verbs[] = {"stop", "start", "exit", "enter", "set", "status", "kill", "confirm"};

}  // namespace

TEST_CASE("only operators read, and not the list of operators") {
  const auto places = {
      "floor",           "bots",        "tickers/AAPL/price", "pubsub-messages/old",
      "pubsub-messages", "performance", "services/AAPL",      "message-summaries",
      "signals",         "operator"};
  const auto listed = somebody("listed");
  for (const char* at : places) {
    CAPTURE(at);
    CHECK(ask().reads(at));
    CHECK(ask_as(listed).reads(at));
    CHECK_FALSE(ask_as({}).reads(at));
    CHECK_FALSE(ask_as(somebody("stranger")).reads(at));
    CHECK_FALSE(ask_as(somebody("unlisted")).reads(at));
    CHECK_FALSE(ask_as(somebody("stranger", {{"operator", "true"}})).reads(at));
    CHECK_FALSE(ask_as(somebody("stranger", {{"operator", 1}})).reads(at));
    CHECK_FALSE(ask_as(somebody("stranger", {{"operator", false}})).reads(at));
  }
  for (const char* at : {"", "operators", "operators/listed", "anything"})
    CHECK_FALSE(ask().reads(at));
}

TEST_CASE("an operator says something new") {
  for (const char* verb : verbs) {
    CAPTURE(verb);
    CHECK(ask().writes("pubsub-messages/-OaBc_12", message(verb)));
    CHECK(ask().updates("", json{{"pubsub-messages/new", message(verb)}}));
  }
  CHECK(ask().updates("pubsub-messages", json{{"a", message()}, {"b", message("kill")}}));
  auto least = message();
  least.erase("description");
  least.erase("config");
  CHECK(ask().writes("pubsub-messages/new", least));
  auto listed = message();
  listed["createdBy"] = "listed";
  CHECK(ask_as(somebody("listed")).writes("pubsub-messages/new", listed));
  CHECK(takes("/target", json{{"type", "ALL"}}));
  CHECK(takes("/target", json{{"type", "ALL"}, {"selected", json::array()}}));
  json thousand = json::array();
  for (int i = 0; i < 1000; ++i) thousand.push_back("T" + std::to_string(i));
  CHECK(takes("/target/selected", thousand));
  CHECK(takes("/config", json{{"qty", 2}, {"side", "buy"}, {"limit_price", "99.5"}}, "enter"));
  CHECK(takes("/config", json{{"limits", {{"max_position", "5"}}}, {"step", 5}}, "set"));
  CHECK(takes("/config/ladder", json::array({{{"buy", 1}, {"sell", 2}}}), "set"));
  CHECK(takes("/config/confirm", true, "start"));
}

TEST_CASE("nobody else says anything") {
  for (const auto& who : {outcry::firebase::auth::identity{}, somebody("stranger"),
                          somebody("unlisted"), somebody("op", {{"operator", "yes"}})}) {
    auto said = message();
    said["createdBy"] = who.uid;
    CHECK_FALSE(ask_as(who).writes("pubsub-messages/new", said));
    CHECK_FALSE(ask_as(who).writes("operator/heartbeat", json{{".sv", "timestamp"}}));
  }
}

TEST_CASE("what was said stays as it is") {
  const auto asked = ask();
  const std::string old = "pubsub-messages/old";
  CHECK_FALSE(asked.writes(old, message()));
  CHECK_FALSE(asked.writes(old, nullptr));
  for (const char* below :
       {"/state", "/type", "/target", "/target/selected/0", "/createdAt", "/createdBy", "/config/a",
        "/acknowledgement", "/acknowledgement/aapl", "/acknowledgement/aapl/status",
        "/acknowledgement/meta", "/acknowledgementCount", "/unmatched", "/code", "/.priority"}) {
    CAPTURE(below);
    CHECK_FALSE(asked.writes(old + below, "done"));
    CHECK_FALSE(asked.writes(old + below, nullptr));
  }
  CHECK_FALSE(asked.writes("pubsub-messages", json{{"new", message()}}));
  CHECK_FALSE(asked.writes("pubsub-messages", nullptr));
  CHECK_FALSE(asked.writes("pubsub-messages/none", nullptr));
  // One bad write spoils the good one beside it.
  CHECK_FALSE(asked.updates("pubsub-messages", json{{"new", message()}, {"old/state", "done"}}));
}

TEST_CASE("nobody answers for the floor") {
  for (const char* field : {"acknowledgement", "acknowledgementCount", "unmatched", "code",
                            "reason", "adoptedAt", "anything"}) {
    CAPTURE(field);
    CHECK_FALSE(takes(std::string("/") + field, 1));
    CHECK_FALSE(takes(std::string("/") + field, json{{"aapl", {{"status", "done"}}}}));
    CHECK_FALSE(ask().writes(std::string("pubsub-messages/new/") + field, 1));
  }
  for (const char* state : {"working", "done", "failed", "expired", "", "SENT"})
    CHECK_FALSE(takes("/state", state));
  for (const char* at : {"", "floor", "floor/halt", "bots/aapl/state", "tickers/AAPL/price/price",
                         "services/x", "message-summaries/old", "message-summaries/new/state",
                         "performance", "signals/x", "operators/op", "operators/stranger",
                         "operator", "operator/other", "operator/heartbeat/deeper", "anything"}) {
    CAPTURE(at);
    CHECK_FALSE(ask().writes(at, true));
    CHECK_FALSE(ask().writes(at, nullptr));
    CHECK_FALSE(ask().updates("", json{{at, 1}, {"pubsub-messages/new", message()}}));
  }
}

TEST_CASE("a message holds what the floor understands") {
  for (const char* field : {"type", "target", "state", "pressedAt", "createdAt", "createdBy"}) {
    CAPTURE(field);
    auto lacking = message();
    lacking.erase(field);
    CHECK_FALSE(ask().writes("pubsub-messages/new", lacking));
    CHECK_FALSE(takes(std::string("/") + field, json{{"deep", 1}}));
    CHECK_FALSE(takes(std::string("/") + field, true));
  }
  CHECK_FALSE(ask().writes("pubsub-messages/new", "stop"));
  CHECK_FALSE(ask().writes("pubsub-messages/new/type", "stop"));
  for (const char* type : {"", "sell", "Stop", "stop ", "stopp", "confirmed", "unknown", "nonstop",
                           "a\nstop", "exit stop"})
    CHECK_FALSE(takes("/type", type));
  for (const json& target :
       {json("ALL"), json{{"type", "NONE"}}, json{{"type", "SELECTED"}},
        json{{"type", "SELECTED"}, {"selected", "AAPL"}},
        json{{"type", "SELECTED"}, {"selected", {{"AAPL", true}}}},
        json{{"type", "SELECTED"}, {"selected", {{"1", "AAPL"}}}},
        json{{"type", "SELECTED"}, {"selected", {"AAPL", 5}}},
        json{{"type", "SELECTED"}, {"selected", {"AAPL", ""}}},
        json{{"type", "SELECTED"}, {"selected", {"AAPL", "A B"}}},
        json{{"type", "SELECTED"}, {"selected", {std::string(97, 'A')}}},
        json{{"type", "SELECTED"}, {"selected", {"AAPL"}}, {"more", 1}},
        json{{"type", "SELECTED"}, {"selected", {{"0", "AAPL"}, {"1000", "META"}}}},
        json{{"type", "SELECTED"}, {"selected", {{"0", "AAPL"}, {"x", "META"}}}},
        json{{"type", "ALL"}, {"selected", {"AAPL"}}}, json{{"selected", {"AAPL"}}}}) {
    CAPTURE(target.dump());
    CHECK_FALSE(takes("/target", target));
  }
  CHECK_FALSE(takes("/description", 5));
  CHECK(takes("/description", std::string(1000, 'x')));
  CHECK_FALSE(takes("/description", std::string(1001, 'x')));
  CHECK_FALSE(takes("/config", "x"));
  CHECK_FALSE(takes("/config", json::array({{{"a", {{"b", {{"c", 1}}}}}}})));
  CHECK_FALSE(takes("/config", json{{"a b", 1}}));
  CHECK_FALSE(takes("/config", json{{std::string(65, 'a'), 1}}));
  CHECK_FALSE(takes("/config", json{{"a", std::string(1001, 'x')}}));
  for (const char* at : {"/config/a", "/config/a/b"}) {
    CAPTURE(at);
    CHECK(takes(at, json{{"key", "x"}}));
    CHECK(takes(at, json{{std::string(64, 'a'), std::string(1000, 'x')}}));
    for (const auto& key : {std::string("a b"), std::string("-a"), std::string("a-"),
                            std::string("é"), std::string(65, 'a')})
      CHECK_FALSE(takes(at, json{{key, 1}}));
    CHECK_FALSE(takes(at, json{{"a", std::string(1001, 'x')}}));
  }
}

TEST_CASE("a message has an id the floor can keep") {
  const auto asked = ask();
  for (const std::string& id : {std::string("a"), std::string("-_09azAZ"), std::string(128, 'x')})
    CHECK(asked.writes("pubsub-messages/" + id, message()));
  for (const std::string& id : {std::string("a b"), std::string("é"), std::string("a%2Eb"),
                                std::string("a+b"), std::string(129, 'x')})
    CHECK_FALSE(asked.writes("pubsub-messages/" + id, message()));
}

TEST_CASE("a message is made now and by who is signed in") {
  for (const std::int64_t off : {-1, 1, -60'000, 60'000})
    CHECK_FALSE(takes("/createdAt", test_now_ms + off));
  CHECK(takes("/createdAt", test_now_ms));
  CHECK_FALSE(takes("/createdAt", std::to_string(test_now_ms)));
  for (const char* uid : {"other", "", "floor", "local:op"}) CHECK_FALSE(takes("/createdBy", uid));
}

TEST_CASE("a message lives as long as its verb may") {
  struct life {
    const char* verb;
    std::int64_t seconds;
  };
  for (const auto& [verb, seconds] : {life{"start", 600}, life{"exit", 600}, life{"confirm", 600},
                                      life{"enter", 60}, life{"status", 60}, life{"set", 86'400}}) {
    CAPTURE(verb);
    CHECK(takes("/config/expires_s", seconds, verb));
    CHECK_FALSE(takes("/config/expires_s", seconds + 1, verb));
    CHECK(takes("/pressedAt", test_now_ms - seconds * 1000, verb));
    CHECK_FALSE(takes("/pressedAt", test_now_ms - seconds * 1000 - 1, verb));
    CHECK(takes("/pressedAt", test_now_ms + 60'000, verb));
    CHECK_FALSE(takes("/pressedAt", test_now_ms + 60'001, verb));
    for (const json& wrong : {json(0), json(-5), json(1.5), json("30"), json(true), json{{"a", 1}}})
      CHECK_FALSE(takes("/config/expires_s", wrong, verb));
  }
  // The brake works whatever the sender's clock says, and when it was pressed long ago.
  for (const char* verb : {"stop", "kill"}) {
    CHECK(takes("/pressedAt", 1, verb));
    CHECK(takes("/pressedAt", test_now_ms * 2, verb));
    CHECK_FALSE(takes("/pressedAt", -1, verb));
    CHECK_FALSE(takes("/pressedAt", "now", verb));
    CHECK(takes("/config/expires_s", 31'536'000, verb));
    CHECK_FALSE(takes("/config/expires_s", 31'536'001, verb));
  }
}

TEST_CASE("an operator shows that it is there") {
  const auto asked = ask();
  CHECK(asked.writes("operator/heartbeat", json{{".sv", "timestamp"}}));
  CHECK_FALSE(asked.writes("operator/heartbeat", test_now_ms - 1));
  CHECK_FALSE(asked.writes("operator/heartbeat", nullptr));
  CHECK_FALSE(asked.writes("operator/heartbeat", "now"));
  CHECK_FALSE(asked.writes("operator", json{{"heartbeat", test_now_ms}}));
}

TEST_CASE("what is asked for in an order has an index") {
  using strings = std::vector<std::string>;
  const auto rules = load_rules(OUTCRY_DATABASE_RULES);
  CHECK(rules.index_on({"pubsub-messages"}) == strings{"state", "pressedAt", "createdAt"});
  CHECK(rules.index_on({"message-summaries"}) == strings{"pressedAt", "createdAt", "state"});
  CHECK(rules.index_on({"tickers", "AAPL", "orders"}) == strings{"timestamp", "order/status"});
}
