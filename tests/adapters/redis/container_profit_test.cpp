#include "tests/adapters/redis/container_trader_fixture.hpp"

using namespace outcry;
using namespace outcry::redis;
using namespace outcry::redis::test;
using namespace outcry::test;
using namespace std::chrono_literals;

namespace {

/// What the order desk hears of the market.
void mark(trading_room& floor, const char* price) {
  auto& pit = floor.heard->pits["AAPL"];
  pit.ticker = "AAPL";
  pit.state = feed_state::live;
  pit.has_price = true;
  pit.last.price = dollars(price);
  floor.advance(10s);
}

}  // namespace

TEST_CASE("container trader: what the bot's fills have earned is told in its place") {
  temp_dir dir;
  trading_room floor(dir.path().string());
  floor.advance(10s);
  CHECK(floor.words->earned.empty());
  floor.order(1);
  floor.fill(1);  // 10 at 100
  mark(floor, "103");
  REQUIRE_FALSE(floor.words->earned.empty());
  const auto& last = floor.words->earned.back();
  CHECK(last.bot_id == py.id);
  CHECK(last.ticker == "AAPL");
  CHECK(last.figures.profit == Money::from_integer(30));
  CHECK(last.figures.total == last.figures.profit);
  SECTION("after a restart of the floor with what it holds") {
    trading_room later(dir.path().string(), floor.script);
    mark(later, "104");
    REQUIRE_FALSE(later.words->earned.empty());
    CHECK(later.words->earned.back().figures.profit == Money::from_integer(40));
  }
  SECTION("once it holds nothing any more, whatever the price is then") {
    floor.order(2, order_side::sell);
    floor.script->tell(floor.script->fill(floor.client(2), shares("10"), dollars("107")));
    floor.run();
    mark(floor, "90");
    CHECK(floor.words->earned.back().figures.profit == Money::from_integer(70));
    // Said again: who adds it up may have been started anew.
    floor.words->earned.clear();
    floor.advance(10s);
    CHECK_FALSE(floor.words->earned.empty());
  }
}
