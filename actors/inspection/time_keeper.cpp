#include "actors/inspection/time_keeper.hpp"

#include <algorithm>
#include <cstdlib>

namespace outcry::inspection {

namespace {

/// Less is left to NTP, which slews.
constexpr std::int64_t least_jump_ms = 2000;

/// So many looks that are behind by the same are no delay.
constexpr int enough_behind = 3;

}  // namespace

void time_keeper::note(std::int64_t at_ms, std::int64_t heard_ms) {
  const auto offset = at_ms - heard_ms;
  const auto passed_there = at_ms - at_ms_;
  const auto passed_here = heard_ms - heard_ms_;
  const bool agree = offset_ && std::llabs(passed_there - passed_here) * 2 <=
                                    std::max(std::llabs(passed_there), std::llabs(passed_here));
  if (!offset_) {
    offset_ = offset;
  } else if (const auto by = offset - *offset_; by >= least_jump_ms) {
    if (settled_) jumped(by, heard_ms);
    offset_ = offset;
    behind_ = 0;
  } else if (passed_there <= -least_jump_ms) {
    jumped(by, heard_ms);
    offset_ = offset;
    behind_ = 0;
  } else if (by <= -least_jump_ms) {
    behind_ = agree ? behind_ + 1 : 0;
    if (behind_ >= enough_behind) {
      jumped(by, heard_ms);
      offset_ = offset;
      behind_ = 0;
    }
  } else {
    // The least delay is the best measure; a clock that is slewed is followed slowly.
    offset_ = by > 0 ? offset : *offset_ + by / 16;
    behind_ = 0;
  }
  settled_ = agree;
  at_ms_ = at_ms;
  heard_ms_ = heard_ms;
}

void time_keeper::jumped(std::int64_t by_ms, std::int64_t heard_ms) {
  jump_ = {by_ms, at_ms_, heard_ms};
}

std::int64_t time_keeper::age_of(std::int64_t since_ms) const {
  auto age = at_ms_ - since_ms;
  // Whether a time was stamped before the clock was set is plain only when it jumped ahead.
  const bool before =
      jump_ && (jump_->by_ms > 0 ? since_ms <= jump_->last_good_ms : since_ms > at_ms_);
  if (before) age -= jump_->by_ms;
  return std::max<std::int64_t>(age, 0);
}

}  // namespace outcry::inspection
