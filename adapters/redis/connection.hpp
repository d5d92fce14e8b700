#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/redis/failure.hpp"
#include "adapters/redis/io.hpp"
#include "adapters/redis/reply.hpp"
#include "adapters/redis/resp.hpp"
#include "adapters/redis/url.hpp"

struct redisContext;

namespace outcry::redis {

/// Whom to connect to and how long to wait.
struct connection_options {
  url address;
  std::string client_name = "outcry";               ///< shown by CLIENT LIST; no blanks
  std::chrono::milliseconds connect_timeout{2000};  ///< lookup, connect and sign-in together
  std::chrono::milliseconds command_timeout{2000};  ///< from sending to the answer
  std::size_t max_reply_bytes = 64 * 1024 * 1024;   ///< a larger reply gives the connection up
};

/// One connection for commands. Not thread-safe: one thread at a time. The socket never blocks;
/// waiting is done in poll(2), which the `cancel` event given to `open` ends at once. Writing to a
/// closed socket raises no SIGPIPE. Nothing here throws except std::bad_alloc.
///
/// A failure other than `server_error` leaves the connection unusable: open another one.
class connection {
public:
  /// Connects, signs in, selects the database and names the connection. `cancel` may be null; it
  /// must outlive the connection.
  static result<connection> open(const connection_options& options,
                                 const wake_event* cancel = nullptr);

  connection(connection&& other) noexcept;
  connection& operator=(connection&& other) noexcept;
  ~connection();

  /// Sends one command and waits for its answer. An error reply is a `server_error`.
  result<reply> command(std::initializer_list<std::string_view> words);
  result<reply> command(const arguments& words);
  /// The same with a limit of its own, for commands that block in the server.
  result<reply> command(const arguments& words, std::chrono::milliseconds timeout);

  /// Queues a command; `read` sends what is queued and takes the answers in order.
  void append(std::initializer_list<std::string_view> words) { append_command(out_, words); }
  void append(const arguments& words) { append_command(out_, words); }
  /// Sends everything queued and waits for the next answer.
  result<reply> read();
  result<reply> read(std::chrono::milliseconds timeout);

  bool usable() const { return !broken_; }
  std::chrono::milliseconds command_timeout() const { return command_timeout_; }
  int fd() const;

  // -- for loops that poll by themselves: none of these waits ---------------

  /// Writes part of `bytes`; 0 when the socket is full.
  result<std::size_t> send_some(std::string_view bytes);
  /// Takes what has arrived; the number of bytes, 0 when there was nothing.
  result<std::size_t> receive_some();
  /// The next complete answer among what was received; nothing when it is not all there.
  /// An error reply is an ordinary reply here (`is_error`).
  result<std::optional<reply>> next_reply();

private:
  struct release {
    void operator()(redisContext* raw) const;
  };

  connection(redisContext* raw, const connection_options& options, const wake_event* cancel);
  std::optional<failure> finish_connect(steady_time until);
  std::optional<failure> sign_in(const connection_options& options, steady_time until);
  result<reply> read_until(steady_time until, std::chrono::milliseconds timeout);
  std::optional<failure> flush_until(steady_time until, std::chrono::milliseconds timeout);
  failure give_up(failure reason);

  std::unique_ptr<redisContext, release> context_;
  const wake_event* cancel_ = nullptr;
  std::string out_;
  std::size_t sent_ = 0;
  std::size_t unread_ = 0;
  std::size_t max_reply_bytes_ = 0;
  std::chrono::milliseconds command_timeout_{};
  bool broken_ = false;
};

}  // namespace outcry::redis
