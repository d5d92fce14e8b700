#include <catch2/catch.hpp>

#include "actors/signals/token.hpp"

using namespace outcry;
using namespace outcry::signals;

namespace {

/// The only token of `text`.
token only(std::string_view text) {
  const auto list = tokenize(text);
  REQUIRE(list.tokens.size() == 1);
  auto result = list.tokens[0];
  result.text = {};
  return result;
}

std::string value(std::string_view text) {
  const auto t = only(text);
  REQUIRE(t.kind == token_kind::number);
  return to_string(t.value);
}

number_unit unit(std::string_view text) {
  const auto t = only(text);
  REQUIRE(t.kind == token_kind::number);
  return t.unit;
}

}  // namespace

TEST_CASE("a dot is a decimal point, also without a digit before it") {
  CHECK(value("12.5") == "12.5");
  CHECK(value(".0034") == "0.0034");
  CHECK(value("1.234") == "1.234");
  CHECK(value("0.000000000001") == "0.000000000001");
}

TEST_CASE("a comma before three digits is thousands, else decimal") {
  CHECK(value("17,250") == "17250");
  CHECK(value("1,234,567") == "1234567");
  CHECK(value("104,75") == "104.75");
  CHECK(value("0,125") == "0.125");
  CHECK(value("2,5") == "2.5");
  CHECK(only("17,250").one_comma);
}

TEST_CASE("commas between long groups separate numbers") {
  const auto list = tokenize("61000,62500");
  REQUIRE(list.tokens.size() == 3);
  CHECK(to_string(list.tokens[0].value) == "61000");
  CHECK(to_string(list.tokens[2].value) == "62500");
  CHECK(value("1,0850") == "1.085");
}

TEST_CASE("commas between fractions separate numbers") {
  const auto list = tokenize("1.0856,1.0859,1.0861");
  REQUIRE(list.tokens.size() == 5);
  CHECK(to_string(list.tokens[0].value) == "1.0856");
  CHECK(to_string(list.tokens[4].value) == "1.0861");
  CHECK(only("2,2014.3").kind == token_kind::other);
}

TEST_CASE("letters that are no unit begin the next word behind a fraction") {
  const auto list = tokenize("1.25TP");
  REQUIRE(list.tokens.size() == 2);
  CHECK(to_string(list.tokens[0].value) == "1.25");
  CHECK(list.tokens[1].text == "tp");
  CHECK(only("1inch").kind == token_kind::word);
}

TEST_CASE("with both separators the last one is the decimal one") {
  CHECK(value("3,204.55") == "3204.55");
  CHECK(value("3.204,55") == "3204.55");
  CHECK(value("1'250.5") == "1250.5");
}

TEST_CASE("what is no single number is no number") {
  CHECK(only("1.2.3").kind == token_kind::other);
  CHECK(only("12,34,56").kind == token_kind::other);
  CHECK(only("0.0000000000001").kind == token_kind::other);
  CHECK(only("99999999999999999999999").kind == token_kind::other);
  CHECK(only("5abcdefgh").kind == token_kind::word);
}

TEST_CASE("units stuck to a number") {
  CHECK(unit("5%") == number_unit::percent);
  CHECK(unit("20x") == number_unit::times);
  CHECK(unit("0.5R") == number_unit::r);
  CHECK(unit("410c") == number_unit::call);
  CHECK(unit("12.5P") == number_unit::put);
  CHECK(unit("4h") == number_unit::timeframe);
  CHECK(unit("30pips") == number_unit::pips);
  CHECK(unit("90sats") == number_unit::sats);
  CHECK(unit("2nd") == number_unit::ordinal);
  CHECK(unit("7.5") == number_unit::none);
}

TEST_CASE("thousands may be written k") {
  CHECK(value("61.5k") == "61500");
  CHECK(only("3K").multiplied);
}

TEST_CASE("currency signs stand on either side") {
  CHECK(only("$4.25").currency);
  CHECK(only("4.25$").currency);
  CHECK(value("€7") == "7");
  CHECK(value("120USDT") == "120");
}
