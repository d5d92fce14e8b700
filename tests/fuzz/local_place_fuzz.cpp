#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/refusal.hpp"
#include "tests/fuzz/require.hpp"

using namespace outcry::firebase::local;

namespace {

std::optional<std::string> read(std::string_view text, bool percent_encoded) {
  try {
    return parse_place(text, percent_encoded);
  } catch (const refusal& problem) {
    FUZZ_REQUIRE(problem.status() == 400);
    return std::nullopt;
  }
}

void check_place(const std::string& place) {
  FUZZ_REQUIRE(depth(place) <= deepest_place);
  FUZZ_REQUIRE(parse_place(to_text(place), false) == place);
  std::size_t index = 0;
  if (!place.empty() && first_key_is_index(place, index))
    FUZZ_REQUIRE(first_key(place) == std::to_string(index));
}

int sign(int x) {
  return (x > 0) - (x < 0);
}

std::optional<std::int64_t> integer(const std::string& key) {
  const auto digits = key.substr(key[0] == '-' ? 1 : 0);
  if (digits.empty() || digits.size() > 18 ||
      digits.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  const auto value = std::stoll(key);
  if (value < INT32_MIN || value > INT32_MAX) return std::nullopt;
  return value;
}

/// Encoded keys sort as Firebase sorts keys: integers first, by value.
void check_order(const std::string& a, const std::string& b) {
  const auto order = sign(encode_key(a).compare(encode_key(b)));
  FUZZ_REQUIRE((order == 0) == (a == b));
  const auto x = integer(a);
  const auto y = integer(b);
  if (x && y && *x != *y) FUZZ_REQUIRE(order == (*x < *y ? -1 : 1));
  if (std::max(a.size(), b.size()) > 18) return;  // zeros in front: beyond what is told here
  if (x && !y) FUZZ_REQUIRE(order < 0);
  if (!x && !y) FUZZ_REQUIRE(order == sign(compare_utf16(a, b)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto place = read(text, true)) check_place(*place);
  const auto place = read(text, false);
  if (!place) return 0;
  check_place(*place);
  std::vector<std::string> keys;
  for (std::string_view rest = *place; !rest.empty(); rest.remove_prefix(first_key_size(rest)))
    if (!is_priority(rest) || rest.size() > priority_key.size()) keys.push_back(first_key(rest));
  for (const auto& a : keys)
    for (const auto& b : keys) check_order(a, b);
  return 0;
}
