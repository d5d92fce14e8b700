#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "adapters/http/detail/core.hpp"

namespace outcry::http::detail {

/// What stands between the owners of a WebSocket and the connection that carries it.
class socket_state : public std::enable_shared_from_this<socket_state> {
public:
  explicit socket_state(std::shared_ptr<core> shared) : core_(std::move(shared)) {}
  ~socket_state();
  socket_state(const socket_state&) = delete;
  socket_state& operator=(const socket_state&) = delete;

  // The owners' side, any thread; see `socket`.
  bool send(std::vector<std::string> texts);
  void close();
  void vouch();
  bool open();
  void on_message(std::function<void(std::string)> heard);
  void on_close(std::function<void()> gone);

  // The connection's side, I/O thread only.

  /// From now on `carrier` is told when there is something to send.
  void attach(std::weak_ptr<peer> carrier) { carrier_ = std::move(carrier); }

  /// Takes the next message to be sent. False if there is none; `last` is set when there will never
  /// be one.
  bool next(std::string& text, bool& last);

  /// Somebody listens.
  bool heard() const { return heard_ != nullptr; }

  /// Hands a message over. Throws what the listener throws.
  void deliver(std::string text);

  /// Nothing more will be sent; what is queued is dropped.
  void shut();

  /// The connection has ended.
  void ended();

private:
  struct piece {
    std::string text;
    bool counted;
  };

  void wake();
  bool slow() const;
  void drop_queue();

  const std::shared_ptr<core> core_;
  std::weak_ptr<peer> carrier_;                              // I/O thread
  std::shared_ptr<std::function<void(std::string)>> heard_;  // I/O thread

  std::mutex mutex_;  // guards what follows
  std::deque<piece> queue_;
  std::size_t queued_ = 0;  // bytes of the counted pieces
  bool sending_ = false;    // a message is with the connection, or a wake-up is on its way
  bool closing_ = false;
  bool ended_ = false;
  std::function<void()> gone_;
};

}  // namespace outcry::http::detail
