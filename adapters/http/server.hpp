#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "adapters/http/message.hpp"
#include "adapters/http/socket.hpp"

namespace outcry::http {

namespace detail {
class core;
class exchange;
class stream_state;
}  // namespace detail

/// Writes to one client whose answer never ends (server-sent events). A cheap handle: copies write
/// to the same client. Any thread.
class stream_writer {
public:
  stream_writer() = default;

  /// Queues `bytes`. Returns false, and drops them, once the client has gone. Never blocks: a
  /// client that has left more than `options.max_stream_queue` bytes waiting behind the message now
  /// being sent is cut off.
  bool write(std::string bytes) const;

  /// Sends what is queued and ends the answer. Later writes are dropped.
  void close() const;

  /// False once the client has gone, was cut off, or `close` was called.
  bool open() const;

  /// Calls `gone` once when the stream ends for whatever reason, on the I/O thread (or at once,
  /// on this thread, if it has ended already). `gone` must neither block nor throw.
  void on_close(std::function<void()> gone) const;

private:
  friend class detail::exchange;
  explicit stream_writer(std::shared_ptr<detail::stream_state> state);
  std::shared_ptr<detail::stream_state> state_;
};

/// The right to answer one request, once. A cheap handle: copies answer the same request. Any
/// thread. When the last copy goes without an answer, the client gets a 500.
class responder {
public:
  /// Sends the whole answer. Ignored if the request has been answered before or the client left.
  void respond(response answer) const;

  /// Sends `head` (its body is ignored) and keeps the connection for `stream_writer`.
  stream_writer start_stream(response head) const;

private:
  friend class detail::exchange;
  explicit responder(std::shared_ptr<detail::exchange> exchange);
  std::shared_ptr<detail::exchange> exchange_;
};

/// Is called on the I/O thread with every request; must not block. What it throws becomes a 500.
using handler = std::function<void(request, responder)>;

/// A certificate (with its chain, if any) and its private key, in PEM.
struct tls_files {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

struct options {
  std::string address = "127.0.0.1";   ///< an IPv4 or IPv6 address, not a name
  std::uint16_t port = 0;              ///< 0 = the kernel chooses
  std::size_t max_body = 64u << 20;    ///< bytes; a larger body is answered 413
  std::size_t max_header = 64u << 10;  ///< bytes; a larger header is answered 431
  /// Beyond it the connection that has waited the longest for a request makes room; if all have
  /// asked something the next one is answered 503 and closed, as is one too many of an address.
  std::size_t max_connections = 1024;
  std::size_t max_stream_queue = 16u << 20;         ///< bytes; see stream_writer::write
  std::chrono::milliseconds idle_timeout{75'000};   ///< for the next request's header to be whole
  std::chrono::milliseconds body_timeout{60'000};   ///< for its body
  std::chrono::milliseconds write_timeout{30'000};  ///< for the client to take anything at all

  /// Decides about WebSockets. Empty: a request for one is handled like any other.
  upgrade_handler upgrade = {};
  /// WebSockets. Beyond it the oldest that nobody has vouched for makes room; if there is none the
  /// next one is answered 503.
  std::size_t max_sockets = 4096;
  std::size_t max_socket_message = 1u << 20;  ///< bytes; a longer message ends the socket (1009)
  std::size_t max_socket_queue = 16u << 20;   ///< bytes; see socket::send
  /// Bytes that wait for all peers of WebSockets together. Beyond it a peer that lets more than its
  /// share (this by the number of sockets) wait is cut off.
  std::size_t max_waiting = 256u << 20;
  /// Bytes of half-received messages over all WebSockets (up to thrice that in memory). Beyond it
  /// the socket with the most is cut off.
  std::size_t max_unfinished = 64u << 20;
  std::chrono::milliseconds socket_ping{30'000};             ///< silence before a ping
  std::chrono::milliseconds socket_pong_timeout{30'000};     ///< for a sign of life after it
  std::chrono::milliseconds socket_message_timeout{60'000};  ///< for a message once begun (1008)
  std::chrono::milliseconds socket_close_timeout{2'000};     ///< for the peer's part of the close

  /// Speaks TLS. What speaks plain HTTP on the port is sent to https.
  std::optional<tls_files> tls = {};
  std::chrono::milliseconds tls_timeout{10'000};  ///< for TLS's handshake

  /// UNIX seconds, for the Date header. Called on the I/O thread.
  std::function<std::time_t()> now = [] { return std::time(nullptr); };
};

/// A small HTTP/1.1 server: keep-alive, pipelining (answers in order), HEAD, chunked requests,
/// `Expect: 100-continue`, endless answers, WebSockets, TLS 1.2 or later. One I/O thread of its
/// own, started by the constructor. Source: RFC 9110, RFC 9112, RFC 6455.
class server {
public:
  /// Listens and starts the thread. Throws std::runtime_error naming the address and the reason
  /// (bad address, port in use), or the file of a certificate that cannot be used.
  server(options opts, handler handle);

  /// As `stop`.
  ~server();

  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// The port listened on.
  std::uint16_t port() const;

  /// New connections get this certificate. Throws std::runtime_error as the constructor, and
  /// changes nothing then; std::logic_error if the server does not speak TLS. Any thread.
  void use_tls(const tls_files& files);

  /// Closes every connection and ends the thread; returns within a second. Not from a handler.
  void stop();

private:
  std::shared_ptr<detail::core> core_;
};

}  // namespace outcry::http
