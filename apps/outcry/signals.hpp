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
exit_code signals_explain(const explain_options& what, bool in_json);

/// Reads a file of labelled messages (actors/signals/labelled.hpp has the form) and prints how many
/// are read as labelled: precision, recall, expected class by verdict, every miss with all that
/// differs. As JSON: {"signals": {"precision", "recall"}, "updates": {...}, "misses": [...]}.
/// Throws std::invalid_argument for a file that cannot be read and for lines that are no labelled
/// messages. An update of a kind nobody knows is told on standard error and counts as missed.
exit_code signals_score(const std::string& file, bool in_json);

}  // namespace outcry::cli
