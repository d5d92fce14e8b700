#include "actors/signals/desk/call_rules.hpp"

#include <catch2/catch.hpp>

using namespace outcry;

TEST_CASE("a call is followed by the bot of its pair, else by the one of its ticker") {
  const std::map<std::string, follower> both = {{"SOL", {"sol", {}}}, {"SOL/USDT", {"pair", {}}}};
  signals::signal call;
  call.ticker = "SOL";
  const auto name = [&](const std::map<std::string, follower>& bots) {
    const auto* found = follower_of(bots, call);
    return found == nullptr ? std::string("nobody") : found->bot_id;
  };
  CHECK(name(both) == "sol");
  call.quote = "USDT";
  CHECK(name(both) == "pair");
  CHECK(name({{"SOL", {"sol", {}}}}) == "sol");
  call.quote = "BTC";
  CHECK(name(both) == "sol");
  CHECK(name({{"SOL/USDT", {"pair", {}}}}) == "nobody");
}
