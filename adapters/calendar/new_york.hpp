#pragma once

#include <chrono>
#include <string>

#include <date/date.h>

#include "messages/timestamp.hpp"

/// New York's time, with daylight saving from the system's time zone data. Everything here throws
/// std::runtime_error, naming the package, when that data is missing. Any thread.
namespace outcry::calendar {

/// The day it is in New York at `t`.
date::year_month_day new_york_day(timestamp_ns t);

/// When New York's clocks show `time_of_day` on `day`. A time they show twice (the end of daylight
/// saving) is the first; one they skip is the moment they skip it.
timestamp_ns new_york_time(date::year_month_day day, std::chrono::minutes time_of_day);

/// "2013-10-08".
std::string day_text(date::year_month_day day);

}  // namespace outcry::calendar
