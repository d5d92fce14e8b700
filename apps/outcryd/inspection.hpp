#pragma once

#include "apps/outcryd/house_plan.hpp"

namespace outcry::app {

/// Starts the HTTP endpoint of the floor's figures, and what shows the actors to phones, where they
/// are configured. Throws std::runtime_error with what is wrong for people.
void open_inspection(open_house& at);

}  // namespace outcry::app
