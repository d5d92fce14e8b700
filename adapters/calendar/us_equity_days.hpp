#pragma once

#include <cstdint>

#include <date/date.h>

namespace outcry::calendar {

enum class equity_day : std::uint8_t {
  closed,     ///< weekend, holiday or an exceptional closing
  full,       ///< until 16:00
  short_day,  ///< until 13:00
};

/// What kind of day `day` is for US shares.
///
/// Holidays by NYSE Rule 7.2 and the exchange's yearly announcements (New York Stock Exchange,
/// "Holidays & Trading Hours"); closings no rule foresees stand as data in the .cpp. Right for 2004
/// to the last year announced (2028); later years follow the same rules until they change. Earlier
/// years had other rules, and halts within a day are not known here.
equity_day equity_day_of(date::year_month_day day);

}  // namespace outcry::calendar
