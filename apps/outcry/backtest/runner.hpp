#pragma once

#include "apps/outcry/backtest/options.hpp"
#include "apps/outcry/backtest/result.hpp"

namespace outcry::backtest {

/// Runs a strategy over a day of recorded trades: the floor's own actors on virtual time, one trade
/// after another, each with everything that follows from it before the next. A trade that happened
/// fills orders that came before it. After the last trade the time goes on to the end of the
/// trading day's last session, so that orders for the day expire.
///
/// Throws std::invalid_argument when the options are refused, std::runtime_error when the file is
/// (see replay::tick_file) or an actor fails. `options.go_on` is called about every 2000 trades.
backtest_result run(const backtest_options& options);

}  // namespace outcry::backtest
