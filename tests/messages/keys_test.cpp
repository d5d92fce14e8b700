#include "messages/keys.hpp"

#include <random>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/messages/samples.hpp"

using namespace outcry;

TEST_CASE("keys: escaping is legal and reversible") {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"AAPL", "AAPL"},
      {"BRK.B", "BRK%2EB"},
      {"BTC/USD", "BTC%2FUSD"},
      {"", "%"},
      {"%", "%25"},
      {".#$[]/", "%2E%23%24%5B%5D%2F"},
      {"a\nb\x7F", "a%0Ab%7F"},
      {"Börse", "Börse"},
      {std::string(1, '\0'), "%00"},
  };
  for (const auto& [text, key] : table) {
    CAPTURE(text);
    CHECK(escape_key(text) == key);
    const auto again = unescape_key(key);
    REQUIRE(again);
    CHECK(*again == text);
  }
}

TEST_CASE("keys: refuses what escaping cannot have made, and names it") {
  for (const std::string key : {"", "BRK.B", "a/b", "a%", "a%2", "%2e", "%41", "%%", "%GG", "%80",
                                "%-1", "a[0]", "a\tb", "\xC3", "\xED\xA0\x80"}) {
    CAPTURE(key);
    CHECK_FALSE(unescape_key(key));
  }
  CHECK(unescape_key("BRK.B").error().find("\"BRK.B\"") != std::string::npos);
}

TEST_CASE("keys: any UTF-8 text comes back from a legal key of its own") {
  std::mt19937 random{5};
  for (int i = 0; i < 20'000; ++i) {
    const auto text = test::random_utf8(random, 12);
    const auto key = escape_key(text);
    CAPTURE(text, key);
    REQUIRE_FALSE(key.empty());
    for (const char c : key) {
      const auto byte = static_cast<unsigned char>(c);
      REQUIRE(byte >= 0x20);
      REQUIRE(byte != 0x7F);
      REQUIRE(std::string_view{".#$[]/"}.find(c) == std::string_view::npos);
    }
    const auto again = unescape_key(key);
    REQUIRE(again);
    REQUIRE(*again == text);
  }
}

TEST_CASE("keys: whatever is unescaped escapes to the same key") {
  std::mt19937 random{6};
  constexpr std::string_view letters = "%%%2EFf0a.#";
  int accepted = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string key;
    for (auto n = test::pick(random, 7); n > 0; --n)
      key += letters[test::pick(random, letters.size())];
    const auto text = unescape_key(key);
    if (!text) continue;
    ++accepted;
    REQUIRE(escape_key(*text) == key);
  }
  CHECK(accepted > 100);
}

TEST_CASE("keys: tickers are upper case and of known characters") {
  CHECK(*normalise_ticker("aapl") == "AAPL");
  CHECK(*normalise_ticker("btc/usd") == "BTC/USD");
  CHECK(*normalise_ticker("BRK.B-_:^=9") == "BRK.B-_:^=9");
  CHECK(normalise_ticker(std::string(32, 'A')));
  CHECK_FALSE(normalise_ticker(std::string(33, 'A')));
  for (const std::string text : {"", "A B", "A*", "Ä", "A\n", "[A]", "A%2E"}) {
    CAPTURE(text);
    CHECK_FALSE(normalise_ticker(text));
  }
  CHECK(normalise_ticker("A*").error().find("\"A*\"") != std::string::npos);
  CHECK_FALSE(normalise_ticker(std::string_view{"A\0", 2}));
}

TEST_CASE("keys: bot ids keep their case") {
  CHECK(*check_bot_id("counter-BTC/USD") == "counter-BTC/USD");
  CHECK(check_bot_id(std::string(96, 'a')));
  CHECK_FALSE(check_bot_id(std::string(97, 'a')));
  for (const std::string text : {"", "a b", "a*b", "ä", "a\"b"}) {
    CAPTURE(text);
    CHECK_FALSE(check_bot_id(text));
  }
  CHECK(check_bot_id("a b").error().find("\"a b\"") != std::string::npos);
}

TEST_CASE("keys: message ids are printable ASCII") {
  CHECK(*check_message_id("-Oabc_!~") == "-Oabc_!~");
  CHECK(check_message_id(std::string(128, 'a')));
  CHECK_FALSE(check_message_id(std::string(129, 'a')));
  for (const std::string text : {"", "a b", "a\n", "ä", "\x7F"}) {
    CAPTURE(text);
    CHECK_FALSE(check_message_id(text));
  }
  CHECK(check_message_id("a b").error().find("\"a b\"") != std::string::npos);
}
