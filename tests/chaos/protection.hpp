#pragma once

#include "tests/chaos/floor_process.hpp"

namespace outcry::test {

/// What the paper broker's file says, whoever is alive: the position is what entries have left, at
/// most one trade is at work, and a stop that works covers all that is held.
void check_protected(const floor_process& at);

}  // namespace outcry::test
