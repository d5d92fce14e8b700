#pragma once

#include <cstdint>
#include <optional>

namespace outcry::inspection {

/// The floor's clock was set, or the machine slept.
struct clock_jump_seen {
  std::int64_t by_ms = 0;         ///< ahead; below 0 = back
  std::int64_t last_good_ms = 0;  ///< the floor's clock at the last look before
  std::int64_t heard_ms = 0;      ///< when it was noticed, by our steady clock
};

/// Compares the floor's clock, which people and NTP may set, with a steady clock of the reader's
/// own. A snapshot may come late, but never early. So a floor's clock that runs ahead of ours has
/// jumped, unless the look before came late; one that falls behind has jumped when it went back
/// between two looks, or stays behind for some.
class time_keeper {
public:
  /// A snapshot stamped `at_ms` was heard at `heard_ms`.
  void note(std::int64_t at_ms, std::int64_t heard_ms);

  /// The latest jump.
  const std::optional<clock_jump_seen>& last_jump() const { return jump_; }

  /// Milliseconds that have really passed since the floor's clock showed `since_ms`, as far as the
  /// latest jump is known. Never below 0.
  std::int64_t age_of(std::int64_t since_ms) const;

private:
  void jumped(std::int64_t by_ms, std::int64_t heard_ms);

  std::optional<std::int64_t> offset_;  ///< the floor's clock minus ours, as believed
  std::optional<clock_jump_seen> jump_;
  std::int64_t at_ms_ = 0;
  std::int64_t heard_ms_ = 0;
  bool settled_ = false;  ///< as much time passed by both clocks between the last two looks
  int behind_ = 0;        ///< looks in a row that were behind by the same
};

}  // namespace outcry::inspection
