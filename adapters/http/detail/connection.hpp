#pragma once

#include <memory>

#include "adapters/http/message.hpp"

namespace outcry::http::detail {

class socket_state;
class stream_state;

/// The other end of a TCP connection, whatever is spoken with it. I/O thread only.
class peer {
public:
  virtual ~peer() = default;

  /// Sends what others have queued for it, unless a write is under way already.
  virtual void pump() = 0;

  /// Cuts the connection.
  virtual void close() = 0;
};

/// One client's connection, as those see it who answer its requests. I/O thread only.
class connection : public peer {
public:
  /// Answers the request that was read last.
  virtual void send(response answer) = 0;

  /// Answers it with a stream: the head now, the rest whenever `state` has something.
  virtual void begin_stream(response head, std::shared_ptr<stream_state> state) = 0;

  /// Answers it, a WebSocket's handshake, and hands the connection over to `state`. `place` is the
  /// socket's place among `options.max_sockets`, held as long as it lives.
  virtual void begin_socket(std::shared_ptr<socket_state> state, std::shared_ptr<void> place) = 0;
};

}  // namespace outcry::http::detail
