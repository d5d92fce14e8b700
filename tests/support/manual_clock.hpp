#pragma once

#include <atomic>

#include "actors/floor/clock.hpp"

namespace outcry::test {

/// A clock that stands still until a test moves it. Starts on Friday 2024-03-08 at 14:30 UTC, when
/// New York's stock exchange opens. Safe to use from any thread.
class manual_clock final : public clock {
public:
  static constexpr timestamp_ns start = 1'709'908'200 * ns_per_s;

  explicit manual_clock(timestamp_ns now = start) : now_(now) {}

  timestamp_ns now() const override { return now_; }
  void set(timestamp_ns now) { now_ = now; }
  void advance(duration_ns by) { now_ += by; }

private:
  std::atomic<timestamp_ns> now_;
};

}  // namespace outcry::test
