#include "adapters/http/server.hpp"

#include <utility>

#include "adapters/http/detail/core.hpp"
#include "adapters/http/detail/exchange.hpp"
#include "adapters/http/detail/stream_state.hpp"

namespace outcry::http {

stream_writer::stream_writer(std::shared_ptr<detail::stream_state> state)
    : state_(std::move(state)) {}

bool stream_writer::write(std::string bytes) const {
  return state_ && state_->write(std::move(bytes));
}

void stream_writer::close() const {
  if (state_) state_->close();
}

bool stream_writer::open() const {
  return state_ && state_->open();
}

void stream_writer::on_close(std::function<void()> gone) const {
  if (state_) {
    state_->on_close(std::move(gone));
  } else {
    gone();
  }
}

responder::responder(std::shared_ptr<detail::exchange> exchange) : exchange_(std::move(exchange)) {}

void responder::respond(response answer) const {
  exchange_->respond(std::move(answer));
}

stream_writer responder::start_stream(response head) const {
  return exchange_->start_stream(std::move(head));
}

server::server(options opts, handler handle)
    : core_(std::make_shared<detail::core>(std::move(opts), std::move(handle))) {
  core_->start();
}

server::~server() {
  stop();
}

std::uint16_t server::port() const {
  return core_->port;
}

void server::use_tls(const tls_files& files) {
  core_->use_tls(files);
}

void server::stop() {
  core_->stop();
}

}  // namespace outcry::http
