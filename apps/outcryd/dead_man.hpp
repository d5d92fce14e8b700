#pragma once

#include "apps/outcryd/house_plan.hpp"

namespace outcry::app {

/// Opens the dead-man's switch, if it is on; needs stores, relay and desk. If it is off, what it
/// knew is forgotten, so that it begins anew when it is switched on, and phones see no countdown
/// any more.
void open_dead_man(open_house& at);

}  // namespace outcry::app
