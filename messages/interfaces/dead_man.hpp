#pragma once

#include <cstdint>

#include <caf/meta/type_name.hpp>
#include <caf/replies_to.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include "messages/dead_man.hpp"

namespace outcry {

/// Asks the dead-man's switch where it stands.
struct get_dead_man {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, get_dead_man&) {
  return f(caf::meta::type_name("get_dead_man"));
}

/// The heartbeat that the operator's page has written: UNIX milliseconds by the mirror's clock.
struct operator_beat {
  std::int64_t at_ms = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, operator_beat& x) {
  return f(caf::meta::type_name("operator_beat"), x.at_ms);
}

/// Stops all bots when the operator has not been heard for too long.
using dead_man_actor = caf::typed_actor<
    // Where it stands.
    caf::replies_to<get_dead_man>::with<dead_man_status>>;

}  // namespace outcry

// A block of its own, far from the others' numbers: only its users include it.
// clang-format off
CAF_BEGIN_TYPE_ID_BLOCK(outcry_dead_man, first_custom_type_id + 2000)
  CAF_ADD_TYPE_ID(outcry_dead_man, (outcry::dead_man_status))
  CAF_ADD_TYPE_ID(outcry_dead_man, (outcry::get_dead_man))
  CAF_ADD_TYPE_ID(outcry_dead_man, (outcry::operator_beat))
CAF_END_TYPE_ID_BLOCK(outcry_dead_man)
// clang-format on
