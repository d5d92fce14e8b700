#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <date/date.h>

#include "messages/timestamp.hpp"

/// New York's time, with daylight saving from the system's time zone data. What needs that data
/// throws std::runtime_error, naming the package, when it is missing. Any thread.
namespace outcry::calendar {

/// The day it is in New York at `t`.
date::year_month_day new_york_day(timestamp_ns t);

/// When New York's clocks show `time_of_day` on `day`. A time they show twice (the end of daylight
/// saving) is the first; one they skip is the moment they skip it.
timestamp_ns new_york_time(date::year_month_day day, std::chrono::minutes time_of_day);

/// The day of "YYYY-MM-DD"; nothing for any other text and for days that do not exist.
std::optional<date::year_month_day> parse_day(std::string_view text);

/// "2013-10-08".
std::string day_text(date::year_month_day day);

}  // namespace outcry::calendar
