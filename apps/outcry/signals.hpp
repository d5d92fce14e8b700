#pragma once

#include <string>
#include <vector>

#include "apps/outcry/verbs.hpp"

namespace outcry::cli {

struct explain_options {
  std::string text;                 ///< "-": standard input
  std::vector<std::string> prices;  ///< TICKER=PRICE: what is known about the market
  std::string asset;                ///< what the channel's bare tickers are; "" = unknown
};

/// Prints how a message of a trading channel is read: each token, the rules that fired, the verdict
/// with its reason and confidence. Throws std::invalid_argument.
exit_code signals_explain(const explain_options& what, bool json);

}  // namespace outcry::cli
