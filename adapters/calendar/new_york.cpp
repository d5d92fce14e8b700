#include "adapters/calendar/new_york.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include <date/tz.h>

namespace outcry::calendar {

namespace {

constexpr auto zone_name = "America/New_York";

const date::time_zone& find_zone() {
  try {
    return *date::locate_zone(zone_name);
  } catch (const std::exception& e) {
    throw std::runtime_error(
        fmt::format("time zone {}: expected in the system's time zone data (package tzdata): {}",
                    zone_name, e.what()));
  }
}

const date::time_zone& new_york() {
  static const auto& zone = find_zone();
  return zone;
}

}  // namespace

date::year_month_day new_york_day(timestamp_ns t) {
  const date::sys_time<std::chrono::nanoseconds> point{std::chrono::nanoseconds{t}};
  return date::year_month_day{date::floor<date::days>(new_york().to_local(point))};
}

timestamp_ns new_york_time(date::year_month_day day, std::chrono::minutes time_of_day) {
  const auto local = date::local_days{day} + time_of_day;
  const auto point = new_york().to_sys(local, date::choose::earliest);
  return std::chrono::nanoseconds{point.time_since_epoch()}.count();
}

std::string day_text(date::year_month_day day) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

}  // namespace outcry::calendar
