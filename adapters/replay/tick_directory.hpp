#pragma once

#include <optional>
#include <string>
#include <vector>

#include <date/date.h>

namespace outcry::replay {

/// One file of a directory of recorded trades.
struct tick_path {
  std::string ticker;
  std::string path;
};

/// The `<TICKER>.csv` and `.csv.gz` files of a directory, ordered by ticker; anything else in it is
/// passed over. Throws std::runtime_error, naming the directory or the file, when it cannot be
/// read, holds no such file, a name is no ticker, or a ticker has two files.
std::vector<tick_path> list_files(const std::string& dir);

/// The tickers of `list_files`, for a floor that has to know whom it can serve. Throws as that.
std::vector<std::string> list_tickers(const std::string& dir);

/// The day that a directory's own name says; nothing when it names none.
std::optional<date::year_month_day> day_of(const std::string& dir);

}  // namespace outcry::replay
