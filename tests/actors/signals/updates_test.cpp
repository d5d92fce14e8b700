#include <catch2/catch.hpp>

#include "tests/actors/signals/described.hpp"

using outcry::test::read_as;

TEST_CASE("a target that was hit closes nothing") {
  CHECK(read_as("TP1 hit") == "update: - target_hit 1");
  CHECK(read_as("#WAG/USDT target 2 ✅ +12%") == "update: WAG target_hit 2");
  CHECK(read_as("WAG second target reached") == "update: WAG target_hit 2");
  CHECK(read_as("we hit TP3 on #WAG") == "update: WAG target_hit 3");
  CHECK(read_as("all targets achieved #WAG") == "update: WAG target_hit all");
  CHECK(read_as("TP1 ✅ TP2 ✅") == "update: - target_hit 2");
  CHECK(read_as("WAG: TP1 & stops moved to BE") == "update: WAG target_hit 1, move_stop breakeven");
}

TEST_CASE("a stop that was hit") {
  CHECK(read_as("#WAG stopped out") == "update: WAG stop_hit");
  CHECK(read_as("SL hit on #WAG") == "update: WAG stop_hit");
  CHECK(read_as("#WAG stopped at BE") == "update: WAG stop_hit breakeven");
}

TEST_CASE("a stop that moves") {
  CHECK(read_as("#WAG stop to breakeven") == "update: WAG move_stop breakeven");
  CHECK(read_as("set BE") == "update: - move_stop breakeven");
  CHECK(read_as("SL to entry on #WAG") == "update: WAG move_stop breakeven");
  CHECK(read_as("move SL to 9.5 #WAG") == "update: WAG move_stop 9.5");
  CHECK(read_as("#WAG SL moved from 9 to 9.5") == "update: WAG move_stop 9.5");
  CHECK(read_as("9.5 is my stop on WAG") == "update: WAG move_stop 9.5");
  CHECK(read_as("WAG stop under 9.5") == "update: WAG move_stop 9.5");
  CHECK(read_as("move SL to TP1 on #WAG") == "update: WAG move_stop 1");
  CHECK(read_as("TP1 is done: set breakeven, so SL to 10.02") ==
        "update: - target_hit 1, move_stop 10.02");
  CHECK(read_as("trailing stop 3% #WAG") == "update: WAG trailing_stop 3%");
  CHECK(read_as("#WAG: SL changed to D1 close") == "update: WAG stop_rule_changed");
  CHECK(read_as("move SL to -9 #WAG") == "refused (positive-prices)");
  CHECK(read_as("SL to 9 now, no, SL to 8 #WAG") == "quarantine (one-stop)");
}

TEST_CASE("targets that change") {
  CHECK(read_as("#WAG TP moved to 14") == "update: WAG set_target 14");
  CHECK(read_as("WAGUSDT long tp2 14") == "update: WAG long set_target 2 14");
  CHECK(read_as("Stop: 9 Price target: 14") == "update: - move_stop 9, set_target 14");
}

TEST_CASE("closing all of it") {
  CHECK(read_as("close #WAG now") == "update: WAG close");
  CHECK(read_as("WAGUSDT short close") == "update: WAG short close");
  CHECK(read_as("sold the rest of WAG") == "update: WAG close");
  CHECK(read_as("all out of WAG here") == "update: WAG close");
  CHECK(read_as("Close all trades") == "update: - close all");
  CHECK(read_as("#WAG closed in profit") == "update: WAG closed");
  CHECK(read_as("WAG closed BE") == "update: WAG closed breakeven");
  CHECK(read_as("WAG filled 40, closed at 42") == "update: WAG closed 42");
}

TEST_CASE("more ways to close and to set exits") {
  CHECK(read_as("closing the last of my WAG") == "update: WAG close");
  CHECK(read_as("out WAG at 12") == "update: WAG close");
  CHECK(read_as("PT 14 SL 9") == "update: - move_stop 9, set_target 14");
  CHECK(read_as("WAGUSDT long sl 9") == "update: WAG long move_stop 9");
  CHECK(read_as("#WAG risk free, stop to entry") == "update: WAG move_stop breakeven");
  CHECK(read_as("#WAG Stoploss ⛔") == "update: WAG stop_hit");
  CHECK(read_as("TP 70500") == "update: - set_target 70500");
  CHECK(read_as("tightening stop to 9") == "update: - move_stop 9");
  CHECK(read_as("lifting stop to 9") == "update: - move_stop 9");
}

TEST_CASE("closing a part of it") {
  CHECK(read_as("sold another half") == "update: - close_partial 50%");
  CHECK(read_as("trimming here") == "update: - close_partial");
  CHECK(read_as("close half of #WAG") == "update: WAG close_partial 50%");
  CHECK(read_as("took 25% off #WAG") == "update: WAG close_partial 25%");
  CHECK(read_as("sold 1/4 of my WAG") == "update: WAG close_partial 25%");
  CHECK(read_as("closing half, SL to entry") == "update: - close_partial 50%, move_stop breakeven");
  CHECK(read_as("booked 50% profit on #WAG").substr(0, 6) != "update");
}

TEST_CASE("cancelling and filling") {
  CHECK(read_as("#WAG cancelled") == "update: WAG cancel");
  CHECK(read_as("setup invalid, remove orders #WAG") == "update: WAG cancel");
  CHECK(read_as("#WAG cancelled, target reached before entry") == "update: WAG cancel");
  CHECK(read_as("#WAG Entry 1 ✅") == "update: WAG filled");
  CHECK(read_as("WAG limit order filled") == "update: WAG filled");
  CHECK(read_as("#WAG partial fill") == "update: WAG partial_fill");
  CHECK(read_as("#WAG filled, SL to BE") == "update: WAG move_stop breakeven");
}

TEST_CASE("leverage and size") {
  CHECK(read_as("#WAG leverage to 4x") == "update: WAG set_leverage 4x");
  CHECK(read_as("double the position size on #WAG") == "update: WAG scale times 2");
}

TEST_CASE("what has not happened, and may not, is no update") {
  for (const auto* text :
       {"if TP1 hits move SL to BE", "when TP2 is hit close half", "don't close yet",
        "we almost got stopped out", "TP1 hit?", "could be stopped out soon",
        "Once target 1 is reached, set breakeven", "do not move your stop to breakeven"})
    CHECK(read_as(text).substr(0, 6) != "update");
}

TEST_CASE("an update about two tickers goes to a person") {
  CHECK(read_as("#WAG and #GAW stopped out") == "quarantine (one-ticker)");
}
