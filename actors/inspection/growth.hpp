#pragma once

#include <cstdint>
#include <optional>

namespace outcry::inspection {

/// Follows one number over looks and says whether it grows: it stands above what it was half a
/// minute to a minute ago, or at the first look, near its peak, and rose far more than it fell on
/// its way, so that one that goes up and down does not grow.
class growth {
public:
  /// The number at one look; `heard_ms` by a steady clock, `at_ms` by the floor's.
  void note(std::uint64_t value, std::int64_t heard_ms, std::int64_t at_ms);

  /// Never before `least_ms` of looks.
  bool grows() const;

  /// Since when, by the floor's clock: the last look at which it stood no higher than before.
  std::int64_t since_ms() const { return since_ms_; }

  /// How many more than `span_ms` ago.
  std::uint64_t gained() const;
  std::int64_t span_ms() const;
  double per_second() const;

  static constexpr std::int64_t least_ms = 3000;

private:
  /// Where a comparison begins, and the way since.
  struct start {
    std::uint64_t value = 0;
    std::int64_t heard_ms = 0;
    std::uint64_t risen = 0;
    std::uint64_t fallen = 0;
    std::uint64_t peak = 0;

    void go(std::uint64_t from, std::uint64_t to);
  };

  std::optional<start> base_;  ///< compared with
  start next_;                 ///< the base to come
  std::uint64_t value_ = 0;    ///< at the last look
  std::int64_t heard_ms_ = 0;
  std::int64_t since_ms_ = 0;
};

}  // namespace outcry::inspection
