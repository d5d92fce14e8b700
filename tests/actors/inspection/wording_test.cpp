#include "actors/inspection/wording.hpp"

#include <catch2/catch.hpp>

using namespace outcry::inspection;

TEST_CASE("spans and counts in words") {
  CHECK(lasting(-5) == "0.0 s");
  CHECK(lasting(450) == "0.4 s");
  CHECK(lasting(59'999) == "59 s");
  CHECK(lasting(250'000) == "4 min 10 s");
  CHECK(lasting(7'500'000) == "2 h 05 min");
  CHECK(lasting(277'200'000) == "3 d 5 h");
  CHECK(thousands(0) == "0");
  CHECK(thousands(999) == "999");
  CHECK(thousands(1000) == "1,000");
  CHECK(thousands(1'234'567) == "1,234,567");
  CHECK(counted(1, "actor") == "1 actor");
  CHECK(counted(2000, "actor") == "2,000 actors");
  CHECK(some_of({"a"}) == "a");
  CHECK(some_of({"a", "b", "c", "d", "e", "f", "g"}) == "a, b, c, d, e and 2 more");
  CHECK(some_of({"a", "b"}, 12) == "a, b and 10 more");
}

TEST_CASE("every kind of actor has a cost in words, an unknown one a general one") {
  CHECK(harm_of_actor("desk") != harm_of_actor("of another floor"));
  CHECK(harm_of_actor("of another floor") == harm_of_link("of another floor"));
  CHECK(is_store("journal"));
  CHECK_FALSE(is_store("bot"));
}
