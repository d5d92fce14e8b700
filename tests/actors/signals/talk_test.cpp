#include <catch2/catch.hpp>

#include "tests/actors/signals/described.hpp"

using outcry::test::read_as;

TEST_CASE("a question, a thought, a tale and a report are no calls") {
  CHECK(read_as("WAG/USDT long entry 10 sl 9 tp 12?") == "quarantine (no-question)");
  CHECK(read_as("maybe WAG/USDT long entry 10 sl 9 tp 12") == "quarantine (no-condition)");
  CHECK(read_as("yesterday WAG/USDT long entry 10 sl 9 tp 12") == "quarantine (no-story)");
  CHECK(read_as("do not take WAG/USDT long entry 10 sl 9 tp 12") == "quarantine (no-negation)");
  CHECK(read_as("WAG/USDT long entry 10 sl 9 tp 12 hit") == "quarantine (no-report)");
  CHECK(read_as("WAG/USDT long entry 10 sl 9 tp 12 stopped out") == "quarantine (no-report)");
}

TEST_CASE("a report or an example spoils the whole message") {
  CHECK(read_as("Today's result\nWAG/USDT long entry 10 sl 9 tp 12") == "quarantine (no-report)");
  CHECK(read_as("Example:\nWAG/USDT long entry 10 sl 9 tp 12") == "quarantine (no-report)");
  CHECK(read_as("WAG/USDT long entry 10 sl 9\nTP 12\n\nclosed") == "quarantine (no-report)");
  CHECK(read_as("WAG/USDT long entry 10 sl 9 tp 12\nTP1 hit") == "quarantine (no-report)");
  CHECK(read_as("WAG/USDT long entry 10 sl 9 tp 12 (reached)") == "quarantine (no-report)");
  CHECK(read_as("Wait for confirmation.\nWAG/USDT long entry 10 sl 9 tp 12") ==
        "quarantine (no-report)");
  CHECK(read_as("WAG/USDT long entry 10 sl 9 tp 12 missed") == "quarantine (no-story)");
}

TEST_CASE("how to go on with a call is no report") {
  CHECK(read_as("WAG/USDT long entry 10 sl 9 tp1 12 tp2 13\nWhen TP1 hits move SL to entry") ==
        "signal: open long WAG/USDT 10 stop 9 targets 12 13");
}

TEST_CASE("some targets ticked off are a report, all of them leave a doubt") {
  CHECK(read_as("WAG/USDT long entry 10 sl 9\nTP1 12 ✅\nTP2 13") == "quarantine (no-report)");
  CHECK(read_as("WAG/USDT long entry 10 sl 9\nTP1 12 ✅\nTP2 13 ✅") == "quarantine (no-report)");
}

TEST_CASE("boilerplate in other lines does not count") {
  CHECK(read_as("WAG/USDT long entry 10 sl 9 tp 12\nNot financial advice. Any questions? If so, "
                "ask") == "signal: open long WAG/USDT 10 stop 9 targets 12");
}

TEST_CASE("a condition of the stop is no doubt") {
  CHECK(read_as("WAG/USDT long entry 10 tp 12 SL (if 4h candle close below 9)") ==
        "signal: open long WAG/USDT 10 stop 9 on a close of 4H targets 12");
}

TEST_CASE("verbs of trading said of other things") {
  for (const auto* text : {"sold my old bike", "trimmed the hedge", "cancel my subscription",
                           "filled the tank", "exit music plays", "I'm out for dinner"})
    CHECK(read_as(text) == "nothing (something-else)");
  CHECK(read_as("we closed the month well") == "nothing");
  CHECK(read_as("SOL closed the week green") == "nothing");
  CHECK(read_as("the analysis is out now") != "update: - close");
  CHECK(read_as("TP1 is close") == "nothing");
  CHECK(read_as("close now guys") == "update: - close");
  CHECK(read_as("sold all shares here") == "update: - close");
}

TEST_CASE("talk with tickers and levels is nothing") {
  for (const auto* text : {"",
                           "   \n\n",
                           "gm everyone",
                           "#SOL",
                           "WAG to 20 by summer",
                           "next target on WAG is 20",
                           "WAG target 20",
                           "the stop in my head is 19",
                           "mental stop 19",
                           "small size here",
                           "resistance at 20, support at 18",
                           "Entries updated soon",
                           "Position update",
                           "WAG closed above 20 today",
                           "we need a daily close below 18",
                           "20 is the level to hold",
                           "Join our VIP for more signals",
                           "price is breaking out of the channel",
                           "I am bullish on WAG as long as 18 holds",
                           "what a day",
                           "market opens in an hour"})
    CHECK(read_as(text).substr(0, 7) == "nothing");
}

TEST_CASE("how to write a call is no call") {
  CHECK(read_as("How to read us: WAG/USDT long entry 10 sl 9 tp 12") == "quarantine (no-report)");
}

TEST_CASE("counts of what was hit, stops that were swept, perhaps") {
  CHECK(read_as("TP hit: 3, SL hit: 1") == "nothing");
  CHECK(read_as("Stops below 1900 were swept") == "nothing");
  CHECK(read_as("WAG move to BE maybe").substr(0, 7) == "nothing");
  CHECK(read_as("Good trade on LINK, in at 6.5 out at 7.2") == "nothing");
}

TEST_CASE("positions that stand, tests and warnings are no calls") {
  for (const char* text :
       {"My short on #WAG from 34 with stop 35 is in profit, target 30",
        "Still short #WAG 34, stop 35, target 30", "Bot test, ignore: buy #WAG 10 SL 9 TP 11",
        "TEST SIGNAL\nbuy #WAG 10 SL 9 TP 11", "scammer alert: #WAG long 10 sl 9 tp 11",
        "he posts #WAG long 10 sl 9 tp 11", "Hypothetically: short 10, stop 11, target 9"})
    CHECK(read_as(text).substr(0, 6) != "signal");
  // A warning in a line of its own is none about the call.
  CHECK(read_as("#WAG long 10 sl 9 tp 11\nBeware of scammers") ==
        "signal: open long WAG 10 stop 9 targets 11");
}

TEST_CASE("ticked targets tell of the past unless the stop is adorned, too") {
  CHECK(read_as("#WAG LONG 10\nTP1 11 \u2705\nTP2 12 \u2705\nSL 9") == "quarantine (no-report)");
  CHECK(read_as("#WAG buy 10 SL 9 TP 11 \u2705 +100 pips") == "quarantine (no-report)");
  CHECK(read_as("#WAG LONG 10\nTP1 11 \u2705\nTP2 12 \u2705\nSL 9 \u274c") ==
        "signal: open long WAG 10 stop 9 targets 11 12");
  CHECK(read_as("#WAG buy 10\nSL 9\nTP 11 \u2705") == "signal: open long WAG 10 stop 9 targets 11");
}

TEST_CASE("praise of a call is no update") {
  CHECK(read_as("nice call boss, banked 40% on that one") == "nothing (no-praise)");
  CHECK(read_as("great alert, took 50% off WAG") == "nothing (no-praise)");
  CHECK(read_as("took 50% off #WAG, great start") == "update: WAG close_partial 50%");
}
