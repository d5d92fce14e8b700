#pragma once

#include <cstdint>
#include <vector>

#include "messages/timestamp.hpp"

namespace outcry {

/// When a crashed actor is started again. Pure: no CAF, no clock.
struct restart_policy {
  std::uint32_t max_restarts = 5;  ///< within `window_ns`; one more and it has failed
  duration_ns window_ns = 60 * ns_per_s;
  duration_ns first_backoff_ns = 100 * ns_per_ms;  ///< doubled for each crash within the window
  duration_ns max_backoff_ns = 10 * ns_per_s;
  double jitter = 0.2;  ///< the backoff is stretched by up to this part of itself
};

/// Counts the crashes of one actor within its window.
class restart_window {
public:
  explicit restart_window(restart_policy policy) : policy_(policy) {}

  /// Notes a crash at `now`. False: that was one too many.
  bool note_crash(timestamp_ns now);

  /// As if it had never crashed.
  void forget() { crashes_.clear(); }

  /// How long to wait after the latest crash. `random` is in [0, 1).
  duration_ns backoff(double random) const;

private:
  restart_policy policy_;
  std::vector<timestamp_ns> crashes_;  ///< oldest first; an idle vector costs no memory
};

}  // namespace outcry
