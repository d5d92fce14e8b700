#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include <caf/actor.hpp>
#include <caf/actor_config.hpp>
#include <caf/monitorable_actor.hpp>
#include <caf/system_messages.hpp>

#include "actors/floor/house.hpp"
#include "actors/floor/restart_policy.hpp"
#include "actors/floor/seat.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

/// What a supervisor looks after.
struct child_spec {
  std::string name;  ///< the child's seat: "bot:counter-AAPL"
  std::string kind;

  /// Starts the child; called again for each restart. A throw counts as a crash.
  std::function<caf::actor(caf::actor_system&)> start;

  restart_policy policy;

  /// Told of every change, with the reason; may be empty. Called from any thread, one change after
  /// another; may send, must not wait.
  std::function<void(actor_state, const std::string& reason)> on_change;
};

/// Keeps one child alive and is its stable address: everything sent to a supervisor goes straight
/// into the mailbox of the child that lives now, so a handle on the supervisor stays good across
/// restarts. While the child is down every request is answered at once with `ec::unavailable`,
/// after too many crashes with `ec::failed`; what nobody can hear is counted at the child's seat. A
/// child that ends normally is not started again.
///
/// It has no mailbox and no thread of its own: what it does itself - exits, the child's end, the
/// timer of a restart - runs in the thread of whoever says so, one thing after another. An exit
/// message ends the child with the same reason, and with the child the supervisor.
class supervisor final : public caf::monitorable_actor {
public:
  /// Use spawn_supervised.
  supervisor(caf::actor_config& config, child_spec spec, house_ptr house);

  const char* name() const override { return "supervisor"; }

  /// Starts the child, or starts it again. Thread-safe.
  void start_child();

  /// The child that lives now; null while it is down. Thread-safe.
  caf::actor child();

  /// Ends the child in good order and starts it again at once, or starts again one that is down;
  /// its earlier crashes are forgiven. False: the supervisor is ending. Thread-safe.
  bool restart(const std::string& why);

  /// Ends child and supervisor for good. Thread-safe.
  void stop(const std::string& why);

  /// Forgives earlier crashes; one that waits for its next start, or failed, is started at once.
  /// Thread-safe.
  void reset_backoff();

  using caf::monitorable_actor::enqueue;
  void enqueue(caf::mailbox_element_ptr element, caf::execution_unit* unit) override;

  /// A supervisor that nobody knows any more kills its child: nobody is left behind.
  void on_destroy() override;

private:
  void forward(caf::mailbox_element_ptr element, caf::execution_unit* unit);
  void on_exit(const caf::exit_msg& message, caf::execution_unit* unit);
  void on_down(const caf::down_msg& message, caf::execution_unit* unit);
  void on_timer(const wake& timer);

  // With `control_` held.
  bool child_ended(const caf::error& reason);
  void restart_later(const std::string& why);
  void change(actor_state state, const std::string& reason);
  void start_in(duration_ns wait);
  void bury(const std::string& reason);

  std::mutex control_;  ///< one thing after another
  std::string name_;
  std::function<caf::actor(caf::actor_system&)> start_;
  std::function<void(actor_state, const std::string&)> on_change_;
  house_ptr house_;
  std::shared_ptr<seat_board> board_;
  std::shared_ptr<seat> seat_;
  restart_window window_;
  bool stopping_ = false;
  std::string stop_reason_;   ///< the operator's
  std::string restart_wish_;  ///< why it is to be started again when it ends; empty = it is not
  std::uint64_t generation_ = 0;

  std::mutex door_;  ///< for what every message needs; never held while calling anybody
  caf::strong_actor_ptr child_;
  actor_state state_ = actor_state::starting;
};

/// Starts a child under a supervisor of its own. The handle speaks the child's interface.
caf::actor spawn_supervised(caf::actor_system& system, child_spec spec, house_ptr house);

/// Who serves what is sent to this handle now: a supervisor's child, null while it is down; any
/// other actor itself.
caf::actor who_serves(const caf::actor& handle);

}  // namespace outcry
