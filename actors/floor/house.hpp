#pragma once

#include <functional>
#include <memory>

#include "actors/floor/clock.hpp"

namespace outcry {

/// What every actor of a floor is given instead of asking the system: the time and chance.
/// Immutable once the floor opens; shared by all.
struct house {
  std::shared_ptr<const clock> time = std::make_shared<system_clock>();

  /// A number in [0, 1). Called from any thread.
  std::function<double()> random = [] { return 0.5; };

  /// False when there is no mirror: then nothing is owed to anybody.
  bool has_mirror = true;
};

using house_ptr = std::shared_ptr<const house>;

}  // namespace outcry
