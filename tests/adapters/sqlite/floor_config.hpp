#pragma once

#include <chrono>
#include <cstring>

#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>
#include <caf/string_view.hpp>

#include "messages/all_types.hpp"

namespace outcry::sqlite::test {

/// How long a test waits for an answer of another thread before it fails.
inline constexpr auto patience = std::chrono::seconds(20);

/// Knows all messages; `policy` is "testing" for CAF's virtual scheduler, "sharing" for threads.
struct floor_config : caf::actor_system_config {
  explicit floor_config(const char* policy) {
    outcry::add_message_types(*this);
    set("scheduler.policy", caf::atom_from_string({policy, std::strlen(policy)}));
    set("scheduler.max-threads", 2);
  }
};

}  // namespace outcry::sqlite::test
