#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "adapters/http/server.hpp"

namespace outcry::test {

/// A server of WebSockets that does what the path says: "/echo..." says everything back,
/// "/quiet..." listens to nothing, "/refuse", "/forget", "/throw" (at the handshake), "/fail" (at
/// the first message). Plain requests are answered "plain".
class socket_server {
public:
  explicit socket_server(http::options opts = {});

  std::uint16_t port() const { return server.port(); }

  /// The socket that was accepted for `path`; waits for it, at most 20 s.
  http::socket accepted(const std::string& path);

  /// Waits, at most 20 s, until the socket of `path` has ended. False if it has not.
  bool ended(const std::string& path);

  /// Waits, at most 20 s, until `count` sockets have ended. False if they have not.
  bool ended(std::size_t count);

private:
  http::options with_upgrade(http::options opts);
  void upgrade(const http::request& asked, const http::socket_acceptor& acceptor);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, http::socket> sockets_;
  std::map<std::string, int> ends_;
  std::size_t ended_ = 0;

public:
  http::server server;  // last: its thread uses the rest
};

}  // namespace outcry::test
