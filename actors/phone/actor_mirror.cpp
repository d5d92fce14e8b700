#include "actors/phone/actor_mirror.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "messages/interfaces/wake.hpp"

namespace outcry {

namespace {

/// Sees to it that a view that never comes is not waited for: when the last copy of the sink goes
/// unused, the next one is asked for.
class asked_view {
public:
  explicit asked_view(std::function<void(const floor_view_answer&)> heard)
      : heard_(std::move(heard)) {}
  asked_view(const asked_view&) = delete;
  asked_view& operator=(const asked_view&) = delete;
  ~asked_view() { answer({nullptr, "nobody has answered"}); }

  void answer(const floor_view_answer& x) {
    if (auto heard = std::exchange(heard_, nullptr)) heard(x);
  }

private:
  std::function<void(const floor_view_answer&)> heard_;
};

}  // namespace

void actor_mirror_state::open(actor_mirror_options options) {
  options_ = std::move(options);
  again_in(options_.retry);
}

void actor_mirror_state::again_in(std::chrono::milliseconds pause) {
  self_->delayed_send(self_, pause, wake{});
}

void actor_mirror_state::on_timer() {
  // Requests under way outlive the state of an actor that ends.
  const auto asked = std::make_shared<asked_view>(
      [this, alive = std::weak_ptr(alive_)](const floor_view_answer& x) {
        if (!alive.expired()) on_view(x);
      });
  options_.ask(*self_, [asked](const floor_view_answer& x) { asked->answer(x); });
}

void actor_mirror_state::on_view(const floor_view_answer& answer) {
  auto values = answer.seen ? table_.changes(answer.seen->snapshot, answer.seen->verdict)
                            : std::vector<owed_value>{};
  if (values.empty()) return again_in(options_.interval);
  self_
      ->request(options_.mirror, options_.write_limit,
                mirror_patch{mirror_lane::actors, std::move(values)})
      .then([this](const mirror_reply& reply) { written(reply); },
            [this](caf::error&) {
              written({mirror_outcome::retry_later, 0, {}, 0});
            });
}

void actor_mirror_state::written(const mirror_reply& reply) {
  if (reply.outcome == mirror_outcome::stored) return again_in(options_.interval);
  table_.forget();
  if (reply.outcome == mirror_outcome::refused) {
    spdlog::error("Firebase refuses what phones are told of the actors: {}", reply.reason);
    self_->count_error();
    return again_in(options_.interval);
  }
  again_in(std::max(options_.retry, std::chrono::milliseconds(reply.retry_after_ms)));
}

caf::behavior actor_mirror(actor_mirror_self* self, actor_mirror_options options) {
  self->observe({"actor-mirror", "mirror", 0});
  self->state.open(std::move(options));
  return {
      [self](const wake&) { self->state.on_timer(); },
  };
}

}  // namespace outcry
