#include "tests/adapters/http/socket_server.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

namespace outcry::test {

namespace {

constexpr std::chrono::seconds patience{20};

bool begins(const std::string& text, const std::string& with) {
  return text.compare(0, with.size(), with) == 0;
}

}  // namespace

socket_server::socket_server(http::options opts)
    : server(with_upgrade(std::move(opts)), [](const http::request&, const http::responder& to) {
        to.respond({200, {}, "plain"});
      }) {}

http::options socket_server::with_upgrade(http::options opts) {
  opts.upgrade = [this](const http::request& asked, const http::socket_acceptor& acceptor) {
    upgrade(asked, acceptor);
  };
  return opts;
}

void socket_server::upgrade(const http::request& asked, const http::socket_acceptor& acceptor) {
  if (asked.path == "/refuse") return acceptor.refuse({403, {}, "not you"});
  if (asked.path == "/forget") return;
  if (asked.path == "/throw") throw std::runtime_error("secret detail");
  const http::socket made = acceptor.accept();
  if (begins(asked.path, "/echo")) {
    made.on_message([made](std::string text) { made.send(std::move(text)); });
  }
  if (asked.path == "/fail") {
    made.on_message([](const std::string&) { throw std::runtime_error("secret detail"); });
  }
  made.on_close([this, path = asked.path] {
    const std::lock_guard lock(mutex_);
    ++ends_[path];
    ++ended_;
    changed_.notify_all();
  });
  const std::lock_guard lock(mutex_);
  sockets_[asked.path] = made;
  changed_.notify_all();
}

http::socket socket_server::accepted(const std::string& path) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [&] { return sockets_.count(path) > 0; });
  return sockets_[path];
}

bool socket_server::ended(const std::string& path) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return ends_[path] > 0; });
}

bool socket_server::ended(std::size_t count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return ended_ >= count; });
}

}  // namespace outcry::test
