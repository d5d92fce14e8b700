#pragma once

#include <algorithm>
#include <chrono>
#include <functional>

namespace outcry::firebase {

/// Exponential backoff with full jitter: the n-th delay is uniform in [0, min(cap, base * 2^n)), so
/// that many clients cut off together do not come back together.
class backoff {
public:
  using milliseconds = std::chrono::milliseconds;

  /// `random` returns numbers in [0, 1).
  backoff(milliseconds base, milliseconds cap, std::function<double()> random)
      : base_(base), cap_(cap), random_(std::move(random)) {}

  milliseconds next() {
    const auto ceiling = std::min<milliseconds>(cap_, base_ * (1LL << std::min(failures_, 20)));
    ++failures_;
    return milliseconds(
        static_cast<milliseconds::rep>(random_() * static_cast<double>(ceiling.count())));
  }

  void reset() { failures_ = 0; }

private:
  milliseconds base_;
  milliseconds cap_;
  std::function<double()> random_;
  int failures_ = 0;
};

/// A uniform generator in [0, 1) with its own seed from the system; not thread-safe.
std::function<double()> system_random();

}  // namespace outcry::firebase
