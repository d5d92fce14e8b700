#include "adapters/calendar/us_equity_calendar.hpp"

#include <chrono>

#include "adapters/calendar/new_york.hpp"
#include "adapters/calendar/us_equity_days.hpp"

namespace outcry::calendar {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

struct trading_day {
  date::sys_days day;
  equity_hours borders;
};

/// The first trading day after `day`. No market is closed for a month.
trading_day next_trading_day(date::sys_days day) {
  for (;;) {
    day += date::days{1};
    if (const auto borders = equity_hours_of(day)) return {day, *borders};
  }
}

}  // namespace

std::optional<equity_hours> equity_hours_of(date::year_month_day day) {
  const auto kind = equity_day_of(day);
  if (kind == equity_day::closed) return std::nullopt;
  const bool full = kind == equity_day::full;
  return equity_hours{new_york_time(day, hours{4}), new_york_time(day, hours{9} + minutes{30}),
                      new_york_time(day, hours{full ? 16 : 13}),
                      new_york_time(day, hours{full ? 20 : 17})};
}

market_session us_equity_calendar::session_at(timestamp_ns t) const {
  if (t >= cached_from_ns_ && t < cached_.next_change_ns) return cached_;
  const auto take = [&](session_phase phase, date::sys_days day, timestamp_ns from,
                        timestamp_ns to) {
    cached_from_ns_ = from;
    cached_ = {phase, day_text(day), to};
    return cached_;
  };
  const date::sys_days today{new_york_day(t)};
  if (const auto h = equity_hours_of(today); h && t < h->after_hours_end_ns) {
    if (t < h->pre_market_ns) return take(session_phase::closed, today, t, h->pre_market_ns);
    if (t < h->open_ns) return take(session_phase::pre_market, today, h->pre_market_ns, h->open_ns);
    if (t < h->close_ns) return take(session_phase::regular, today, h->open_ns, h->close_ns);
    return take(session_phase::after_hours, today, h->close_ns, h->after_hours_end_ns);
  }
  const auto next = next_trading_day(today);
  return take(session_phase::closed, next.day, t, next.borders.pre_market_ns);
}

}  // namespace outcry::calendar
