#include "adapters/firebase/auth/compact_token.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "adapters/firebase/auth/strict_json.hpp"
#include "adapters/firebase/jwt.hpp"

using namespace outcry::firebase::auth;
using outcry::firebase::base64url;

namespace {

std::string token(const std::string& header, const std::string& claims,
                  const std::string& signature = "sig") {
  return base64url(header) + '.' + base64url(claims) + '.' + base64url(signature);
}

}  // namespace

TEST_CASE("base64url is decoded, and nothing that only looks like it") {
  CHECK(decode_base64url("") == "");
  CHECK(decode_base64url("AA") == std::string(1, '\0'));
  CHECK(decode_base64url("-_-_") == "\xfb\xff\xbf");
  std::string all;
  for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
  for (std::size_t size = 0; size <= all.size(); ++size)
    REQUIRE(decode_base64url(base64url(all.substr(0, size))) == all.substr(0, size));

  for (const char* bad : {"A", "AAAAA", "AB", "AA==", "+/+/", "AA A", " AAAA", "AAAA\n", "A.AA",
                          "\xc3\xa4\xc3\xa4", "AAB"}) {
    INFO(bad);
    CHECK_FALSE(decode_base64url(bad).has_value());
  }
  CHECK_FALSE(decode_base64url(std::string("AA\0A", 4)).has_value());
}

TEST_CASE("JSON with a doubled name or too deep is none") {
  CHECK(parse_strict_json(R"({"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]})").has_value());
  for (const char* bad :
       {R"({"a":1,"a":2})", R"({"b":{"a":1,"a":1}})", R"([{"x":[{"a":1,"a":2}]}])",
        "{\"a\":1,\"\\u0061\":2}", "{\"a\":1} x", "", "{", "{\"a\":1e999}", "{\"a\":\"\xff\"}"}) {
    INFO(bad);
    CHECK_FALSE(parse_strict_json(bad).has_value());
  }
  CHECK(parse_strict_json("[[[1]]]", 3).has_value());
  CHECK_FALSE(parse_strict_json("[[[[1]]]]", 3).has_value());
  CHECK_FALSE(parse_strict_json(std::string(200'000, '[')).has_value());
}

TEST_CASE("a token is taken apart") {
  const auto text = token(R"({"alg":"none"})", R"({"sub":"u"})");
  const auto parsed = compact_token::parse(text);
  REQUIRE(parsed.has_value());
  CHECK(parsed->header["alg"] == "none");
  CHECK(parsed->claims["sub"] == "u");
  CHECK(parsed->signature == "sig");
  CHECK(parsed->signed_text == text.substr(0, text.rfind('.')));
  CHECK(compact_token::parse(token("{}", "{}", ""))->signature.empty());
}

TEST_CASE("what is not a token is none") {
  const auto good = token(R"({"alg":"none"})", R"({"sub":"u"})");
  REQUIRE(compact_token::parse(good).has_value());
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto cut = compact_token::parse(std::string_view(good).substr(0, size));
    // A token whose signature alone is cut still has three parts: it is the signature's to refuse.
    if (cut) CHECK(cut->signature != "sig");
  }
  for (const std::string& bad :
       {good + ".x", "." + good, good + "=", good + " ", " " + good, good + "\n",
        token(R"(["alg"])", "{}"), token("{}", "1"), token("{}", R"({"a":1,"a":2})"),
        token(R"({"alg":"none","alg":"RS256"})", "{}"), std::string("..."), std::string("..")}) {
    INFO(bad);
    CHECK_FALSE(compact_token::parse(bad).has_value());
  }
  const std::string filler(max_token_bytes, 'x');
  CHECK_FALSE(compact_token::parse(token("{}", R"({"a":")" + filler + "\"}")).has_value());
}

TEST_CASE("times are whole seconds that fit") {
  const auto object = parse_strict_json(
      R"({"a":5,"b":-1,"c":1.5,"d":"5","e":9007199254740992,"f":9007199254740991,"g":null})");
  REQUIRE(object.has_value());
  CHECK(time_member(*object, "a") == 5);
  CHECK(time_member(*object, "f") == 9007199254740991);
  for (const char* name : {"b", "c", "d", "e", "g", "none"}) {
    INFO(name);
    CHECK_FALSE(time_member(*object, name).has_value());
  }
}
