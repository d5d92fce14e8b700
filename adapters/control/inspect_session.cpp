#include <atomic>
#include <chrono>

#include <caf/atom.hpp>
#include <fmt/format.h>

#include "adapters/control/inspect_delta.hpp"
#include "adapters/control/sessions.hpp"

namespace outcry::control {

namespace {

/// A client that has not read so much gets no delta, but later a whole snapshot.
constexpr std::size_t most_unread = 64u << 10;

/// So many times in a row the inspector may fail a client before the session is given up.
constexpr int most_failures = 5;

class inspect_state;
using inspect_self = caf::stateful_actor<inspect_state, observed<caf::event_based_actor>>;

class inspect_state {
public:
  static inline const char* name = "inspect";

  explicit inspect_state(inspect_self* self) : self_(self) {}

  void begin(bridge_context context, request asked, reply_ptr answer) {
    static std::atomic<std::uint64_t> count{0};
    context_ = std::move(context);
    wish_ = std::move(asked.inspection);
    answer_ = std::move(answer);
    writer_ = delta_writer{wish_.parts};
    auto seat_name = fmt::format("socket:inspect:{}", ++count);
    self_->observe({seat_name, "session", 1000});
    seat_ = session_seat{self_->system(), seat_name};
    look();
  }

  void look() {
    began_ = std::chrono::steady_clock::now();
    if (answer_->unread() > most_unread) {
      writer_.start_over();
      return look_again();
    }
    self_->request(context_->inspector, context_->request_limit, inspect_floor{wish_.parts})
        .then([this](const floor_seen& x) { tell(x); },
              [this](const caf::error& why) { on_failure(why); });
  }

private:
  void tell(const floor_seen& x) {
    failures_ = 0;
    answer_->item(writer_.write(x.snapshot));
    if (wish_.interval_ms > 0) return look_again();
    answer_->end();
    self_->quit();
  }

  // A floor that is half down is looked at all the same, when it can be.
  void on_failure(const caf::error& why) {
    if (wish_.interval_ms > 0 && ++failures_ < most_failures) return look_again();
    answer_->error(why, "the inspector");
    self_->quit();
  }

  /// At an even pace, however long the last look took.
  void look_again() {
    const auto pace = std::chrono::milliseconds(wish_.interval_ms);
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - began_);
    self_->delayed_send(self_, spent < pace ? pace - spent : std::chrono::milliseconds{0},
                        caf::tick_atom::value);
  }

  inspect_self* self_;
  bridge_context context_;
  inspection_wish wish_;
  reply_ptr answer_;
  session_seat seat_;
  delta_writer writer_{part::all};
  std::chrono::steady_clock::time_point began_;
  int failures_ = 0;
};

caf::behavior inspect_session(inspect_self* self, bridge_context context, request asked,
                              reply_ptr answer) {
  self->state.begin(std::move(context), std::move(asked), std::move(answer));
  return {
      // Time for the next look.
      [self](caf::tick_atom) { self->state.look(); },
  };
}

}  // namespace

caf::actor spawn_inspect_session(caf::actor_system& system, bridge_context context, request asked,
                                 reply_ptr answer) {
  return system.spawn<caf::detached>(inspect_session, std::move(context), std::move(asked),
                                     std::move(answer));
}

}  // namespace outcry::control
