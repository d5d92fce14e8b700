#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>
#include <caf/replies_to.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include "messages/inspection.hpp"

namespace outcry {

/// Asks for the floor as it is now.
struct inspect_floor {
  std::uint32_t parts = part::all;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, inspect_floor& x) {
  return f(caf::meta::type_name("inspect_floor"), x.parts);
}

/// Answer. It may be large and is shared, not copied: it stays inside the process.
struct floor_seen {
  std::shared_ptr<const floor_snapshot> snapshot;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, floor_seen&) {
  return f(caf::meta::type_name("floor_seen"));
}

/// Asks for one actor from near.
struct inspect_actor {
  std::string name;
  bool state = true;  ///< asks the actor itself, as the next does
  bool mailbox = true;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, inspect_actor& x) {
  return f(caf::meta::type_name("inspect_actor"), x.name, x.state, x.mailbox);
}

/// A message that waits.
struct waiting_message {
  std::string message;
  std::string text;  ///< cut at 300 characters
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, waiting_message& x) {
  return f(caf::meta::type_name("waiting_message"), x.message, x.text);
}

/// A message that was handled.
struct handled_message {
  std::string message;
  std::int64_t at_ms = 0;
  std::int64_t took_ns = -1;  ///< -1 = not measured
};

/// An actor from near.
struct actor_page {
  actor_row row;
  std::string state;                     ///< JSON; empty = it tells none
  std::vector<waiting_message> mailbox;  ///< oldest first, at most 50
  std::vector<handled_message> recent;   ///< oldest first, at most 20
  std::vector<std::string> links;        ///< names: who started it, whom it started
  std::vector<std::string> log;          ///< its last lines, oldest first, at most 100
  std::vector<std::string> unanswered;   ///< what it could not tell in time
};

/// Answer to inspect_actor; shared as floor_seen is.
struct actor_seen {
  std::shared_ptr<const actor_page> page;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, actor_seen&) {
  return f(caf::meta::type_name("actor_seen"));
}

/// What can be done to an actor.
enum class actor_action : std::uint8_t { restart, pause, resume, stop, reset_backoff };

/// Asks the inspector to do it. It is written down before.
struct act_on_actor {
  std::string name;
  actor_action action = actor_action::restart;
  std::string who;  ///< the account
  std::string why;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, act_on_actor& x) {
  return f(caf::meta::type_name("act_on_actor"), x.name, x.action, x.who, x.why);
}

/// Answer: it is under way; what comes of it shows in the actor's row.
struct action_taken {
  std::string what;  ///< one sentence for people
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, action_taken& x) {
  return f(caf::meta::type_name("action_taken"), x.what);
}

/// Sets from what level on an actor's log lines are kept and shown; empty = as everybody's.
struct set_log_level {
  std::string name;
  std::string level;
  std::string who;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, set_log_level& x) {
  return f(caf::meta::type_name("set_log_level"), x.name, x.level, x.who);
}

/// Asks an actor of ours, whoever it is, about itself; it answers before what waits in its mailbox.
struct look_inside {
  bool state = true;
  bool mailbox = true;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, look_inside& x) {
  return f(caf::meta::type_name("look_inside"), x.state, x.mailbox);
}

struct inside_view {
  std::string state;
  std::vector<waiting_message> mailbox;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, inside_view& x) {
  return f(caf::meta::type_name("inside_view"), x.state, x.mailbox);
}

/// Wakes an actor whose pause is over.
struct end_pause {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, end_pause&) {
  return f(caf::meta::type_name("end_pause"));
}

/// Sees the whole floor. Answers while others hang.
using inspector_actor = caf::typed_actor<
    // The floor as it is now.
    caf::replies_to<inspect_floor>::with<floor_seen>,
    // One actor from near; `ec::unknown_target` for a name that nobody has.
    caf::replies_to<inspect_actor>::with<actor_seen>,
    // Does something to one; `ec::unknown_target`, `ec::refused` with the reason.
    caf::replies_to<act_on_actor>::with<action_taken>,
    // From what level on its lines are kept.
    caf::replies_to<set_log_level>::with<action_taken>>;

}  // namespace outcry

// A block of its own, far from the others' numbers: only its users include it.
// clang-format off
CAF_BEGIN_TYPE_ID_BLOCK(outcry_inspection, first_custom_type_id + 4000)
  CAF_ADD_TYPE_ID(outcry_inspection, (outcry::inspect_floor))
  CAF_ADD_TYPE_ID(outcry_inspection, (outcry::floor_seen))
  CAF_ADD_TYPE_ID(outcry_inspection, (outcry::inspect_actor))
  CAF_ADD_TYPE_ID(outcry_inspection, (outcry::actor_seen))
  CAF_ADD_TYPE_ID(outcry_inspection, (outcry::act_on_actor))
  CAF_ADD_TYPE_ID(outcry_inspection, (outcry::action_taken))
  CAF_ADD_TYPE_ID(outcry_inspection, (outcry::set_log_level))
  CAF_ADD_TYPE_ID(outcry_inspection, (outcry::look_inside))
  CAF_ADD_TYPE_ID(outcry_inspection, (outcry::inside_view))
  CAF_ADD_TYPE_ID(outcry_inspection, (outcry::end_pause))
CAF_END_TYPE_ID_BLOCK(outcry_inspection)
// clang-format on
