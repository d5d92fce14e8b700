#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/outcry/verbs.hpp"

namespace outcry::cli {

/// A backtest in words of the command line.
struct backtest_said {
  std::string strategy = "scale_t";
  std::string ticker;
  std::string dir;                ///< a directory of recorded trades ...
  std::string file;               ///< ... or one file of them
  std::string day;                ///< "" = the directory's name
  std::string parameters = "{}";  ///< JSON
  std::vector<std::string> set;   ///< KEY=VALUE, over `parameters`
  std::string begin;              ///< HH:MM or HH:MM:SS in New York; "" = from the first trade
  std::string end;
  std::string cash = "100000";
  std::uint64_t seed = 1;
  std::string fee_per_order;
  std::string fee_per_share;
  std::uint32_t fee_bps = 0;
  std::uint32_t slippage_bps = 0;
  std::uint32_t participation_bps = 10'000;
  bool shorting = false;
  bool always_open = false;
  std::string limits;  ///< JSON of the account's risk limits
  std::string plot;    ///< an SVG file to write; "" = none
  std::string record;  ///< record a live day into this file instead
};

/// Runs a strategy over a recorded day and prints what came of it. Throws std::invalid_argument and
/// std::runtime_error.
exit_code backtest(const backtest_said& what, bool json);

/// Writes the trades of `ticker` as the floor hears them into a file a backtest reads, until
/// Ctrl-C. Not done when the floor said that trades were left out.
exit_code record(const session& at, const std::string& ticker, const std::string& path);

}  // namespace outcry::cli
