#include "actors/market/simulated_market.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace outcry;

namespace {

constexpr timestamp_ns midnight = 20'000LL * 24 * 3600 * ns_per_s;  // a UTC midnight
constexpr duration_ns minute = 60 * ns_per_s;
constexpr duration_ns hour = 60 * minute;

std::vector<price_tick> ticks_of(const std::vector<price_batch>& batches, const std::string& who) {
  std::vector<price_tick> all;
  for (const auto& batch : batches)
    if (batch.ticker == who) all.insert(all.end(), batch.ticks.begin(), batch.ticks.end());
  return all;
}

// Polls as the feed does, whenever the market says, until `end`.
std::vector<price_batch> watch(simulated_market& market, timestamp_ns begin, timestamp_ns end) {
  std::vector<price_batch> all;
  for (auto now = begin; now <= end;) {
    auto again = market.poll(now, all);
    REQUIRE(again);
    REQUIRE(*again > now);
    now = *again;
  }
  return all;
}

}  // namespace

TEST_CASE("the same seed gives the same prices, whatever else is wanted") {
  simulated_market one({7, 250 * ns_per_ms, {}, {}});
  simulated_market two({7, 250 * ns_per_ms, {}, {}});
  simulated_market other({8, 250 * ns_per_ms, {}, {}});
  one.want("AAPL", true);
  for (const char* ticker : {"GOOGL", "AAPL", "META"}) two.want(ticker, true);
  other.want("AAPL", true);
  auto a = ticks_of(watch(one, midnight, midnight + minute), "AAPL");
  auto b = ticks_of(watch(two, midnight, midnight + minute), "AAPL");
  auto c = ticks_of(watch(other, midnight, midnight + minute), "AAPL");
  CHECK(a.size() == 241);
  CHECK(a == b);
  CHECK(a.size() == c.size());
  CHECK_FALSE(a == c);
}

TEST_CASE("a tick stands on its slot, above zero, with at most three cents of change") {
  const auto cent = *Price::parse("0.01");
  simulated_market market({1, 100 * ns_per_ms, {}, {{"PENNY", cent}}});
  market.want("PENNY", true);
  auto all = ticks_of(watch(market, midnight, midnight + 100 * ns_per_s), "PENNY");
  REQUIRE(all.size() == 1001);
  auto last = cent;
  bool good = true;
  bool moved = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& tick = all[i];
    auto change = tick.price > last ? tick.price - last : last - tick.price;
    good &= tick.price >= cent && change <= cent + cent + cent && tick.volume.is_positive() &&
            tick.event_ns == midnight + static_cast<timestamp_ns>(i) * 100 * ns_per_ms &&
            tick.init_ns == tick.event_ns;
    moved |= !(tick.price == last);
    last = tick.price;
  }
  CHECK(good);
  CHECK(moved);
}

TEST_CASE("a session lasts from its opening minute up to its closing one") {
  trading_session day{9 * 60 + 30, 16 * 60};
  CHECK_FALSE(day.contains(midnight + 9 * hour + 30 * minute - 1));
  CHECK(day.contains(midnight + 9 * hour + 30 * minute));
  CHECK(day.contains(midnight + 16 * hour - 1));
  CHECK_FALSE(day.contains(midnight + 16 * hour));
  CHECK_FALSE(day.contains(midnight));
}

TEST_CASE("a session may cross midnight") {
  trading_session night{22 * 60, 4 * 60};
  CHECK_FALSE(night.contains(midnight + 22 * hour - 1));
  CHECK(night.contains(midnight + 22 * hour));
  CHECK(night.contains(midnight + 24 * hour));
  CHECK(night.contains(midnight + 28 * hour - 1));
  CHECK_FALSE(night.contains(midnight + 28 * hour));
}

TEST_CASE("a session of the whole day never closes, an empty one never opens") {
  CHECK(trading_session{}.contains(midnight));
  CHECK(trading_session{}.contains(midnight - 1));
  trading_session never{600, 600};
  CHECK_FALSE(never.contains(midnight + 10 * hour));
  CHECK_FALSE(never.contains(midnight));
}

TEST_CASE("out of session there are no prices") {
  simulated_market market({1, ns_per_s, {10 * 60, 11 * 60}, {}});
  market.want("AAPL", true);
  auto all = ticks_of(watch(market, midnight + 9 * hour, midnight + 12 * hour), "AAPL");
  REQUIRE(all.size() == 3600);
  CHECK(all.front().event_ns == midnight + 10 * hour);
  CHECK(all.back().event_ns == midnight + 11 * hour - ns_per_s);
  CHECK(market.in_session(midnight + 10 * hour));
  CHECK_FALSE(market.in_session(midnight + 11 * hour));
}

TEST_CASE("after a pause there is no burst of old prices") {
  simulated_market market({1, 250 * ns_per_ms, {}, {}});
  market.want("AAPL", true);
  std::vector<price_batch> out;
  market.poll(midnight, out);
  out.clear();
  auto woke = midnight + 3 * hour;
  market.poll(woke, out);
  auto late = ticks_of(out, "AAPL");
  CHECK(late.size() == 8);
  CHECK(late.front().event_ns == woke - 7 * 250 * ns_per_ms);
  CHECK(late.back().event_ns == woke);
  CHECK(late.front().init_ns == woke);
}

TEST_CASE("a delay of a few slots loses none") {
  simulated_market market({1, 250 * ns_per_ms, {}, {}});
  market.want("AAPL", true);
  std::vector<price_batch> out;
  market.poll(midnight, out);
  CHECK(market.poll(midnight + ns_per_s + 1, out) == midnight + 1250 * ns_per_ms);
  CHECK(ticks_of(out, "AAPL").size() == 5);
  // Asked again within the same slot there is nothing new.
  market.poll(midnight + ns_per_s + 2, out);
  CHECK(ticks_of(out, "AAPL").size() == 5);
}

TEST_CASE("unwanted tickers have no prices, wanted again they go on from where they were") {
  simulated_market market({1, ns_per_s, {}, {}});
  market.want("AAPL", true);
  auto before = ticks_of(watch(market, midnight, midnight + 5 * ns_per_s), "AAPL");
  market.want("AAPL", false);
  auto between = watch(market, midnight + 6 * ns_per_s, midnight + 60 * ns_per_s);
  CHECK(between.empty());
  market.want("AAPL", true);
  auto after = ticks_of(watch(market, midnight + 61 * ns_per_s, midnight + 62 * ns_per_s), "AAPL");
  REQUIRE(before.size() == 6);
  REQUIRE(after.size() == 2);
  auto change = after[0].price > before[5].price ? after[0].price - before[5].price
                                                 : before[5].price - after[0].price;
  CHECK(change <= *Price::parse("0.03"));
}
