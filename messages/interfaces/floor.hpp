#pragma once

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "messages/roster.hpp"
#include "messages/type_ids.hpp"

namespace outcry {

/// Knows every actor and bot of the floor.
using roster_actor = caf::typed_actor<
    // A bot's new state.
    caf::reacts_to<bot_status>,
    // Every actor.
    caf::replies_to<list_actors>::with<actor_list>,
    // Every bot.
    caf::replies_to<list_bots>::with<bot_list>>;

}  // namespace outcry
