#include <cstddef>
#include <cstdint>
#include <string_view>

#include "messages/market_codec.hpp"
#include "tests/fuzz/require.hpp"

using namespace outcry;

namespace {

constexpr timestamp_ns init_ns = 7;

void check_refusal(const invalid_field& x) {
  FUZZ_REQUIRE(!x.expected.empty());
  FUZZ_REQUIRE(!x.found.empty());
  FUZZ_REQUIRE(x.found.size() <= 4 * 80);
}

void check_price(const price_update& x, std::string_view ticker) {
  FUZZ_REQUIRE(x.tick.price.is_positive());
  FUZZ_REQUIRE(x.tick.volume >= Quantity{});
  const auto again = parse_market_update(to_envelope(to_json(x), "fuzz", 0), ticker, init_ns);
  FUZZ_REQUIRE(again);
  auto expected = x;
  expected.tick.event_ns -= expected.tick.event_ns % 1'000;  // printed in microseconds
  FUZZ_REQUIRE(std::get<price_update>(*again) == expected);
}

void check_order(const order_update& x, std::string_view payload, std::string_view ticker) {
  FUZZ_REQUIRE(payload.find(x.order_data) != std::string_view::npos);
  const auto again = parse_market_update(to_json(x), ticker, init_ns);
  FUZZ_REQUIRE(again);
  auto expected = x;
  expected.event_ns -= expected.event_ns % 1'000;
  FUZZ_REQUIRE(std::get<order_update>(*again) == expected);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload{reinterpret_cast<const char*>(data), size};
  for (const std::string_view ticker : {"AAPL", "BTC/USD"}) {
    const auto x = parse_market_update(payload, ticker, init_ns);
    if (!x) {
      check_refusal(x.error());
    } else if (const auto* price = std::get_if<price_update>(&*x)) {
      check_price(*price, ticker);
    } else {
      check_order(std::get<order_update>(*x), payload, ticker);
    }
  }
  if (const auto x = parse_registration(payload)) {
    const auto again = parse_registration(to_envelope(to_json(*x), x->sender, 0));
    FUZZ_REQUIRE(again);
    FUZZ_REQUIRE(*again == *x);
  }
  return 0;
}
