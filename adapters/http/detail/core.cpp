#include "adapters/http/detail/core.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <spdlog/spdlog.h>

#include "adapters/http/detail/session.hpp"
#include "adapters/http/detail/tls_layer.hpp"

namespace outcry::http::detail {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using error_code = boost::system::error_code;

void core::start() {
  if (opts.tls) tls = make_tls_context(*opts.tls);
  const std::string name = opts.address + ":" + std::to_string(opts.port);
  error_code error;
  const auto address = asio::ip::make_address(opts.address, error);
  if (error) {
    throw std::runtime_error("cannot listen on " + name +
                             ": expected an IPv4 or IPv6 address, found \"" + opts.address + "\"");
  }
  const tcp::endpoint endpoint(address, opts.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(1024, error);
  if (error) throw std::runtime_error("cannot listen on " + name + ": " + error.message());
  port = acceptor_.local_endpoint().port();
  accept();
  thread_ = std::thread([self = shared_from_this()] {
    for (;;) {
      try {
        self->context.run();
        return;
      } catch (const std::exception& failure) {
        spdlog::error("http: {}", failure.what());
      }
    }
  });
}

void core::use_tls(const tls_files& files) {
  if (!opts.tls) throw std::logic_error("this server does not speak TLS");
  post([self = shared_from_this(), fresh = make_tls_context(files)]() mutable {
    self->tls = std::move(fresh);
  });
}

void core::accept() {
  acceptor_.async_accept([self = shared_from_this()](error_code error, tcp::socket socket) {
    self->accepted(error, std::move(socket));
  });
}

void core::accepted(error_code error, tcp::socket socket) {
  if (!acceptor_.is_open()) return;
  if (error) {
    // Out of file descriptors, most likely: trying again at once would only burn the CPU.
    spdlog::warn("http: cannot accept a connection: {}", error.message());
    pause_.expires_after(std::chrono::milliseconds(100));
    pause_.async_wait([self = shared_from_this()](error_code stopped) {
      if (!stopped) self->accept();
    });
    return;
  }
  std::shared_ptr<void> seat;
  if (const char* why = refuse(socket, seat)) {
    complain(why);
    turn_away(std::move(socket));
  } else {
    open_session(shared_from_this(), std::move(socket), std::move(seat));
  }
  accept();
}

const char* core::refuse(const tcp::socket& socket, std::shared_ptr<void>& seat) {
  error_code gone;
  const auto remote = socket.remote_endpoint(gone);
  seat = addresses.take(gone ? asio::ip::address() : remote.address());
  if (!seat) return "one address has too many";
  if (connections < opts.max_connections) return nullptr;
  // Whoever only keeps a connection, or is slow to ask, makes room for those who have a question.
  peer* const idle = silent.oldest();
  if (idle == nullptr) return "all places are taken";
  complain("all places are taken, it had not asked for anything");
  silent.remove(idle);
  idle->close();
  return nullptr;
}

void core::turn_away(tcp::socket socket) {
  static constexpr std::string_view busy =
      "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n"
      "Retry-After: 1\r\n\r\n";
  error_code ignored;
  socket.non_blocking(true, ignored);
  if (!tls) socket.write_some(asio::buffer(busy), ignored);
  socket.shutdown(tcp::socket::shutdown_both, ignored);
}

void core::complain(const char* why) {
  constexpr std::chrono::minutes between{1};
  ++complaints_;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_complaint_) return;
  next_complaint_ = now + between;
  spdlog::warn("http: {} connection(s) cut off or turned away; the last one: {}",
               std::exchange(complaints_, 0), why);
}

void core::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    stopped_ = true;
    asio::post(context, [this] {
      error_code ignored;
      acceptor_.close(ignored);
      pause_.cancel();
      // Closing one may end it, and with it its place in the map.
      std::vector<std::shared_ptr<peer>> open;
      {
        const std::lock_guard guard(peers_mutex_);
        for (const auto& [key, weak] : peers_) {
          if (auto held = weak.lock()) open.push_back(std::move(held));
        }
      }
      for (const auto& one : open) one->close();
    });
  }
  if (thread_.joinable()) thread_.join();
}

void core::add(const std::shared_ptr<peer>& one) {
  const std::lock_guard lock(peers_mutex_);
  peers_.emplace(one.get(), one);
}

void core::remove(peer* one) {
  const std::lock_guard lock(peers_mutex_);
  peers_.erase(one);
}

}  // namespace outcry::http::detail
