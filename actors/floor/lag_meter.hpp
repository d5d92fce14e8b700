#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace outcry {

/// How long what goes through a connection takes now: as long as the oldest that is under way has
/// waited, or as the slowest of those that ended within the last ten seconds, true to a second,
/// took. Times are milliseconds of a clock that only goes forward. One thread at a time.
class lag_meter {
public:
  /// Something has ended that took so long.
  void took(std::int64_t span_ms, std::int64_t now_ms) {
    const auto second = now_ms / 1000;
    auto& slot = slowest_[static_cast<std::size_t>(second) % slowest_.size()];
    if (slot.second != second) slot = {second, 0};
    slot.span_ms = std::max(slot.span_ms, span_ms);
  }

  /// `oldest_began_ms`: of what is under way. -1: nothing goes through, and nothing did lately.
  std::int64_t lag_ms(std::int64_t now_ms,
                      std::optional<std::int64_t> oldest_began_ms = std::nullopt) const {
    std::int64_t result =
        oldest_began_ms ? std::max<std::int64_t>(now_ms - *oldest_began_ms, 0) : -1;
    const auto second = now_ms / 1000;
    for (const auto& x : slowest_)
      if (x.second > second - remembered_seconds && x.second <= second)
        result = std::max(result, x.span_ms);
    return result;
  }

private:
  static constexpr std::int64_t remembered_seconds = 10;

  struct slowest {
    std::int64_t second = -1;
    std::int64_t span_ms = -1;
  };

  std::array<slowest, remembered_seconds> slowest_;
};

}  // namespace outcry
