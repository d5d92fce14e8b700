#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/discord/gateway_payload.hpp"
#include "adapters/discord/message.hpp"
#include "adapters/discord/zlib_stream.hpp"
#include "tests/fuzz/require.hpp"

using namespace outcry::discord;

namespace {

void read_data(const nlohmann::json& data) {
  try {
    const auto m = read_message(data, 1);
    FUZZ_REQUIRE(m.id != 0 && m.channel_id != 0);
    FUZZ_REQUIRE(m.text.size() <= 64 * 1024);
    FUZZ_REQUIRE(m.author_name.size() <= 256);
    // What was read is UTF-8, so it can be written again.
    FUZZ_REQUIRE(!nlohmann::json(m.text).dump().empty());
    FUZZ_REQUIRE(!nlohmann::json(m.author_name).dump().empty());
  } catch (const bad_payload& problem) {
    FUZZ_REQUIRE(problem.what()[0] != '\0');
  }
  try {
    FUZZ_REQUIRE(read_deletion(data).ids.size() <= 1000);
  } catch (const bad_payload&) {
  }
  try {
    read_ready(data);
  } catch (const bad_payload&) {
  }
}

void read_text(std::string_view text) {
  try {
    const auto payload = read_payload(text);
    FUZZ_REQUIRE(payload.op >= 0);
    read_data(payload.data);
  } catch (const bad_payload&) {
  }
  try {
    const auto info = read_gateway_info(text);
    FUZZ_REQUIRE(info.max_concurrency >= 1 && info.remaining >= 0);
  } catch (const bad_payload&) {
  }
}

}  // namespace

/// Input that begins with 'z' is fed to the inflater in frames of the size its second byte says;
/// everything else is a payload.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (!input.starts_with('z') || size < 2) {
    read_text(input);
    return 0;
  }
  constexpr std::size_t bound = 1 << 16;
  zlib_stream stream(bound);
  const std::size_t step = static_cast<std::size_t>(data[1]) + 1;
  try {
    for (std::size_t at = 2; at < size; at += step)
      if (const auto payload = stream.feed(input.substr(at, step))) {
        FUZZ_REQUIRE(payload->size() <= bound);
        read_text(*payload);
      }
  } catch (const bad_stream&) {
  }
  return 0;
}
