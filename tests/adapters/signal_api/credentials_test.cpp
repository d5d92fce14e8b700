#include "adapters/signal_api/credentials.hpp"

#include <stdexcept>

#include <catch2/catch.hpp>

using namespace outcry::signal_api;

namespace {

constexpr const char* long_enough = "0123456789abcdef";

std::string why(const api_token& x) {
  try {
    const credentials made{{x}, {}};
    return "none";
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
}

std::string why(const alert_secret& x) {
  try {
    const credentials made{{}, {x}};
    return "none";
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
}

}  // namespace

TEST_CASE("a token is found by its text, also if only its digest is known") {
  const credentials x{{{"plain", true, false, long_enough, {}},
                       // of "abc", known from FIPS 180-2
                       {"digest",
                        false,
                        true,
                        {},
                        "BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}},
                      {{"tv", "some-secret-of-mine"}}};
  REQUIRE(x.find_token(long_enough));
  CHECK(x.find_token(long_enough)->name == "plain");
  CHECK(x.find_token(long_enough)->read);
  CHECK_FALSE(x.find_token(long_enough)->contribute);
  REQUIRE(x.find_token("abc"));
  CHECK(x.find_token("abc")->name == "digest");
  for (const char* text :
       {"", "0123456789abcde", "0123456789abcdefg", "0123456789ABCDEF", "some-secret-of-mine"})
    CHECK_FALSE(x.find_token(text));
  CHECK_FALSE(x.find_token(std::string(100'000, 'x')));
  REQUIRE(x.find_secret("some-secret-of-mine"));
  CHECK(*x.find_secret("some-secret-of-mine") == "tv");
  CHECK_FALSE(x.find_secret(long_enough));
  CHECK_FALSE(x.find_secret(""));
}

TEST_CASE("what is no token is refused by name, without its text") {
  CHECK(why(api_token{"a", true, false, long_enough, {}}) == "none");
  CHECK(why(api_token{"", true, false, long_enough, {}}).find("a name of") != std::string::npos);
  CHECK(why(api_token{"a b", true, false, long_enough, {}}).find("a name of") != std::string::npos);
  CHECK(why(api_token{"a", false, false, long_enough, {}}) ==
        "token \"a\": expected a scope, read or contribute, found none");
  CHECK(why(api_token{"a", true, false, {}, {}}).find("either") != std::string::npos);
  CHECK(why(api_token{"a", true, false, long_enough, std::string(64, 'a')}).find("either") !=
        std::string::npos);
  CHECK(why(api_token{"a", true, false, "short", {}}) ==
        "token \"a\": expected 16 to 4096 visible characters");
  CHECK(why(api_token{"a", true, false, "0123456789 bcdef", {}}).find("visible") !=
        std::string::npos);
  CHECK(why(api_token{"a", true, false, {}, std::string(64, 'g')}).find("64 hex digits") !=
        std::string::npos);
  CHECK(why(alert_secret{"tv", "has/a/slash/in/it/somewhere"}) ==
        "tradingview secret \"tv\": expected 16 to 128 of A-Z a-z 0-9 _ . -");
  CHECK_THROWS_AS(
      credentials({{"a", true, false, long_enough, {}}, {"a", true, false, "0123456789abcdeX", {}}},
                  {}),
      std::invalid_argument);
  CHECK_THROWS_AS(
      credentials({{"a", true, false, long_enough, {}}, {"b", true, false, long_enough, {}}}, {}),
      std::invalid_argument);
}
