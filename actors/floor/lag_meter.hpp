#pragma once

#include <algorithm>
#include <cstdint>

namespace outcry {

/// How long what goes through a connection takes now: as long as the oldest that is under way has
/// waited, or as the slowest of those that ended within the last ten seconds took. Times are
/// milliseconds of a clock that only goes forward. One thread at a time.
class lag_meter {
public:
  static constexpr std::int64_t remembered_ms = 10'000;

  /// Something has ended that took so long.
  void took(std::int64_t span_ms, std::int64_t now_ms) {
    if (has_slowest(now_ms) && span_ms < slowest_ms_) return;
    slowest_ms_ = std::max<std::int64_t>(span_ms, 0);
    slowest_at_ms_ = now_ms;
  }

  /// -1: nothing goes through, and nothing did lately.
  std::int64_t lag_ms(std::int64_t now_ms) const { return has_slowest(now_ms) ? slowest_ms_ : -1; }

  /// The same while something is under way that began then.
  std::int64_t lag_ms(std::int64_t now_ms, std::int64_t oldest_began_ms) const {
    return std::max({lag_ms(now_ms), now_ms - oldest_began_ms, std::int64_t{0}});
  }

private:
  bool has_slowest(std::int64_t now_ms) const {
    return slowest_ms_ >= 0 && now_ms - slowest_at_ms_ < remembered_ms;
  }

  std::int64_t slowest_ms_ = -1;
  std::int64_t slowest_at_ms_ = 0;
};

}  // namespace outcry
