#include <cstddef>
#include <cstdint>
#include <string_view>

#include "messages/bots_codec.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  // What is accepted survives being written and read again.
  if (auto presence = outcry::parse_container_presence(text))
    FUZZ_REQUIRE(outcry::parse_container_presence(to_json(*presence)) == *presence);
  if (auto answer = outcry::parse_container_acknowledgement(text)) {
    auto again = outcry::parse_container_acknowledgement(to_json(*answer));
    FUZZ_REQUIRE(again.has_value() && again->message_id == answer->message_id &&
                 again->line == answer->line);
  }
  return 0;
}
