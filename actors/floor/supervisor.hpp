#pragma once

#include <functional>
#include <memory>
#include <string>

#include <caf/actor.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/system_messages.hpp>

#include "actors/floor/gauge.hpp"
#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "actors/floor/restart_policy.hpp"

namespace outcry {

/// What a supervisor looks after.
struct child_spec {
  std::string name;  ///< the child's seat: "bot:counter-AAPL"
  std::string kind;

  /// Starts the child; called again for each restart. A throw counts as a crash.
  std::function<caf::actor(caf::actor_system&)> start;

  restart_policy policy;

  /// Told of every change, with the reason; may be empty. Called in the supervisor.
  std::function<void(actor_state, const std::string& reason)> on_change;
};

class supervisor_state;
using supervisor_actor = caf::stateful_actor<supervisor_state, observed<caf::event_based_actor>>;

/// Keeps one child alive and is its stable address: whatever a supervisor does not understand
/// itself it hands on to the child, so a handle on the supervisor stays good across restarts.
/// While the child is down every request is answered at once with `ec::unavailable`, after too many
/// crashes with `ec::failed`. A child that ends normally is not started again.
class supervisor_state {
public:
  static inline const char* name = "supervisor";

  explicit supervisor_state(supervisor_actor* self) : self_(self) {}

  /// A supervisor that ends without having ended its child kills it: nobody is left behind.
  ~supervisor_state();

  void open(child_spec spec, house_ptr house);

  /// Starts the child, or starts it again.
  void start_child();

  /// Somebody wants us to end: the child first.
  void on_exit(const caf::exit_msg& message);

  /// The child has ended.
  void on_down(const caf::down_msg& message);

  /// Hands the current message on.
  caf::result<caf::message> forward(caf::message_view& content);

  void on_timer(std::uint64_t generation);

private:
  void child_ended(const caf::error& reason);
  void change(actor_state state, const std::string& reason);

  supervisor_actor* self_;
  child_spec spec_;
  house_ptr house_;
  std::shared_ptr<seat> seat_;
  std::unique_ptr<restart_window> window_;
  caf::actor child_;
  actor_state state_ = actor_state::starting;
  bool stopping_ = false;
  std::uint64_t generation_ = 0;
};

/// The supervisor actor. Its mailbox takes 10,000 messages.
caf::behavior supervisor(supervisor_actor* self, child_spec spec, house_ptr house);

/// Spawns a supervisor with its child. The handle speaks the child's interface.
caf::actor spawn_supervised(caf::actor_system& system, child_spec spec, house_ptr house);

}  // namespace outcry
