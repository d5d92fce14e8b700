#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/signals/mark.hpp"
#include "actors/signals/signal.hpp"

namespace outcry::signals {

/// A price of a message and where it stands.
struct level {
  Price value;
  std::size_t mark = 0;
  /// The list goes on with it: no other words between it and the price before.
  bool joined = false;
};

/// What is wrong with a number, so that no call may be made of the message.
struct level_problem {
  std::string_view rule;
  std::string what;
};

/// Every number of a message, with what it is for.
struct level_set {
  std::vector<level> entries;
  bool entry_labelled = false;  ///< "Entry", "buy zone", "@": not only by its place
  bool entry_promised = false;  ///< "Entry:"
  bool at_market = false;
  bool says_limit = false;
  std::vector<level> stops;           ///< the second: another rule for the same position
  std::vector<stop_rule> stop_rules;  ///< as `stops`, with their conditions
  bool stop_labelled = false;
  std::vector<level> targets;
  bool target_labelled = false;
  bool sells_later = false;  ///< "buy 10, sell 12": the targets stand behind "sell"
  std::vector<level> buys;   ///< behind a bare "Buy:"
  std::vector<level> sells;  ///< behind a bare "Sell:"
  std::optional<Price> add_at;
  std::optional<Ratio> leverage;
  bool isolated = false;
  size_hint size;
  std::string timeframe;
  std::vector<std::size_t> strays;  ///< marks of prices nobody claims
  std::vector<level_problem> problems;
};

/// What to read.
struct level_request {
  std::size_t first = 0;             ///< mark to begin at
  std::vector<std::size_t> symbols;  ///< marks of the ticker, ascending
  bool skip_entries = false;         ///< the entry is known: only exits are wanted
};

/// Reads the numbers of a message and what each is for.
level_set read_levels(message_view& view, const level_request& what);

}  // namespace outcry::signals
