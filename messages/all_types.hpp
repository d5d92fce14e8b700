#pragma once

#include <caf/actor_system_config.hpp>

#include "messages/history.hpp"
#include "messages/interfaces/bots.hpp"
#include "messages/interfaces/floor.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/signals.hpp"
#include "messages/interfaces/trading.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

/// Makes every message type known to an actor system that is about to start.
void add_message_types(caf::actor_system_config& config);

}  // namespace outcry
