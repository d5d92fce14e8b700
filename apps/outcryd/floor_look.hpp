#pragma once

#include <functional>

#include <caf/event_based_actor.hpp>

#include "apps/outcryd/house_plan.hpp"
#include "messages/floor_view.hpp"

namespace outcry::app {

/// Asks the inspector for the floor as it is and judges what it saw; an inspector that has not
/// answered within 2 s is no view. Each function that this returns is for one actor and remembers
/// what it has seen: what is wrong is known by more than one look.
std::function<void(caf::event_based_actor&, floor_view_sink)> look_at_floor(const open_house& at);

}  // namespace outcry::app
