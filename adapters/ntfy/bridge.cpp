#include "adapters/ntfy/bridge.hpp"

#include <chrono>
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

void bridge_state::open(client_options options, house_ptr house) {
  house_ = std::move(house);
  link_.name = "ntfy";
  link_.state = link_state::live;
  link_.since_ms = house_->time->now_ms();
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
  began_ms_ = steady_ms();
  waiting_ = self_->make_response_promise<push_reply>();
  return *waiting_;
}

void bridge_state::published(const push_reply& reply) {
  if (!waiting_) return;
  note(reply);
  waiting_->deliver(reply);
  waiting_.reset();
}

void bridge_state::note(const push_reply& reply) {
  lag_.took(steady_ms() - *std::exchange(began_ms_, std::nullopt), steady_ms());
  // A message that the server does not want says nothing against the connection.
  const auto state = reply.outcome == push_outcome::retry_later    ? link_state::down
                     : reply.outcome == push_outcome::unauthorized ? link_state::refused
                                                                   : link_state::live;
  link_.reason = reply.reason;
  if (state == link_.state) return;
  if (state == link_state::live) ++link_.reconnects;
  link_.state = state;
  link_.since_ms = house_->time->now_ms();
}

std::int64_t bridge_state::steady_ms() const {
  const auto since = self_->clock().now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

link_list bridge_state::links() const {
  auto result = link_;
  result.lag_ms = lag_.lag_ms(steady_ms(), began_ms_);
  return {{result}};
}

bridge_interface::behavior_type bridge(bridge_actor* self, client_options options,
                                       house_ptr house) {
  self->observe({"ntfy", "ntfy", 100});
  self->state.open(std::move(options), std::move(house));
  return {
      // A message for the phone.
      [self](const push_request& message) { return self->state.publish(message); },
      // How the last one ended.
      [self](const push_reply& reply) { self->state.published(reply); },
      // How the server is.
      [self](const get_links&) { return self->state.links(); },
  };
}

}  // namespace outcry::ntfy
