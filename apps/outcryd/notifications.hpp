#pragma once

#include "apps/outcryd/house_plan.hpp"

namespace outcry::app {

/// Who tells the trader's phone what happens; nobody with notifications.url "". After all whom it
/// asks. Throws std::runtime_error or std::invalid_argument for people.
void open_notifications(open_house& at);

}  // namespace outcry::app
