#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "adapters/firebase/local/key.hpp"
#include "adapters/firebase/local/refusal.hpp"
#include "adapters/firebase/local/render.hpp"
#include "adapters/firebase/local/value.hpp"
#include "tests/fuzz/require.hpp"

using namespace outcry::firebase::local;
using nlohmann::json;

namespace {

constexpr std::int64_t now = 1'700'000'000'000;

bool same(const std::vector<leaf>& a, const std::vector<leaf>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const leaf& x, const leaf& y) {
    return x.place == y.place && x.value == y.value;
  });
}

void check(const std::vector<leaf>& leaves) {
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    FUZZ_REQUIRE(depth(leaves[i].place) <= deepest_place);
    // Sorted, and nothing lies below a leaf.
    if (i > 0) FUZZ_REQUIRE(leaves[i - 1].place < leaves[i].place);
    if (i > 0) FUZZ_REQUIRE(!within(leaves[i].place, leaves[i - 1].place));
  }
  // What is stored reads back as what was stored.
  const auto text = render(leaves, {});
  const auto again = json::parse(text, nullptr, false);
  FUZZ_REQUIRE(!again.is_discarded());
  FUZZ_REQUIRE(same(flatten(again, {}, now), leaves));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value =
      json::parse(std::string_view(reinterpret_cast<const char*>(data), size), nullptr, false);
  if (value.is_discarded()) return 0;
  try {
    check(flatten(value, {}, now));
  } catch (const refusal& problem) {
    FUZZ_REQUIRE(problem.status() == 400 && *problem.what() != '\0');
  }
  return 0;
}
