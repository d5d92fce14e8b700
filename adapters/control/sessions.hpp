#pragma once

#include <caf/actor.hpp>

#include "adapters/control/bridge.hpp"

namespace outcry::control {

/// Answers everything but `send` and `tail`: one question to one or more
/// actors on behalf of `self`.
void ask(bridge_self* self, const bridge_context& context, const request& asked,
         const reply_ptr& answer);

/// Hands a message to the command desk and tells the client what becomes of it, until it is final
/// or the client's patience ends. Everything is told once; what the desk's watch may have missed
/// is read from the ledger at the end.
caf::actor spawn_send_session(caf::actor_system& system, bridge_context context, request asked,
                              reply_ptr answer);

/// Streams prices, orders and feed states of some pits, or of all, until the client leaves. It is
/// no demand: it hears what is there.
caf::actor spawn_tail_session(caf::actor_system& system, bridge_context context, request asked,
                              reply_ptr answer);

/// Tells the floor as it is, whole, then every interval what has changed, until the client leaves.
/// In a thread of its own: a large floor takes milliseconds to write down.
caf::actor spawn_inspect_session(caf::actor_system& system, bridge_context context, request asked,
                                 reply_ptr answer);

/// Tells what one actor handles, at most 200 messages a second, until there were enough of them or
/// the time is over.
caf::actor spawn_trace_session(caf::actor_system& system, bridge_context context, request asked,
                               reply_ptr answer);

/// Answers what is asked about one actor, and what is to be done to it.
void ask_inspector(bridge_self* self, const bridge_context& context, const request& asked,
                   const reply_ptr& answer);

/// A session's seat on the floor's board, given up when the session ends.
class session_seat {
public:
  session_seat() = default;
  session_seat(caf::actor_system& system, std::string name)
      : board_(board_of(system)), name_(std::move(name)) {
    if (!board_) return;
    if (auto place = board_->known(name_)) place->hide();
  }
  session_seat(session_seat&&) = default;
  session_seat& operator=(session_seat&&) = default;
  ~session_seat() {
    if (board_) board_->remove(name_);
  }

private:
  std::shared_ptr<seat_board> board_;
  std::string name_;
};

}  // namespace outcry::control
