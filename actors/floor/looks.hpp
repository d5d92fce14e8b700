#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "actors/floor/gauge.hpp"
#include "messages/inspection.hpp"

namespace outcry {

/// What repeated looks at one actor's counters tell beyond the counters: for how long the oldest
/// message waits, and the longest handler time of the last minute. Pure; one thread.
class actor_looks {
public:
  /// Looks at the counters of `who`; another one than last time has taken the seat. Asks for the
  /// next handler's time when no message was sampled since the last look.
  void look(gauge& who, std::int64_t at_ms);

  /// Since when the oldest waiting message has been seen to wait: it came one look earlier at most,
  /// or, when there were many looks meanwhile, a sixteenth of its wait. 0 = nothing waits.
  std::int64_t oldest_wait_ms(std::int64_t now_ms) const;

  /// The longest handler time of the last minute, true within 10 s: of those that were sampled, and
  /// of those that were seen at one message for a second or more, as long as it was seen.
  std::uint64_t longest_ns(std::int64_t now_ms) const;

private:
  /// At this look so many messages had come.
  struct mark {
    std::int64_t at_ms;
    std::uint64_t enqueued;
  };

  struct span {
    std::int64_t number = 0;  ///< of its 10 s
    std::uint64_t longest_ns = 0;
  };

  void thin_out();

  const gauge* who_ = nullptr;
  std::vector<mark> marks_;    ///< oldest first; all have messages that still wait
  std::uint64_t handled_ = 0;  ///< at the last look
  std::uint64_t sampled_ = 0;
  std::array<span, 7> longest_;
};

/// What the actor's handler is at.
serving_now serving_of(const gauge& who, std::int64_t now_ms);

/// Milliseconds of which only the lower half is known, at most 24 days before `now_ms`.
std::int64_t whole_ms(std::uint32_t coarse, std::int64_t now_ms);

}  // namespace outcry
