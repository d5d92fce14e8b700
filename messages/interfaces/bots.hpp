#pragma once

#include <string>

#include <caf/actor.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "messages/bots.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/type_ids.hpp"

namespace outcry {

/// Asks a bot how it is.
struct get_bot {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, get_bot&) {
  return f(caf::meta::type_name("get_bot"));
}

/// Whoever an operator message can reach.
using commandable_actor = caf::typed_actor<
    // Does what the message says and answers when it is final, or with `pending` when the effect
    // must be waited for; a later `command_outcome` to the command desk then ends it.
    caf::replies_to<bot_command>::with<command_outcome>,
    // How the bot is.
    caf::replies_to<get_bot>::with<bot_status>>;

/// One who can be kept from acting.
using holdable_actor = caf::typed_actor<
    // Held (true): its strategy hears no prices and the reason, for people, is shown; or released.
    caf::reacts_to<bool, std::string>>;

/// A ticker bot: hosts one strategy for one ticker.
using bot_actor =
    commandable_actor::extend_with<price_subscriber_actor>::extend_with<holdable_actor>;

}  // namespace outcry
