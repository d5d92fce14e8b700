#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "adapters/firebase/event_data.hpp"
#include "tests/fuzz/require.hpp"

using nlohmann::json;
using outcry::firebase::parse_event_data;

namespace {

/// What a JSON library makes of it, with the rules of the payload.
bool is_event(const json& value) {
  if (!value.is_object() || !value.contains("data")) return false;
  const auto path = value.find("path");
  return path != value.end() && path->is_string() &&
         path->get_ref<const std::string&>().starts_with('/');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto expected = json::parse(text, nullptr, false);
  if (const auto found = parse_event_data(text)) {
    FUZZ_REQUIRE(is_event(expected));
    FUZZ_REQUIRE(found->path == expected["path"]);
    FUZZ_REQUIRE(json::parse(found->data, nullptr, false) == expected["data"]);
    FUZZ_REQUIRE(found->data.data() >= text.data());
  }
  // Written anew no member comes twice: then the two must agree.
  if (expected.is_discarded()) return 0;
  const auto again = expected.dump();
  const auto found = parse_event_data(again);
  FUZZ_REQUIRE(found.has_value() == is_event(expected));
  if (found) FUZZ_REQUIRE(found->data == expected["data"].dump());
  return 0;
}
