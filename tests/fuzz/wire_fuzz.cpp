#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/firebase/local/wire/frames.hpp"
#include "adapters/firebase/local/wire/message.hpp"
#include "tests/fuzz/require.hpp"

namespace wire = outcry::firebase::local::wire;

namespace {

constexpr std::size_t largest = 64;

/// Each line is a frame.
void hear(std::string_view text) {
  wire::assembler frames(largest);
  for (std::string message; !text.empty();) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const auto result = frames.take(std::string(text.substr(0, end)), message);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (result == wire::assembler::results::broken) return;
    if (result == wire::assembler::results::whole) {
      FUZZ_REQUIRE(message.size() <= largest);
      wire::parse(message);
    }
    if (result == wire::assembler::results::too_large) {
      FUZZ_REQUIRE(message.size() <= 256);
      wire::number_of(message);
    }
  }
}

/// A message of any content is the same at the other end.
void repeat(std::string_view text) {
  std::string message = "{";
  while (!text.empty() && message.size() < 3 * wire::longest_frame) message += text;
  wire::assembler frames(message.size());
  std::string heard;
  for (const std::string& frame : wire::split(message)) frames.take(frame, heard);
  FUZZ_REQUIRE(heard == message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  wire::parse(text);
  hear(text);
  repeat(text);
  return 0;
}
