#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "actors/bots/strategies/scale_t/build.hpp"
#include "actors/bots/strategies/scale_t/ladder_csv.hpp"
#include "apps/outcry/verbs.hpp"

namespace outcry::cli {

/// A new ladder, in words of the command line.
struct ladder_build_options {
  std::string ticker;  ///< only checked: the file does not name it
  std::string cash;
  std::string start;
  std::string step = "0.005";
  std::uint32_t rows = 0;  ///< 0 = by risk, or 200
  std::uint32_t risk = 0;  ///< 1 to 5, 100 rows each; 0 = not given
};

/// Reads a ladder's file as a bot takes it over. Throws std::invalid_argument, naming the file,
/// line and column, when it cannot be read or is none; one that names a pending order, too, unless
/// `pending_allowed`.
ladders::ladder_file read_ladder_file(const std::string& path, bool pending_allowed);

/// Prints the CSV of a new ladder. Throws std::invalid_argument.
exit_code ladder_build(const ladder_build_options& what);

/// Prints a file as a table, or as JSON.
exit_code ladder_show(const std::string& path, bool json);

/// Hands a file to the scale_t bot of `ticker` (`bot`: this one, when there are several) and waits
/// until it has taken it.
exit_code ladder_import(const session& at, const std::string& ticker, const std::string& path,
                        const std::string& bot);

/// Prints the ladder of that bot as CSV: as the journal has it, which is as of its last fill at
/// least; a chase of the last ten seconds may be missing.
exit_code ladder_export(const session& at, const std::string& ticker, const std::string& bot);

}  // namespace outcry::cli
