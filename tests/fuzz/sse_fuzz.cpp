#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/sse_parser.hpp"
#include "tests/fuzz/require.hpp"

namespace {

/// The events of `text`, fed in pieces of `step` bytes.
std::vector<std::string> events_of(std::string_view text, std::size_t step) {
  outcry::firebase::sse_parser parser{{}};
  std::vector<std::string> result;
  for (std::size_t i = 0; i < text.size(); i += step) {
    bool good = parser.feed(text.substr(i, step), [&](const outcry::firebase::sse_event& event) {
      result.push_back(event.type + '\n' + event.data);
    });
    if (!good) break;
  }
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  // However the bytes are cut, the events are the same.
  FUZZ_REQUIRE(events_of(text, 1) == events_of(text, text.size() + 1));
  return 0;
}
