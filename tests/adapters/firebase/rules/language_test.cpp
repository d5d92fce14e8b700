#include <catch2/catch.hpp>

#include "tests/adapters/firebase/rules/json_view.hpp"

using outcry::firebase::rules::rule_error;
using outcry::firebase::rules::rule_set;
using outcry::test::asker;
using outcry::test::json;
using outcry::test::json_view;
using outcry::test::somebody;

namespace {

const json stored = json::parse(R"r({
  "text": "bar", "empty": "", "number": 4, "flag": true, "zero": 0,
  "some": {"a": 1, "b": {"c": "x"}}, "emoji": "a😀é", "last": {".value": "v", ".priority": 7},
  "named": {".priority": "p", "x": 1}})r");

outcry::firebase::auth::identity bob() {
  return somebody("bob", json::parse(R"r({"operator": true, "level": 3, "role": "editor",
    "gone": null, "length": 9, "org": {"tier": "gold"}, "list": ["a"]})r"));
}

/// Whether the place /here may be read by a rule that is all there is.
bool is_true(const std::string& rule, const outcry::firebase::auth::identity& who = bob()) {
  const json file = {{"rules", {{"here", {{"$key", {{".read", rule}}}}}}}};
  const asker asked{rule_set{file.dump()}, stored, who};
  return asked.reads("here/there");
}

/// True rules are true, false ones false, and their opposite is the opposite.
void check_truth(const std::string& rule, bool wanted) {
  CAPTURE(rule);
  CHECK(is_true(rule) == wanted);
  CHECK(is_true("!(" + rule + ")") == !wanted);
}

/// An error is false, whatever stands around it.
void check_error(const std::string& rule) {
  CAPTURE(rule);
  CHECK_FALSE(is_true(rule));
  CHECK_FALSE(is_true("!(" + rule + ")"));
  CHECK_FALSE(is_true("(" + rule + ") || true"));
  CHECK_FALSE(is_true("(" + rule + ") == false"));
  CHECK(is_true("true || (" + rule + ")"));
}

}  // namespace

TEST_CASE("rules compute as in JavaScript, with its precedence") {
  for (const char* rule : {"true",
                           "1 < 2",
                           "1 + 2 * 3 == 7",
                           "10 - 4 - 3 == 3",
                           "8 / 4 / 2 == 1",
                           "7 % 4 * 2 == 6",
                           "-1 + 2 == 1",
                           "- -1 == 1",
                           "1 < 2 == 2 < 3",
                           "true == 1 < 2",
                           "false && false || true",
                           "true || false && false",
                           "true && true && true",
                           "false || false || true",
                           "!false && true",
                           "true || false && false ? true : false",
                           "false ? false : true",
                           "-7 % 4 == -3",
                           "0.5 + 0.25 == 0.75",
                           "1e3 == 1000",
                           "2 >= 2",
                           "2 <= 2",
                           "'a' < 'b'",
                           "'B' < 'a'",
                           "'a' + 'b' == 'ab'",
                           "'a' + 1 == 'a1'",
                           "1 + 'a' == '1a'",
                           "'' + 0.1 == '0.1'",
                           "'' + 1e21 == '1e+21'",
                           "'' + 1e-7 == '1e-7'",
                           "-0.0 == 0",
                           "(1/0 + '') == 'NaN'",
                           "null == null",
                           "'\\'' == \"'\"",
                           "('a') == 'a'",
                           "1 != '1'"}) {
    check_truth(rule, true);
  }
  for (const char* rule :
       {"false", "false == 1 < 2", "!(true || false && false)", "true || false ? false : true",
        "true ? false : true ? true : true", "true ? false : true || true", "!false && false",
        "1 == '1'", "true == 1", "0 == false", "'' == false", "null == false", "(1/0) > 2",
        "(1/0) < 2", "1/0 == 1/0", "1 % 1 == 1", "'b' < 'B'"}) {
    check_truth(rule, false);
  }
}

TEST_CASE("equality tells types apart, with two signs as with three") {
  for (const char* sign : {"==", "==="}) {
    CHECK(is_true(std::string("root.child('number').val() ") + sign + " 4"));
    CHECK_FALSE(is_true(std::string("root.child('number').val() ") + sign + " '4'"));
    CHECK_FALSE(is_true(std::string("root.child('zero').val() ") + sign + " false"));
    CHECK_FALSE(is_true(std::string("root.child('empty').val() ") + sign + " null"));
  }
  for (const char* sign : {"!=", "!=="}) {
    CHECK(is_true(std::string("root.child('number').val() ") + sign + " '4'"));
    CHECK_FALSE(is_true(std::string("root.child('number').val() ") + sign + " 4"));
  }
}

TEST_CASE("snapshots tell what stands in the tree") {
  for (const char* rule : {"root.exists()",
                           "root.hasChildren()",
                           "root.child('text').val() == 'bar'",
                           "root.child('/some//b/c').val() == 'x'",
                           "root.hasChild('some/a')",
                           "root.child('some').hasChildren(['a', 'b'])",
                           "root.child('some').hasChildren(['b/c'])",
                           "root.child('some').hasChildren([])",
                           "root.child('text').hasChildren([])",
                           "root.child('some').val() != null",
                           "root.child('some').val() != 'x'",
                           "root.child('none').val() == null",
                           "root.child('text').isString()",
                           "root.child('number').isNumber()",
                           "root.child('flag').isBoolean()",
                           "root.child('some/b').parent().child('a').val() == 1",
                           "root.child('').exists()",
                           "root.child('last').val() == 'v'",
                           "root.child('last').getPriority() == 7",
                           "root.child('named').getPriority() == 'p'",
                           "root.child('text').getPriority() == null",
                           "root.child('none').parent().exists()",
                           "data.parent().parent().hasChild('text')",
                           "$key == 'there'",
                           "now == 1800000000000"}) {
    check_truth(rule, true);
  }
  for (const char* rule :
       {"root.child('none').exists()", "root.hasChild('some/z')", "data.exists()",
        "root.child('some').hasChildren(['a', 'z'])", "root.child('text').hasChildren()",
        "root.child('text').child('bar').exists()", "root.child('number').isString()",
        "root.child('some').isString()", "root.child('empty').isNumber()",
        "root.child('none').isBoolean()", "root.child('./text').exists()",
        "root.child('some/../text').exists()", "root.hasChild('last/.priority')",
        "root.hasChild('last/.value')", "root.child('a#b').exists()"}) {
    check_truth(rule, false);
  }
}

TEST_CASE("strings are UTF-16 and replace replaces all") {
  for (const char* rule :
       {"'foo'.contains('o')", "'foo'.contains('')", "'foo'.beginsWith('fo')",
        "'foo'.endsWith('oo')", "'aoo'.endsWith('o')", "'a_b_c'.replace('_', '-') == 'a-b-c'",
        "'aaa'.replace('aa', 'b') == 'ba'", "'a/b'.replace('/b/g', 'z') == 'a/b'",
        "'Ab1'.toLowerCase() == 'ab1'", "'Ab1'.toUpperCase() == 'AB1'", "'abc'.length == 3",
        "root.child('emoji').val().length == 4", "root.child('empty').val().length == 0",
        "root.child('emoji').val().contains('😀')", "root.child('text').val().contains('ar')",
        // By code units the second half of a pair comes before U+FFFD.
        "'😀' < '�'"}) {
    check_truth(rule, true);
  }
  check_truth("'Abc'.contains('abc')", false);
  check_truth("'foo'.beginsWith('o')", false);
  check_truth("'foo'.endsWith('f')", false);
}

TEST_CASE("auth tells who asks") {
  const outcry::firebase::auth::identity nobody;
  for (const char* rule :
       {"auth != null", "auth.uid == 'bob'", "auth.provider == 'home'",
        "auth.token.operator === true", "auth.token.level >= 3", "auth.token.role == 'editor'",
        "auth.token.org.tier == 'gold'", "auth.token['org']['tier'] == 'gold'",
        "auth.token.absent == null", "auth.token.gone == null", "auth.token.absent.deeper == null",
        "auth.else == null", "auth.token.length == 9", "auth.uid.length == 3",
        "auth.token.org != null", "auth.token.role.contains('edit')", "auth.token[$key] == null"}) {
    check_truth(rule, true);
  }
  CHECK(is_true("auth == null", nobody));
  CHECK(is_true("auth.uid == null", nobody));
  CHECK(is_true("auth.uid != 'evil'", nobody));
  CHECK(is_true("auth.token.operator == null", nobody));
  CHECK_FALSE(is_true("auth != null", nobody));
  CHECK_FALSE(is_true("auth.token.operator === true", nobody));
  CHECK_FALSE(is_true("auth.token.operator === true", somebody("eve", {{"operator", "true"}})));
  CHECK_FALSE(is_true("root.child(auth.uid).exists()", nobody));
  CHECK_FALSE(is_true("auth.token.length > 0", nobody));
}

TEST_CASE("an error makes the whole rule false") {
  for (const char* rule : {"auth.contains('a')",
                           "auth.absent.contains('a')",
                           "auth.token.absent.length > 0",
                           "root.child('number').val().length > 0",
                           "root.child('none').val().length > 0",
                           "root.child('some').val().length > 0",
                           "root.child('number').val().toUpperCase() == 'A'",
                           "root.child(auth.absent).exists()",
                           "root.child(auth.token.level).exists()",
                           "root.hasChild(auth.absent)",
                           "root.hasChildren([auth.absent])",
                           "'a'.contains(auth.absent)",
                           "'a'.contains(auth.token.level)",
                           "'a'.beginsWith(auth.absent)",
                           "'a'.endsWith(auth.absent)",
                           "'a'.replace(auth.absent, 'b') == 'a'",
                           "'a'.replace('a', auth.token.level) == 'b'",
                           "-auth.absent == -1",
                           "-auth.uid == -1",
                           "(1 + auth.absent) == 2",
                           "(1 + auth.token.operator) == 2",
                           "(auth.uid - 1) == 0",
                           "(auth.absent * 1) == 0",
                           "(auth.absent / 2) == 0",
                           "(auth.absent % 2) == 0",
                           "(1 / auth.uid) == 1",
                           "auth.absent > 'a'",
                           "'a' >= auth.absent",
                           "auth.token.level < 'a'",
                           "1 < auth.uid",
                           "root.child('none').val() <= 1",
                           "1 > root.child('none').val()",
                           "root.parent().exists()",
                           "root.child('some').val() == root.child('some').val()",
                           "auth == auth.token",
                           "auth.uid.name == null",
                           "auth.token.list.first == null",
                           "'é'.toUpperCase() == 'É'",
                           "root.child('emoji').val().toLowerCase() == ''"}) {
    check_error(rule);
  }
}

TEST_CASE("newData is for writes only, and there it stands for what will be") {
  const asker asked{rule_set{R"r({"rules": {"a": {".write":
      "!data.exists() && newData.val() == 5 && newData.parent().child('a').val() == 5 &&
       !root.child('a').exists()"}}})r"}};
  CHECK(asked.writes("a", 5));
  CHECK_FALSE(asked.writes("a", 6));
  CHECK_THROWS_AS(rule_set{R"r({"rules": {".read": "newData.exists()"}})r"}, rule_error);
}

TEST_CASE("a rule that costs too much is false") {
  // Each of the 300 keys is looked for below each of 300 children.
  std::string all_keys;
  json children;
  for (int i = 0; i < 300; ++i) {
    all_keys += std::string(i == 0 ? "" : ",") + "'k" + std::to_string(i) + "'";
    children["k" + std::to_string(i)] = 1;
  }
  const auto rules = [&](const std::string& validate) {
    return rule_set{json{{"rules", {{".write", true}, {"$x", {{".validate", validate}}}}}}.dump()};
  };
  const auto costly = "newData.parent().hasChildren([" + all_keys + "])";
  CHECK(asker{rules(costly)}.writes("", json{{"k0", children}}) == false);
  CHECK(asker{rules("newData.parent().hasChildren(['k0'])")}.writes("", children));
  CHECK_FALSE(asker{rules(costly)}.writes("", children));
  // A place as deep as a client likes is no place.
  std::string deep = "x";
  for (int i = 0; i < 1'000'000; ++i) deep += "/x";
  const asker looks{rules("newData.parent().child(newData.val()).exists()")};
  CHECK(looks.writes("x", "x"));
  CHECK_FALSE(looks.writes("x", deep));
  // This would be more than any memory holds.
  std::string doubled = "newData.val()";
  for (int i = 0; i < 20; ++i) doubled = "(" + doubled + ").replace('a', 'aaaaaaaa')";
  CHECK_FALSE(asker{rules(doubled + " != ''")}.writes("x", std::string(1000, 'a')));
}
