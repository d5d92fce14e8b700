#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace outcry::websocket {

struct client_options {
  std::string ca_file = {};  ///< PEM certificates trusted beside the system's; empty = none
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< of the handshake
  std::string user_agent = "outcry";
  std::chrono::milliseconds connect_timeout{10000};  ///< each: name, TCP and TLS; the handshake
  std::chrono::milliseconds idle_timeout{60000};     ///< silence that ends it; pings at half of it
  std::chrono::milliseconds close_timeout{2000};     ///< how long a close waits for the peer's
  std::size_t max_message_bytes = 16 * 1024 * 1024;  ///< of one received message
  std::size_t max_queued_bytes = 1024 * 1024;        ///< waiting to be sent
};

/// How a connection ended.
struct close_info {
  bool opened = false;     ///< the handshake had succeeded
  std::uint16_t code = 0;  ///< the peer's close code; 0 = it sent none
  std::string reason;      ///< the peer's words with it
  std::string error;       ///< what failed, when it was not a close; never holds the URL's query
};

/// Called on the connection's own thread, one at a time. They must not throw and must not destroy
/// the client.
struct client_handlers {
  std::function<void()> on_open;
  /// `binary` or UTF-8 text; the view ends with the call.
  std::function<void(bool binary, std::string_view)> on_message;
  /// Exactly once, at the end, unless the client is destroyed before.
  std::function<void(const close_info&)> on_close;
};

/// One WebSocket connection (RFC 6455) as a client, from connecting to its end, on a thread of its
/// own; whoever wants another connection makes another client. Answers pings, sends its own. For
/// wss certificate and host name are verified, TLS 1.2 or later; plain ws is for 127.0.0.1, ::1 and
/// localhost only. No proxy, no compression of frames.
class client {
public:
  /// Begins to connect. Throws std::invalid_argument naming what is wrong with `url`, and
  /// std::runtime_error when `ca_file` cannot be read.
  client(const std::string& url, client_options options, client_handlers handlers);
  /// Cuts the connection and ends the thread; no handler is called afterwards.
  ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  /// Sends a text message; from any thread. False when the connection is not open, is closing, or
  /// too much waits to be sent.
  bool send(std::string text);

  /// Begins to close with `code` (1000, 1001, 3000 to 4999); from any thread. What was queued
  /// before is sent. Ends without the peer after `close_timeout`.
  void close(std::uint16_t code, std::string reason = {});

private:
  class core;
  std::unique_ptr<core> core_;
};

}  // namespace outcry::websocket
