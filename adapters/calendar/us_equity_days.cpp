#include "adapters/calendar/us_equity_days.hpp"

#include <algorithm>
#include <array>

namespace outcry::calendar {

namespace {

using date::April;
using date::December;
using date::February;
using date::January;
using date::July;
using date::June;
using date::last;
using date::March;
using date::May;
using date::Monday;
using date::November;
using date::October;
using date::September;
using date::sys_days;
using date::Thursday;
using date::year;
using date::year_month_day;

// Closings for a single occasion, as the exchange announced them.
constexpr std::array exceptional_closings = {
    year_month_day{year{2004}, June, date::day{11}},     // mourning for President Reagan
    year_month_day{year{2007}, January, date::day{2}},   // mourning for President Ford
    year_month_day{year{2012}, October, date::day{29}},  // hurricane Sandy
    year_month_day{year{2012}, October, date::day{30}},
    year_month_day{year{2018}, December, date::day{5}},  // mourning for President G. H. W. Bush
    year_month_day{year{2025}, January, date::day{9}},   // mourning for President Carter
};

/// Easter Sunday in the Gregorian calendar: the algorithm of Meeus, Jones and Butcher.
sys_days easter(year y) {
  const int n = static_cast<int>(y);
  const int a = n % 19;
  const int b = n / 100;
  const int c = n % 100;
  const int d = b / 4;
  const int e = b % 4;
  const int f = (b + 8) / 25;
  const int g = (b - f + 1) / 3;
  const int h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4;
  const int k = c % 4;
  const int l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int shift = h + l - 7 * m + 114;
  return y / date::month{static_cast<unsigned>(shift / 31)} /
         date::day{static_cast<unsigned>(shift % 31 + 1)};
}

/// A holiday on a Sunday is kept on Monday, one on a Saturday on Friday.
sys_days observed(sys_days day) {
  const date::weekday w{day};
  if (w == date::Sunday) return day + date::days{1};
  if (w == date::Saturday) return day - date::days{1};
  return day;
}

bool is_holiday(sys_days day) {
  const year_month_day ymd{day};
  const auto y = ymd.year();
  switch (static_cast<unsigned>(ymd.month())) {
    case 1:
      // One on a Saturday is not kept at all: the Friday before it ends the accounting year.
      return day == observed(y / January / 1) || day == sys_days{y / January / Monday[3]};
    case 2:
      return day == sys_days{y / February / Monday[3]};
    case 3:
    case 4:
      return day == easter(y) - date::days{2};
    case 5:
      return day == sys_days{y / May / Monday[last]};
    case 6:
      // The exchange has kept Juneteenth since 2022.
      return y >= year{2022} && day == observed(y / June / 19);
    case 7:
      return day == observed(y / July / 4);
    case 9:
      return day == sys_days{y / September / Monday[1]};
    case 11:
      return day == sys_days{y / November / Thursday[4]};
    case 12:
      return day == observed(y / December / 25);
    default:
      return false;
  }
}

/// Only for days that are no holidays: Christmas Eve and the third of July may be the day on which
/// the holiday is kept.
bool is_short(sys_days day) {
  const year_month_day ymd{day};
  const auto y = ymd.year();
  return day == sys_days{y / November / Thursday[4]} + date::days{1} ||
         day == sys_days{y / December / 24} || day == sys_days{y / July / 3};
}

}  // namespace

equity_day equity_day_of(year_month_day day) {
  const sys_days point{day};
  const date::weekday w{point};
  if (w == date::Saturday || w == date::Sunday || is_holiday(point) ||
      std::find(exceptional_closings.begin(), exceptional_closings.end(), day) !=
          exceptional_closings.end()) {
    return equity_day::closed;
  }
  return is_short(point) ? equity_day::short_day : equity_day::full;
}

}  // namespace outcry::calendar
