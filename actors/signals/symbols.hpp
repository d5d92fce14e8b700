#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "actors/signals/instruments.hpp"
#include "actors/signals/mark.hpp"

namespace outcry::signals {

/// Why a word is taken for a ticker, from weak to strong.
enum class symbol_evidence : std::uint8_t {
  capitals,    ///< a word in capitals nobody knows
  known_coin,  ///< a known ticker in capitals, anywhere
  position,    ///< an unknown word where tickers stand, in small letters
  place,       ///< the same, in capitals or a known ticker
  name,        ///< "gold", "eurusd"
  joined,      ///< "solusdt"
  tag,         ///< "#SOL"
  label,       ///< "Pair: SOL"
  pair,        ///< "SOL/USDT"
};

std::string_view to_string(symbol_evidence x);

struct found_symbol {
  instrument what;
  symbol_evidence why = symbol_evidence::capitals;
  std::size_t first = 0;  ///< mark
  std::size_t last = 0;   ///< mark
};

struct symbol_search {
  std::optional<found_symbol> best;
  /// Another ticker with evidence as good: nobody knows which is meant.
  std::optional<found_symbol> rival;
};

/// Every ticker of a message.
std::vector<found_symbol> all_symbols(const message_view& view);

/// The one ticker the message is about. `least`: weaker evidence does not count.
symbol_search find_symbol(const message_view& view, symbol_evidence least);

}  // namespace outcry::signals
