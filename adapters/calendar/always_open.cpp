#include "adapters/calendar/always_open.hpp"

#include <chrono>

#include "adapters/calendar/new_york.hpp"

namespace outcry::calendar {

market_session always_open::session_at(timestamp_ns t) const {
  if (t < cached_from_ns_ || t >= cached_.next_change_ns) {
    const auto day = new_york_day(t);
    const date::year_month_day tomorrow{date::sys_days{day} + date::days{1}};
    constexpr std::chrono::minutes midnight{0};
    cached_from_ns_ = new_york_time(day, midnight);
    cached_ = {session_phase::regular, day_text(day), new_york_time(tomorrow, midnight)};
  }
  return cached_;
}

}  // namespace outcry::calendar
