#include "adapters/firebase/local/value.hpp"

#include <limits>

#include <catch2/catch.hpp>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/push_id.hpp"
#include "adapters/firebase/local/refusal.hpp"
#include "adapters/firebase/local/render.hpp"
#include "tests/adapters/firebase/local/model.hpp"

namespace local = outcry::firebase::local;
using Catch::Matchers::Contains;
using outcry::test::json;

namespace {

std::string round_trip(const std::string& text) {
  return local::render(local::flatten(json::parse(text), {}, 1234), {});
}

}  // namespace

TEST_CASE("values come back as they were written") {
  for (const char* text :
       {"0", "-1", "true", "\"\"", R"("a\"\\\n\u0001é")", "0.1", "1e+21", "9007199254740993",
        "-9223372036854775808", "1.7976931348623157e+308", "5e-324", R"({"a":{"b":1},"c":"x"})",
        "[1,2,3]", R"(["a",null,{"b":[true]}])"}) {
    CHECK(round_trip(text) == text);
  }
  CHECK(round_trip("-0") == "0");
  CHECK(round_trip("-0.0") == "0");
  CHECK(round_trip("5.0") == "5");
  CHECK(round_trip("18446744073709551615") == "18446744073709551616");
}

TEST_CASE("a whole number is the same number once it was written") {
  for (const double number : {1e15, 90071992547509910.5, -9223372036854775808.0}) {
    const auto stored = local::normal_number(number);
    CHECK(std::holds_alternative<std::int64_t>(stored));
    std::string text;
    local::append_json(text, stored);
    CHECK(local::flatten(json::parse(text), {}, 0).front().value == stored);
  }
  CHECK(std::holds_alternative<double>(local::normal_number(9223372036854775808.0)));
}

TEST_CASE("what is empty does not exist") {
  for (const char* text : {"null", "{}", "[]", R"({"a":{"b":null},"c":[],"d":[null,{}]})"}) {
    CHECK(round_trip(text) == "null");
  }
}

TEST_CASE("nodes become arrays as in the Firebase clients") {
  CHECK(round_trip(R"({"0":"a","1":"b"})") == R"(["a","b"])");
  CHECK(round_trip(R"({"1":"b"})") == R"([null,"b"])");
  CHECK(round_trip(R"({"2":"c"})") == R"({"2":"c"})");
  CHECK(round_trip(R"({"0":"a","3":"d"})") == R"(["a",null,null,"d"])");
  CHECK(round_trip(R"({"0":"a","01":"b"})") == R"({"0":"a","01":"b"})");
  CHECK(round_trip(R"({"0":"a","x":"b"})") == R"({"0":"a","x":"b"})");
  CHECK(round_trip(R"({"-1":"a","0":"b"})") == R"({"-1":"a","0":"b"})");
  CHECK(round_trip(R"([[1,2],[3]])") == R"([[1,2],[3]])");
}

TEST_CASE("keys come out in Firebase's order") {
  CHECK(round_trip(R"({"b":1,"10":2,"9":3,"a":4})") == R"({"9":3,"10":2,"a":4,"b":1})");
}

TEST_CASE("random values survive") {
  outcry::test::tree_maker random(11);
  for (int i = 0; i < 2'000; ++i) {
    const json value = random.value(5);
    CHECK(outcry::test::normal(json::parse(round_trip(value.dump()))) ==
          outcry::test::normal(value));
  }
}

TEST_CASE("server values and special keys") {
  CHECK(round_trip(R"({"at":{".sv":"timestamp"}})") == R"({"at":1234})");
  CHECK(round_trip(R"({"a":{".value":5},"b":{".value":6,".priority":null}})") ==
        R"({"a":5,"b":6})");
  for (const char* text :
       {R"({".sv":"time"})", R"({".sv":{"increment":"1"}})", R"({".sv":"timestamp","a":1})",
        R"({".value":{"a":1}})", R"({".value":1,"a":1})", R"({"a.b":1})", R"({"":1})",
        R"({"a":{"b/c":1}})"}) {
    INFO(text);
    CHECK_THROWS_AS(round_trip(text), local::refusal);
  }
  const json large = std::string(local::longest_string, 'x');
  CHECK(local::flatten(large, {}, 0).size() == 1);
  CHECK_THROWS_WITH(local::flatten(std::string(local::longest_string + 1, 'x'), {}, 0),
                    Contains("10485760"));
}

TEST_CASE("a value may not reach deeper than 32 levels") {
  json value = 1;
  for (int i = 0; i < 32; ++i) value = json{{"d", value}};
  CHECK(local::flatten(value, {}, 0).size() == 1);
  CHECK_THROWS_AS(local::flatten(value, local::encode_key("above"), 0), local::refusal);
}

TEST_CASE("sums of numbers stay numbers") {
  using local::scalar;
  CHECK(local::add(scalar(std::int64_t{2}), scalar(std::int64_t{3})) == scalar(std::int64_t{5}));
  CHECK(local::add(scalar(0.5), scalar(std::int64_t{1})) == scalar(1.5));
  CHECK(local::add(scalar(0.5), scalar(0.5)) == scalar(std::int64_t{1}));
  CHECK(local::add(scalar(std::string("x")), scalar(std::int64_t{3})) == scalar(std::int64_t{3}));
  CHECK(std::holds_alternative<double>(
      local::add(scalar(std::int64_t{INT64_MAX}), scalar(std::int64_t{1}))));
  constexpr double largest = std::numeric_limits<double>::max();
  CHECK(local::add(scalar(largest), scalar(largest)) == scalar(largest));
}

TEST_CASE("push ids sort in the order they were made") {
  local::push_ids ids([] { return 63u; });
  std::string last;
  for (const std::int64_t now : std::vector<std::int64_t>{5, 5, 5, 6, 4, 4, 1'700'000'000'000}) {
    const std::string id = ids.next(now);
    CHECK(id.size() == 20);
    CHECK(id > last);
    last = id;
  }
  local::push_ids zero([] { return 0u; });
  CHECK(zero.next(1'700'000'000'000) == "-NjEtLV-------------");
}
