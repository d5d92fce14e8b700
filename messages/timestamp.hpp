#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace outcry {

/// A point in time, nanoseconds since the UNIX epoch, UTC. 0 = unknown.
using timestamp_ns = std::int64_t;
/// A span of time in nanoseconds.
using duration_ns = std::int64_t;

constexpr duration_ns ns_per_ms = 1'000'000;
constexpr duration_ns ns_per_s = 1'000'000'000;

/// ISO 8601 in UTC with microseconds: "2013-10-08T13:30:00.123456+00:00".
std::string to_iso(timestamp_ns t);

/// Reads ISO 8601 with 'T' or a blank between date and time, up to 9 fractional digits, and "Z",
/// "+hh:mm", "+hhmm" or nothing (taken as UTC) behind it. The error names the offending text.
tl::expected<timestamp_ns, std::string> parse_iso(std::string_view text);

}  // namespace outcry
