#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/http/server.hpp"
#include "adapters/inspection_http/doorkeeper.hpp"
#include "adapters/inspection_http/latest_view.hpp"
#include "adapters/inspection_http/page.hpp"
#include "adapters/inspection_http/view_source.hpp"

namespace outcry::inspection_http {

/// The floor's inspection over HTTP: a server, its page and its doorkeeper. Bounds: 64 connections,
/// requests of 16 KiB without a body to speak of, 64 who wait for a view.
class endpoint {
public:
  struct options {
    std::string address = "127.0.0.1";  ///< an IPv4 or IPv6 address, not a name
    std::uint16_t port = 0;             ///< 0 = the kernel chooses
    std::optional<http::tls_files> tls;
    std::vector<std::string> hosts;  ///< names it is called by besides localhost; as http::gate's
    doorkeeper::options door;
    latest_view::options views;
    std::size_t max_connections = 64;
  };

  /// Listens and starts its threads. Throws std::runtime_error naming the address or file and the
  /// reason.
  endpoint(options opts, view_source source);
  /// As `stop`.
  ~endpoint();
  endpoint(const endpoint&) = delete;
  endpoint& operator=(const endpoint&) = delete;

  /// The port listened on.
  std::uint16_t port() const { return server_.port(); }

  /// Ends its threads; within a second and the time of one look at a passcode.
  void stop();

private:
  doorkeeper door_;
  page page_;
  http::server server_;
};

}  // namespace outcry::inspection_http
