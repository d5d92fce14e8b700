#pragma once

#include <functional>

#include <caf/event_based_actor.hpp>

#include "apps/outcryd/house_plan.hpp"
#include "messages/floor_view.hpp"

namespace outcry::app {

/// Asks roster, market and relay what they know of themselves and makes one view of it: rows of
/// actors, pits and links, and the floor's sums. What does not answer within 2 s is left out; a
/// roster that does not answer is no view. Nobody judges: the verdict is "".
std::function<void(caf::event_based_actor&, floor_view_sink)> look_at_floor(const open_house& at);

}  // namespace outcry::app
