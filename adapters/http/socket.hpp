#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/http/message.hpp"

namespace outcry::http {

namespace detail {
class socket_state;
class upgrade_exchange;
}  // namespace detail

/// One WebSocket (RFC 6455) as the server sees it: text messages both ways. A cheap handle: copies
/// are the same socket. Any thread. A default-made one is closed.
class socket {
public:
  socket() = default;

  /// Queues one text message (UTF-8). Returns false, and drops it, once the socket is closed or
  /// closing. Never blocks: a peer that has left more than `options.max_socket_queue` bytes waiting
  /// behind what is now being sent is cut off.
  bool send(std::string text) const;

  /// Queues messages that belong together: none or all of them, and as one for the limit above.
  bool send_all(std::vector<std::string> texts) const;

  /// Sends what is queued, then a close frame (1000). Later messages are dropped, the peer's too.
  void close() const;

  /// The peer is known to be a good one: it does not have to make room when there are too many
  /// sockets. Without this the oldest has to.
  void vouch() const;

  /// False once the peer has gone, was cut off, or `close` was called.
  bool open() const;

  /// Calls `heard` with every message, on the I/O thread, in order, never twice at a time; it must
  /// not block. What it throws ends the socket (1011). A message that came before is given to it
  /// then: until there is somebody to hear, at most one is read, and it waits for at most
  /// `options.socket_message_timeout` (1011).
  void on_message(std::function<void(std::string)> heard) const;

  /// Calls `gone` once, behind the last message, when the socket has ended for whatever reason: on
  /// the I/O thread, or at once, on this thread, if it has ended already. It must neither block
  /// nor throw.
  void on_close(std::function<void()> gone) const;

private:
  friend class detail::upgrade_exchange;
  explicit socket(std::shared_ptr<detail::socket_state> state);
  std::shared_ptr<detail::socket_state> state_;
};

/// The right to decide, once, about a client that asks for a WebSocket. A cheap handle, any thread.
/// When the last copy goes without a decision, the client gets a 500.
class socket_acceptor {
public:
  /// Answers the handshake. A second decision gives a closed socket.
  socket accept() const;

  /// Answers with `answer` instead. Ignored after another decision.
  void refuse(response answer) const;

private:
  friend class detail::upgrade_exchange;
  explicit socket_acceptor(std::shared_ptr<detail::upgrade_exchange> exchange);
  std::shared_ptr<detail::upgrade_exchange> exchange_;
};

/// Is called on the I/O thread with every valid WebSocket handshake; must not block. What it throws
/// becomes a 500.
using upgrade_handler = std::function<void(request, socket_acceptor)>;

}  // namespace outcry::http
