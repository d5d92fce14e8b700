#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "adapters/http/detail/core.hpp"

namespace outcry::http::detail {

/// The queue between whoever writes a stream and the connection that sends it.
class stream_state {
public:
  stream_state(std::shared_ptr<core> shared, std::weak_ptr<connection> to)
      : core_(std::move(shared)), session_(std::move(to)) {}

  bool write(std::string bytes);
  void close();
  bool open();
  void on_close(std::function<void()> gone);

  /// Takes what is queued, joined up to about 1 MiB; empty if there is nothing. `last` is set when
  /// the stream ends behind it. I/O thread only.
  std::string take(bool& last);
  /// The connection has ended. I/O thread only.
  void ended();

private:
  void wake();

  const std::shared_ptr<core> core_;
  const std::weak_ptr<connection> session_;
  std::mutex mutex_;
  struct piece {
    std::string bytes;
    bool counted;
  };
  std::deque<piece> queue_;
  std::size_t queued_ = 0;  // bytes of the counted pieces
  bool sending_ = false;    // bytes are with the kernel, or a wake-up is on its way
  bool closing_ = false;
  bool ended_ = false;
  std::function<void()> gone_;
};

}  // namespace outcry::http::detail
