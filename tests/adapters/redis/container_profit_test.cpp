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
  // Nothing new is not told again.
  const auto words = floor.words->earned.size();
  floor.advance(20s);
  CHECK(floor.words->earned.size() == words);
  // With the position gone the profit stays.
  floor.order(2, order_side::sell);
  floor.fill(2);
  mark(floor, "90");
  CHECK(floor.words->earned.back().figures.profit == Money{});
  SECTION("after a restart of the floor too") {
    trading_room later(dir.path().string(), floor.script, 5);
    later.advance(10s);
    REQUIRE_FALSE(later.words->earned.empty());
    CHECK(later.words->earned.back().figures.profit == Money{});
  }
}
