#include <catch2/catch.hpp>

#include "tests/adapters/firebase/rules/json_view.hpp"

using outcry::firebase::rules::changed_tree;
using outcry::firebase::rules::rule_set;
using outcry::test::asker;
using outcry::test::json;
using outcry::test::somebody;

namespace {

asker with(const std::string& rules, const std::string& tree = "null") {
  return {rule_set{"{\"rules\": " + rules + "}"}, json::parse(tree), somebody("bob")};
}

}  // namespace

TEST_CASE("what no rule grants is closed") {
  const auto asked = with(R"r({"a": {".validate": true}})r", R"r({"a": 1, "b": 2})r");
  for (const char* at : {"", "a", "b", "b/c"}) {
    CHECK_FALSE(asked.reads(at));
    CHECK_FALSE(asked.writes(at, 1));
    CHECK_FALSE(asked.writes(at, nullptr));
  }
  auto admin = with("{}");
  admin.who = {};
  admin.who.admin = true;
  CHECK(admin.reads(""));
  CHECK(admin.writes("a/b", json{{"c", 1}}));
}

TEST_CASE("what is granted is granted for all below, and for nothing above or beside") {
  const auto asked = with(R"r({"a": {".read": true, ".write": true,
                                    "b": {".read": false, ".write": false}}})r",
                          R"r({"a": {"b": {"c": 1}}, "x": 1})r");
  for (const char* at : {"a", "a/b", "a/b/c", "a/none/of/it"}) {
    CHECK(asked.reads(at));
    CHECK(asked.writes(at, 1));
    CHECK(asked.writes(at, nullptr));
  }
  for (const char* at : {"", "x", "ab"}) {
    CHECK_FALSE(asked.reads(at));
    CHECK_FALSE(asked.writes(at, 1));
  }
  // A grant below is none for the whole.
  CHECK_FALSE(asked.writes("", json{{"a", 1}}));
  CHECK_FALSE(asked.updates("", json{{"a", 1}, {"x", 2}}));
  CHECK(asked.updates("", json{{"a/b", 1}, {"a/c", 2}}));
}

TEST_CASE("a rule that fails above does not stop one that grants below") {
  const auto asked = with(
      R"r({"a": {".read": "data.val().length > 0", ".write": "newData.val().length > 0",
                "open": {".read": true, ".write": true}}})r",
      R"r({"a": {"open": 5}})r");
  CHECK_FALSE(asked.reads("a"));
  CHECK(asked.reads("a/open"));
  CHECK_FALSE(asked.writes("a", json{{"open", 1}}));
  CHECK(asked.writes("a/open", 1));
}

TEST_CASE("data and newData stand where the rule stands") {
  const auto asked = with(
      R"r({"rooms": {"$room": {".write": "data.child('owner').val() == auth.uid || !data.exists()",
                               ".validate": "newData.child('owner').val() == auth.uid"}}})r",
      R"r({"rooms": {"r1": {"owner": "eve", "title": "old"}, "r2": {"owner": "bob"}}})r");
  CHECK_FALSE(asked.writes("rooms/r1/title", "mine"));
  CHECK(asked.writes("rooms/r2/title", "mine"));
  CHECK(asked.writes("rooms/r3", json{{"owner", "bob"}}));
  CHECK_FALSE(asked.writes("rooms/r3/title", "nobody's"));
}

TEST_CASE("a name of its own comes before a wildcard, which holds the key") {
  const auto asked = with(R"r({"$first": {"self": {".read": "$first == auth.uid"},
    "$second": {".read": "$first == 'x' && $second == 'y'"}, "lit": {".write": true}}})r");
  CHECK(asked.reads("bob/self"));
  CHECK_FALSE(asked.reads("eve/self"));
  CHECK(asked.reads("x/y"));
  CHECK_FALSE(asked.reads("x/z"));
  CHECK_FALSE(asked.reads("x/self"));
  CHECK(asked.writes("any/lit", 1));
}

TEST_CASE("what is written must be valid, and so must what stands above it") {
  const auto asked = with(R"r({".write": true, "w": {".validate":
      "newData.hasChildren(['color', 'size'])",
      "size": {".validate": "newData.isNumber() && newData.val() >= 0 && newData.val() <= 99"},
      "color": {".validate": "root.child('colors/' + newData.val()).exists()"},
      "$other": {".validate": false}}})r",
                          R"r({"colors": {"blue": true}})r");
  CHECK_FALSE(asked.writes("w", "foo"));
  CHECK_FALSE(asked.writes("w", json{{"size", 22}}));
  CHECK_FALSE(asked.writes("w", json{{"size", "foo"}, {"color", "blue"}}));
  CHECK_FALSE(asked.writes("w", json{{"size", 21}, {"color", "red"}}));
  CHECK_FALSE(asked.writes("w", json{{"size", 21}, {"color", "blue"}, {"more", 1}}));
  CHECK(asked.writes("w", json{{"size", 21}, {"color", "blue"}}));
  // root is what was there before, although this write deletes the colours.
  CHECK(asked.writes("", json{{"w", {{"size", 21}, {"color", "blue"}}}}));
  CHECK_FALSE(asked.writes("w/size", 99));
  auto full = with(R"r({".write": true, "w": {".validate": "newData.hasChildren(['a', 'b'])"}})r",
                   R"r({"w": {"a": 1, "b": 2}})r");
  CHECK(full.writes("w/a", 99));
  CHECK(full.writes("w/c/d", 99));
  // It stands, but not without one of the two.
  CHECK_FALSE(full.writes("w/b", nullptr));
  CHECK_FALSE(full.updates("w", json{{"b", nullptr}, {"c", 1}}));
  CHECK(full.updates("", json{{"w/a", 3}, {"w/b", 4}}));
}

TEST_CASE("nothing need be valid of what is deleted") {
  const auto asked = with(R"r({".write": true, "w": {".validate": "newData.isNumber()",
      "c": {".validate": false}}, "p": {".validate": "newData.hasChildren()"}})r",
                          R"r({"w": {"c": 1}, "p": {"only": {"x": 1}}})r");
  CHECK(asked.writes("w", nullptr));
  CHECK(asked.writes("w", json::object()));
  CHECK(asked.writes("w", json{{"c", nullptr}}));
  CHECK(asked.writes("w", json{{"c", json::array()}, {"d", {{"e", nullptr}}}}));
  CHECK(asked.writes("w/c", nullptr));
  CHECK(asked.writes("p/only", nullptr));
  CHECK(asked.writes("p/only/x", nullptr));
  CHECK_FALSE(asked.writes("w", json{{"c", 1}}));
}

TEST_CASE("only what a write carries is looked at, but that even if it is the same") {
  const auto asked = with(R"r({"$room": {".write": true, "title": {".validate":
      "newData.isString()"}, "count": {".validate": "newData.val() == data.val() + 1"}}})r",
                          R"r({"r": {"title": 5, "count": 1}})r");
  CHECK(asked.writes("r/count", 2));
  CHECK_FALSE(asked.writes("r/count", 3));
  CHECK(asked.writes("r/title", "x"));
  CHECK(asked.updates("r", json{{"title", "x"}}));
  CHECK(asked.updates("", json{{"r/title", "x"}, {"s/title", "y"}}));
  CHECK_FALSE(asked.writes("r", json{{"title", "x"}, {"count", 1}}));
  CHECK_FALSE(asked.updates("r", json{{"count", 1}}));
  CHECK_FALSE(asked.updates("r", json{{"title", "x"}, {"count", 9}}));
}

TEST_CASE("every rule sees all of a write of several places") {
  const auto asked = with(R"r({"a": {".write": "newData.parent().child('b').val() == 'new'"},
      "b": {".write": "root.child('b').val() == 'old' && newData.exists()"},
      "c": {".write": "!newData.parent().child('b').exists()"}})r",
                          R"r({"b": "old", "c": {"x": 1}})r");
  CHECK_FALSE(asked.writes("a", 1));
  CHECK(asked.updates("", json{{"a", 1}, {"b", "new"}}));
  CHECK_FALSE(asked.updates("", json{{"a", 1}, {"b", "other"}}));
  // All or nothing.
  CHECK_FALSE(asked.updates("", json{{"a", 1}, {"b", nullptr}}));
  CHECK_FALSE(asked.updates("", json{{"b", "new"}, {"c/x", 2}}));
}

TEST_CASE("what is left after deletions is known") {
  const auto asked = with(R"r({"d": {".write": true, ".validate": true},
      "t": {".write": "!newData.parent().child('d').exists()"},
      "u": {".write": "newData.parent().child('d/a').exists()"}})r",
                          R"r({"d": {"a": {"x": 1, "y": 2}, "b": 3}})r");
  CHECK_FALSE(asked.updates("", json{{"d/a", nullptr}, {"t", 1}}));
  CHECK(asked.updates("", json{{"d/a", nullptr}, {"d/b", nullptr}, {"t", 1}}));
  CHECK(asked.updates("", json{{"d", nullptr}, {"t", 1}}));
  CHECK(
      asked.updates("", json{{"d/a/x", nullptr}, {"d/a/y", nullptr}, {"d/b", nullptr}, {"t", 1}}));
  CHECK_FALSE(asked.updates("", json{{"d/a/x", nullptr}, {"d/a/y", nullptr}, {"u", 1}}));
  CHECK(asked.updates("", json{{"d/a/x", nullptr}, {"u", 1}}));
  CHECK(asked.updates("", json{{"d/a/x", nullptr}, {"d/a/z", 1}, {"d/a/y", nullptr}, {"u", 1}}));
  // Below a leaf there is nothing to delete.
  CHECK_FALSE(asked.updates("", json{{"d/a", nullptr}, {"d/b/c", nullptr}, {"t", 1}}));
}

TEST_CASE("server values and priorities are seen as they will be stored") {
  const auto asked = with(R"r({"now": {".write": "newData.val() === now"},
      "more": {".write": "newData.val() === data.val() + 2"},
      "none": {".write": "newData.val() === 2"},
      "first": {".write": "newData.getPriority() === 5 && newData.val() === 'v'"},
      "set": {".write": "newData.getPriority() === 'p' && newData.val() === 1"},
      "gone": {".write": "newData.getPriority() === null && data.getPriority() === 3"},
      "list": {".write": "newData.hasChildren(['0', '2']) && !newData.hasChild('1')"}})r",
                          R"r({"more": 40, "none": "x", "set": 1,
                              "gone": {".value": 1, ".priority": 3}})r");
  CHECK(asked.writes("now", json{{".sv", "timestamp"}}));
  CHECK_FALSE(asked.writes("now", outcry::test::test_now_ms - 1));
  const json two = {{".sv", {{"increment", 2}}}};
  CHECK(asked.writes("more", two));
  CHECK(asked.writes("none", two));
  CHECK(asked.writes("first", json{{".value", "v"}, {".priority", 5}}));
  CHECK_FALSE(asked.writes("first", "v"));
  CHECK(asked.writes("set/.priority", "p"));
  CHECK_FALSE(asked.writes("set/.priority", "q"));
  CHECK(asked.writes("gone", 1));
  CHECK(asked.writes("gone/.priority", nullptr));
  CHECK(asked.writes("list", json::array({1, nullptr, 3})));
}

TEST_CASE("a write that makes no sense is refused") {
  const auto asked = with(R"r({".write": true})r", R"r({"a": 1})r");
  CHECK(asked.writes("a", 1));
  for (const char* value :
       {R"r({".sv":"what"})r", R"r({".sv":"timestamp","a":1})r", R"r({".sv":{"increment":"1"}})r",
        R"r({".value":{"a":1}})r", R"r({".value":1,"a":1})r", R"r({".value":[1]})r",
        R"r({"a.b":1})r", R"r({"":1})r", R"r({"a/b":1})r", R"r({".priority":true,"a":1})r",
        R"r({".other":1})r", R"r({"a":{".priority":{"b":1},"c":1}})r"}) {
    CAPTURE(value);
    CHECK_FALSE(asked.writes("a", json::parse(value)));
  }
  CHECK_FALSE(asked.updates("", json{{"a", 1}, {"a/b", 1}}));
  CHECK_FALSE(asked.updates("", json{{"a", 1}, {"a/.priority", 1}}));
  CHECK_FALSE(asked.updates("", json{{"a/", 1}, {"a", 1}}));
  CHECK_FALSE(asked.writes("a/.priority", true));
  CHECK_FALSE(asked.writes("a/b#", 1));
  json deep = 1;
  for (int i = 0; i < 40; ++i) deep = json{{"k", deep}};
  CHECK_FALSE(asked.writes("", deep));
  json many;
  for (std::size_t i = 0; i <= changed_tree::most_places; ++i) many["k" + std::to_string(i)] = 1;
  CHECK_FALSE(asked.updates("", many));
}

TEST_CASE("indexes are known by place") {
  const auto asked = with(R"r({"a": {".indexOn": "x", "$t": {".indexOn": [".value", "y/z"]}}})r");
  using strings = std::vector<std::string>;
  const auto on = [&](const char* at) {
    return asked.rules.index_on(outcry::firebase::rules::path_of(at));
  };
  CHECK(on("a") == strings{"x"});
  CHECK(on("a/any") == strings{".value", "y/z"});
  CHECK(on("") == strings{});
  CHECK(on("a/any/deeper") == strings{});
}
