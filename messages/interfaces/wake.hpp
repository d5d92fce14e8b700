#pragma once

#include <cstdint>

#include <caf/meta/type_name.hpp>

#include "messages/inspected.hpp"

namespace outcry {

/// An actor's delayed message to itself: a timer. CAF 0.17 cannot cancel a delayed message, so a
/// receiver ignores a `generation` that is not its timer's latest.
struct wake {
  std::uint8_t timer = 0;  ///< which of its timers
  std::uint64_t generation = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, wake& x) {
  return f(caf::meta::type_name("wake"), x.timer, x.generation);
}
OUTCRY_INSPECTED(wake);

}  // namespace outcry
