#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "adapters/paper/options.hpp"
#include "adapters/paper/store.hpp"
#include "messages/orders.hpp"

namespace outcry::backtest {

/// What is to be tried on which day.
struct backtest_options {
  std::string strategy = "scale_t";
  std::string ticker;
  std::string file;                 ///< recorded trades, as the replay reads them
  std::string day;                  ///< "2013-10-08"
  std::int64_t from_ms = 0;         ///< trades from here, since midnight in New York ...
  std::int64_t to_ms = 90'000'000;  ///< ... up to, not including, here
  std::string parameters = "{}";    ///< JSON object of the strategy's
  paper::exchange_options broker;
  risk_limits limits;        ///< of the account
  bool always_open = false;  ///< no sessions: crypto

  /// Where the broker keeps its orders; nothing = in memory.
  std::function<std::unique_ptr<paper::store>()> open_store;

  /// Called now and then with the part that is done, 0 to 1; false ends the run early.
  std::function<bool(double)> go_on;
};

}  // namespace outcry::backtest
