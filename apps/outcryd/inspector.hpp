#pragma once

#include "apps/outcryd/house_plan.hpp"

namespace outcry::app {

/// Opens whoever sees the whole floor. What an operator does to an actor is written to
/// `data_dir/actions.log`. After everybody it asks, before everybody who asks it.
void open_inspector(open_house& at);

}  // namespace outcry::app
