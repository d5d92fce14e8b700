#pragma once

#include "actors/inspection/floor_snapshot.hpp"
#include "messages/inspection.hpp"

namespace outcry::app {

/// What the rules of the verdict read of a snapshot.
inspection::floor_snapshot examined(const floor_snapshot& seen);

}  // namespace outcry::app
