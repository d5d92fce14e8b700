#include "adapters/http/detail/upgrade_exchange.hpp"

#include "adapters/http/detail/socket_state.hpp"

namespace outcry::http::detail {

std::shared_ptr<connection> upgrade_exchange::claim() {
  const std::lock_guard lock(mutex_);
  return std::exchange(session_, nullptr);
}

upgrade_exchange::~upgrade_exchange() {
  refuse(error_response(500, "The request was not answered"));
}

void upgrade_exchange::refuse(response answer) {
  if (auto to = claim()) {
    core_->post([to = std::move(to), answer = std::move(answer)]() mutable {
      to->send(std::move(answer));
    });
  }
}

socket upgrade_exchange::accept() {
  auto to = claim();
  if (!to) return {};
  auto state = std::make_shared<socket_state>(core_);
  if (!core_->post([to = std::move(to), state, place = std::move(place_)]() mutable {
        to->begin_socket(std::move(state), std::move(place));
      })) {
    state->ended();
  }
  return socket(std::move(state));
}

}  // namespace outcry::http::detail
