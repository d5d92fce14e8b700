#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/local/database.hpp"
#include "adapters/firebase/local/gatekeeper.hpp"
#include "adapters/firebase/local/wire/connection.hpp"
#include "adapters/firebase/local/wire/poll_channel.hpp"
#include "adapters/firebase/local/wire/unfinished.hpp"
#include "adapters/http/gate.hpp"
#include "adapters/http/server.hpp"
#include "adapters/http/socket.hpp"

namespace outcry::firebase::local::wire {

/// Where clients of the wire protocol come in: /.ws (WebSocket) and /.lp (long-polling).
class surface {
public:
  struct options {
    /// Bytes of one message; the largest write of the SDKs, and its envelope.
    std::size_t max_message = (16u << 20) + (64u << 10);
    /// Clients that poll. Beyond it one that has not signed in makes room; if all have the next one
    /// is answered 503.
    std::size_t max_polls = 1024;
    std::size_t max_queue = 16u << 20;    ///< bytes waiting for a client that polls too slowly
    std::function<std::string()> secret;  ///< a new, unguessable id of letters and digits
    unfinished::options half_received = {};
  };

  /// `data`, `guard` and `door` must live longer.
  surface(database& data, const gatekeeper& guard, const http::gate& door, options opts);

  static bool serves(std::string_view path) { return path == "/.lp"; }

  /// Serves a request for which `serves` is true. On the I/O thread.
  void serve(const http::request& asked, const http::responder& to);

  /// Serves a WebSocket's handshake. On the I/O thread.
  void upgrade(const http::request& asked, const http::socket_acceptor& to);

  /// Looks after credentials and clients that poll no longer. On the database's thread.
  void sweep(tree& in);

  /// Lets the clients that poll leave. After the HTTP server has ended, before the database does.
  void stop();

private:
  struct polling {
    std::shared_ptr<poll_channel> transport;
    std::shared_ptr<connection> client;
    std::shared_ptr<unfinished::share> part;
  };

  bool refused(const http::request& asked, std::optional<http::response>& answer) const;
  std::shared_ptr<connection> open(const http::request& asked);
  std::shared_ptr<connection> find(const std::string& id);
  void begin_poll(const http::request& asked, const http::responder& to);
  bool make_room();
  void poll(const http::request& asked, const http::responder& to);
  std::optional<polling> polling_of(const http::request& asked);

  database& database_;
  const gatekeeper& guard_;
  const http::gate& gate_;
  const options opts_;
  const std::shared_ptr<unfinished> unfinished_;

  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<connection>> clients_;
  std::map<std::string, polling> polls_;
};

}  // namespace outcry::firebase::local::wire
