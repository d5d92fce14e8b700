#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/decimal.hpp"
#include "messages/timestamp.hpp"
#include "messages/trading.hpp"

/// What the exchange remembers, as it goes into a store and comes back.
namespace outcry::paper {

/// Whether prints may fill it.
constexpr bool is_at_market(order_status status) {
  return status == order_status::working || status == order_status::partially_filled;
}

struct order_record {
  broker_order order;
  std::uint64_t sequence = 0;   ///< time priority; rising, never used twice
  Money filled_value;           ///< the fills' price times quantity, each rounded down
  Money fees;                   ///< charged so far
  Money reserved;               ///< the buying power it holds
  bool elected = false;         ///< a stop order whose stop price has been traded
  timestamp_ns expires_ns = 0;  ///< when a day order ends; 0 = never
  Quantity exited = {};         ///< of what it has filled, what its exits have closed again

  bool operator==(const order_record&) const = default;
};

struct position_record {
  std::string ticker;
  Quantity qty;         ///< below 0: short
  Price average_price;  ///< 0 when nothing is held
  Price last_price;     ///< 0 = not known

  bool operator==(const position_record&) const = default;
};

struct account_record {
  Money cash = {};
  std::uint64_t seed = 0;
  std::uint64_t ids_used = 0;
  std::uint64_t sequences_used = 0;
  timestamp_ns clock_ns = 0;  ///< the latest time it has lived through

  bool operator==(const account_record&) const = default;
};

}  // namespace outcry::paper
