#include "adapters/http/socket.hpp"

#include <utility>

#include "adapters/http/detail/socket_state.hpp"
#include "adapters/http/detail/upgrade_exchange.hpp"

namespace outcry::http {

socket::socket(std::shared_ptr<detail::socket_state> state) : state_(std::move(state)) {}

bool socket::send(std::string text) const {
  if (!state_) return false;
  std::vector<std::string> texts;
  texts.push_back(std::move(text));
  return state_->send(std::move(texts));
}

bool socket::send_all(std::vector<std::string> texts) const {
  return state_ && state_->send(std::move(texts));
}

void socket::close() const {
  if (state_) state_->close();
}

void socket::vouch() const {
  if (state_) state_->vouch();
}

bool socket::open() const {
  return state_ && state_->open();
}

void socket::on_message(std::function<void(std::string)> heard) const {
  if (state_) state_->on_message(std::move(heard));
}

void socket::on_close(std::function<void()> gone) const {
  if (state_) {
    state_->on_close(std::move(gone));
  } else {
    gone();
  }
}

socket_acceptor::socket_acceptor(std::shared_ptr<detail::upgrade_exchange> exchange)
    : exchange_(std::move(exchange)) {}

socket socket_acceptor::accept() const {
  return exchange_->accept();
}

void socket_acceptor::refuse(response answer) const {
  exchange_->refuse(std::move(answer));
}

}  // namespace outcry::http
