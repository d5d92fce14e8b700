#pragma once

#include <atomic>

namespace outcry::postgres {

/// Wakes a thread that waits for a socket: a file descriptor that becomes readable when it is rung.
/// Also carries the wish that the thread end. Any thread may ring.
class bell {
public:
  /// Throws std::system_error.
  bell();
  ~bell();
  bell(const bell&) = delete;
  bell& operator=(const bell&) = delete;

  void ring() noexcept;
  /// Takes back what was rung. By the thread that waits.
  void clear() noexcept;

  /// Rings for good: every wait ends at once from now on.
  void stop() noexcept;
  bool stopping() const noexcept { return stopping_.load(); }

  int fd() const { return fd_; }

private:
  int fd_;
  std::atomic<bool> stopping_{false};
};

}  // namespace outcry::postgres
