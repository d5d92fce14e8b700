#include <catch2/catch.hpp>

#include "actors/signals/process_message.hpp"
#include "tests/actors/signals/described.hpp"

using namespace outcry;
using namespace outcry::signals;
using test::read_as;

TEST_CASE("the verb tells action and side") {
  CHECK(read_as("BTO WAG @ 12.5") == "signal: open long WAG 12.5");
  CHECK(read_as("stc wag 12.5") == "signal: close long WAG 12.5");
  CHECK(read_as("STO WAG $12.5") == "signal: open short WAG 12.5");
}

TEST_CASE("quantity, strike, right and expiry in any order") {
  const std::string want = "signal: open long WAG 45call 6/21 1.2";
  CHECK(read_as("BTO WAG 45c 6/21 @1.20") == want);
  CHECK(read_as("BTO 6/21 45C WAG @ 1.2") == want);
  CHECK(read_as("BTO 6/21 WAG 45 calls at 1.2") == want);
  CHECK(read_as("BTO WAG Jun 21 45c 1.2") == want);
  CHECK(read_as("BTO WAG 45c 06/21/2027 @ 1,2") == want);
  const auto x = process_message("BTO 3 $WAG 45p 6/21/27 @ .95", {});
  CHECK(test::described(x) == "signal: open long WAG 45put 6/21 0.95");
  REQUIRE(x.call);
  CHECK(x.call->size.quantity == Quantity::from_integer(3));
  CHECK(x.call->option->expiry.year == 2027);
  CHECK(x.call->asset == asset_kind::option);
}

TEST_CASE("a zone of prices") {
  CHECK(read_as("BTO WAG 45c 6/21 @ 1.20-1.25 SL .8") ==
        "signal: open long WAG 45call 6/21 1.2 1.25 stop 0.8");
}

TEST_CASE("the day of the message as expiry") {
  CHECK(read_as("BTO SPX 5100c 0dte @ 3") == "signal: open long SPX 5100call 0/0 3");
}

TEST_CASE("stops and targets behind the price") {
  CHECK(read_as("BTO WAG @ 12 (risky, PT1 13, PT2 14, SL below 11.2)") ==
        "signal: open long WAG 12 stop 11.2 targets 13 14");
  const auto x = process_message("lotto BTO WAG @ 12", {});
  REQUIRE(x.call);
  CHECK(x.call->size.risky);
  CHECK(read_as("STC WAG @ 15 from 12") == "signal: close long WAG 15");
}

TEST_CASE("BTC is a verb before a ticker and a price, else a coin") {
  CHECK(read_as("BTC WAG 31.2") == "signal: close short WAG 31.2");
  CHECK(read_as("BTC limit 31000 stop 30000") == "signal: open long BTC limit 31000 stop 30000");
  CHECK(read_as("BTC SOL 31.2").substr(0, 6) != "signal");
}

TEST_CASE("a side, a colon, a ticker and a price") {
  CHECK(read_as("Long: WAG @ 4.2 | now at $4.3") == "signal: open long WAG 4.2");
  CHECK(read_as("Closed short: WAG @ 4.2") == "signal: close short WAG 4.2");
  // A coin is called by its levels, and those need a stop.
  CHECK(read_as("Long: SOL @ 140").substr(0, 6) != "signal");
  CHECK(read_as("Long: SOL @ 140 stop 130") == "signal: open long SOL 140 stop 130");
}

TEST_CASE("contracts that lack a part") {
  CHECK(read_as("BTO WAG 45c @ 1.2") == "refused (option-expiry)");
  CHECK(read_as("BTO WAG 6/21 @ 1.2") == "refused (option-strike)");
  CHECK(read_as("BTO WAG 45c 6/21") == "refused (entry)");
  CHECK(read_as("BTO WAG @ 1.2.3") == "refused (entry)");
  CHECK(read_as("BTO WAG @ 5 and BTO GAW @ 6") == "quarantine (one-call)");
}

TEST_CASE("a verb in a tale is none") {
  CHECK(read_as("WAG BTO calls up 3.1 from 1.2!") == "nothing");
  CHECK(read_as("who wants to BTO something today") == "nothing");
}

TEST_CASE("days no month has are no expiry") {
  CHECK(read_as("BTO WAG 45c 2/30 @ 1.2").substr(0, 6) != "signal");
  CHECK(read_as("BTO WAG 45c 13/1 @ 1.2").substr(0, 6) != "signal");
}

TEST_CASE("more ways to write a contract") {
  const std::string want = "signal: open long WAG 45call 6/21 1.2";
  CHECK(read_as("BTO $WAG 45C EXP 6/21 @ 1.2") == want);
  CHECK(read_as("BTO WAG 6/21 $45C $1.20") == want);
  CHECK(read_as("BTO WAG 45c 6/21 entry: 1.2") == want);
  CHECK(read_as("BTO WAG 45c 6/21 entry: 1.2 sl: 0.8") == want + " stop 0.8");
}

TEST_CASE("half of a position closed by its verb") {
  const auto x = process_message("STC WAG 45c 6/21 @ 1.9 (half)", {});
  REQUIRE(x.call);
  CHECK(x.call->size.percent == Ratio::from_integer(50));
  CHECK(read_as("STC all WAG") == "update: WAG close");
}

TEST_CASE("a share of a position is no day") {
  const auto x = process_message("STC 1/2 WAG 45c 6/21 @ 1.9", {});
  CHECK(test::described(x) == "signal: close long WAG 45call 6/21 1.9");
  REQUIRE(x.call);
  CHECK(x.call->size.percent == Ratio::from_integer(50));
  CHECK(read_as("BTO 1/2 WAG 45c 6/21 @ 1.9") == "refused (option-expiry)");
  CHECK(read_as("STC the rest of WAG 45c 6/21 @ 1.9") == "signal: close long WAG 45call 6/21 1.9");
}

TEST_CASE("tickers with a share class, quantities with a word") {
  CHECK(read_as("BTO WAG.B 45c 6/21 @ 1.2") == "signal: open long WAG.B 45call 6/21 1.2");
  CHECK(read_as("BTO 5 contracts WAG 45c 6/21 @ 1.2") == "signal: open long WAG 45call 6/21 1.2");
}

TEST_CASE("closing by the verb without a price is an update") {
  CHECK(read_as("STC WAG") == "update: WAG close");
}

TEST_CASE("an opening verb in what reads as an update goes to a person") {
  CHECK(read_as("BTO it again, SL to 9 #WAG") == "quarantine (opens)");
}

TEST_CASE("tickers that are words, as nothing else can be one") {
  CHECK(read_as("BTO NOW @ 501") == "signal: open long NOW 501");
  CHECK(read_as("BTO OPEN @ 2.2") == "signal: open long OPEN 2.2");
  CHECK(read_as("STC ALL @ 125") == "signal: close long ALL 125");
  CHECK(read_as("STC all WAG @ 125") == "signal: close long WAG 125");
  CHECK(read_as("BTO 100 AT 4.5") == "nothing");
}

TEST_CASE("a blank inside the price, a sign apart from it") {
  CHECK(read_as("BTO WAG @ 2 .15") == "signal: open long WAG 2.15");
  CHECK(read_as("BTO WAG @ $ 27.3") == "signal: open long WAG 27.3");
}

TEST_CASE("parts of the contract behind the price") {
  CHECK(read_as("BTO WAG 6/21 @ 1.2 45c") == "signal: open long WAG 45call 6/21 1.2");
  CHECK(read_as("BTO WAG 45p @ 1.2 6/21") == "signal: open long WAG 45put 6/21 1.2");
  // A size, no day.
  CHECK(read_as("BTO WAG 45p @ 1.2 1/2 size") == "refused (option-expiry)");
}

TEST_CASE("remarks before the price") {
  CHECK(read_as("BTO WAG (swing) @ 9") == "signal: open long WAG 9");
  CHECK(read_as("BTO (risky) WAG @ 9") == "signal: open long WAG 9");
}

TEST_CASE("shares that are closed by the verb") {
  const auto share = [](const char* text) {
    const auto x = process_message(text, {});
    return x.call && x.call->size.percent ? to_string(*x.call->size.percent) : std::string{"-"};
  };
  CHECK(share("STC half WAG @ 9") == "50");
  CHECK(share("STC 30% WAG @ 9") == "30");
  CHECK(share("STC 1 of 4 WAG 45c 6/21 @ 1.6") == "25");
  CHECK(share("STC WAG @ 9") == "-");
}

TEST_CASE("two strikes are a spread and no call") {
  CHECK(read_as("BTO WAG 45/50c 6/21 @ 1.2") == "refused (one-contract)");
}

TEST_CASE("a contract's stop that is a distance is passed over") {
  CHECK(read_as("BTO WAG 45c 6/21 @ 1.2 SL 20%") == "signal: open long WAG 45call 6/21 1.2");
}

TEST_CASE("more of it, and a right said twice") {
  CHECK(read_as("BTO 5 more WAG @ 15.1") == "signal: open long WAG 15.1");
  CHECK(read_as("BTO WAG puts 170p 5/5 @ 3.3") == "signal: open long WAG 170put 5/5 3.3");
  CHECK(read_as("BTO WAG @ 2.5o").substr(0, 6) != "signal");
}

TEST_CASE("a thought right before the verb") {
  CHECK(read_as("paper trading: BTO WAG @ 95") == "quarantine (no-thought)");
  CHECK(read_as("I would BTO WAG @ 95") == "quarantine (no-thought)");
  CHECK(read_as("I was waiting so long for this one BTO WAG @ 95") == "signal: open long WAG 95");
}

TEST_CASE("a share of shares is no day either") {
  CHECK(read_as("STC 1/2 WAG @ 21") == "signal: close long WAG 21");
  CHECK(read_as("BTO 1/2 WAG @ 21") == "refused (option-strike)");
}
