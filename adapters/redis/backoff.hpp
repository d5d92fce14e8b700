#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>

namespace outcry::redis {

/// Draws from [0, 1), evenly. Called from the one thread of the client it was given to.
using uniform_source = std::function<double()>;

/// How long to wait between attempts to connect.
struct backoff_limits {
  std::chrono::milliseconds shortest{100};
  std::chrono::milliseconds longest{5000};
};

/// The pause before attempt number `attempt` (from 1, the first one after a failure): somewhere
/// between `shortest` and a ceiling that doubles with each attempt up to `longest`. The draw over
/// the whole range keeps a hundred clients of a restarted server from returning together.
/// `uniform` is a draw from [0, 1).
inline std::chrono::milliseconds backoff_delay(unsigned attempt, backoff_limits limits,
                                               double uniform) {
  auto ceiling = limits.shortest;
  for (unsigned i = 0; i < attempt && ceiling < limits.longest; ++i) ceiling *= 2;
  ceiling = std::min(ceiling, limits.longest);
  auto span = static_cast<double>(std::max(ceiling - limits.shortest, ceiling * 0).count());
  auto extra = static_cast<std::int64_t>(span * std::clamp(uniform, 0.0, 1.0));
  return limits.shortest + std::chrono::milliseconds(extra);
}

/// A source seeded by the system; tests give their own.
uniform_source system_uniform_source();

}  // namespace outcry::redis
