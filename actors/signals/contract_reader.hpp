#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "actors/signals/mark.hpp"
#include "actors/signals/signal.hpp"

namespace outcry::signals {

/// What stands behind a verb, up to the price.
struct contract_parts {
  std::string_view name;  ///< the ticker in small letters
  std::string ticker;
  std::optional<Quantity> quantity;
  std::optional<Ratio> share;  ///< of the position, in percent
  std::optional<Price> strike;
  option_right right = option_right::call;
  std::optional<expiry_date> expiry;
  std::optional<Price> price;
  std::optional<Price> other_price;  ///< the other end of a zone
  bool market = false;
  bool unreadable = false;     ///< a price is promised and is none
  bool second_expiry = false;  ///< two days of expiry
  bool spread = false;         ///< two strikes
  std::size_t last = 0;        ///< the last mark read
};

/// Reads quantity, ticker, strike, right and expiry in any order, then the price, from mark `from`
/// on; nothing if it is no contract. `closes`: behind a verb that closes shares of the position may
/// be told.
/// `verb`: a mark in between that is passed over.
std::optional<contract_parts> read_contract(message_view& view, std::size_t from, bool closes,
                                            std::size_t verb = static_cast<std::size_t>(-1));

}  // namespace outcry::signals
