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
  CHECK(read_as("#WAG hit SL") == "update: WAG stop_hit");
  CHECK(read_as("#WAG hit our stop loss") == "update: WAG stop_hit");
  CHECK(read_as("WAG just hit stop") == "update: WAG stop_hit");
}

TEST_CASE("a target's hit is no stop's") {
  CHECK(read_as("#WAG TP1 hit SL moved to BE") == "update: WAG target_hit 1, move_stop breakeven");
  CHECK(read_as("TP1 \u2705 hit, SL to BE") == "update: - target_hit 1, move_stop breakeven");
  CHECK(read_as("#WAG TP 2 hit SL to 9.5") == "update: WAG target_hit 2, move_stop 9.5");
  CHECK(read_as("#WAG got hit, SL to BE") != "update: WAG stop_hit breakeven");
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

TEST_CASE("a share of the position said before or without a verb") {
  CHECK(read_as("WAG: half off & stops to BE") ==
        "update: WAG close_partial 50%, move_stop breakeven");
  CHECK(read_as("#WAG 50% closed, rest BE") ==
        "update: WAG close_partial 50%, move_stop breakeven");
  CHECK(read_as("WAG \U0001F680|rooms\U0001F680: Half closed") == "update: WAG close_partial 50%");
  CHECK(read_as("sold another third of WAG") == "update: WAG close_partial 33.3333%");
  CHECK(read_as("book 25% and hold the rest") == "update: - close_partial 25%");
  CHECK(read_as("#WAG take 50% profit") == "update: WAG close_partial 50%");
  // What was gained is no share.
  CHECK(read_as("we booked 50% profit") != "update: - close_partial 50%");
}

TEST_CASE("what is left is sold, taken off, sold out of") {
  CHECK(read_as("selling the rest of WAG") == "update: WAG close");
  CHECK(read_as("took my WAG off") == "update: WAG close");
  CHECK(read_as("took the rest of WAG off") == "update: WAG close");
  CHECK(read_as("we take the day off") == "nothing");
  CHECK(read_as("Exit LINK now") == "update: LINK close");
}

TEST_CASE("pending orders that are withdrawn or filled") {
  CHECK(read_as("remove the pending order #WAG") == "update: WAG cancel");
  CHECK(read_as("Delete WAG limit") == "update: WAG cancel");
  CHECK(read_as("please remove my name from the list") == "nothing");
  CHECK(read_as("#WAG order triggered") == "update: WAG filled");
  CHECK(read_as("#WAG all entries achieved") == "update: WAG filled all");
}

TEST_CASE("more ways to move a stop") {
  CHECK(read_as("TP1 \u2705 sl entry") == "update: - target_hit 1, move_stop breakeven");
  CHECK(read_as("stop at entry on WAG") == "update: WAG move_stop breakeven");
  CHECK(read_as("go breakeven") == "update: - move_stop breakeven");
  CHECK(read_as("#WAG SL changed to D1 close below 9.5") == "update: WAG move_stop 9.5");
  CHECK(read_as("@everyone WAG stop under 9.5") == "update: WAG move_stop 9.5");
  CHECK(read_as("breakeven hit, close it now") == "update: - close, move_stop breakeven");
}

TEST_CASE("several targets beside a stop") {
  CHECK(read_as("Stop: 9 Price targets: 14, 15 & 16") ==
        "update: - move_stop 9, set_target 14, set_target 15, set_target 16");
  CHECK(read_as("TP 1 - 2 - 3 soon") == "nothing");
  CHECK(read_as("#WAG TP extended to 19") == "update: WAG set_target 19");
}

TEST_CASE("a dash stuck to a percentage or a leverage is a sign") {
  CHECK(read_as("#WAG trailing SL at -2%") == "nothing");
  CHECK(read_as("#WAG leverage to -5x") == "nothing");
}

TEST_CASE("what candles, weeks and yesterdays close is no update") {
  CHECK(read_as("WAG closed the daily above 64") == "nothing");
  CHECK(read_as("we closed green this week") == "nothing (something-else)");
  CHECK(read_as("WAG short from 12 closed yesterday") == "nothing (no-story)");
}

TEST_CASE("an old update goes to a person") {
  using namespace outcry;
  signals::message_context context;
  context.message_time = 1'000 * ns_per_s;
  context.now = context.message_time + context.rules.maximum_age;
  CHECK(read_as("close #WAG", context) == "update: WAG close");
  context.now += ns_per_s;
  CHECK(read_as("close #WAG", context) == "quarantine (age)");
  context.now = context.message_time - 61 * ns_per_s;
  CHECK(read_as("close #WAG", context) == "quarantine (age)");
  // Nobody knows the time.
  context.now = 0;
  CHECK(read_as("close #WAG", context) == "update: WAG close");
}

TEST_CASE("tickers in small letters that are no words") {
  CHECK(read_as("btc tp1 hit") == "update: BTC target_hit 1");
  CHECK(read_as("close near here") == "update: - close");
}

TEST_CASE("an event must be the sentence's business") {
  CHECK(read_as("the handlers of those endpoints must return void") == "nothing");
  CHECK(read_as("whoever was stopped stays stopped") == "nothing");
  CHECK(read_as("a stop-limit order then is a limit order") == "nothing");
  CHECK(read_as("rumours about invalid tokens at the exchange") == "nothing (something-else)");
  CHECK(read_as("closed it, whichever gremlin lurked underneath those wobbly screens") ==
        "quarantine (known-words)");
  CHECK(read_as("#WAG cancelled") == "update: WAG cancel");
  CHECK(read_as("WAG filled 12, stopped 11") == "update: WAG stop_hit");
  CHECK(read_as("last WAG runner sold") == "update: WAG close");
}

TEST_CASE("a target alone behind a colon was hit") {
  CHECK(read_as("WAG \U0001F680|rooms\U0001F680: TP2 @caller") == "update: WAG target_hit 2");
}

TEST_CASE("a header in brackets does not hide what begins behind it") {
  CHECK(read_as("Some Room, [11/3/2027 7:30 AM]\nWAG stop under 9.5") ==
        "update: WAG move_stop 9.5");
}

TEST_CASE("a risk is no share of the position") {
  CHECK(read_as("Close #WAG (1% risk)") == "update: WAG close");
  CHECK(read_as("entry updated (1% risk)") == "nothing");
  CHECK(read_as("#WAG reduce position by 50%") == "update: WAG close_partial 50%");
}

TEST_CASE("ticker, side, stop and target are no new exits but a call that lacks its entry") {
  CHECK(read_as("#WAG buy\nSL 73.7 or 72.1\nTP = 76") == "quarantine (bare-call)");
  CHECK(read_as("#WAG long: SL moved to 72, TP moved to 76") ==
        "update: WAG long move_stop 72, set_target 76");
}

TEST_CASE("what opens is no update, and the rest goes to breakeven") {
  CHECK(read_as("Sell #WAG\nSL: 1.66") == "quarantine (bare-call)");
  CHECK(read_as("WAGUSDT short sl 27.5") == "update: WAG short move_stop 27.5");
  CHECK(read_as("#WAG: secure 50% and breakeven the rest") ==
        "update: WAG close_partial 50%, move_stop breakeven");
}

TEST_CASE("the stops of everybody are nobody's") {
  CHECK(read_as("stops below 41 got run over") == "nothing");
  CHECK(read_as("stops above 52 swept, nice") == "nothing");
  CHECK(read_as("#WAG stops below 41") == "update: WAG move_stop 41");
}

TEST_CASE("sold to buy something else") {
  CHECK(read_as("sold the boat to buy #WAG").substr(0, 6) != "update");
  CHECK(read_as("sold the last of #WAG") == "update: WAG close");
}

TEST_CASE("out where it began") {
  CHECK(read_as("#WAG: out at cost") == "update: WAG close");
  CHECK(read_as("the new plan is out at last") == "nothing");
}

TEST_CASE("a stock named like a label") {
  CHECK(read_as("COIN stopped out") == "update: COIN stop_hit");
  CHECK(read_as("sold half of my COIN") == "update: COIN close_partial 50%");
  CHECK(read_as("COIN: #WAG\nstopped out") == "update: WAG stop_hit");
}

TEST_CASE("an order and its end behind a colon") {
  CHECK(read_as("#WAG limit: remove") == "update: WAG cancel");
  CHECK(read_as("the speed limit was removed") == "nothing");
}

TEST_CASE("breakeven and its price") {
  CHECK(read_as("TP1 hit, move stop to BE - SL 10.02") ==
        "update: - target_hit 1, move_stop 10.02");
  CHECK(read_as("stop to breakeven (SL 10.02) #WAG") == "update: WAG move_stop 10.02");
}

TEST_CASE("targets in a row are counted") {
  CHECK(read_as("#WAG TP 1 2 3 hit") == "update: WAG target_hit 3");
  CHECK(read_as("TP 1 2 3 4 smashed last night") == "nothing (no-story)");
  CHECK(read_as("our TP hit rate is 80%") == "nothing");
}

TEST_CASE("stops that got hit and stops that go somewhere") {
  CHECK(read_as("SL got hit, -1R") == "update: - stop_hit");
  CHECK(read_as("#WAG TP1 has been hit") == "update: WAG target_hit 1");
  CHECK(read_as("Second target hit on #WAG, stop goes to 9.8") ==
        "update: WAG target_hit 2, move_stop 9.8");
  CHECK(read_as("the price goes to 9.8") == "nothing");
}

TEST_CASE("a tale of a whole trade is no wish to leave") {
  CHECK(read_as("Our #WAG call: in at 118, out at 141") == "nothing");
  CHECK(read_as("#WAG out at 141") == "update: WAG close");
}

TEST_CASE("a ticker between a label and its value") {
  CHECK(read_as("New TP for WAG: 18.1") == "update: WAG set_target 18.1");
  CHECK(read_as("TP for WAG 18.1, I guess") == "nothing");
  CHECK(read_as("TP3 hit on #WAG, SL at TP1") == "update: WAG target_hit 3, move_stop 1");
}

TEST_CASE("who is flat has closed") {
  CHECK(read_as("I'm flat on #WAG") == "update: WAG closed");
  CHECK(read_as("#WAG is flat today") == "nothing");
}

TEST_CASE("a name in small letters between stop and price") {
  CHECK(read_as("SL on gold moved to 2646") == "update: XAUUSD move_stop 2646");
  CHECK(read_as("stop on the chart moved to 2646") == "nothing");
}

TEST_CASE("all profits are taken") {
  CHECK(read_as("Take all profits on #WAG") == "update: WAG close");
  CHECK(read_as("they take all the profit from us") == "nothing");
}

TEST_CASE("an order that is deleted") {
  CHECK(read_as("#WAG sell limit deleted") == "update: WAG cancel");
  CHECK(read_as("WAG orders removed") == "update: WAG cancel");
  CHECK(read_as("they sell limit orders removed from stock") == "nothing");
}
