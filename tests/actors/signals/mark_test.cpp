#include <catch2/catch.hpp>

#include "actors/signals/lexicon.hpp"
#include "tests/actors/signals/described.hpp"

using namespace outcry;
using namespace outcry::signals;
using test::terms_of;

TEST_CASE("the longest known phrase wins") {
  CHECK(look_up("stop loss target") == term::stop_label);
  CHECK(terms_of("take profit targets") == "target");
  CHECK(terms_of("stop target") == "stop");
  CHECK(terms_of("short term targets") == "target");
  CHECK(terms_of("long term") == "other label");
}

TEST_CASE("a phrase may be joined by a glued dash or slash, not by a free one") {
  CHECK(terms_of("take-profit stop/loss s/l") == "target stop stop");
  CHECK(terms_of("long - term") == "long dash unknown");
}

TEST_CASE("numbers stuck to a label number it") {
  CHECK(terms_of("tp3 t1 entry2 x10") == "target3 target1 entry2 times10");
  CHECK(terms_of("take profit2") == "target2");
}

TEST_CASE("be is breakeven in capitals or by a stop, else a verb") {
  CHECK(terms_of("set BE") == "change breakeven");
  CHECK(terms_of("stop to be") == "stop joiner breakeven");
  CHECK(terms_of("we will be rich") == "filler doubt filler unknown");
}

TEST_CASE("tags say what their word says unless they may name a coin") {
  CHECK(terms_of("#long #binance #mystery") == "long brand tag");
  CHECK(terms_of("#near #ta/usdt") == "tag tag slash filler");
}

TEST_CASE("a picture right before a price is its label") {
  CHECK(terms_of("🎯 12 🛑 9 💰 10") == "target number stop number entry number");
  CHECK(terms_of("🎯 soon") == "picture doubt");
}

TEST_CASE("timeframes before and behind the number") {
  CHECK(terms_of("H4 d1 4h") == "timeframe timeframe number");
}

TEST_CASE("initials with dots make a label") {
  CHECK(terms_of("T.P 12 S.L 9") == "target number stop number");
  CHECK(terms_of("a.b") == terms_of("a . b"));
}
