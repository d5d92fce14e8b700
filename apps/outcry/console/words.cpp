#include "apps/outcry/console/words.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>

#include <fmt/format.h>

#include "apps/outcry/console/grid.hpp"

namespace outcry::console {

namespace {

/// "1.2k", "12k": three columns and the unit.
std::string with_unit(double x, char unit) {
  return x < 9.95 ? fmt::format("{:.1f}{}", x, unit) : fmt::format("{:.0f}{}", x, unit);
}

}  // namespace

std::string count_words(std::uint64_t x) {
  if (x < 100'000) return fmt::to_string(x);
  auto value = static_cast<double>(x);
  if (value < 999'500) return with_unit(value / 1e3, 'k');
  if (value < 999.5e6) return with_unit(value / 1e6, 'M');
  if (value < 999.5e9) return with_unit(value / 1e9, 'G');
  return with_unit(std::min(value / 1e12, 9999.0), 'T');
}

std::string rate_words(double x) {
  if (std::isnan(x)) return "-";
  if (x < 0.05) return x > 0 ? "<0.1" : "0";
  if (x < 9.95) return fmt::format("{:.1f}", x);
  if (x < 9'999.5) return fmt::format("{:.0f}", x);
  if (x < 99'950) return fmt::format("{:.1f}k", x / 1e3);
  return count_words(static_cast<std::uint64_t>(std::min(x, 1e18)));
}

std::string span_words(std::int64_t ms) {
  ms = std::max<std::int64_t>(ms, 0);
  if (ms < 9'950) return fmt::format("{}.{}s", ms / 1000, ms % 1000 / 100);
  const auto s = ms / 1000;
  if (s < 60) return fmt::format("{}s", s);
  if (s < 3600) return fmt::format("{}m{:02}", s / 60, s % 60);
  if (s < 86'400) return fmt::format("{}h{:02}", s / 3600, s % 3600 / 60);
  if (s < 100 * 86'400) return fmt::format("{}d{:02}", s / 86'400, s % 86'400 / 3600);
  return fmt::format("{}d", std::min<std::int64_t>(s / 86'400, 9999));
}

std::string nanos_words(double ns) {
  if (std::isnan(ns)) return "-";
  if (ns < 999.5) return fmt::format("{:.0f}ns", std::max(ns, 0.0));
  if (ns < 9.95e3) return fmt::format("{:.1f}us", ns / 1e3);
  if (ns < 999.5e3) return fmt::format("{:.0f}us", ns / 1e3);
  if (ns < 9.95e6) return fmt::format("{:.1f}ms", ns / 1e6);
  if (ns < 999.5e6) return fmt::format("{:.0f}ms", ns / 1e6);
  return span_words(static_cast<std::int64_t>(std::min(ns / 1e6, 1e15)));
}

std::string bytes_words(std::uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (bytes == 0) return "-";
  if (value < 1024.0 * 1000) return fmt::format("{:.0f}K", value / 1024);
  if (value < 1048576.0 * 1000) return fmt::format("{:.0f}M", value / 1048576);
  return with_unit(value / 1073741824, 'G');
}

std::string clock_words(std::int64_t unix_ms) {
  const auto at = static_cast<std::time_t>(unix_ms / 1000);
  std::tm then{};
  if (unix_ms <= 0 || ::localtime_r(&at, &then) == nullptr) return "-";
  return fmt::format("{:02}:{:02}:{:02}", then.tm_hour, then.tm_min, then.tm_sec);
}

std::string spark_line(std::span<const double> values, std::size_t columns) {
  if (values.size() > columns) values = values.last(columns);
  double most = 0;
  for (double x : values)
    if (x > most) most = x;
  std::string result;
  for (double x : values) {
    if (std::isnan(x)) {
      result += ' ';
      continue;
    }
    // The lowest of the eight blocks also stands for nothing at all: the line shows that we looked.
    auto height = most > 0 ? static_cast<int>(std::lround(std::clamp(x / most, 0.0, 1.0) * 7)) : 0;
    if (x > 0 && height == 0) height = most > 0 && x / most > 0.02 ? 1 : 0;
    append_glyph(result, U'\u2581' + static_cast<char32_t>(height));
  }
  return result;
}

}  // namespace outcry::console
