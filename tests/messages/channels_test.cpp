#include "messages/channels.hpp"

#include <catch2/catch.hpp>

using namespace outcry;

TEST_CASE("channels: names are those that existing bots use") {
  CHECK(channels::broker_registration == "BROKER_REGISTRATION");
  CHECK(channels::ticker_updates_pattern == "TICKER_UPDATES_*");
  CHECK(channels::ticker_updates("brk.b") == "TICKER_UPDATES_BRK.B");
  CHECK(channels::listeners("brk.b") == "OUTCRY_LISTENERS_BRK.B");
  CHECK(channels::ticker_performance("brk.b") == "TICKER_PERFORMANCE_BRK.B");
  CHECK(channels::performance_aggregate == "TICKER_PERFORMANCE_AGGREGATE");
  CHECK(channels::commands("counter-AAPL") == "OUTCRY_COMMANDS_counter-AAPL");
  CHECK(channels::acknowledgements == "OUTCRY_ACKNOWLEDGEMENTS");
  CHECK(channels::orders == "OUTCRY_ORDERS");
  CHECK(channels::presence("b-1") == "OUTCRY_PRESENCE_b-1");
  CHECK(channels::presence_pattern == "OUTCRY_PRESENCE_*");
}

TEST_CASE("channels: a name gives back what it was made of") {
  CHECK(channels::ticker_of(channels::ticker_updates("btc/usd")) == "BTC/USD");
  CHECK(channels::ticker_of_listeners(channels::listeners("btc/usd")) == "BTC/USD");
  CHECK(channels::bot_of_presence(channels::presence("counter-BTC/USD")) == "counter-BTC/USD");
}

TEST_CASE("channels: other names give nothing") {
  for (const auto* channel :
       {"", "TICKER_UPDATES_", "TICKER_UPDATES_aapl", "TICKER_UPDATES_A B", "ticker_updates_AAPL",
        "XTICKER_UPDATES_AAPL", "TICKER_UPDATES", "TICKER_PERFORMANCE_AAPL", "TICKER_UPDATES_*"}) {
    CAPTURE(channel);
    CHECK_FALSE(channels::ticker_of(channel));
    CHECK_FALSE(channels::ticker_of_listeners(channel));
  }
  for (const auto* key : {"", "OUTCRY_PRESENCE_", "OUTCRY_PRESENCE_a b", "OUTCRY_COMMANDS_a"}) {
    CAPTURE(key);
    CHECK_FALSE(channels::bot_of_presence(key));
  }
}
