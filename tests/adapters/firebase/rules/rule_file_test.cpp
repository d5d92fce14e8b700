#include <fstream>

#include <catch2/catch.hpp>

#include "tests/adapters/firebase/rules/json_view.hpp"
#include "tests/support/temp_dir.hpp"

using Catch::Matchers::Contains;
using outcry::firebase::rules::load_rules;
using outcry::firebase::rules::rule_error;
using outcry::firebase::rules::rule_set;
using outcry::test::json;

namespace {

/// A file whose only rule is `rule`, which begins at line 2, column 14.
std::string file_with(const std::string& rule) {
  return "{\"rules\": {\"$id\": {\n  \".write\": " + json(rule).dump() + "}}}";
}

}  // namespace

TEST_CASE("rules files may hold comments and line breaks within rules") {
  CHECK_NOTHROW(rule_set{R"r({"rules": {}})r"});
  CHECK_NOTHROW(rule_set{"// a\n{ /* b \n c */ \"rules\" // d\n: {\".read\": true} } // e"});
  CHECK_NOTHROW(rule_set{"{\"rules\": {\".read\": \"auth != null\n  && true\"}}"});
  CHECK_NOTHROW(rule_set{R"r({"rules": {".read": "auth.uid \u003d\u003d 'a\/b'"}})r"});
  CHECK_NOTHROW(rule_set{R"r({"rules": {".indexOn": [], "a": {".indexOn": "b/c"}}})r"});
}

TEST_CASE("a rule outside of the language is refused where it stands") {
  struct wrong {
    const char* rule;
    std::size_t column;  ///< within the rule, from 1
    const char* says;
  };
  const wrong examples[] = {
      {"7", 1, "must be a boolean, found a number"},
      {"'foo'", 1, "must be a boolean"},
      {"data.val()", 6, "compare it with true"},
      {"auth.token.admin", 12, "compare it with true"},
      {"auth.x == 'a' ? 7 : true", 6, "must be a boolean"},
      {"skies == 'blue'", 1, "unknown variable skies"},
      {"$color == 'red'", 1, "unknown variable $color"},
      {"query.limitToFirst == 1", 1, "queries are not supported"},
      {"root.child('foo') != null", 6, "found a place in the tree"},
      {"root.val() > true", 14, "must be a number or a string"},
      {"true < 1", 1, "must be a number or a string"},
      {"null < 1", 1, "must be a number or a string, found null"},
      {"data > 1", 1, "must be a number or a string"},
      {"1 < 'a'", 1, "no order"},
      {"'a' - 1 == 0", 1, "must be a number"},
      {"true + 1 == 2", 1, "must be a number or a string"},
      {"-'a' == 1", 2, "must be a number"},
      {"!'a'", 2, "must be a boolean"},
      {"!data.val()", 7, "compare it with true"},
      {"auth && true", 1, "must be a boolean"},
      {"true || 1", 9, "must be a boolean"},
      {"1 ? true : false", 1, "the condition before ?"},
      {"root.foo()", 6, "has no method foo"},
      {"root.foo == 1", 6, "has no property foo"},
      {"root.val().foo == 1", 12, "has no property foo"},
      {"root.val().foo() == 1", 12, "has no method foo"},
      {"root.val()['a'] == 1", 11, "parts of auth only"},
      {"root['exists']()", 15, "cannot be called"},
      {"auth[1] == 1", 6, "must be a string"},
      {"auth.exists()", 6, "has no method exists"},
      {"data.contains('a')", 6, "has no method contains"},
      {"$id.length() == 1", 5, "has no method length"},
      {"data.child()", 6, "takes 1 arguments, found 0"},
      {"data.child('a', 'b').exists()", 6, "takes 1 arguments, found 2"},
      {"data.child(5).exists()", 12, "must be a string"},
      {"data.hasChild(7)", 15, "must be a string"},
      {"data.hasChildren('a')", 18, "takes a list"},
      {"data.hasChildren(['a', 7])", 24, "must be a string"},
      {"data.hasChildren(['a'], ['b'])", 6, "found 2"},
      {"$id.matches('/a/')", 13, "takes a regular expression"},
      {"$id.matches(/a/g)", 16, "the flag i only"},
      {"$id.matches(/a/ig)", 17, "the flag i only"},
      {"$id.matches(/a(?:b)/)", 16, "(?...)"},
      {"$id.matches(/a", 13, "has no end"},
      {"/a/ == /a/", 1, "found a regular expression"},
      {"['a'] == ['a']", 1, "found a list"},
      {"root = 5", 6, "cannot assign"},
      {"var foo = 8", 5, "expected an operator"},
      {"true; true", 5, "expected an operator"},
      {"true true", 6, "expected an operator"},
      {"true &&", 8, "the rule ends"},
      {"(true", 6, "the rule ends"},
      {"", 1, "the rule ends"},
      {"data.", 6, "the rule ends"},
      {"true ? false", 13, "the rule ends"},
      {"true()", 5, "cannot be called"},
      {"data.val", 6, "has no property val"},
      {"2**2 == 4", 2, "expected an operator"},
      {"--1 == 1", 1, "expected a value"},
      {"1--1 == 2", 2, "expected an operator"},
      {"+1 == 1", 1, "two operands"},
      {"1 & 2 == 0", 3, "means nothing here"},
      {"0x10 == 16", 2, "does not belong to a number"},
      {"01 == 1", 1, "a leading zero"},
      {"1e999 == 1", 1, "cannot be represented"},
      {"1.2.3 == 1", 4, "does not belong to a number"},
      {"'a", 1, "has no end"},
      {"'\\x41' == 'A'", 3, "no such escape"},
      {"é == 1", 1, "means nothing here"},
      {"$id == 'é' && foo", 15, "unknown variable foo"},
  };
  for (const auto& one : examples) {
    CAPTURE(one.rule);
    try {
      rule_set{file_with(one.rule)};
      FAIL_CHECK("accepted");
    } catch (const rule_error& problem) {
      CHECK_THAT(problem.what(), Contains(one.says));
      CHECK(problem.place() == "/$id/.write");
      CHECK(problem.line() == 2);
      // A backslash stands there twice.
      const auto doubled = std::string(one.rule).find('\\') < one.column - 1 ? 1 : 0;
      CHECK(problem.column() == 13 + one.column + static_cast<std::size_t>(doubled));
    }
  }
}

TEST_CASE("a file that is no rules file is refused where it goes wrong") {
  struct wrong {
    const char* file;
    std::size_t line, column;
    const char* says;
  };
  const wrong examples[] = {
      {"", 1, 1, "expected '{'"},
      {"null", 1, 1, "expected '{'"},
      {"{}", 1, 2, "expected a string"},
      {"{\"rule\": {}}", 1, 2, "expected \"rules\""},
      {"{\"rules\": {}, \"more\": {}}", 1, 13, "expected '}'"},
      {"{\"rules\": {}} x", 1, 15, "behind the rules"},
      {"{\"rules\": null}", 1, 11, "are an object"},
      {"{\"rules\": {\n\"a\": \"true\"}}", 2, 6, "are an object"},
      {"{\"rules\": {\"a\": null}}", 1, 17, "are an object"},
      {"{\"rules\": {\".read\": 1}}", 1, 21, "true, false or a string"},
      {"{\"rules\": {\".read\": {}}}", 1, 21, "true, false or a string"},
      {"{\"rules\": {\".wut\": true}}", 1, 12, "unknown rule"},
      {"{\"rules\": {\".read\": true, \".read\": true}}", 1, 27, "twice"},
      {"{\"rules\": {\"a\": {}, \"a\": {}}}", 1, 21, "twice"},
      {"{\"rules\": {\"$a\": {}, \"$b\": {}}}", 1, 22, "$a here already"},
      {"{\"rules\": {\"$a\": {\"b\": {\"$a\": {}}}}}", 1, 25, "a key above"},
      {"{\"rules\": {\"$\": {}}}", 1, 12, "letters, digits"},
      {"{\"rules\": {\"a#b\": {}}}", 1, 12, "no key can be"},
      {"{\"rules\": {\"a/b\": {}}}", 1, 12, "no key can be"},
      {"{\"rules\": {\"\": {}}}", 1, 12, "no key can be"},
      {"{\"rules\": {\".indexOn\": true}}", 1, 24, "a string or a list"},
      {"{\"rules\": {\".indexOn\": [1]}}", 1, 25, "expected a string"},
      {"{\"rules\": {\".indexOn\": \"a.b\"}}", 1, 24, "no child can be"},
      {"{\"rules\": {\".indexOn\": [\"a\", \"\"]}}", 1, 30, "no child can be"},
      {"{\"rules\": {\".read\": true,}}", 1, 26, "expected a string"},
      {"{\"rules\": {\".read\": true", 1, 25, "expected '}'"},
      {"{\"rules\": {\".read\": \"true", 1, 21, "has no end"},
      {"{\"rules\": {/* \n", 1, 12, "has no end"},
      {"{\"rules\": {\".read\": \"\\q\"}}", 1, 22, "no such escape"},
      {"{\"rules\": {\".read\": \"\\ud800\"}}", 1, 22, "surrogate"},
      {"{\"rules\": {\"é\": {}, \"x\": 1}}", 1, 26, "are an object"},
  };
  for (const auto& one : examples) {
    CAPTURE(one.file);
    try {
      rule_set{one.file};
      FAIL_CHECK("accepted");
    } catch (const rule_error& problem) {
      CHECK_THAT(problem.what(), Contains(one.says));
      CHECK(problem.line() == one.line);
      CHECK(problem.column() == one.column);
    }
  }
}

TEST_CASE("hostile files end in an error, not in the stack") {
  const auto refused = [](const std::string& file) { CHECK_THROWS_AS(rule_set{file}, rule_error); };
  std::string nested = "{\"rules\": ";
  for (int i = 0; i < 100'000; ++i) nested += "{\"a\":";
  refused(nested);
  refused(file_with(std::string(100'000, '(')));
  refused(file_with(std::string(100'000, '!') + "true"));
  refused(file_with(std::string(100'000, '-') + "1 == 1"));
  std::string row = "1";
  for (int i = 0; i < 5000; ++i) row += "+1";
  refused(file_with(row + " == 1"));
  std::string steps = "data";
  for (int i = 0; i < 5000; ++i) steps += ".parent()";
  refused(file_with(steps + ".exists()"));
  std::string questions;
  for (int i = 0; i < 5000; ++i) questions += "true ? true : ";
  refused(file_with(questions + "true"));
  refused(file_with("$id.matches(/^((a{1000}){1000}){1000}$/)"));
  refused("{\"rules\": {}}" + std::string(1 << 20, ' '));
  // A long row of these is no deep one.
  std::string both = "true";
  for (int i = 0; i < 2000; ++i) both += " && true";
  CHECK_NOTHROW(rule_set{file_with(both)});
}

TEST_CASE("a file's errors name it") {
  const outcry::test::temp_dir dir;
  const auto file = dir.path() / "database.rules.json";
  CHECK_THROWS_WITH(load_rules(file), Contains("database.rules.json: cannot be read"));
  std::ofstream{file} << "{\"rules\":\n {\".read\": \"1\"}}";
  CHECK_THROWS_WITH(load_rules(file),
                    Contains("database.rules.json, line 2, column 13 (/.read): ") &&
                        Contains("must be a boolean"));
  std::ofstream{file} << "{\"rules\":\n {\".read\": true}}";
  CHECK_NOTHROW(load_rules(file));
}
