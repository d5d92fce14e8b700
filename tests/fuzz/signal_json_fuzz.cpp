#include <cstddef>
#include <cstdint>
#include <string_view>

#include "actors/signals/reading_json.hpp"
#include "actors/signals/signal_json.hpp"
#include "tests/fuzz/require.hpp"

using namespace outcry;
using namespace outcry::signals;

namespace {

void require_told(const invalid_field& x) {
  FUZZ_REQUIRE(!x.expected.empty());
  FUZZ_REQUIRE(!x.found.empty());
  FUZZ_REQUIRE(x.found.size() <= 4 * 80);
}

void require_price(const Price& x) {
  FUZZ_REQUIRE(x.is_positive());
  FUZZ_REQUIRE(x <= Price::from_integer(1'000'000'000'000));
}

/// What we write has microseconds; what we read may have more.
template <class T>
T in_microseconds(T x) {
  auto rest = x.message_time % 1'000;
  if (rest < 0) rest += 1'000;
  x.message_time -= rest;
  return x;
}

void check_signal(std::string_view text) {
  const auto x = parse_signal(text);
  if (!x) return require_told(x.error());
  FUZZ_REQUIRE(!x->ticker.empty());
  FUZZ_REQUIRE(!x->entries.empty() || x->order == entry_order::market);
  FUZZ_REQUIRE(x->entries.size() <= most_entries);
  FUZZ_REQUIRE(x->targets.size() <= most_targets);
  for (const auto price : x->entries) require_price(price);
  for (const auto price : x->targets) require_price(price);
  if (x->stop) require_price(x->stop->price);
  const auto json = to_json(*x);
  FUZZ_REQUIRE(json.find('\n') == std::string::npos);
  const auto again = parse_signal(json);
  FUZZ_REQUIRE(again);
  FUZZ_REQUIRE(*again == in_microseconds(*x));
}

void check_update(std::string_view text) {
  const auto x = parse_update(text);
  if (!x) return require_told(x.error());
  FUZZ_REQUIRE(!x->steps.empty());
  FUZZ_REQUIRE(x->steps.size() <= most_steps);
  for (const auto& step : x->steps)
    if (step.price) require_price(*step.price);
  const auto again = parse_update(to_json(*x));
  FUZZ_REQUIRE(again);
  FUZZ_REQUIRE(*again == in_microseconds(*x));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_signal(text);
  check_update(text);
  return 0;
}
