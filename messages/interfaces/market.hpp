#pragma once

#include <cstdint>
#include <string>

#include <caf/actor.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "messages/inspected.hpp"
#include "messages/market.hpp"
#include "messages/roster.hpp"
#include "messages/type_ids.hpp"

namespace outcry {

/// A batch that must be handled before the next one is sent: the pace of a replay at full speed.
/// Nothing of it is ever conflated.
struct lockstep_batch {
  price_batch batch;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, lockstep_batch& x) {
  return f(caf::meta::type_name("lockstep_batch"), x.batch);
}
OUTCRY_INSPECTED(lockstep_batch);

/// Answer to a lockstep_batch: it has been handled, by everybody behind this actor too.
struct batch_receipt {
  std::uint64_t ticks = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, batch_receipt& x) {
  return f(caf::meta::type_name("batch_receipt"), x.ticks);
}
OUTCRY_INSPECTED(batch_receipt);

/// Asks a pit for its prices and orders from now on. The subscriber is forgotten when it ends; a
/// fresh last price is sent to it at once.
struct subscribe_pit {
  caf::actor subscriber;         ///< implements `price_subscriber_actor`
  bool counts_as_demand = true;  ///< false: listens only while somebody else wants the ticker
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, subscribe_pit& x) {
  return f(caf::meta::type_name("subscribe_pit"), x.subscriber, x.counts_as_demand);
}
OUTCRY_INSPECTED(subscribe_pit);

/// Takes a subscription back.
struct unsubscribe_pit {
  caf::actor subscriber;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, unsubscribe_pit& x) {
  return f(caf::meta::type_name("unsubscribe_pit"), x.subscriber);
}
OUTCRY_INSPECTED(unsubscribe_pit);

/// Asks a pit how it is.
struct get_pit {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, get_pit&) {
  return f(caf::meta::type_name("get_pit"));
}

/// A pit's word to the relay: my last price has changed since you asked. Sent once until the
/// relay asks again, so that a quick ticker never fills its mailbox.
struct price_changed {
  std::string ticker;
  caf::actor pit;  ///< implements `pit_actor`; to be asked with take_price
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, price_changed& x) {
  return f(caf::meta::type_name("price_changed"), x.ticker, x.pit);
}
OUTCRY_INSPECTED(price_changed);

/// The relay's question for the price it is about to send.
struct take_price {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, take_price&) {
  return f(caf::meta::type_name("take_price"));
}

/// How much of the world wants a ticker: the pit's word to the feed, absolute, not a difference.
struct demand {
  std::string ticker;
  std::uint32_t wanted_by = 0;
  caf::actor pit;  ///< implements `pit_actor`; where the ticks are to go. None: the pit is closed
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, demand& x) {
  return f(caf::meta::type_name("demand"), x.ticker, x.wanted_by, x.pit);
}
OUTCRY_INSPECTED(demand);

/// Tells the feed that everybody who was configured has subscribed: prices may flow.
struct open_feed {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, open_feed&) {
  return f(caf::meta::type_name("open_feed"));
}

/// Asks for the pit of a ticker; it is opened if there is none yet.
struct find_pit {
  std::string ticker;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, find_pit& x) {
  return f(caf::meta::type_name("find_pit"), x.ticker);
}
OUTCRY_INSPECTED(find_pit);

struct pit_address {
  /// Implements `pit_actor`. Good while somebody is subscribed, and for minutes after it was asked
  /// for or the last one left; later ask again.
  caf::actor pit;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, pit_address& x) {
  return f(caf::meta::type_name("pit_address"), x.pit);
}
OUTCRY_INSPECTED(pit_address);

/// Whoever listens to a pit.
using price_subscriber_actor = caf::typed_actor<
    // Ticks, oldest first.
    caf::reacts_to<price_batch>,
    // Ticks; answers once they have been handled.
    caf::replies_to<lockstep_batch>::with<batch_receipt>,
    // One event of an order of this ticker.
    caf::reacts_to<order_update>,
    // The ticker's feed went live, stale, closed, ...
    caf::reacts_to<feed_status>>;

/// A pit: the only place where one ticker's prices and orders are fanned out.
using pit_actor = price_subscriber_actor::extend<
    // Adds a subscriber.
    caf::reacts_to<subscribe_pit>,
    // Removes one.
    caf::reacts_to<unsubscribe_pit>,
    // How the pit is.
    caf::replies_to<get_pit>::with<pit_status>,
    // The last price, for the relay; `price_changed` may be sent again afterwards.
    caf::replies_to<take_price>::with<price_update>>;

/// Knows every pit and opens new ones.
using market_actor = caf::typed_actor<
    // The pit of a ticker.
    caf::replies_to<find_pit>::with<pit_address>,
    // Every pit.
    caf::replies_to<list_pits>::with<pit_list>>;

/// The one market-data connection.
using feed_actor = caf::typed_actor<
    // Who wants what.
    caf::reacts_to<demand>,
    // Everybody configured has subscribed.
    caf::reacts_to<open_feed>,
    // Ticks from a source outside the floor (the Redis bridge).
    caf::reacts_to<price_batch>,
    // An order event from such a source.
    caf::reacts_to<order_update>,
    // The source's connection came or went.
    caf::reacts_to<link_status>,
    // The state of the source.
    caf::replies_to<get_links>::with<link_list>>;

}  // namespace outcry
