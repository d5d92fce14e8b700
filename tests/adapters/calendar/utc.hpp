#pragma once

#include <stdexcept>

#include "messages/timestamp.hpp"

namespace outcry::test {

/// The time of an ISO text, UTC where it names no zone.
inline timestamp_ns utc(std::string_view iso) {
  const auto result = parse_iso(iso);
  if (!result) throw std::invalid_argument{result.error()};
  return *result;
}

}  // namespace outcry::test
