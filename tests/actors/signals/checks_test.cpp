#include "actors/signals/checks.hpp"

#include <catch2/catch.hpp>

#include "tests/actors/signals/described.hpp"

using namespace outcry;
using namespace outcry::signals;
using test::read_as;

namespace {

Price price(const char* text) {
  return Price::parse(text).value();
}

message_context market(const char* ticker, const char* last) {
  message_context result;
  result.last_prices[ticker] = price(last);
  return result;
}

}  // namespace

TEST_CASE("the stop stands on the losing side of every entry") {
  CHECK(read_as("WAG/USDT long entry 10 sl 11 tp 12") == "refused (stop-side)");
  CHECK(read_as("WAG/USDT short entry 10 sl 9 tp 8") == "refused (stop-side)");
  CHECK(read_as("WAG/USDT long entry 10 - 9 sl 9 tp 12") == "refused (stop-side)");
  CHECK(read_as("WAG long 10 stop 9 or daily close below 90") == "refused (stop-side)");
}

TEST_CASE("targets stand on the winning side, one behind the other") {
  CHECK(read_as("WAG/USDT long entry 10 sl 9 tp 9.5") == "refused (target-side)");
  CHECK(read_as("WAG/USDT short entry 10 sl 11 tp 10.5") == "refused (target-side)");
  CHECK(read_as("WAG/USDT long entry 10 sl 9 tp 13, 12") == "quarantine (targets-in-order)");
}

TEST_CASE("without an entry stop and targets stand on either side of the market") {
  CHECK(read_as("WAG/USDT long now sl 13 tp 12") == "refused (target-side)");
  CHECK(read_as("WAG/USDT long now sl 9 tp 12", market("WAG", "8")) == "refused (stop-side)");
  CHECK(read_as("WAG/USDT long now sl 9 tp 12", market("WAG", "10")).substr(0, 6) == "signal");
}

TEST_CASE("tenfold typing errors") {
  CHECK(read_as("WAG/USDT long entry 10 sl 9 tp 120") == "quarantine (tenfold)");
  CHECK(read_as("WAG/USDT long entry 10 sl 0.9 tp 12") == "quarantine (stop-near)");
  CHECK(read_as("WAG/USDT long entry 10 - 100 sl 9 tp 112") == "quarantine (entries-together)");
  CHECK(read_as("WAG/USDT long entry 10 - 7 sl 6 tp 12") == "quarantine (entries-together)");
  CHECK(read_as("WAG/USDT long entry 1 sl 0.9 tp 2, 12") == "quarantine (tenfold)");
}

TEST_CASE("the last known price unmasks a whole message that is ten times off") {
  const auto* text = "WAG/USDT long entry 10 sl 9 tp 12";
  CHECK(read_as(text, market("WAG", "100")) == "refused (tenfold)");
  CHECK(read_as(text, market("WAG/USDT", "100")) == "refused (tenfold)");
  CHECK(read_as(text, market("WAG", "12.4")) == "quarantine (target-unreached)");
  CHECK(read_as(text, market("WAG", "8.5")) == "quarantine (stop-untouched)");
  CHECK(read_as(text, market("WAG", "10.4")).substr(0, 6) == "signal");
  CHECK(read_as(text, market("GAW", "100")).substr(0, 6) == "signal");
  CHECK(read_as("WAG/USDT long entry 10 sl 9", market("WAG", "14")) ==
        "quarantine (near-the-market)");
}

TEST_CASE("rates of the great currencies") {
  CHECK(read_as("GBPCHF buy 112.5 sl 112 tp 113") == "refused (plausible-rate)");
}

TEST_CASE("an old message and one from the future") {
  message_context context;
  context.message_time = 1'000 * ns_per_s;
  const auto* text = "WAG/USDT long entry 10 sl 9 tp 12";
  context.now = context.message_time + context.rules.maximum_age;
  CHECK(read_as(text, context).substr(0, 6) == "signal");
  context.now += 1;
  CHECK(read_as(text, context) == "refused (age)");
  context.now = context.message_time - 61 * ns_per_s;
  CHECK(read_as(text, context) == "quarantine (age)");
}

TEST_CASE("leverage nobody grants") {
  CHECK(read_as("WAG/USDT long entry 10 sl 9 tp 12 lev 500x") == "quarantine (leverage)");
}

TEST_CASE("a price of zero is none") {
  signal call;
  call.ticker = "WAG";
  call.entries = {price("0")};
  const auto found = check_call(call, {});
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "positive-prices");
  CHECK(found[0].certain);
}

TEST_CASE("a channel may ask for more") {
  message_context context;
  context.rules.needs_target = true;
  CHECK(read_as("WAG long 10 stop 9", context) == "refused (targets)");
  context = {};
  context.rules.least_confidence = 99;
  CHECK(read_as("WAG long 10 stop 9", context).substr(0, 10) == "quarantine");
  context = {};
  context.rules.needs_stop = false;
  CHECK(read_as("WAG/USDT long entry 10 tp 12", context).substr(0, 6) == "signal");
}

TEST_CASE("a stop or target far away is no rate's") {
  CHECK(read_as("audchf buy 0.65 sl 0.61 tp 0.7") ==
        "signal: open long AUDCHF 0.65 stop 0.61 targets 0.7");
  CHECK(read_as("audchf buy 0.65 sl 0.60 tp 0.7") == "quarantine (stop-near)");
  CHECK(read_as("audchf buy 0.65 sl 0.64 tp 0.74") == "quarantine (target-near)");
  CHECK(read_as("gold sell 2400 sl 2580 tp 2300") == "quarantine (stop-near)");
}
