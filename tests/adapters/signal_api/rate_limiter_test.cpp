#include "adapters/signal_api/rate_limiter.hpp"

#include <catch2/catch.hpp>

using namespace outcry;
using namespace outcry::signal_api;

TEST_CASE("a burst, then as many as the bucket fills") {
  rate_limiter x{{60, 3, 10}};
  timestamp_ns now = 1'000 * ns_per_s;
  for (int i = 0; i < 3; ++i) CHECK_FALSE(x.refuse("a", now));
  CHECK(x.refuse("a", now) == ns_per_s);
  now += ns_per_s / 4;
  CHECK(x.refuse("a", now) == 3 * ns_per_s / 4);
  CHECK_FALSE(x.refuse("b", now));
  now += 3 * ns_per_s / 4;
  CHECK_FALSE(x.refuse("a", now));
  CHECK(x.refuse("a", now) == ns_per_s);
  // An hour fills it, and no more than that.
  now += 3'600 * ns_per_s;
  for (int i = 0; i < 3; ++i) CHECK_FALSE(x.refuse("a", now));
  CHECK(x.refuse("a", now));
}

TEST_CASE("a refusal costs nothing") {
  rate_limiter x{{60, 1, 10}};
  CHECK_FALSE(x.refuse("a", ns_per_s));
  for (int i = 0; i < 100; ++i) CHECK(x.refuse("a", ns_per_s) == ns_per_s);
  CHECK_FALSE(x.refuse("a", 2 * ns_per_s));
}

TEST_CASE("a clock that was set back empties a bucket at most") {
  rate_limiter x{{60, 2, 10}};
  CHECK_FALSE(x.refuse("a", 1'000'000 * ns_per_s));
  CHECK(x.refuse("a", ns_per_s) == ns_per_s);
  CHECK_FALSE(x.refuse("a", 2 * ns_per_s));
}

TEST_CASE("the keys remembered are bounded, the oldest goes") {
  rate_limiter x{{60, 1, 2}};
  CHECK_FALSE(x.refuse("a", ns_per_s));
  CHECK_FALSE(x.refuse("b", ns_per_s));
  CHECK(x.refuse("a", ns_per_s));
  CHECK_FALSE(x.refuse("c", ns_per_s));  // forgets b
  CHECK(x.refuse("a", ns_per_s));
  CHECK_FALSE(x.refuse("b", ns_per_s));  // forgets c
}
