#include "adapters/firebase/rules/regex.hpp"

#include <catch2/catch.hpp>

#include "adapters/firebase/rules/text.hpp"

using outcry::firebase::rules::regex;
using outcry::firebase::rules::regex_error;
using outcry::firebase::rules::to_utf16;

namespace {

bool matches(const std::string& pattern, const std::string& text, bool ignore_case = false) {
  return regex{pattern, ignore_case}.matches(to_utf16(text));
}

}  // namespace

TEST_CASE("regular expressions match as Google describes them") {
  struct example {
    const char* pattern;
    const char* text;
    bool wanted;
  };
  const example examples[] = {{"a", "ba", true},
                              {"^a", "ba", false},
                              {"a", "ab", true},
                              {"a$", "ab", false},
                              {"^a*$", "", true},
                              {"^a*$", "aaa", true},
                              {"^a*$", "b", false},
                              {"^a+$", "", false},
                              {"^a+$", "aaa", true},
                              {"^a?$", "aa", false},
                              {"^a?$", "", true},
                              {"........", "Firebase", true},
                              {"........", "Fire", false},
                              {"^(ab)*$", "abab", true},
                              {"^(ab)*$", "aba", false},
                              {"^(a|bc)$", "bc", true},
                              {"^(a|bc)$", "ac", false},
                              {"a|bc", "xbc", true},
                              {"^[akz]$", "k", true},
                              {"^[akz]$", "b", false},
                              {"^[a-z]+$", "qed", true},
                              {"^[a-z]+$", "qEd", false},
                              {"^[^0-9]$", "a", true},
                              {"^[^0-9]$", "5", false},
                              {"^\\d\\D$", "5x", true},
                              {"^\\w+$", "a_Z9", true},
                              {"^\\w+$", "a-b", false},
                              {"^\\s\\S$", " x", true},
                              {"^a{3}$", "aaa", true},
                              {"^a{3}$", "aa", false},
                              {"^a{2,}$", "aaaa", true},
                              {"^a{2,}$", "a", false},
                              {"^a{1,2}$", "aaa", false},
                              {"^a{0,2}$", "", true},
                              {"^a\\.b$", "a.b", true},
                              {"^a\\.b$", "axb", false},
                              {"a\\$", "a$", true},
                              {"a\\$", "a", false},
                              {"^\\/$", "/", true},
                              {"^[-a.$^]+$", "-.^$a", true},
                              {"^[a\\]]$", "]", true},
                              {"^[\\d_]+$", "1_2", true},
                              {"^[\\D]$", "a", true},
                              {"^[\\D]$", "1", false},
                              {"^[^\\W]$", "a", true},
                              {"^[^\\W]$", "-", false},
                              {"^(a|b|c)+$", "cab", true},
                              {"^é$", "é", true},
                              {"^..$", "😀", true},
                              {"^(a*)*$", "aaaa", true},
                              {"^(a|(bc)+){2}$", "bcbca", true},
                              {"^$", "", true},
                              {"^$", "a", false},
                              {"$", "a", true},
                              {"^x{0}$", "", true},
                              {"^[ -~]+$", "A b", true}};
  for (const auto& one : examples) {
    CAPTURE(one.pattern, one.text);
    CHECK(matches(one.pattern, one.text) == one.wanted);
  }
}

TEST_CASE("the flag i ignores the case of ASCII letters") {
  CHECK(matches("^BAR$", "bar", true));
  CHECK(matches("^[a-c]+$", "AbC", true));
  CHECK_FALSE(matches("^[^a]$", "A", true));
  CHECK_FALSE(matches("^BAR$", "bar"));
  CHECK(matches("^é$", "é"));
  CHECK_THROWS_AS(regex("é", true), regex_error);
}

TEST_CASE("what a regular expression cannot say here is refused") {
  for (const char* pattern : {"",
                              "a|",
                              "|a",
                              "()",
                              "(a",
                              "a)",
                              "[a",
                              "[]",
                              "[^]",
                              "a**",
                              "a+?",
                              "a*+",
                              "a{2}{3}",
                              "*a",
                              "+",
                              "?",
                              "{2}",
                              "a{",
                              "a{x}",
                              "a{2",
                              "a{3,2}",
                              "a{1001}",
                              "(?:a)",
                              "(?=a)",
                              "a^b",
                              "a$b",
                              "\\1",
                              "\\b",
                              "\\n",
                              "\\u0041",
                              "a\\",
                              "]",
                              "}",
                              "[z-a]",
                              "[\\d-z]",
                              "^a|b",
                              "a|b$",
                              "((((((((((((((((((((((a))))))))))))))))))))))",
                              "(a{1000}){1000}",
                              "((((a{0}){1000}){1000}){1000}){1000}"}) {
    CAPTURE(pattern);
    CHECK_THROWS_AS(regex(pattern, false), regex_error);
  }
}

TEST_CASE("a regular expression takes time in proportion to the text") {
  // These take others for ever.
  const std::string text(20'000, 'a');
  CHECK_FALSE(matches("^(a|a|aa)*b$", text));
  CHECK_FALSE(matches("^(a*)*b$", text));
  CHECK_FALSE(matches("(a+)+(a+)+(a+)+b", text));
}
