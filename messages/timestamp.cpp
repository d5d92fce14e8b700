#include "messages/timestamp.hpp"

#include <chrono>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "messages/decimal.hpp"
#include "messages/detail/text.hpp"

namespace outcry {

namespace {

/// Takes the text apart from the left; every step fails softly.
class iso_cursor {
public:
  explicit iso_cursor(std::string_view text) : rest_{text} {
    // nop
  }

  bool done() const { return rest_.empty(); }
  char next() const { return rest_.empty() ? '\0' : rest_[0]; }

  bool take(char c) {
    if (next() != c || done()) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Exactly `n` digits.
  std::optional<int> number(std::size_t n) {
    if (rest_.size() < n) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return std::nullopt;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(n);
    return value;
  }

  /// 1 to 9 digits as nanoseconds.
  std::optional<std::int64_t> fraction() {
    std::int64_t value = 0;
    std::size_t n = 0;
    for (; n < rest_.size() && rest_[n] >= '0' && rest_[n] <= '9'; ++n) {
      if (n == 9) return std::nullopt;
      value = value * 10 + (rest_[n] - '0');
    }
    if (n == 0) return std::nullopt;
    rest_.remove_prefix(n);
    for (; n < 9; ++n) value *= 10;
    return value;
  }

private:
  std::string_view rest_;
};

/// Seconds east of UTC.
std::optional<int> read_offset(iso_cursor& in) {
  if (in.done() || in.take('Z')) return 0;
  const bool west = in.next() == '-';
  if (!in.take('+') && !in.take('-')) return std::nullopt;
  const auto hours = in.number(2);
  in.take(':');
  const auto minutes = in.number(2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const int seconds = (*hours * 60 + *minutes) * 60;
  return west ? -seconds : seconds;
}

std::optional<timestamp_ns> read_iso(std::string_view text) {
  iso_cursor in{text};
  const auto year = in.number(4);
  if (!year || !in.take('-')) return std::nullopt;
  const auto month = in.number(2);
  if (!month || !in.take('-')) return std::nullopt;
  const auto day = in.number(2);
  if (!day || (!in.take('T') && !in.take(' '))) return std::nullopt;
  const auto hour = in.number(2);
  if (!hour || !in.take(':')) return std::nullopt;
  const auto minute = in.number(2);
  if (!minute || !in.take(':')) return std::nullopt;
  const auto second = in.number(2);
  if (!second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  std::int64_t nanoseconds = 0;
  if (in.take('.')) {
    const auto fraction = in.fraction();
    if (!fraction) return std::nullopt;
    nanoseconds = *fraction;
  }
  const auto offset = read_offset(in);
  if (!offset || !in.done()) return std::nullopt;

  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  const auto seconds = ((days * 24 + *hour) * 60 + *minute) * 60 + *second - *offset;
  const auto total = int128{seconds} * ns_per_s + nanoseconds;
  if (total > std::numeric_limits<timestamp_ns>::max() ||
      total < std::numeric_limits<timestamp_ns>::min()) {
    return std::nullopt;
  }
  return static_cast<timestamp_ns>(total);
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace

std::string to_iso(timestamp_ns t) {
  constexpr std::int64_t us_per_s = 1'000'000;
  constexpr std::int64_t s_per_day = 86'400;
  const auto us = floor_divide(t, 1'000);
  const auto s = floor_divide(us, us_per_s);
  const auto days = floor_divide(s, s_per_day);
  const auto second = s - days * s_per_day;
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{static_cast<std::chrono::days::rep>(days)}}};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}+00:00",
                     static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), second / 3600, second / 60 % 60,
                     second % 60, us - s * us_per_s);
}

tl::expected<timestamp_ns, std::string> parse_iso(std::string_view text) {
  if (const auto result = read_iso(text)) return *result;
  return tl::unexpected{"not an ISO 8601 time: \"" + detail::shown(text) + '"'};
}

}  // namespace outcry
