#include "adapters/replay/tick_directory.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "adapters/calendar/new_york.hpp"
#include "messages/keys.hpp"

namespace outcry::replay {

namespace {

namespace fs = std::filesystem;

// A file's name without ".csv" or ".csv.gz"; nothing for other files.
std::optional<std::string> stem_of(const std::string& name) {
  for (std::string_view ending : {".csv", ".csv.gz"})
    if (name.size() > ending.size() && name.ends_with(ending))
      return name.substr(0, name.size() - ending.size());
  return std::nullopt;
}

std::string ticker_of(const std::string& stem, const fs::path& path) {
  // A point need not be escaped in a file's name, in a key it must.
  std::string key;
  for (char c : stem) c == '.' ? key += "%2E" : key += c;
  auto ticker = unescape_key(key);
  if (ticker) ticker = normalise_ticker(*ticker);
  if (!ticker)
    throw std::runtime_error(fmt::format("{}: expected a file named by its ticker, escaped: {}",
                                         path.string(), ticker.error()));
  return *ticker;
}

}  // namespace

std::vector<tick_path> list_files(const std::string& dir) {
  std::error_code problem;
  std::vector<tick_path> result;
  auto entries = fs::directory_iterator(dir, problem);
  if (problem)
    throw std::runtime_error(fmt::format(
        "{}: expected a directory of <TICKER>.csv files, found: {}", dir, problem.message()));
  for (const auto& entry : entries) {
    auto stem = stem_of(entry.path().filename().string());
    if (!stem || !entry.is_regular_file()) continue;
    result.push_back({ticker_of(*stem, entry.path()), entry.path().string()});
  }
  if (result.empty())
    throw std::runtime_error(
        fmt::format("{}: expected <TICKER>.csv or <TICKER>.csv.gz files, found none", dir));
  std::sort(result.begin(), result.end(), [](const tick_path& a, const tick_path& b) {
    return std::tie(a.ticker, a.path) < std::tie(b.ticker, b.path);
  });
  for (std::size_t i = 1; i < result.size(); ++i)
    if (result[i].ticker == result[i - 1].ticker)
      throw std::runtime_error(fmt::format("{}: expected one file for {}, found {} and {}", dir,
                                           result[i].ticker, result[i - 1].path, result[i].path));
  return result;
}

std::vector<std::string> list_tickers(const std::string& dir) {
  std::vector<std::string> result;
  for (auto& file : list_files(dir)) result.push_back(std::move(file.ticker));
  return result;
}

std::optional<date::year_month_day> day_of(const std::string& dir) {
  auto path = fs::absolute(dir).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return calendar::parse_day(path.filename().string());
}

}  // namespace outcry::replay
