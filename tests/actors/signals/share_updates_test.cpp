#include <catch2/catch.hpp>

#include "tests/actors/signals/described.hpp"

using outcry::test::read_as;

namespace {

bool is_update(const char* text) {
  return read_as(text).substr(0, 6) == "update";
}

}  // namespace

TEST_CASE("who keeps a part has not left") {
  CHECK(read_as("leaving a runner in WAG, sold the rest") == "update: WAG close_partial");
  CHECK(read_as("sold my WAG here, keeping a small runner") == "update: WAG close_partial");
  CHECK(read_as("#WAG closed, holding the rest") == "update: WAG close_partial");
  // Nothing is kept.
  CHECK(read_as("sold the rest of WAG") == "update: WAG close");
  CHECK(read_as("sold my WAG here") == "update: WAG close");
  // Nothing is sold.
  CHECK_FALSE(is_update("still holding the rest of WAG"));
}

TEST_CASE("half out is half closed") {
  CHECK(read_as("half out at 12.4, rest BE") == "update: - close_partial 50%, move_stop breakeven");
  CHECK(read_as("#WAG 25% out here") == "update: WAG close_partial 25%");
}

TEST_CASE("a share off a price list is an offer") {
  CHECK(read_as("25% off #WAG here") == "update: WAG close_partial 25%");
  CHECK_FALSE(is_update("Get 25% off the premium room"));
  CHECK_FALSE(is_update("50% off lifetime access today"));
}

TEST_CASE("a part that is taken without a verb") {
  CHECK(read_as("partial TP on #WAG, SL at entry") ==
        "update: WAG close_partial, move_stop breakeven");
  CHECK(read_as("partials here #WAG") == "update: WAG close_partial");
  CHECK_FALSE(is_update("some profit is better than none"));
}

TEST_CASE("a ticker between the verb and the share") {
  CHECK(read_as("close LINK 50%") == "update: LINK close_partial 50%");
  CHECK(read_as("close LINK now") == "update: LINK close");
}
