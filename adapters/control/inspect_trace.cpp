#include <atomic>
#include <chrono>
#include <memory>

#include <caf/atom.hpp>
#include <fmt/format.h>

#include "actors/floor/trace_tap.hpp"
#include "adapters/control/sessions.hpp"
#include "messages/detail/json_writer.hpp"

namespace outcry::control {

namespace {

/// 200 messages a second at most: what comes faster is counted only.
constexpr std::chrono::milliseconds tap_pace{50};
constexpr std::size_t at_a_time = 10;

class trace_state;
using trace_self = caf::stateful_actor<trace_state, observed<caf::event_based_actor>>;

class trace_state {
public:
  static inline const char* name = "trace";

  explicit trace_state(trace_self* self) : self_(self) {}
  ~trace_state() { let_go(); }

  void begin(request asked, reply_ptr answer) {
    static std::atomic<std::uint64_t> count{0};
    wish_ = std::move(asked.inspection);
    answer_ = std::move(answer);
    auto seat_name = fmt::format("socket:trace:{}", ++count);
    self_->observe({seat_name, "session", 1000});
    seat_ = session_seat{self_->system(), seat_name};
    board_ = board_of(self_->system());
    if (!board_ || !board_->known(wish_.name))
      return refuse(ec::unknown_target, "no actor is called ");
    if (auto who = board_->known(wish_.name)->counters(); who && tap_of(*who))
      return refuse(ec::refused, "somebody traces already: ");
    tap_ = std::make_shared<trace_tap>(at_a_time);
    look();
  }

  void look() {
    auto place = board_->known(wish_.name);
    if (!place || place->status().state == actor_state::stopped) return end("gone");
    hold_on_to(place->counters());
    tell();
    if (told_ >= wish_.count) return end("count");
    if (looks_++ >= wish_.seconds * (std::chrono::seconds{1} / tap_pace)) return end("time");
    tap_->refill(std::min<std::size_t>(at_a_time, wish_.count - told_));
    self_->delayed_send(self_, tap_pace, caf::tick_atom::value);
  }

private:
  /// One that was restarted has other counters.
  void hold_on_to(std::shared_ptr<gauge> who) {
    if (who == traced_) return;
    let_go();
    traced_ = std::move(who);
    if (traced_) set_tap(*traced_, tap_);
  }

  void let_go() {
    if (traced_) set_tap(*traced_, nullptr);
    traced_ = nullptr;
  }

  void tell() {
    std::uint64_t dropped = 0;
    auto all = tap_->take(dropped);
    for (const auto& x : all) {
      if (told_ == wish_.count) return;
      ++told_;
      auto traced = detail::object_writer{}
                        .number("at_ms", x.at_ms)
                        .text("from", x.from)
                        .text("message", x.message)
                        .text("text", x.text)
                        .count("took_ns", x.took_ns)
                        .finish();
      answer_->item("{\"traced\":" + traced + "}");
    }
    if (dropped > 0 && told_ < wish_.count) answer_->dropped(dropped);
  }

  void end(std::string_view reason) {
    answer_->end(fmt::format("\"reason\":\"{}\"", reason));
    self_->quit();
  }

  void refuse(ec code, const char* why) {
    answer_->error(to_string(code), why + wish_.name);
    self_->quit();
  }

  trace_self* self_;
  inspection_wish wish_;
  reply_ptr answer_;
  session_seat seat_;
  std::shared_ptr<seat_board> board_;
  std::shared_ptr<trace_tap> tap_;
  std::shared_ptr<gauge> traced_;
  std::uint32_t told_ = 0;
  std::int64_t looks_ = 0;
};

caf::behavior trace_session(trace_self* self, request asked, reply_ptr answer) {
  self->state.begin(std::move(asked), std::move(answer));
  return {
      // Time to take what has come.
      [self](caf::tick_atom) { self->state.look(); },
  };
}

}  // namespace

caf::actor spawn_trace_session(caf::actor_system& system, bridge_context, request asked,
                               reply_ptr answer) {
  return system.spawn<caf::detached>(trace_session, std::move(asked), std::move(answer));
}

}  // namespace outcry::control
