#include "adapters/inspection_http/bridge.hpp"

#include <mutex>
#include <utility>
#include <vector>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include "messages/error.hpp"
#include "messages/interfaces/wake.hpp"
#include "messages/type_ids.hpp"

namespace outcry::inspection_http {

/// Questions on their way from the endpoint's threads to the actor.
class question_box {
public:
  void put(view_sink asked) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(asked));
  }

  std::vector<view_sink> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
  }

private:
  std::mutex mutex_;
  std::vector<view_sink> waiting_;
};

bridge_state::~bridge_state() {
  if (endpoint_) endpoint_->stop();
}

void bridge_state::open(bridge_options options) {
  ask_ = std::move(options.ask);
  box_ = std::make_shared<question_box>();
  // The endpoint's threads must not keep this actor alive, only reach it while it lives.
  auto source = [box = std::weak_ptr(box_),
                 to = caf::actor_cast<caf::actor_addr>(self_)](view_sink asked) {
    const auto open_box = box.lock();
    const auto alive = caf::actor_cast<caf::actor>(to);
    if (!open_box || !alive) return;
    open_box->put(std::move(asked));
    caf::anon_send(alive, wake{});
  };
  endpoint_ = std::make_unique<endpoint>(std::move(options.http), std::move(source));
  if (options.on_open) options.on_open(endpoint_->port());
}

void bridge_state::on_wake() {
  for (auto& asked : box_->take()) ask_(*self_, std::move(asked));
}

caf::behavior bridge(bridge_self* self, bridge_options options) {
  self->observe({options.name, "bridge", 0});
  try {
    self->state.open(std::move(options));
  } catch (const std::exception& e) {
    self->quit(caf::make_error(ec::refused, std::string{e.what()}));
    return {};
  }
  return {
      [self](const wake&) { self->state.on_wake(); },
  };
}

}  // namespace outcry::inspection_http
