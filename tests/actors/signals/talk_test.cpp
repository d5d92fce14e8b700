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

TEST_CASE("some targets ticked off are a report, all or none may be ornament") {
  CHECK(read_as("WAG/USDT long entry 10 sl 9\nTP1 12 ✅\nTP2 13") == "quarantine (no-report)");
  CHECK(read_as("WAG/USDT long entry 10 sl 9\nTP1 12 ✅\nTP2 13 ✅").substr(0, 6) == "signal");
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
  for (const auto* text :
       {"sold my old bike", "trimmed the hedge", "cancel my subscription", "filled the tank",
        "exit music plays", "I'm out for dinner", "we closed the month well"})
    CHECK(read_as(text) == "nothing (something-else)");
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
