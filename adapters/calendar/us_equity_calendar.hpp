#pragma once

#include <optional>

#include <date/date.h>

#include "adapters/calendar/market_calendar.hpp"

namespace outcry::calendar {

/// The borders of one trading day of US shares.
struct equity_hours {
  timestamp_ns pre_market_ns = 0;       ///< 04:00 in New York
  timestamp_ns open_ns = 0;             ///< 09:30
  timestamp_ns close_ns = 0;            ///< 16:00; 13:00 on short days
  timestamp_ns after_hours_end_ns = 0;  ///< 20:00; 17:00 on short days
};

/// The borders of `day`; nothing when the market is closed.
std::optional<equity_hours> equity_hours_of(date::year_month_day day);

/// US shares: NYSE, Nasdaq. Keeps the last session it answered, so that asking again within it
/// costs a comparison and a copy. Throws std::runtime_error when the time zone data is missing.
class us_equity_calendar final : public market_calendar {
public:
  market_session session_at(timestamp_ns t) const override;

private:
  mutable market_session cached_;
  mutable timestamp_ns cached_from_ns_ = 0;
};

}  // namespace outcry::calendar
