#include "actors/floor/lag_meter.hpp"

#include <catch2/catch.hpp>

using outcry::lag_meter;

TEST_CASE("a connection that nothing went through has no lag") {
  lag_meter lag;
  CHECK(lag.lag_ms(0) == -1);
  CHECK(lag.lag_ms(1'000'000) == -1);
}

TEST_CASE("the slowest of the last ten seconds is the lag") {
  lag_meter lag;
  lag.took(40, 1'000);
  lag.took(5, 2'000);
  CHECK(lag.lag_ms(10'999) == 40);
  // The next slowest is not forgotten with it.
  CHECK(lag.lag_ms(11'000) == 5);
  CHECK(lag.lag_ms(11'999) == 5);
  CHECK(lag.lag_ms(12'000) == -1);
  lag.took(7, 12'000);
  CHECK(lag.lag_ms(12'000) == 7);
  lag.took(-3, 30'000);
  CHECK(lag.lag_ms(30'000) == 0);
}

TEST_CASE("what is under way counts with what it has waited until now") {
  lag_meter lag;
  CHECK(lag.lag_ms(500, 500) == 0);
  CHECK(lag.lag_ms(90'500, 500) == 90'000);
  lag.took(300, 1'000);
  CHECK(lag.lag_ms(1'100, 1'000) == 300);
  CHECK(lag.lag_ms(1'400, 1'000) == 400);
}
