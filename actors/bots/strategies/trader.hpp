#pragma once

#include <cstdint>
#include <string>

#include "messages/trading.hpp"

namespace outcry {

/// One of a bot's own orders as its strategy sees it. `number` is the bot's own count of its
/// intents: 1, 2, ...; it never comes twice, not after a restart either.
struct own_order {
  std::uint64_t number = 0;
  order_terms terms;
  order_status status = order_status::intended;
  Quantity filled_qty;
  Price filled_avg_price;  ///< 0 = nothing filled yet

  bool operator==(const own_order&) const = default;
};

/// What happened to one of a bot's own orders. Every event is told exactly once, in order: a
/// strategy that was restored hears those that came after its snapshot.
struct own_order_event {
  std::string event;  ///< "new", "fill", "partial_fill", "canceled", "rejected", "refused", ...
  own_order order;    ///< as it stands after the event
  Price price;        ///< of this fill
  Quantity qty;       ///< of this fill; 0 = the event is no fill
  std::string reason;
  timestamp_ns at_ns = 0;

  bool operator==(const own_order_event&) const = default;
};

/// What a strategy may ask for. Valid during the call it was given to. Nothing has happened yet
/// when a call returns: what becomes of it is told by own_order_event.
class trader {
public:
  virtual ~trader() = default;

  /// Asks for an order and returns its number. It may be refused (event "refused": risk, a stale
  /// price, a halted ticker) or rejected by the broker.
  virtual std::uint64_t submit(const order_terms& terms) = 0;

  /// Asks for an order to be cancelled. It may fill before that.
  virtual void cancel(std::uint64_t number) = 0;

  /// The time of what is being handled.
  virtual timestamp_ns now() const = 0;

  /// Where the market's day stands.
  virtual session_phase phase() const = 0;
};

}  // namespace outcry
