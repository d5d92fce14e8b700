#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
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

/// A priority is a number or a text, of a node that exists.
void check_priority(const std::vector<leaf>& leaves, std::size_t i) {
  FUZZ_REQUIRE(!std::holds_alternative<bool>(leaves[i].value));
  const auto node = leaves[i].place.substr(0, leaves[i].place.size() - priority_key.size());
  FUZZ_REQUIRE((i > 0 && leaves[i - 1].place == node) ||
               (i + 1 < leaves.size() && within(leaves[i + 1].place, node)));
}

json read(const std::vector<leaf>& leaves, form as) {
  auto value = json::parse(render(leaves, {}, as), nullptr, false);
  FUZZ_REQUIRE(!value.is_discarded());
  return value;
}

void check(const std::vector<leaf>& leaves) {
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    FUZZ_REQUIRE(depth(leaves[i].place) <= deepest_place);
    // Sorted, and nothing lies below a leaf but its priority.
    if (i > 0) FUZZ_REQUIRE(leaves[i - 1].place < leaves[i].place);
    if (i > 0 && within(leaves[i].place, leaves[i - 1].place))
      FUZZ_REQUIRE(leaves[i].place == leaves[i - 1].place + std::string(priority_key));
    if (is_priority(leaves[i].place)) check_priority(leaves, i);
  }
  // What is stored reads back as what was stored, values alone or with priorities.
  auto values = leaves;
  std::erase_if(values, [](const leaf& one) { return is_priority(one.place); });
  FUZZ_REQUIRE(same(flatten(read(leaves, form::plain), {}, now), values));
  if (values.size() != leaves.size())
    FUZZ_REQUIRE(same(flatten(read(leaves, form::exported), {}, now), leaves));
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
