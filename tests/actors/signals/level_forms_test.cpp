#include <catch2/catch.hpp>

#include "tests/actors/signals/described.hpp"

using outcry::test::read_as;
using outcry::test::terms_of;

namespace {

bool read_as_signal(const char* text) {
  return read_as(text).substr(0, 6) == "signal";
}

}  // namespace

TEST_CASE("dots that lead to a number are a separator") {
  CHECK(read_as("LONG WAGUSDT\nEntry ..... 10\nStop ...... 9\nTake-profit 1 ..... 11\n"
                "Take-profit 2 ..... 12") == "signal: open long WAG/USDT 10 stop 9 targets 11 12");
  CHECK(terms_of("so ... long") == "talk dot dot dot long");
}

TEST_CASE("in with a colon labels the entry") {
  CHECK(read_as("Swing trade - WAG\nIn: 8.3\nStop: 7.6\nPT1 8.9 / PT2 9.7") ==
        "signal: open long WAG 8.3 stop 7.6 targets 8.9 9.7");
  CHECK_FALSE(read_as_signal("WAG in 8 days, stop 7.6, PT 9"));
}

TEST_CASE("what is taken behind the stop are the targets") {
  const std::string want = "signal: open long WAG 10 stop 9 targets 11 12";
  CHECK(read_as("Buy WAG, 10, stop 9, take 11 / 12") == want);
  CHECK(read_as("Buy WAG 10 | stop 9 | take 11 / 12") == want);
  CHECK(read_as("#WAG buy\nENTRY : 10\nSTOP : 9\nTAKE #1 : 11\nTAKE #2 : 12")
            .find("stop 9 targets 11 12") != std::string::npos);
  CHECK(read_as("we take 11 of them, fine") == "nothing");
}

TEST_CASE("what is sold behind a purchase is the target") {
  CHECK(read_as("buy WAG/USDT at 10, stop 9, sell at 11 then 12") ==
        "signal: open long WAG/USDT 10 stop 9 targets 11 12");
  CHECK_FALSE(read_as_signal("buy or sell WAG/USDT at 10, stop 9"));
  CHECK_FALSE(read_as_signal("WAG/USDT 10 stop 9 buy zone 8, sell WAG"));
}

TEST_CASE("terms of time go on with the targets") {
  CHECK(read_as("Coin: WAG/USDT\nLONG\nEntry: 10\nTargets\nShort term: 11 - 12\nMid term: 14\n"
                "Stop: 9") == "signal: open long WAG/USDT 10 stop 9 targets 11 12 14");
  // Without targets above it is a remark.
  CHECK(read_as("Short term: 11, mid term: 14") == "nothing");
}

TEST_CASE("labels behind their prices") {
  CHECK(read_as("WAG - long - 10 entry - 9 stop - 11, 12 targets") ==
        "signal: open long WAG 10 stop 9 targets 11 12");
  CHECK(read_as("WAG long\n10 entry\n9 stop\n11 target") ==
        "signal: open long WAG 10 stop 9 targets 11");
  // Labels before their prices stay so.
  CHECK(read_as("WAG long entry 10 - stop 9 - target 11") ==
        "signal: open long WAG 10 stop 9 targets 11");
}

TEST_CASE("initials are labels only together") {
  const std::string want = "signal: open long WAG 10 stop 9 targets 11 12";
  CHECK(read_as("long $WAG E: 10 S: 9 T: 11/12") == want);
  CHECK(read_as("LONG $WAG\ne 10\ns 9\nt 11 / 12") == want);
  CHECK_FALSE(read_as_signal("long $WAG T: 11 / 12"));
  CHECK(read_as("class s 9, type e 10") == "nothing");
}

TEST_CASE("a shield, a cross or a sign that forbids before a price is its stop") {
  CHECK(read_as("#WAG buy 10 - 9.8 🛡 9 🎯 11") ==
        "signal: open long WAG limit 10 9.8 stop 9 targets 11");
  CHECK(read_as("#WAG buy 10 ❌ 9 🎯 11") == "signal: open long WAG 10 stop 9 targets 11");
  CHECK(read_as("🛡 stay safe") == "nothing");
}

TEST_CASE("a known coin, a colon and a side") {
  CHECK(read_as("Bid set on LINK: long 10, SL 9, TP 11. Will cancel if it runs without us") ==
        "signal: open long LINK 10 stop 9 targets 11");
  CHECK_FALSE(read_as_signal("Bid set on LINK if it cancels: long 10, SL 9, TP 11"));
}

TEST_CASE("what one imagines in hindsight is no call") {
  CHECK_FALSE(read_as_signal("imagine longing #WAG at 10 with stop 9 and tp 11"));
  CHECK_FALSE(read_as_signal("long #WAG at 10 with stop 9 and tp 11 back then, easy"));
}

TEST_CASE("ratios with a fraction are no prices") {
  CHECK(read_as("Sell WAG/USDT 1.77, SL:1.79 TP:1.74 R:R 1:1.5") ==
        "signal: open short WAG/USDT 1.77 stop 1.79 targets 1.74");
}

TEST_CASE("where a short is covered is its target") {
  CHECK(read_as("Short $WAG at 38, cover 35, stop 39") ==
        "signal: open short WAG 38 stop 39 targets 35");
  CHECK_FALSE(read_as_signal("Long $WAG at 38, cover 35 more topics, stop 37"));
}

TEST_CASE("how many days is no price") {
  CHECK_FALSE(read_as_signal("WAG long 8 days, stop 7.6, PT 9"));
  CHECK_FALSE(read_as_signal("#WAG short for 12 hours, stop 13, target 9"));
}

TEST_CASE("liquidations and leanings are no sides") {
  CHECK_FALSE(read_as_signal("LINK long liquidations 13.5, stops at 13"));
  CHECK_FALSE(read_as_signal("Bullish on LINK above 13, invalid below 12, target 15"));
  CHECK_FALSE(read_as_signal("LINK long bias 13, stop 12, target 15"));
}

TEST_CASE("who waits behind the stop has not called") {
  CHECK_FALSE(read_as_signal("#WAG 1.9 entry, 1.82 stop, wait for my go"));
  CHECK_FALSE(read_as_signal("#WAG long 1.9 stop 1.82, waiting"));
  // A condition behind a stop is the stop's.
  CHECK(read_as("#WAG long 1.9 stop (if 4h candle closes under 1.82)") ==
        "signal: open long WAG 1.9 stop 1.82 on a close of 4H");
}

TEST_CASE("initials between bars") {
  CHECK(read_as("#WAG long | E 10 | S 9 | T 11 12") ==
        "signal: open long WAG 10 stop 9 targets 11 12");
}

TEST_CASE("bullets between prices, pips behind a colon, what is added later") {
  CHECK(read_as("LONG • WAGUSDT\nEntry • 10\nStop • 9\nTP • 11 • 12") ==
        "signal: open long WAG/USDT 10 stop 9 targets 11 12");
  CHECK(read_as("#WAG long 10\nSL 9\nTP 11\nTP 12\nPips: +40 / +85") ==
        "signal: open long WAG 10 stop 9 targets 11 12");
  CHECK(read_as("WAG/USDT long 10, adding 9.5, stop 9") ==
        "signal: open long WAG/USDT 10 add 9.5 stop 9");
  CHECK(read_as("adding WAG to my list") == "nothing");
}
