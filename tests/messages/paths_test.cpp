#include "messages/paths.hpp"

#include <catch2/catch.hpp>

using namespace outcry;

TEST_CASE("paths: every place of the blueprint, names escaped") {
  CHECK(paths::floor_value("heartbeat") == "floor/heartbeat");
  CHECK(paths::ticker_price("BRK.B") == "tickers/BRK%2EB/price");
  CHECK(paths::ticker_history("BTC/USD", "-Nabc_z") == "tickers/BTC%2FUSD/prices/-Nabc_z");
  CHECK(paths::ticker_order("AAPL", "o/1") == "tickers/AAPL/orders/o%2F1");
  CHECK(paths::ticker_order_event("AAPL", "o.1", "-k") == "tickers/AAPL/orders/o%2E1/events/-k");
  CHECK(paths::bot("counter-BTC/USD") == "bots/counter-BTC%2FUSD");
  CHECK(paths::message("m#1") == "pubsub-messages/m%231");
  CHECK(paths::message_value("m1", "state") == "pubsub-messages/m1/state");
  CHECK(paths::acknowledgement("m1", "counter-BRK.B") ==
        "pubsub-messages/m1/acknowledgement/counter-BRK%2EB");
  CHECK(paths::summary("m$1") == "message-summaries/m%241");
}

TEST_CASE("paths: no name can leave its place") {
  CHECK(paths::bot("../floor") == "bots/%2E%2E%2Ffloor");
  CHECK(paths::bot("") == "bots/%");
}
