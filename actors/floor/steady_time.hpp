#pragma once

#include <cstdint>

#include "actors/floor/gauge.hpp"

namespace outcry {

/// Milliseconds of a clock that only goes forward: `steady_now_ns`, coarser.
inline std::int64_t steady_now_ms() {
  return static_cast<std::int64_t>(steady_now_ns() / 1'000'000);
}

}  // namespace outcry
