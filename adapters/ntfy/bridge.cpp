#include "adapters/ntfy/bridge.hpp"

#include <utility>

#include <caf/send.hpp>

namespace outcry::ntfy {

push_thread::push_thread(client_options options, callback done)
    : client_(std::move(options)),
      done_(std::move(done)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

push_thread::~push_thread() {
  thread_.request_stop();
  thread_.join();
}

bool push_thread::publish(push_request message) {
  {
    const std::lock_guard lock(mutex_);
    if (busy_) return false;
    busy_ = true;
    next_ = std::move(message);
  }
  woken_.notify_one();
  return true;
}

void push_thread::run(const std::stop_token& stop) {
  for (;;) {
    push_request message;
    {
      std::unique_lock lock(mutex_);
      if (!woken_.wait(lock, stop, [this] { return next_.has_value(); })) return;
      message = std::move(*next_);
      next_.reset();
    }
    const auto reply = client_.publish(message, stop);
    {
      const std::lock_guard lock(mutex_);
      busy_ = false;
    }
    if (!stop.stop_requested()) done_(reply);
  }
}

bridge_state::~bridge_state() {
  thread_.reset();
  // CAF 0.17 says nothing to those whose promise is dropped.
  if (waiting_) waiting_->deliver(push_reply{push_outcome::retry_later, 0, "the bridge ended"});
}

void bridge_state::open(client_options options) {
  // The thread must not keep the actor alive: it knows its address only.
  auto me = caf::actor_cast<caf::actor_addr>(self_);
  thread_ = std::make_unique<push_thread>(std::move(options), [me](const push_reply& reply) {
    if (auto alive = caf::actor_cast<caf::strong_actor_ptr>(me))
      caf::anon_send(caf::actor_cast<bridge_interface>(alive), reply);
  });
}

caf::result<push_reply> bridge_state::publish(const push_request& message) {
  if (!thread_->publish(message))
    return push_reply{push_outcome::retry_later, 0, "another message is on its way"};
  waiting_ = self_->make_response_promise<push_reply>();
  return *waiting_;
}

void bridge_state::published(const push_reply& reply) {
  if (!waiting_) return;
  waiting_->deliver(reply);
  waiting_.reset();
}

bridge_interface::behavior_type bridge(bridge_actor* self, client_options options) {
  self->observe({"ntfy", "ntfy", 100});
  self->state.open(std::move(options));
  return {
      // A message for the phone.
      [self](const push_request& message) { return self->state.publish(message); },
      // How the last one ended.
      [self](const push_reply& reply) { self->state.published(reply); },
  };
}

}  // namespace outcry::ntfy
