#include "adapters/replay/new_york.hpp"

#include <charconv>
#include <chrono>
#include <stdexcept>
#include <string>

#include <date/tz.h>

namespace outcry::replay {

namespace {

constexpr std::string_view zone_name = "America/New_York";

const date::time_zone& new_york() {
  try {
    return *date::locate_zone(std::string(zone_name));
  } catch (const std::exception& e) {
    throw std::runtime_error(
        "time zone " + std::string(zone_name) +
        ": expected in the system's time zone data (package tzdata): " + e.what());
  }
}

// The whole of `digits` as a number; nothing when there is anything but digits.
std::optional<unsigned> number(std::string_view digits) {
  unsigned value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<date::year_month_day> parse_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  auto year = number(text.substr(0, 4));
  auto month = number(text.substr(5, 2));
  auto day = number(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  auto result = date::year_month_day{date::year(static_cast<int>(*year)), date::month(*month),
                                     date::day(*day)};
  if (!result.ok()) return std::nullopt;
  return result;
}

timestamp_ns new_york_midnight(date::year_month_day day) {
  auto midnight = new_york().to_sys(date::local_days(day), date::choose::earliest);
  return std::chrono::nanoseconds(midnight.time_since_epoch()).count();
}

date::year_month_day new_york_day(timestamp_ns now) {
  auto point = date::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(now));
  return date::year_month_day(date::floor<date::days>(new_york().to_local(point)));
}

}  // namespace outcry::replay
