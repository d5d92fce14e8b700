#include "adapters/calendar/new_york.hpp"

#include <charconv>
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

// The whole of `digits` as a number; nothing when there is anything but digits.
std::optional<unsigned> number(std::string_view digits) {
  unsigned value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
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

std::string day_text(date::year_month_day day) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

}  // namespace outcry::calendar
