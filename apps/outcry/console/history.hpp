#pragma once

#include <array>
#include <cstdint>

namespace outcry::console {

/// Whole seconds a sparkline shows.
constexpr std::size_t history_seconds = 60;

/// What a figure is while nothing is told of it: what it was, as a mailbox's depth, or nothing, as
/// a rate.
enum class untold : std::uint8_t { holds, is_zero };

/// The last minute of one figure, a value a second.
class history {
public:
  explicit history(untold gap) : gap_(gap) {}

  /// The figure was `value` from `before_ms` to `at_ms`; nothing was told of it between its last
  /// `set` and `before_ms`. Times go forward.
  void set(std::int64_t at_ms, std::int64_t before_ms, double value);

  /// The value of each second up to that of `now_ms`, the oldest first. What was before the first
  /// `set` is NaN.
  std::array<double, history_seconds> values(std::int64_t now_ms) const;

private:
  float& slot(std::int64_t second) {
    return ring_[static_cast<std::size_t>(second) % history_seconds];
  }
  float slot(std::int64_t second) const {
    return ring_[static_cast<std::size_t>(second) % history_seconds];
  }

  std::array<float, history_seconds> ring_{};
  untold gap_;
  std::int64_t first_ = -1;  ///< second; -1 = nothing was set
  std::int64_t last_ = -1;
};

}  // namespace outcry::console
