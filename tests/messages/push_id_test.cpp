#include "messages/push_id.hpp"

#include <limits>
#include <random>
#include <stdexcept>
#include <utility>

#include <catch2/catch.hpp>

using namespace outcry;

namespace {

constexpr std::int64_t last_ms = (std::int64_t{1} << 48) - 1;
constexpr std::int64_t last_sequence = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("push id: known values") {
  CHECK(make_push_id(0, 0) == "--------------------");
  CHECK(make_push_id(1, 63) == "-------0-----------z");
  CHECK(make_push_id(64, 64) == "------0-----------0-");
  CHECK(make_push_id(last_ms, last_sequence) == "zzzzzzzz-6zzzzzzzzzz");
  CHECK(make_random_push_id(0, ~std::uint64_t{0}, ~std::uint64_t{0}) == "--------zzzzzzzzzzzz");
  CHECK(make_random_push_id(0, 1, 0) == "---------F----------");
  CHECK(make_random_push_id(0, 0x100, 0) == make_random_push_id(0, 0, 0));
}

TEST_CASE("push id: refuses what has no place in it") {
  CHECK_THROWS_AS(make_push_id(-1, 0), std::out_of_range);
  CHECK_THROWS_AS(make_push_id(last_ms + 1, 0), std::out_of_range);
  CHECK_THROWS_AS(make_push_id(0, -1), std::out_of_range);
  CHECK_THROWS_AS(make_random_push_id(-1, 0, 0), std::out_of_range);
}

TEST_CASE("push id: text order is the order of time, then sequence") {
  std::mt19937_64 random{7};
  const auto time = [&] {
    return static_cast<std::int64_t>((random() & last_ms) >> random() % 48);
  };
  const auto sequence = [&] { return static_cast<std::int64_t>((random() >> 1) >> random() % 63); };
  for (int i = 0; i < 20'000; ++i) {
    const std::pair a{time(), sequence()};
    const std::pair b{i % 2 == 0 ? a.first : time(), sequence()};
    const auto key_a = make_push_id(a.first, a.second);
    const auto key_b = make_push_id(b.first, b.second);
    REQUIRE(key_a.size() == 20);
    REQUIRE((a < b) == (key_a < key_b));
    REQUIRE((a == b) == (key_a == key_b));
  }
}
