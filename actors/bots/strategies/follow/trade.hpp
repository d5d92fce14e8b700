#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "actors/bots/strategies/follow/plan.hpp"
#include "actors/bots/strategies/trader.hpp"
#include "messages/signals.hpp"

namespace outcry::following {

/// What an order of a trade is for.
enum class order_role : std::uint8_t {
  entry,
  stop,    ///< protects what its entry has brought
  target,  ///< takes a part of it at a gain
  close,   ///< takes it out at the market
};

std::string_view to_string(order_role x);

/// One order of a trade.
struct trade_order {
  std::uint64_t number = 0;
  std::uint64_t parent = 0;  ///< the entry whose shares it sells; 0 = it is an entry
  order_role role = order_role::entry;
  std::uint8_t target = 0;  ///< of a target: its number in the call
  Price price;              ///< its limit, of a stop its stop price; 0 = at the market
  Quantity qty;
  Quantity filled;
  Money money;                       ///< what the fills came to
  bool taken = false;                ///< the broker has it
  bool over = false;                 ///< no more fills can come of it
  timestamp_ns cancel_asked_ns = 0;  ///< 0 = nobody wants it cancelled
  std::uint64_t replaces = 0;  ///< of a moved target: the order that goes once this one is taken
  std::uint64_t task = 0;      ///< the update that asked for it; 0 = none did
  timestamp_ns asked_ns = 0;   ///< of an order of an update

  bool operator==(const trade_order&) const = default;
};

/// A call that is being traded, with what the broker has confirmed of it. Pure bookkeeping.
struct trade {
  std::string source;
  std::string source_id;
  order_side side = order_side::buy;  ///< of its entries
  Quantity wanted;
  Quantity sold_elsewhere;  ///< by the operator's verb `exit`
  Money sold_elsewhere_money;
  Price stop;                       ///< as it shall be in force
  Price first_stop;                 ///< as the call had it
  std::uint64_t stop_task = 0;      ///< the update that moved it there; 0 = none did
  std::vector<trade_order> orders;  ///< by number
  std::vector<trade_order> again;   ///< of updates, lost in a restart: to be asked for again
  bool closing = false;             ///< everything shall go
  bool entries_end = false;         ///< no further entry is wanted
  std::string reason;               ///< why it is where it is, for people
  timestamp_ns entry_until_ns = 0;  ///< entries are given up then
  timestamp_ns retry_ns = 0;        ///< after a refusal: nothing is asked for before
  timestamp_ns opened_ns = 0;
  timestamp_ns closed_ns = 0;
  std::uint64_t version = 0;  ///< of the record last told

  bool operator==(const trade&) const = default;
};

/// The desk or the broker said no.
bool was_refused(const own_order& x);

trade_order* find_order(trade& x, std::uint64_t number);

/// Takes over what has become of one of its orders: the growth of what it has filled in all is a
/// fill, so that an event told twice books nothing twice. Returns what was booked now.
Quantity book(trade& x, trade_order& order, const own_order_event& event);

Quantity entered(const trade& x);
Quantity exited(const trade& x);
/// Bought (short: sold) and not given back: always 0 or above.
Quantity held(const trade& x);
/// What one entry has brought and its exits have not taken; what was sold elsewhere comes off the
/// first entries.
Quantity pool(const trade& x, const trade_order& entry);
/// Whether the broker can still fill one of its entries.
bool can_enter(const trade& x);
/// Nothing is held and no order can fill any more.
bool is_over(const trade& x);
/// Whether all that is held has a stop at the broker.
bool is_protected(const trade& x);

signal_state state_of(const trade& x);

/// The trade as it is told to others.
trade_record record_of(const trade& x, const std::string& bot_id, timestamp_ns now);

}  // namespace outcry::following
