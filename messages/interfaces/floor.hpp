#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/actor.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "messages/inspected.hpp"
#include "messages/roster.hpp"
#include "messages/type_ids.hpp"

namespace outcry {

/// Asks the floor to end everything it started, in reverse order.
struct stop_floor {
  std::string reason;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, stop_floor& x) {
  return f(caf::meta::type_name("stop_floor"), x.reason);
}
OUTCRY_INSPECTED(stop_floor);

/// How the stop went.
struct stop_report {
  std::vector<std::string> killed;  ///< did not end within their grace
  std::vector<std::string> left;    ///< did not even end when killed
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, stop_report& x) {
  return f(caf::meta::type_name("stop_report"), x.killed, x.left);
}
OUTCRY_INSPECTED(stop_report);

/// Puts an actor under the floor's care: it is ended with the floor, in its tier's turn.
struct supervise {
  std::string name;
  std::uint32_t tier = 0;  ///< higher tiers end first
  caf::actor supervisor;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, supervise& x) {
  return f(caf::meta::type_name("supervise"), x.name, x.tier, x.supervisor);
}
OUTCRY_INSPECTED(supervise);

/// Answer: the actor is known.
struct supervised {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, supervised&) {
  return f(caf::meta::type_name("supervised"));
}

/// The root of everything.
using floor_actor = caf::typed_actor<
    // Takes a supervisor into its care.
    caf::replies_to<supervise>::with<supervised>,
    // Ends everybody and answers when that is over.
    caf::replies_to<stop_floor>::with<stop_report>>;

/// Knows every actor and bot of the floor.
using roster_actor = caf::typed_actor<
    // A bot's new state.
    caf::reacts_to<bot_status>,
    // A bot has left.
    caf::reacts_to<unregister_bot>,
    // Every actor.
    caf::replies_to<list_actors>::with<actor_list>,
    // Every bot.
    caf::replies_to<list_bots>::with<bot_list>>;

}  // namespace outcry
