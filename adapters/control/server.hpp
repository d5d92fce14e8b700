#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <sys/types.h>

#include "adapters/control/output_queue.hpp"
#include "adapters/control/unix_socket.hpp"

namespace outcry::control {

/// Names a connection for as long as the server lives; never used twice.
using connection_id = std::uint64_t;

/// The version of the protocol; both sides must speak the same.
constexpr int protocol_version = 1;

/// The floor's Unix socket: one thread, JSON lines both ways. Knows lines, not their meaning.
///
/// Every line a client sends counts as a request in hand until `finish` answers it. A client with
/// too many of them is not read any further until some are answered.
class server {
public:
  struct options {
    std::filesystem::path path;
    std::string greeting;  ///< first line to every client, a JSON object
    /// One more, and whoever has been silent longest and is owed no answer is cut off; the new one
    /// is refused only when everybody is being answered.
    std::size_t max_connections = 64;
    std::size_t max_line = 1u << 20;        ///< bytes of a request
    std::size_t max_requests_in_hand = 16;  ///< per connection
    output_queue::bounds output;
    uid_t own_uid = static_cast<uid_t>(-1);  ///< who may connect beside root; -1 = our own
  };

  /// Called on the server's thread, one at a time. They must not block and not throw.
  struct events {
    std::function<void(connection_id, const peer&, std::string line)> line;
    std::function<void(connection_id)> closed;
  };

  /// Opens the socket and starts the thread. Throws socket_error.
  server(options opts, events on);

  /// As `stop`.
  ~server();

  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// Sends a line that must arrive. A client that lets too much pile up is cut off. Any thread.
  void send(connection_id to, std::string line);

  /// Sends a line of request `id`'s live stream: the oldest give way to a slow client. Any thread.
  void send_streamed(connection_id to, std::uint64_t id, std::string line);

  /// Sends the last line of a request. Any thread.
  void finish(connection_id to, std::string line);

  /// How many bytes wait for a client to read them; 0 for one that is gone. Any thread.
  std::size_t waiting(connection_id who);

  /// Writes what can be written at once, closes everything, removes the socket's file and joins
  /// the thread, in well under a second. Not from an event.
  void stop();

private:
  class core;
  std::unique_ptr<core> core_;
};

}  // namespace outcry::control
