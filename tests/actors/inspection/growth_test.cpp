#include "actors/inspection/growth.hpp"

#include <cmath>

#include <catch2/catch.hpp>

using outcry::inspection::growth;

namespace {

/// The number of looks, one a second, at which it was said to grow.
template <class F>
int said(growth& by, int seconds, F value) {
  int result = 0;
  for (int i = 0; i < seconds; ++i) {
    by.note(static_cast<std::uint64_t>(value(i)), i * 1000, 1'000'000 + i * 1000);
    result += by.grows() ? 1 : 0;
  }
  return result;
}

}  // namespace

TEST_CASE("growth: a steady rise is one from its third second on, however high it stands") {
  for (int from : {0, 1000, 100'000}) {
    INFO(from);
    growth x;
    CHECK(said(x, 200, [&](int i) { return from + i * (100 + from / 50); }) == 197);
    CHECK(x.since_ms() == 1'000'000);
  }
}

TEST_CASE("growth: the rate is that of now") {
  growth x;
  said(x, 200, [](int i) { return i < 100 ? i * 100 : 10'000 + (i - 100) * 500; });
  CHECK(x.per_second() == Approx(500));
  CHECK(x.span_ms() >= 30'000);
  CHECK(x.span_ms() <= 60'000);
}

TEST_CASE("growth: what stays, falls or goes up and down does not grow") {
  growth flat;
  CHECK(said(flat, 200, [](int) { return 1000; }) == 0);
  growth falling;
  CHECK(said(falling, 200, [](int i) { return 100'000 - i * 100; }) == 0);
  growth waves;
  said(waves, 60, [](int i) { return 1000 + 300 * std::sin(i * 2.1); });
  CHECK_FALSE(waves.grows());
  // It stands higher than where it began, and has come down half as much as it went up.
  growth swings;
  said(swings, 6, [](int i) { return i == 5 ? 1320 : i % 2 == 0 ? 1000 : 1300; });
  CHECK(swings.gained() == 320);
  CHECK_FALSE(swings.grows());
  growth little;
  CHECK(said(little, 200, [](int i) { return i % 9; }) == 0);
}

TEST_CASE("growth: one that begins later has since from then on") {
  growth x;
  said(x, 300, [](int i) { return i < 200 ? 1000 : 1000 + (i - 200) * 100; });
  CHECK(x.grows());
  CHECK(x.since_ms() == 1'000'000 + 200'000);
}
