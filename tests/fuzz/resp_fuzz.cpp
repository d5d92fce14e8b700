#include <cstddef>
#include <cstdint>
#include <string_view>

#include "adapters/redis/resp.hpp"
#include "tests/fuzz/require.hpp"

using namespace outcry::redis;

namespace {

constexpr std::size_t limit = 64;

bool lies_in(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

/// What every outcome promises.
void check(std::string_view input, const frame_outcome& read, const frame& found) {
  FUZZ_REQUIRE(read.consumed <= input.size());
  switch (read.status) {
    case frame_status::complete:
      FUZZ_REQUIRE(read.consumed > 0 && read.skip == 0);
      for (auto text : {found.pattern, found.channel, found.payload})
        FUZZ_REQUIRE(lies_in(text, input.substr(0, read.consumed)));
      break;
    case frame_status::incomplete:
      FUZZ_REQUIRE(read.needed == 0 || read.needed > input.size());
      break;
    case frame_status::oversized:
      FUZZ_REQUIRE(read.consumed > 0 && found.payload.empty());
      FUZZ_REQUIRE(read.skip == 0 || read.consumed == input.size());
      FUZZ_REQUIRE(lies_in(found.channel, input));
      break;
    case frame_status::invalid:
      break;
  }
}

bool same(const frame& a, const frame& b) {
  return a.kind == b.kind && a.pattern == b.pattern && a.channel == b.channel &&
         a.payload == b.payload;
}

/// A frame that comes in two parts is the one that comes whole.
void check_cut(std::string_view input, std::size_t size, const frame_outcome& whole,
               const frame& expected) {
  frame found;
  const auto part = input.substr(0, size);
  const auto read = parse_frame(part, limit, found);
  check(part, read, found);
  if (whole.status == frame_status::complete && size >= whole.consumed) {
    FUZZ_REQUIRE(read.status == frame_status::complete && read.consumed == whole.consumed);
    FUZZ_REQUIRE(same(found, expected));
  } else if (whole.status == frame_status::complete) {
    FUZZ_REQUIRE(read.status == frame_status::incomplete && read.needed <= whole.consumed);
  } else if (whole.status == frame_status::oversized) {
    FUZZ_REQUIRE(read.status == frame_status::incomplete || read.status == whole.status);
    if (read.status == whole.status)
      FUZZ_REQUIRE(read.consumed + read.skip == whole.consumed + whole.skip);
  } else if (whole.status == frame_status::incomplete) {
    FUZZ_REQUIRE(read.status == frame_status::incomplete);
  } else {
    FUZZ_REQUIRE(read.status == frame_status::incomplete || read.status == frame_status::invalid);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  while (!input.empty()) {
    frame found;
    const auto read = parse_frame(input, limit, found);
    check(input, read, found);
    for (std::size_t cut = 0; cut < input.size(); ++cut) check_cut(input, cut, read, found);
    if (read.status != frame_status::complete && read.status != frame_status::oversized) break;
    input.remove_prefix(read.consumed);
  }
  return 0;
}
