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
  if (auto briefing = outcry::parse_container_briefing(text))
    FUZZ_REQUIRE(outcry::parse_container_briefing(to_json(*briefing)) == *briefing);
  if (auto farewell = outcry::parse_container_farewell(text))
    FUZZ_REQUIRE(outcry::parse_container_farewell(to_json(*farewell)) == *farewell);
  return 0;
}
