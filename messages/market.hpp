#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/decimal.hpp"
#include "messages/inspected.hpp"
#include "messages/timestamp.hpp"

namespace outcry {

/// One trade print of one ticker.
struct price_tick {
  Price price;                ///< above 0
  Quantity volume;            ///< 0 when the source gave none
  timestamp_ns event_ns = 0;  ///< the source's time
  timestamp_ns init_ns = 0;   ///< when it entered the floor

  bool operator==(const price_tick&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, price_tick& x) {
  return f(caf::meta::type_name("price_tick"), x.price, x.volume, x.event_ns, x.init_ns);
}
OUTCRY_INSPECTED(price_tick);

/// Ticks of one ticker that arrived together, oldest first. Shared by all receivers.
struct price_batch {
  std::string ticker;
  std::vector<price_tick> ticks;  ///< never empty
  std::uint32_t conflated = 0;    ///< ticks left out before these, because the receiver was behind
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, price_batch& x) {
  return f(caf::meta::type_name("price_batch"), x.ticker, x.ticks, x.conflated);
}
OUTCRY_INSPECTED(price_batch);

/// A price message as on Redis and Firebase: a ticker with one tick.
struct price_update {
  std::string ticker;
  price_tick tick;

  bool operator==(const price_update&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, price_update& x) {
  return f(caf::meta::type_name("price_update"), x.ticker, x.tick);
}
OUTCRY_INSPECTED(price_update);

/// One event of one order, in the shape existing bots know. `order_data` is the JSON object as it
/// came, checked but not taken apart: it travels unchanged.
struct order_update {
  std::string ticker;
  std::string order_id;
  std::string event;       ///< "new", "fill", "partial_fill", "canceled", ...
  std::string order_data;  ///< JSON object
  timestamp_ns event_ns = 0;
  timestamp_ns init_ns = 0;

  bool operator==(const order_update&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order_update& x) {
  return f(caf::meta::type_name("order_update"), x.ticker, x.order_id, x.event, x.order_data,
           x.event_ns, x.init_ns);
}
OUTCRY_INSPECTED(order_update);

/// What is known of a ticker's prices.
enum class feed_state : std::uint8_t {
  waiting,  ///< in session, no price yet
  live,     ///< in session, the last price is fresh
  stale,    ///< in session, no price for longer than the limit
  closed,   ///< out of session: silence is normal
  down,     ///< the source is not connected
};

std::string_view to_string(feed_state x);

/// The feed's word on one ticker, sent to its pit whenever it changes.
struct feed_status {
  std::string ticker;
  feed_state state = feed_state::waiting;
  timestamp_ns since_ns = 0;
  std::string reason;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, feed_status& x) {
  return f(caf::meta::type_name("feed_status"), x.ticker, x.state, x.since_ns, x.reason);
}
OUTCRY_INSPECTED(feed_status);

/// A pit as it is seen from outside.
struct pit_status {
  std::string ticker;
  feed_state state = feed_state::waiting;
  timestamp_ns since_ns = 0;
  bool has_price = false;
  price_tick last;
  std::uint64_t ticks = 0;      ///< received since the floor opened
  std::uint64_t conflated = 0;  ///< left out for slow receivers, summed over receivers
  std::uint32_t subscribers = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, pit_status& x) {
  return f(caf::meta::type_name("pit_status"), x.ticker, x.state, x.since_ns, x.has_price, x.last,
           x.ticks, x.conflated, x.subscribers);
}
OUTCRY_INSPECTED(pit_status);

}  // namespace outcry
