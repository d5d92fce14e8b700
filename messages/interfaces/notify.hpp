#pragma once

#include <caf/replies_to.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include "messages/notify.hpp"

// A block of its own, far from the others' numbers: only those who notify include it.
// clang-format off
CAF_BEGIN_TYPE_ID_BLOCK(outcry_notify, first_custom_type_id + 3000)
  CAF_ADD_TYPE_ID(outcry_notify, (outcry::push_request))
  CAF_ADD_TYPE_ID(outcry_notify, (outcry::push_reply))
CAF_END_TYPE_ID_BLOCK(outcry_notify)
// clang-format on

namespace outcry {

/// The port to the phone: whatever carries a message there. One at a time.
using pusher_actor = caf::typed_actor<
    // Sends and answers how it ended.
    caf::replies_to<push_request>::with<push_reply>>;

}  // namespace outcry
