#include <cstddef>
#include <cstdint>
#include <string_view>

#include "actors/signals/process_message.hpp"
#include "actors/signals/reading_json.hpp"
#include "tests/fuzz/require.hpp"

using namespace outcry;
using namespace outcry::signals;

namespace {

/// What may be traded keeps these promises whatever the text.
void require_tradable(const signals::signal& x) {
  FUZZ_REQUIRE(!x.ticker.empty());
  FUZZ_REQUIRE(!x.entries.empty() || x.order == entry_order::market);
  const bool is_long = x.side == trade_side::long_side;
  for (const auto entry : x.entries) {
    FUZZ_REQUIRE(entry.is_positive());
    if (x.action == trade_action::close) continue;
    if (x.stop) FUZZ_REQUIRE(is_long ? x.stop->price < entry : x.stop->price > entry);
    for (const auto target : x.targets) FUZZ_REQUIRE(is_long ? target > entry : target < entry);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto x = explain_message(text, {});
  FUZZ_REQUIRE(!x.result.reason.empty());
  FUZZ_REQUIRE(x.result.confidence <= 100);
  if (x.result.outcome == verdict::signal) {
    FUZZ_REQUIRE(x.result.call);
    require_tradable(*x.result.call);
  }
  if (x.result.outcome == verdict::update) {
    FUZZ_REQUIRE(x.result.follow_up);
    FUZZ_REQUIRE(!x.result.follow_up->steps.empty());
    for (const auto& step : x.result.follow_up->steps)
      FUZZ_REQUIRE(!step.price || step.price->is_positive());
  }
  std::size_t end = 0;
  for (const auto& t : x.tokens) {
    FUZZ_REQUIRE(t.offset >= end);
    end = t.offset + t.length;
    FUZZ_REQUIRE(end <= text.size());
  }
  const auto plain = process_message(text, {});
  FUZZ_REQUIRE(to_json(plain) == to_json(x.result));
  return 0;
}
