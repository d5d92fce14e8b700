#include "adapters/calendar/us_equity_days.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/calendar/new_york.hpp"

using namespace outcry::calendar;

namespace {

struct year_plan {
  int year;
  std::vector<std::string> closed;     ///< weekdays without trading
  std::vector<std::string> short_day;  ///< until 13:00
};

// NYSE Group's announcements: "2022, 2023 and 2024 Holiday and Early Closings Calendar"
// (2021-12-27), "2025, 2026 and 2027 ..." (2024-11-08), "2026, 2027 and 2028 ..." (2025-12-23); for
// 2013, 2020 and 2021 the schedules on nyse.com of those years. Added to them: the closings for
// hurricane Sandy, and for the funerals of Presidents G. H. W. Bush and Carter.
const std::vector<year_plan> published = {
    {2012,
     {"01-02", "01-16", "02-20", "04-06", "05-28", "07-04", "09-03", "10-29", "10-30", "11-22",
      "12-25"},
     {"07-03", "11-23", "12-24"}},
    {2013,
     {"01-01", "01-21", "02-18", "03-29", "05-27", "07-04", "09-02", "11-28", "12-25"},
     {"07-03", "11-29", "12-24"}},
    {2014,
     {"01-01", "01-20", "02-17", "04-18", "05-26", "07-04", "09-01", "11-27", "12-25"},
     {"07-03", "11-28", "12-24"}},
    {2015,
     {"01-01", "01-19", "02-16", "04-03", "05-25", "07-03", "09-07", "11-26", "12-25"},
     {"11-27", "12-24"}},
    {2018,
     {"01-01", "01-15", "02-19", "03-30", "05-28", "07-04", "09-03", "11-22", "12-05", "12-25"},
     {"07-03", "11-23", "12-24"}},
    {2020,
     {"01-01", "01-20", "02-17", "04-10", "05-25", "07-03", "09-07", "11-26", "12-25"},
     {"11-27", "12-24"}},
    {2021,
     {"01-01", "01-18", "02-15", "04-02", "05-31", "07-05", "09-06", "11-25", "12-24"},
     {"11-26"}},
    {2022,
     {"01-17", "02-21", "04-15", "05-30", "06-20", "07-04", "09-05", "11-24", "12-26"},
     {"11-25"}},
    {2023,
     {"01-02", "01-16", "02-20", "04-07", "05-29", "06-19", "07-04", "09-04", "11-23", "12-25"},
     {"07-03", "11-24"}},
    {2024,
     {"01-01", "01-15", "02-19", "03-29", "05-27", "06-19", "07-04", "09-02", "11-28", "12-25"},
     {"07-03", "11-29", "12-24"}},
    {2025,
     {"01-01", "01-09", "01-20", "02-17", "04-18", "05-26", "06-19", "07-04", "09-01", "11-27",
      "12-25"},
     {"07-03", "11-28", "12-24"}},
    {2026,
     {"01-01", "01-19", "02-16", "04-03", "05-25", "06-19", "07-03", "09-07", "11-26", "12-25"},
     {"11-27", "12-24"}},
    {2027,
     {"01-01", "01-18", "02-15", "03-26", "05-31", "06-18", "07-05", "09-06", "11-25", "12-24"},
     {"11-26"}},
    {2028,
     {"01-17", "02-21", "04-14", "05-29", "06-19", "07-04", "09-04", "11-23", "12-25"},
     {"07-03", "11-24"}},
};

}  // namespace

TEST_CASE("holidays and short days are those the exchange announced") {
  for (const auto& plan : published) {
    INFO(plan.year);
    std::vector<std::string> closed;
    std::vector<std::string> short_day;
    const date::sys_days end = date::year{plan.year + 1} / 1 / 1;
    for (date::sys_days day = date::year{plan.year} / 1 / 1; day < end; day += date::days{1}) {
      const date::weekday w{day};
      const bool weekend = w == date::Saturday || w == date::Sunday;
      const auto kind = equity_day_of(day);
      const auto text = day_text(day).substr(5);
      if (weekend) {
        CHECK(kind == equity_day::closed);
      } else if (kind == equity_day::closed) {
        closed.push_back(text);
      } else if (kind == equity_day::short_day) {
        short_day.push_back(text);
      }
    }
    CHECK(closed == plan.closed);
    CHECK(short_day == plan.short_day);
  }
}
