#include <catch2/catch.hpp>

#include "actors/signals/process_message.hpp"
#include "tests/actors/signals/described.hpp"

using namespace outcry;
using namespace outcry::signals;
using test::read_as;

TEST_CASE("a short call: ticker, side, entry, stop") {
  CHECK(read_as("WAG short 12.4-12.8 stop 13.5") ==
        "signal: open short WAG limit 12.4 12.8 stop 13.5");
  CHECK(read_as("wag limit 5.2 sl 4.9") == "signal: open long WAG limit 5.2 stop 4.9");
}

TEST_CASE("labels in lines") {
  CHECK(read_as("Pair: WAG/USDT\nDirection: Long\nLeverage: Cross 12x\nEntry: 4.1 - 4.0\n"
                "Targets:\n1) 4.4\n2) 4.8\nStop Loss: 3.7") ==
        "signal: open long WAG/USDT limit 4.1 4 stop 3.7 targets 4.4 4.8 12x");
  CHECK(read_as("#WAGUSDT SELL\nEntry 1: 80\nEntry 2: 82\nTP1: 75\nTP2: 71\nSL: 85") ==
        "signal: open short WAG/USDT limit 80 82 stop 85 targets 75 71");
}

TEST_CASE("targets by number, by line, by dash, by blank") {
  const std::string want = "signal: open long WAG/USDT 10 stop 9 targets 11 12 13";
  CHECK(read_as("WAG/USDT long entry 10 sl 9 tp1 11 tp2 12 tp3 13") == want);
  CHECK(read_as("WAG/USDT long entry 10 sl 9\ntp: 11 - 12 - 13") == want);
  CHECK(read_as("WAG/USDT long entry 10 sl 9\nTargets\n11\n12\n13") == want);
  CHECK(read_as("WAG/USDT long entry 10 sl 9\nTP 11 12 13") == want);
  CHECK(read_as("WAG/USDT long entry 10 sl 9\nTP: 11 | 12 | 13") == want);
  CHECK(read_as("WAG/USDT long entry 10 sl 9\n1st target 11\n2nd target 12\n3rd target 13") ==
        want);
  CHECK(read_as("WAG/USDT long entry 10 sl 9\nTP ➊: 11\nTP ➋: 12\nTP ➌: 13") == want);
  CHECK(read_as("WAG/USDT long entry 10 sl 9\nTarget 1 - 11\nTarget 2 - 12\nTarget 3 - 13") ==
        want);
}

TEST_CASE("at market: now, cmp, market") {
  CHECK(read_as("NZDCAD buy now sl 0.81 tp 0.84") ==
        "signal: open long NZDCAD market stop 0.81 targets 0.84");
  CHECK(read_as("WAG long CMP/2.2 sl 2") == "signal: open long WAG market 2.2 stop 2");
  CHECK(read_as("WAG/USDT sell\nEntry: market (1.6)\nSL 1.8") ==
        "signal: open short WAG/USDT market 1.6 stop 1.8");
}

TEST_CASE("a side, stop and target without an entry are meant at once") {
  CHECK(read_as("#WAG LONG SETUP\nStop 9\nTarget 12") ==
        "signal: open long WAG market stop 9 targets 12");
  // A number nobody claims may be the entry.
  CHECK(read_as("#WAG LONG SETUP 7 days\nStop 9\nTarget 12").substr(0, 6) != "signal");
}

TEST_CASE("stops with conditions") {
  CHECK(read_as("WAG long 10 stop 4h close below 9") ==
        "signal: open long WAG 10 stop 9 on a close of 4H");
  CHECK(read_as("WAG/USDT short entry 10 SL: D1 candle close above 11.5") ==
        "signal: open short WAG/USDT 10 stop 11.5 on a close of D1");
  CHECK(read_as("WAG spot 10 stop 8.5 or weekly close under 9") ==
        "signal: open long WAG 10 stop 8.5 or 9");
  CHECK(read_as("WAG/USDT long entry 10 stop 9 tp 12 stop 8") == "refused (one-stop)");
  CHECK(read_as("WAG/USDT long entry 10 stop 9 tp 12 stop 9") ==
        "signal: open long WAG/USDT 10 stop 9 targets 12");
}

TEST_CASE("the side of a call without one is told by its levels") {
  CHECK(read_as("WAG/USDT entry 10 stop 9 tp 12") ==
        "signal: open long WAG/USDT 10 stop 9 targets 12");
  CHECK(read_as("WAG/USDT entry 10 stop 11 tp 8") ==
        "signal: open short WAG/USDT 10 stop 11 targets 8");
  CHECK(read_as("WAG/USDT entry 10 stop 11") == "quarantine (side-by-levels)");
  CHECK(read_as("WAG/USDT long entry 10, short entry 9, stop 8 tp 12") == "quarantine (one-side)");
}

TEST_CASE("buy and sell prices: what is sold later is the target") {
  CHECK(read_as("#WAG\nBuy: 10\nSell: 12, 14\nStop: 9") ==
        "signal: open long WAG 10 stop 9 targets 12 14");
  CHECK(read_as("#WAG\nSell: 10\nStop: 11\nTarget: 8") ==
        "signal: open short WAG 10 stop 11 targets 8");
  CHECK(read_as("#WAG\nBuy - 10, 9.8\nSell - 12, 14\nStop - 9") ==
        "signal: open long WAG limit 10 9.8 stop 9 targets 12 14");
}

TEST_CASE("an entry behind a label replaces what only stood in its place") {
  CHECK(read_as("WAG/USDT #44 long\nPrice: 10.05\nEntry: 10 - 9.8\nSL 9\nTP 12") ==
        "signal: open long WAG/USDT limit 10 9.8 stop 9 targets 12");
}

TEST_CASE("sizes, risks, ratios and gains are no levels") {
  const auto x = process_message(
      "WAG/USDT long entry 10 stop 9 (2% risk)\nTP1 12 (RR 2.0)\nTP2 13 +30%\nWallet size 3%\n"
      "Lev 5x",
      {});
  CHECK(test::described(x) == "signal: open long WAG/USDT 10 stop 9 targets 12 13 5x");
  REQUIRE(x.call);
  CHECK(x.call->size.risk_percent == Ratio::from_integer(2));
  CHECK(x.call->size.percent == Ratio::from_integer(3));
  const auto range = process_message("WAG long 10 stop 9 (1.5-2% risk)", {});
  REQUIRE(range.call);
  CHECK(range.call->size.risk_percent == Ratio::parse("1.5").value());
  CHECK(process_message("WAG/USDT - Long (0.5R)\nEntry 10\nSL 9", {}).call->size.risk_r ==
        Ratio::parse("0.5").value());
}

TEST_CASE("an entry when the market gets there") {
  CHECK(read_as("buy stop NZDCAD 0.84 sl 0.83 tp 0.86") ==
        "signal: open long NZDCAD stop 0.84 stop 0.83 targets 0.86");
}

TEST_CASE("a number that is none where a price should stand") {
  CHECK(read_as("WAG/USDT long entry 2,2014.3 sl 2000 tp 2500") == "refused (readable-numbers)");
  CHECK(read_as("WAG/USDT long entry 2,201 - 2,1,90 sl 2000 tp 2500") ==
        "refused (readable-numbers)");
  CHECK(read_as("WAG/USDT long entry 10 - 2H - 1.1.1 sl 9 tp 12") ==
        "signal: open long WAG/USDT 10 stop 9 targets 12");
}

TEST_CASE("how many, and when") {
  const auto x = process_message("short 5 SOL at 140 stop 145 target 120", {});
  CHECK(test::described(x) == "signal: open short SOL 140 stop 145 targets 120");
  REQUIRE(x.call);
  CHECK(x.call->size.quantity == Quantity::from_integer(5));
  CHECK(read_as("WAG/USDT long 14:30 entry 10 sl 9 tp 12 (RR 1:3)") ==
        "signal: open long WAG/USDT 10 stop 9 targets 12");
}

TEST_CASE("decimal commas of rates") {
  CHECK(read_as("CHFJPY buy 170,250 sl 169,800 tp 171,500") ==
        "signal: open long CHFJPY 170.25 stop 169.8 targets 171.5");
}

TEST_CASE("adding later") {
  CHECK(read_as("WAG/USDT long entry 10 add 9.7 sl 9 tp 12") ==
        "signal: open long WAG/USDT 10 add 9.7 stop 9 targets 12");
  CHECK(read_as("WAG/USDT short entry 10 DCA: 10.6 SL 11 TP 9") ==
        "signal: open short WAG/USDT 10 add 10.6 stop 11 targets 9");
  CHECK(read_as("WAG long 10 DCA to 9.7 stop 9") == "signal: open long WAG limit 10 9.7 stop 9");
}

TEST_CASE("a venue, a margin and a timeframe") {
  const auto x = process_message("WAG/USDT spot 4H long entry 10 sl 9 isolated 3x", {});
  REQUIRE(x.call);
  CHECK(x.call->venue == venue_kind::spot);
  CHECK(x.call->isolated_margin);
  CHECK(x.call->timeframe == "4H");
}

TEST_CASE("a number of a level's size that nobody claims") {
  CHECK(read_as("long WAG/USDT 8.2 8.0 stop 7.6") == "quarantine (every-level-claimed)");
  CHECK(read_as("long WAG/USDT 8.2 stop 7.6, 45 days") ==
        "signal: open long WAG/USDT 8.2 stop 7.6");
}

TEST_CASE("two tickers are one too many") {
  CHECK(read_as("#WAG and #GAW long entry 10 sl 9 tp 12") == "quarantine (one-ticker)");
}

TEST_CASE("an entry that is promised and not said") {
  CHECK(read_as("WAG/USDT long\nEntry: tba\nSL: 9\nTP: 12") == "refused (entry-unsaid)");
  CHECK(read_as("WAG/USDT long\nEntry: open\nSL: 9\nTP: 12") == "refused (entry-unsaid)");
}

TEST_CASE("what is missing is named") {
  CHECK(read_as("long entry 10 stop 9 tp 12") == "refused (ticker)");
  CHECK(read_as("WAG/USDT long entry 10 tp 12") == "refused (stop)");
  CHECK(read_as("NZDCAD buy 0.82 sl 0.81") == "refused (targets)");
  CHECK(read_as("WAG/USDT spot long entry 10 tp 12") == "signal: open long WAG/USDT 10 targets 12");
  CHECK(read_as("NZDCAD buy 0.82\n0.81\n0.84") == "refused (stop)");
}

TEST_CASE("distances are no prices") {
  CHECK(read_as("NZDCAD buy 0.8200 sl 30 pips tp 0.83") == "refused (prices-not-distances)");
  CHECK(read_as("NZDCAD buy 0.8200 sl 0.81 tp 20-40-60 pips") == "refused (prices-not-distances)");
  CHECK(read_as("NZDCAD buy 0.82 sl 0.81 (100 pips) tp 0.83 (100 pips)") ==
        "signal: open long NZDCAD 0.82 stop 0.81 targets 0.83");
}

TEST_CASE("a dash stuck to a number is a sign behind a colon, else a separator") {
  CHECK(read_as("WAG/USDT long entry: -10 sl 9 tp 12") == "refused (positive-prices)");
  CHECK(read_as("WAG/USDT long entry - 10 sl :- 9 tp -12") ==
        "signal: open long WAG/USDT 10 stop 9 targets 12");
}

TEST_CASE("prices of which only the end is written") {
  CHECK(read_as("CHFJPY sell 170.40/45 sl 171 tp 169") ==
        "signal: open short CHFJPY limit 170.4 170.45 stop 171 targets 169");
  CHECK(read_as("gold buy 2412-08 sl 2400 tp 2430") ==
        "signal: open long XAUUSD limit 2412 2408 stop 2400 targets 2430");
  CHECK(read_as("WAG/BTC buy 0.00003120 - 3080 stop 0.00002900 targets 0.00003300 - 3550") ==
        "signal: open long WAG/BTC limit 0.0000312 0.0000308 stop 0.000029 targets 0.000033 "
        "0.0000355");
}

TEST_CASE("circles before two prices without labels are stop and target") {
  CHECK(read_as("Audchf buy @ 0.651\n\U0001F534 0.647\n\U0001F535 0.66") ==
        "signal: open long AUDCHF 0.651 stop 0.647 targets 0.66");
  // With labels the circles are ornaments.
  CHECK(read_as("WAG/USDT long \U0001F534 10 SL 9 TP 12") ==
        "signal: open long WAG/USDT 10 stop 9 targets 12");
}

TEST_CASE("days and hours of a header are no prices") {
  CHECK(read_as("Some Room, [11/3/2027 4:05 PM]\nWAG/USDT long entry 10 sl 9 tp 12") ==
        "signal: open long WAG/USDT 10 stop 9 targets 12");
  CHECK(read_as("WAG/USDT W1 PATTERN : 2027.03.06 10:00 BUY @ 10\nTP: 12 SL: 9") ==
        "signal: open long WAG/USDT 10 stop 9 targets 12");
}

TEST_CASE("quotes beside a call are no levels") {
  CHECK(read_as("WAG/USDT buy @ 10 TP: 12 SL: 9 Bid: 10.01Ask: 10.02Spread:\n0.01") ==
        "signal: open long WAG/USDT 10 stop 9 targets 12");
}

TEST_CASE("profit with a price is a target where no other has a label") {
  CHECK(read_as("WAG/USDT sell 10 stop: 11 profit: 8") ==
        "signal: open short WAG/USDT 10 stop 11 targets 8");
  CHECK(read_as("WAG/USDT sell 10 stop: 11 TP: 8 profit: 7") ==
        "signal: open short WAG/USDT 10 stop 11 targets 8");
}

TEST_CASE("a labelled entry with a stop is a call that lacks its ticker, no update") {
  CHECK(read_as("Entry: 10-9.8 SL: 9").substr(0, 7) == "refused");
}

TEST_CASE("market behind the entry's label") {
  CHECK(read_as("WAG/USDT long entry market 10 sl 9 tp 12") ==
        "signal: open long WAG/USDT market 10 stop 9 targets 12");
}

TEST_CASE("ratios between numbered targets do not end their count") {
  CHECK(
      read_as(
          "WAG/USDT long entry 0.64\nTarget 1 - 0.66 (RR 4.4)\nTarget 2 - 0.68 (RR 8)\nSL 0.63") ==
      "signal: open long WAG/USDT 0.64 stop 0.63 targets 0.66 0.68");
}

TEST_CASE("entries spoken of without a price replace nothing") {
  CHECK(read_as("WAG/USDT buy 10/9.8\nSL 9\nTP 12\nlayer your entries") ==
        "signal: open long WAG/USDT limit 10 9.8 stop 9 targets 12");
}

TEST_CASE("numbered targets at their prices") {
  CHECK(read_as("Buy WAG/USDT at 1.46\nTake profit 1 at 1.47\nTake profit 2 at 1.5\nStop at 1.4") ==
        "signal: open long WAG/USDT 1.46 stop 1.4 targets 1.47 1.5");
}

TEST_CASE("at with a sign behind it is an entry's label") {
  CHECK(read_as("#WAG buy\nAt = 73.9\nSL = 73.7\nTP = 76") ==
        "signal: open long WAG 73.9 stop 73.7 targets 76");
}

TEST_CASE("targets numbered behind a dash, targets to take") {
  CHECK(read_as("WAG/USDT sell 1.65\nSL: 1.66\nTP-1: 1.64\nTP-2: 1.63") ==
        "signal: open short WAG/USDT 1.65 stop 1.66 targets 1.64 1.63");
  CHECK(read_as("WAG/USDT long entry 10\nstop 9\ntake 12 / 13") ==
        "signal: open long WAG/USDT 10 stop 9 targets 12 13");
}

TEST_CASE("topics beside a ticker are no second ticker") {
  CHECK(read_as("#WAG/USDT long entry 10 sl 9 tp 12\n#altseason") ==
        "signal: open long WAG/USDT 10 stop 9 targets 12");
}

TEST_CASE("a letter for thousands behind the last price of a range") {
  CHECK(read_as("WAG long 58-57k stop 55k") ==
        "signal: open long WAG limit 58000 57000 stop 55000");
  CHECK(read_as("WAG long 58k-57k stop 55k") ==
        "signal: open long WAG limit 58000 57000 stop 55000");
  // Too far apart to be meant so.
  CHECK(read_as("WAG long 5-57k stop 4").substr(0, 6) != "signal");
}

TEST_CASE("a setup in so many words needs no tag") {
  CHECK(read_as("LINK LONG SETUP\nTarget 1: 14\nTarget 2: 15\nSTOP: 12") ==
        "signal: open long LINK market stop 12 targets 14 15");
  // May be new exits of a position.
  CHECK(read_as("LINK LONG\nTarget 14\nSTOP 12").substr(0, 6) != "signal");
}

TEST_CASE("how a position will be looked after is no doubt about the call") {
  CHECK(read_as("WAG long 12.4-12.1 stop 11.5, will add if we dip") ==
        "signal: open long WAG limit 12.4 12.1 stop 11.5");
  CHECK(read_as("WAG long 12.4-12.1 stop 11.5 (may trail later)") ==
        "signal: open long WAG limit 12.4 12.1 stop 11.5");
  CHECK(read_as("WAG long 12.4 stop 11.5, will enter if it breaks") == "quarantine (no-condition)");
  CHECK(read_as("#WAG, will add long 12.4 stop 11.5") == "quarantine (no-condition)");
  CHECK(read_as("will add WAG long 12.4 stop 11.5 if it dips") == "quarantine (no-condition)");
}

TEST_CASE("a risk between ticker and entry") {
  CHECK(read_as("LINK risk 2% 12.4-12.1 stop 11.5") ==
        "signal: open long LINK limit 12.4 12.1 stop 11.5");
  CHECK(read_as("LINK risk 2%").substr(0, 6) != "signal");
}
