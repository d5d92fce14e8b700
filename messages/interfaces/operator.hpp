#pragma once

#include <cstdint>
#include <string>

#include <caf/actor.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "messages/bots.hpp"
#include "messages/inspected.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/journal.hpp"
#include "messages/mirror.hpp"
#include "messages/orders.hpp"
#include "messages/type_ids.hpp"

namespace outcry {

/// Hands an operator message to the command desk.
struct submit_message {
  operator_message message;
  bool mirrored = false;  ///< it came from Firebase, which therefore holds it already
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, submit_message& x) {
  return f(caf::meta::type_name("submit_message"), x.message, x.mirrored);
}
OUTCRY_INSPECTED(submit_message);

/// A message that could not even be read; it is adopted as failed, so that its sender sees why.
struct submit_unreadable {
  std::string id;
  std::string reason;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, submit_unreadable& x) {
  return f(caf::meta::type_name("submit_unreadable"), x.id, x.reason);
}
OUTCRY_INSPECTED(submit_unreadable);

/// Tells the command desk who can be addressed. Sent again when a container bot comes or goes; the
/// last word counts. An invalid handle: known, but nobody hosts it now.
struct register_bot {
  bot_identity identity;
  caf::actor bot;  ///< implements `commandable_actor`
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, register_bot& x) {
  return f(caf::meta::type_name("register_bot"), x.identity, x.bot);
}
OUTCRY_INSPECTED(register_bot);

/// Asks to be told of every change of one message: `line_record` and `state_record`, until it is
/// final or the watcher ends. What has happened already is told first.
struct watch_message {
  std::string id;
  caf::actor watcher;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, watch_message& x) {
  return f(caf::meta::type_name("watch_message"), x.id, x.watcher);
}
OUTCRY_INSPECTED(watch_message);

/// Asks for the floor's halt.
struct get_halt {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, get_halt&) {
  return f(caf::meta::type_name("get_halt"));
}

/// Something new stands in the outbox.
struct owed_hint {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, owed_hint&) {
  return f(caf::meta::type_name("owed_hint"));
}

/// An order that had been given up has come up at the broker; said again at each of its events.
struct order_surfaced {
  order_event event;
  std::int64_t asked_at_ms = 0;  ///< when its bot asked for it
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order_surfaced& x) {
  return f(caf::meta::type_name("order_surfaced"), x.event, x.asked_at_ms);
}
OUTCRY_INSPECTED(order_surfaced);

/// Introduces the command desk to the relay and to the order desk.
struct desk_address {
  caf::actor desk;  ///< implements `command_desk_actor`
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, desk_address& x) {
  return f(caf::meta::type_name("desk_address"), x.desk);
}
OUTCRY_INSPECTED(desk_address);

/// Introduces the relay to the mirror, which from then on tells it what it hears.
struct listen_to_mirror {
  caf::actor listener;          ///< implements `relay_actor`
  bool from_the_start = false;  ///< messages that were told before are told again
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, listen_to_mirror& x) {
  return f(caf::meta::type_name("listen_to_mirror"), x.listener, x.from_the_start);
}
OUTCRY_INSPECTED(listen_to_mirror);

/// Asks the relay how it is.
struct get_relay {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, get_relay&) {
  return f(caf::meta::type_name("get_relay"));
}

/// The command desk: decides who is meant by a message and collects the acknowledgements.
using command_desk_actor = caf::typed_actor<
    // Adopts a message: answers its ledger once it is journalled, or the stored ledger of a
    // message that is known already.
    caf::replies_to<submit_message>::with<ledger>,
    // Adopts what could not be read, as failed.
    caf::replies_to<submit_unreadable>::with<ledger>,
    // A bot's later word.
    caf::reacts_to<command_outcome>,
    // Who can be addressed.
    caf::reacts_to<register_bot>,
    // Who has left: no longer expected, and what it still owes an answer to ends as an error.
    caf::reacts_to<unregister_bot>,
    // A stop that was done was not: answers the messages that say so now.
    caf::replies_to<order_surfaced>::with<ledger_list>,
    // Tells a watcher what becomes of a message.
    caf::reacts_to<watch_message>,
    // Stored messages, newest first.
    caf::replies_to<find_ledgers>::with<ledger_list>,
    // What stops the floor.
    caf::replies_to<get_halt>::with<halt_state>>;

/// Floor -> Firebase and Firebase -> command desk.
using relay_actor = caf::typed_actor<
    // Who takes the operator messages.
    caf::reacts_to<desk_address>,
    // The outbox has grown.
    caf::reacts_to<owed_hint>,
    // A pit's price has changed.
    caf::reacts_to<price_changed>,
    // A bot's state has changed; only the last word per bot is kept.
    caf::reacts_to<bot_status>,
    // A bot has left: the mirror shall forget it.
    caf::reacts_to<unregister_bot>,
    // The floor's halt has changed.
    caf::reacts_to<halt_state>,
    // An operator message stands in Firebase.
    caf::reacts_to<mirrored_message>,
    // The mirror's connections came or went.
    caf::reacts_to<link_status>,
    // How the relay is.
    caf::replies_to<get_relay>::with<relay_status>>;

/// The mirror port: whatever keeps a copy of the floor for phones.
using mirror_actor = caf::typed_actor<
    // Who wants to hear operator messages and the state of the connections.
    caf::reacts_to<listen_to_mirror>,
    // Writes and answers how it ended. One write per lane at a time.
    caf::replies_to<mirror_patch>::with<mirror_reply>,
    // Its connections.
    caf::replies_to<get_links>::with<link_list>>;

}  // namespace outcry
