#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "messages/orders.hpp"
#include "messages/performance.hpp"

namespace outcry::backtest {

/// One fill, for the plot.
struct fill {
  timestamp_ns at_ns = 0;
  order_side side = order_side::buy;
  Price price;
  Quantity qty;
};

/// The account at one moment.
struct sample {
  timestamp_ns at_ns = 0;
  Price price;
  Money equity;
};

/// What came of a backtest.
struct backtest_result {
  std::string strategy;
  std::string ticker;
  std::string day;
  std::uint64_t seed = 0;
  bool whole = true;  ///< false: it was ended early
  std::uint64_t trades = 0;
  timestamp_ns first_ns = 0;  ///< of the first trade
  timestamp_ns last_ns = 0;
  Price first_price;
  Price last_price;

  std::map<std::string, std::uint64_t> orders;  ///< how many by status
  std::uint64_t fills = 0;
  Quantity bought;
  Quantity sold;
  Money fees;

  profit_figures figures;  ///< as the floor's performance has them
  Money cash;              ///< at the start
  Money equity;            ///< at the end
  Money profit;            ///< equity less cash: fees included
  Money drawdown;          ///< the deepest fall of equity below its highest so far
  Money worst_position;    ///< the largest position at its price, without sign
  Quantity worst_shares;   ///< and how many shares that was
  Quantity open_shares;    ///< held at the end
  std::string details;     ///< the strategy's own figures: a JSON object

  std::vector<fill> all_fills;
  std::vector<sample> samples;  ///< every 10 seconds, and after each fill
};

/// One JSON object in one line; the same run gives the same bytes. Samples are left out.
std::string to_json(const backtest_result& x);

/// A picture of it: the price with the fills, and the equity below. SVG.
std::string to_svg(const backtest_result& x);

}  // namespace outcry::backtest
