#include "adapters/firebase/local/key.hpp"

#include <algorithm>
#include <regex>

#include <catch2/catch.hpp>

#include "adapters/firebase/local/refusal.hpp"
#include "tests/adapters/firebase/local/tree_model.hpp"

namespace local = outcry::firebase::local;
using Catch::Matchers::Contains;

namespace {

/// The SDK's own rule, written down as it stands there.
int reference(const std::string& a, const std::string& b) {
  static const std::regex integer("-?(0*)\\d{1,10}");
  const auto value = [](const std::string& key, long long& number) {
    if (!std::regex_match(key, integer)) return false;
    number = std::stoll(key);
    return number >= -2147483648LL && number <= 2147483647LL;
  };
  long long x = 0;
  long long y = 0;
  const bool first = value(a, x);
  const bool second = value(b, y);
  if (first != second) return first ? -1 : 1;
  if (first) {
    if (x != y) return x < y ? -1 : 1;
    return a.size() == b.size() ? 0 : (a.size() < b.size() ? -1 : 1);
  }
  const int order = outcry::test::utf16(a).compare(outcry::test::utf16(b));
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

int sign(int n) {
  return n < 0 ? -1 : (n > 0 ? 1 : 0);
}

std::string random_key(outcry::test::tree_maker& random) {
  static const std::vector<std::string> pieces = {"0",
                                                  "1",
                                                  "9",
                                                  "-",
                                                  "00",
                                                  "2147483647",
                                                  "2147483648",
                                                  "a",
                                                  "Z",
                                                  "~",
                                                  "\xC3\xA9",
                                                  "\xED\x9F\xBF",
                                                  "\xEE\x80\x80",
                                                  "\xEF\xBF\xBD",
                                                  "\xF0\x9F\x98\x80",
                                                  "\xF4\x8F\xBF\xBF",
                                                  " ",
                                                  "!"};
  std::string key;
  for (std::size_t left = 1 + random.below(4); left > 0; --left) {
    key += pieces[random.below(pieces.size())];
  }
  return key;
}

}  // namespace

TEST_CASE("encoded keys sort as Firebase sorts keys, and read back") {
  outcry::test::tree_maker random(7);
  for (int i = 0; i < 50'000; ++i) {
    const std::string a = random_key(random);
    const std::string b = random_key(random);
    const std::string x = local::encode_key(a);
    const std::string y = local::encode_key(b);
    const int expected = reference(a, b);
    if (expected != outcry::test::compare_keys(a, b) && a != b)
      FAIL("the model: " << a << " " << b);
    if (expected != 0 && sign(x.compare(y)) != expected) FAIL(a << " against " << b);
    if ((a == b) != (x == y)) FAIL(a << " against " << b);
    if (local::first_key(x) != a || local::first_key_size(x) != x.size()) FAIL(a);
    if (a != b && local::within(y, x)) FAIL(a << " begins " << b);
  }
  SUCCEED();
}

TEST_CASE("places sort level by level and hold what lies below them") {
  const auto place = [](const char* text) { return local::parse_place(text, false); };
  const std::vector<std::string> sorted = {
      place(""),     place("-5"), place("2"),   place("2/z"), place("10"),
      place("10/a"), place("a"),  place("a/1"), place("a/b"), place("a/b/c"),
      place("a/bb"), place("a!"), place("aa"),  place("b")};
  CHECK(std::is_sorted(sorted.begin(), sorted.end()));
  CHECK(local::within(place("a/b/c"), place("a/b")));
  CHECK_FALSE(local::within(place("a/bb"), place("a/b")));
  CHECK(place("a/bb") > local::end_of(place("a/b")));
  CHECK(local::to_text(place("//x/07/é/")) == "x/07/é");
  CHECK(local::depth(place("x/07/é")) == 3);
}

TEST_CASE("keys that Firebase does not allow are refused") {
  for (const char* key : {"a.b", "a#", "$a", "a[", "a]", "a/b", "", "a\x1f", "a\x7f"}) {
    INFO(key);
    CHECK_FALSE(local::key_fault(key).empty());
  }
  CHECK(local::key_fault(std::string(768, 'k')).empty());
  CHECK_THAT(local::key_fault(std::string(769, 'k')), Contains("768") && Contains("769"));
  CHECK(local::parse_place("a%20b/%C3%A9", true) == local::parse_place("a b/é", false));
  CHECK_THROWS_AS(local::parse_place("a%2Fb", true), local::refusal);
  CHECK_THROWS_AS(local::parse_place("a%2", true), local::refusal);
  std::string deep;
  for (int i = 0; i < 32; ++i) deep += "/d";
  CHECK(local::depth(local::parse_place(deep, false)) == 32);
  CHECK_THROWS_WITH(local::parse_place(deep + "/d", false), Contains("32"));
  CHECK_THROWS_WITH(local::parse_place("d", false, 32), Contains("32"));
}

TEST_CASE("texts compare by UTF-16 code units") {
  CHECK(local::compare_utf16("\xF0\x9F\x98\x80", "\xEF\xBF\xBD") < 0);
  CHECK(local::compare_utf16("a", "ab") < 0);
  CHECK(local::compare_utf16("é", "e") > 0);
  CHECK(local::compare_utf16("same", "same") == 0);
}
