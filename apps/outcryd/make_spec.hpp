#pragma once

#include <string>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/spawn_options.hpp>

#include "actors/floor/supervisor.hpp"

namespace outcry::app {

/// A child spec for an actor function with its arguments.
template <class Function, class... Arguments>
child_spec make_spec(std::string name, std::string kind, Function function,
                     Arguments... arguments) {
  child_spec spec;
  spec.name = std::move(name);
  spec.kind = std::move(kind);
  spec.start = [function, arguments...](caf::actor_system& system) {
    return caf::actor_cast<caf::actor>(system.spawn(function, arguments...));
  };
  return spec;
}

/// The same with a thread of its own: it goes on when every thread of the floor is stuck in some
/// handler, and what it does takes no turn from prices.
template <class Function, class... Arguments>
child_spec make_detached_spec(std::string name, std::string kind, Function function,
                              Arguments... arguments) {
  child_spec spec;
  spec.name = std::move(name);
  spec.kind = std::move(kind);
  spec.start = [function, arguments...](caf::actor_system& system) {
    return caf::actor_cast<caf::actor>(system.spawn<caf::detached>(function, arguments...));
  };
  return spec;
}

}  // namespace outcry::app
