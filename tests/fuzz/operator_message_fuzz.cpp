#include <cstddef>
#include <cstdint>
#include <string_view>

#include "messages/operator_codec.hpp"
#include "tests/fuzz/require.hpp"

using namespace outcry;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto x = parse_operator_message("m-1", text);
  if (!x) {
    FUZZ_REQUIRE(!x.error().expected.empty());
    FUZZ_REQUIRE(!x.error().found.empty());
    FUZZ_REQUIRE(x.error().found.size() <= 4 * 80);
  } else {
    const auto json = to_json(*x);
    FUZZ_REQUIRE(json.find('\n') == std::string::npos);
    const auto again = parse_operator_message("m-1", json);
    FUZZ_REQUIRE(again);
    FUZZ_REQUIRE(*again == *x);
    ledger whole;
    whole.message = *x;
    const auto adopted = parse_ledger(to_json(whole));
    FUZZ_REQUIRE(adopted);
    FUZZ_REQUIRE(*adopted == whole);
  }
  if (const auto whole = parse_ledger(text)) {
    const auto again = parse_ledger(to_json(*whole));
    FUZZ_REQUIRE(again);
    FUZZ_REQUIRE(*again == *whole);
  }
  return 0;
}
