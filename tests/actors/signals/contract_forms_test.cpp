#include <catch2/catch.hpp>

#include "tests/actors/signals/described.hpp"

using outcry::test::read_as;

namespace {

bool is_signal(const char* text) {
  return read_as(text).substr(0, 6) == "signal";
}

}  // namespace

TEST_CASE("a contract whose verb stands before the price") {
  const std::string want = "signal: open long WAG 45call 6/21 1.2";
  CHECK(read_as("WAG 45c 6/21 - BTO @ 1.2") == want);
  CHECK(read_as("$WAG 45C 6/21 BTO 2 @ 1.2") == want);
  CHECK(read_as("WAG 45c 6/21 STC at 1.2") == "signal: close long WAG 45call 6/21 1.2");
  // Nothing is named before the verb.
  CHECK_FALSE(is_signal("nice BTO @ 1.2"));
  CHECK_FALSE(is_signal("WAG 45c 6/21 up again, BTO alerts @ 9:30"));
  CHECK_FALSE(is_signal("missed WAG 45c 6/21 BTO @ 1.2"));
}

TEST_CASE("a contract in labelled fields") {
  const std::string want = "signal: open long WAG 45put 6/21 1.2";
  CHECK(read_as("Ticker: WAG | Contract: 45P | Exp: 6/21 | Action: BTO | Price: 1.2") == want);
  CHECK(read_as("Action: BTO\nSymbol: $WAG\nStrike: 45\nType: Put\nExpiry: 6/21\nEntry: 1.2") ==
        want);
  CHECK(read_as("Ticker: WAG | Action: BTO | Price: 14 | Stop: 12") ==
        "signal: open long WAG 14 stop 12");
  CHECK(read_as("Ticker: WAG | Contract: 45P | Action: BTO | Price: 1.2") ==
        "refused (option-expiry)");
  CHECK_FALSE(is_signal("Ticker: WAG | Action: BTO | Price: soon"));
}

TEST_CASE("an option bought in words") {
  const std::string want = "signal: open long WAG 45call 6/21 2.4";
  CHECK(read_as("Grabbing some $WAG 45C for Jun 21 at $2.40, small") == want);
  CHECK(read_as("picked up a few WAG 6/21 45 calls @ 2.40 (swing)") == want);
  CHECK(read_as("buying more $WAG 45c 6/21 @ 2.4") == want);
  // Parts are missing, it is told, asked, thought, denied, or over.
  for (const char* text :
       {"Grabbing some $WAG 45C at $2.40", "Grabbing some $WAG calls for Jun 21 at $2.40",
        "picked up WAG 6/21 45 calls @ 2.40 yesterday", "buying $WAG 45c 6/21 @ 2.4?",
        "might be buying $WAG 45c 6/21 @ 2.4", "not buying $WAG 45c 6/21 @ 2.4",
        "bought WAG 45c 6/21 @ 2.4, sold at 5", "bought WAG 45c 6/21 @ 2.4, now 3.9",
        "people buying WAG 45c 6/21 @ 2.4 were wrong",
        "buying WAG 45c 6/21 @ 2.4 and GAW 50c 6/21 @ 1.1, buying both"})
    CHECK_FALSE(is_signal(text));
}

TEST_CASE("shares of a stock named like a coin are bought back") {
  CHECK(read_as("BTC 50 CVX @ 154.9") == "signal: close short CVX 154.9");
  CHECK_FALSE(is_signal("BTC CVX 154.9"));
}

TEST_CASE("what others buy is no call") {
  for (const char* text : {"He's buying WAG 45c 6/21 @ 2.4", "they bought WAG 45c 6/21 @ 2.4",
                           "whales buying WAG 45c 6/21 @ 2.4", "buying WAG 45c 6/21 @ 2.4, not me",
                           "my neighbour bought WAG 45c 6/21 @ 2.4"})
    CHECK_FALSE(is_signal(text));
  CHECK(read_as("I'm buying WAG 45c 6/21 @ 2.4") == "signal: open long WAG 45call 6/21 2.4");
}

TEST_CASE("a quantity in brackets") {
  CHECK(read_as("BTO (2) WAG 6/21 45c @ 1.2") == "signal: open long WAG 45call 6/21 1.2");
  CHECK(read_as("STC (1) WAG 6/21 45c @ 1.9") == "signal: close long WAG 45call 6/21 1.9");
}

TEST_CASE("a contract that is asked or only wished for") {
  CHECK(read_as("Why did we BTO WAG 45c 6/21 @ 2?") == "quarantine (no-thought)");
  CHECK(read_as("I'd BTO WAG 45c 6/21 @ 2") == "quarantine (no-thought)");
  CHECK(read_as("BTO WAG 45c 6/21 @ 2\nquestions?") == "signal: open long WAG 45call 6/21 2");
}
