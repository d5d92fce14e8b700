#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <tl/expected.hpp>

#include "messages/invalid_field.hpp"
#include "messages/market.hpp"

namespace outcry {

/// The data object of a price: {"type":"price","timestamp":ISO,"price":"107.5","volume":"100",
/// "symbol":"AAPL"}. `volume` is null when 0.
std::string to_json(const price_update& x);

/// The data object of an order update: {"type":"order",timestamp,symbol,order_data}.
std::string to_json(const order_update& x);

/// Wraps a data object for Redis: {"data":...,"timestamp":ISO of `at`,"sender":"..."}.
std::string to_envelope(std::string_view data_json, std::string_view sender, timestamp_ns at);

/// What may arrive on a TICKER_UPDATES channel.
using market_update = std::variant<price_update, order_update>;

/// Reads a payload of a TICKER_UPDATES channel: enveloped, or a bare data object. Numbers may be
/// decimal strings or JSON numbers (read from their text, never through a double). `init_ns` is
/// stamped on the result. Refused: a price that is not above 0, a negative volume, a symbol other
/// than `ticker` (in any case), a time before 1970, duplicate keys of known fields, trailing text,
/// nesting deeper than 16, more than 64 KiB, an order_data that lacks one of its fields. Unknown
/// further fields are ignored. Times are written in microseconds; finer ones are read.
///
/// A price is scanned in one pass without building a document: this is the price path.
tl::expected<market_update, invalid_field> parse_market_update(std::string_view payload,
                                                               std::string_view ticker,
                                                               timestamp_ns init_ns);

/// A registration: {"action":"subscribe"|"unsubscribe","ticker":T}, enveloped or bare.
struct registration {
  bool subscribe = true;
  std::string ticker;  ///< normalised
  std::string sender;  ///< of the envelope; "unknown" when bare

  bool operator==(const registration&) const = default;
};

tl::expected<registration, invalid_field> parse_registration(std::string_view payload);
std::string to_json(const registration& x);

}  // namespace outcry
