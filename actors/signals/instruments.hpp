#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "actors/signals/signal.hpp"

namespace outcry::signals {

/// What is traded.
struct instrument {
  std::string ticker;  ///< upper case
  std::string quote;   ///< of a crypto pair; "" = not said
  asset_kind kind = asset_kind::unknown;

  bool operator==(const instrument&) const = default;
};

/// All names are given folded to small letters.

/// A national currency: "usd".
bool is_currency(std::string_view name);
/// What crypto is paid with: "usdt", "btc".
bool is_quote(std::string_view name);
/// A coin that is known by its ticker; `unknown` otherwise is no sign that it is none.
bool is_known_coin(std::string_view name);
/// A known coin or stock whose name is no word of English: it names the ticker in small letters,
/// too.
bool is_unmistakable(std::string_view name);

bool is_known_stock(std::string_view name);
bool is_known_future(std::string_view name);

/// "gold", "bitcoin", "nas100", "eurusd", "xau", a known coin: names that need no other sign.
std::optional<instrument> known_instrument(std::string_view name);

/// "solusdt", "ethusd": base and quote in one word. `sure`: the word is marked as a ticker, so
/// that an unknown base and rarer quotes will do.
std::optional<instrument> joined_pair(std::string_view name, bool sure);

/// "eth" and "usdt", "eur" and "usd".
std::optional<instrument> pair_of(std::string_view base, std::string_view quote);

/// The letters in capitals.
std::string upper_case(std::string_view name);

/// False if a price of 1 to some power of ten would be the likelier one: two of the great
/// currencies never trade at 73.9 (against the yen: never at 1.08).
bool plausible_rate(std::string_view pair, Price price);

}  // namespace outcry::signals
