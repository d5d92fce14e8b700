#include "adapters/http/detail/exchange.hpp"

#include "adapters/http/detail/stream_state.hpp"

namespace outcry::http::detail {

std::shared_ptr<connection> exchange::claim() {
  const std::lock_guard lock(mutex_);
  return std::exchange(session_, nullptr);
}

exchange::~exchange() {
  respond(error_response(500, "The request was not answered"));
}

void exchange::respond(response answer) {
  if (auto to = claim()) {
    core_->post([to = std::move(to), answer = std::move(answer)]() mutable {
      to->send(std::move(answer));
    });
  }
}

stream_writer exchange::start_stream(response head) {
  auto to = claim();
  if (!to) return {};
  auto state = std::make_shared<stream_state>(core_, to);
  if (!core_->post([to = std::move(to), head = std::move(head), state]() mutable {
        to->begin_stream(std::move(head), std::move(state));
      })) {
    state->ended();
  }
  return stream_writer(std::move(state));
}

}  // namespace outcry::http::detail
