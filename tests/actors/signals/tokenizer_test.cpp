#include <string>

#include <catch2/catch.hpp>

#include "actors/signals/token.hpp"
#include "tests/actors/signals/described.hpp"

using namespace outcry;
using namespace outcry::signals;

namespace {

/// "word:long number:1.25 sign:@".
std::string tokens_of(std::string_view text) {
  const auto list = tokenize(text);
  std::string result;
  for (const auto& t : list.tokens) {
    if (!result.empty()) result += ' ';
    result += std::string{to_string(t.kind)};
    if (t.kind == token_kind::punctuation)
      result += std::string{":"} + t.sign;
    else if (t.kind == token_kind::number)
      result += ":" + to_string(t.value);
    else if (t.kind == token_kind::bullet)
      result += ":" + std::to_string(t.index);
    else if (!t.text.empty())
      result += ":" + std::string{t.text};
  }
  return result;
}

}  // namespace

TEST_CASE("words are folded to small letters and know whether they were capitals") {
  const auto list = tokenize("SOL Long");
  REQUIRE(list.tokens.size() == 2);
  CHECK(list.tokens[0].text == "sol");
  CHECK(list.tokens[0].upper);
  CHECK(list.tokens[1].text == "long");
  CHECK_FALSE(list.tokens[1].upper);
}

TEST_CASE("look-alike letters, digits, dashes and blanks are made plain") {
  CHECK(tokens_of("𝐋𝐎𝐍𝐆 ＢＴＣ Ⓢⓔⓛⓛ") == "word:long word:btc word:sell");
  CHECK(tokens_of("１２．５ 𝟗𝟖") == "number:12.5 number:98");
  CHECK(tokens_of("1.2\u20131.3 4\u22125 6\u00A07") ==
        "number:1.2 sign:- number:1.3 number:4 sign:- number:5 number:6 number:7");
  CHECK(tokens_of("SO\u200BL") == "word:sol");
}

TEST_CASE("markdown ends words and says nothing") {
  CHECK(tokens_of("**stop**41 __x__ `y` ||z||") == "word:stop number:41 word:x word:y word:z");
  CHECK(tokens_of("SELL**NOW") == "word:sell word:now");
}

TEST_CASE("pictures, ticks and circled numbers are told apart") {
  CHECK(tokens_of("🚀 ✅ ➊ ③ 2️⃣") == "emoji check bullet:1 bullet:3 bullet:2");
  CHECK(tokens_of(":rocket: go") == "emoji word:go");
  CHECK(tokens_of("Entry:5:6") == "word:entry sign:: number:5 sign:: number:6");
}

TEST_CASE("people, links and custom pictures are no words") {
  CHECK(tokens_of("<@&123> <@!4> <#5> @boss") == "mention mention mention mention:boss");
  CHECK(tokens_of("https://a.example/x?y=1 www.z.org t.me/club") == "link link link");
  CHECK(tokens_of("<https://a.example> <:up:1>") == "link emoji");
}

TEST_CASE("an at sign before a price or a place is an at sign") {
  CHECK(tokens_of("@1.5 @.5 @$2 @market") ==
        "sign:@ number:1.5 sign:@ number:0.5 sign:@ number:2 sign:@ word:market");
}

TEST_CASE("tags name tickers, numbered tags number messages") {
  CHECK(tokens_of("#SOL $AMD #77 $5") == "tag:sol tag:amd other number:5");
}

TEST_CASE("a label stuck to its price is cut off, a numbered label is not") {
  CHECK(tokens_of("SL1.25 TP105000 TP2 US30 H4") ==
        "word:sl number:1.25 word:tp number:105000 word:tp2 word:us30 word:h4");
}

TEST_CASE("a dot before a number with a dot of its own is no part of it") {
  CHECK(tokens_of("sl.1.25") == "word:sl sign:. number:1.25");
  CHECK(tokens_of("sl.25") == "word:sl number:0.25");
}

TEST_CASE("offsets and lengths cover the bytes of a token") {
  const std::string text = "é ✅ 1,250.5$ x";
  const auto list = tokenize(text);
  REQUIRE(list.tokens.size() == 4);
  CHECK(text.substr(list.tokens[1].offset, list.tokens[1].length) == "✅");
  CHECK(text.substr(list.tokens[2].offset, list.tokens[2].length) == "1,250.5$");
  CHECK(list.tokens[2].currency);
}

TEST_CASE("tokens keep their texts when their list is moved") {
  auto list = tokenize("abc");
  const auto moved = std::move(list);
  CHECK(moved.tokens.at(0).text == "abc");
}

TEST_CASE("bytes that are no UTF-8 are pictures") {
  CHECK(tokens_of("\xff\xc0\x80 a\xed\xa0\x80") == "emoji emoji emoji word:a emoji emoji emoji");
}

TEST_CASE("a message all in quotes is read, a quote with an answer is not made one") {
  CHECK(outcry::test::read_as("> #WAG TP1 hit\n> SL to BE") ==
        "update: WAG target_hit 1, move_stop breakeven");
  CHECK(tokenize("> a").tokens.size() == 1);
  CHECK(tokenize("> a\nb").tokens.size() == 4);
  CHECK(tokenize("a > b").tokens.size() == 3);
}
