#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/paper/options.hpp"
#include "messages/trading.hpp"

namespace outcry::test {

/// One fill of a run.
struct direct_fill {
  timestamp_ns at_ns = 0;
  order_side side = order_side::buy;
  Price price;
  Quantity qty;

  bool operator==(const direct_fill&) const = default;
};

/// What came of a run.
struct direct_result {
  std::uint64_t trades = 0;
  std::uint64_t orders = 0;
  std::vector<direct_fill> fills;
  Money cash;
  Money equity;
  Quantity shares;
};

/// Reads the trades of `ticker` from `file` and gives each to the paper exchange, with the sessions
/// of the American stock exchanges, and then to the strategy, in one loop: no actors, no desk, no
/// journal. What a backtest must agree with, and what it is measured against. Throws what the
/// reader and the exchange throw.
direct_result run_directly(const std::string& strategy, const std::string& ticker,
                           const std::string& parameters, const std::string& file,
                           const std::string& day, const paper::exchange_options& broker);

}  // namespace outcry::test
