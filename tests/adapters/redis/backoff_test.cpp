#include "adapters/redis/backoff.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using outcry::redis::backoff_delay;
using outcry::redis::backoff_limits;

TEST_CASE("the pause grows up to its limit and is drawn over the whole range") {
  backoff_limits limits{100ms, 5000ms};
  CHECK(backoff_delay(1, limits, 0.0) == 100ms);
  CHECK(backoff_delay(1, limits, 1.0) == 200ms);
  CHECK(backoff_delay(2, limits, 1.0) == 400ms);
  CHECK(backoff_delay(2, limits, 0.5) == 250ms);
  CHECK(backoff_delay(6, limits, 1.0) == 5000ms);
  CHECK(backoff_delay(4'000'000'000, limits, 1.0) == 5000ms);
  CHECK(backoff_delay(50, limits, 0.0) == 100ms);
}

TEST_CASE("a draw or limits out of range do no harm") {
  CHECK(backoff_delay(3, {100ms, 5000ms}, -1.0) == 100ms);
  CHECK(backoff_delay(3, {100ms, 5000ms}, 7.0) == 800ms);
  CHECK(backoff_delay(3, {200ms, 50ms}, 1.0) == 200ms);
}
