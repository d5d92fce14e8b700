#pragma once

#include <string>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>

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

}  // namespace outcry::app
