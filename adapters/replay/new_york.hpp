#pragma once

#include <optional>
#include <string_view>

#include <date/date.h>

#include "messages/timestamp.hpp"

namespace outcry::replay {

/// The day of "YYYY-MM-DD"; nothing for any other text and for days that do not exist.
std::optional<date::year_month_day> parse_day(std::string_view text);

/// When that day begins in New York. Throws std::runtime_error when the system's time zone data
/// (Debian: tzdata) is missing.
timestamp_ns new_york_midnight(date::year_month_day day);

/// The day it is in New York at `now`. Throws as `new_york_midnight`.
date::year_month_day new_york_day(timestamp_ns now);

}  // namespace outcry::replay
