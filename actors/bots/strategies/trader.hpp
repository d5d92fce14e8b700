#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/trading.hpp"

namespace outcry {

/// One of a bot's own orders as its strategy sees it. `number` is the bot's own count of its
/// intents: 1, 2, ...; it never comes twice, not after a restart either.
struct own_order {
  std::uint64_t number = 0;
  order_terms terms;
  order_status status = order_status::intended;
  Quantity filled_qty;
  Price filled_avg_price;    ///< 0 = nothing filled yet
  std::uint64_t parent = 0;  ///< number of the order whose fills it closes; 0 = it is no exit

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

  /// Asks for an entry that carries its own exits and returns its number; the exits' are the ones
  /// that follow it, in their order. Broker or nobody takes them: all together. They become
  /// active as the entry fills, share what it has filled (what one sells is taken off the others),
  /// and are cancelled when there is nothing left for them to close. Events: "held" while nothing
  /// is there to close, "new" when there is, then those of any order. Exits are on the opposite
  /// side of the same ticker, in shares, day or gtc; at most `most_exits`. An entry that is refused
  /// or never sent ends its exits the same way. The entry opens a position: refused for a bot that
  /// is short (a buy) or long (a sale).
  virtual std::uint64_t submit(const order_terms& terms, const std::vector<order_terms>& exits) = 0;

  /// Asks for one more exit of `parent`, an order of the bot's that is none, and returns its
  /// number. The older ones rest beside it and share with it: a stop is moved by asking for the new
  /// one and cancelling the old one once the new one is "new" or "held"; a position is closed at
  /// the market by a market exit. Refused or rejected when the parent is closed and nothing of it
  /// is left to close.
  virtual std::uint64_t submit_exit(std::uint64_t parent, const order_terms& terms) = 0;

  /// Asks for an order to be cancelled. It may fill before that.
  virtual void cancel(std::uint64_t number) = 0;

  /// The time of what is being handled.
  virtual timestamp_ns now() const = 0;

  /// Where the market's day stands.
  virtual session_phase phase() const = 0;
};

}  // namespace outcry
