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
