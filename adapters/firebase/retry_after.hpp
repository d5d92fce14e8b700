#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace outcry::firebase {

/// The wait that a Retry-After header asks for: seconds, or an HTTP date, which counts from the
/// same answer's Date header where there is one (else from `now`), so that a wrong clock here does
/// no harm. At least 0, at most one hour; nothing if the header is absent or unreadable.
std::optional<std::chrono::milliseconds> parse_retry_after(
    const std::string& header, const std::string& date, std::chrono::system_clock::time_point now);

}  // namespace outcry::firebase
