#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/redis/failure.hpp"

namespace outcry::redis {

using steady_time = std::chrono::steady_clock::time_point;

/// A Linux eventfd: wakes a thread that waits in poll(2).
class wake_event {
public:
  /// Throws std::system_error when the process has no file descriptor left.
  wake_event();
  ~wake_event();
  wake_event(const wake_event&) = delete;
  wake_event& operator=(const wake_event&) = delete;

  /// Makes the descriptor readable until `drain`. Any thread.
  void notify() const noexcept;
  void drain() const noexcept;
  int fd() const { return fd_; }

private:
  int fd_;
};

/// Asks a thread to end: it may look at the flag or wait for the event. Never taken back.
struct stop_signal {
  std::atomic<bool> requested = false;
  wake_event event;

  void request() noexcept {
    requested = true;
    event.notify();
  }
};

enum class wait_outcome { ready, timed_out, cancelled };

/// Waits until `fd` is ready for `events` (POLLIN, POLLOUT) or has an error, `until` passes, or
/// `cancel` (may be null) is notified.
wait_outcome wait_for(int fd, short events, steady_time until, const wake_event* cancel);

/// Waits until `until`; returns false at once when `cancel` is notified.
bool pause_until(steady_time until, const wake_event& cancel);

/// The numeric addresses of `host`, found on a thread of its own because getaddrinfo can hang for
/// longer than anybody may wait. A lookup that was given up ends in the background; when too many
/// hang, new ones are refused.
result<std::vector<std::string>> resolve(const std::string& host, steady_time until,
                                         const wake_event* cancel);

/// Starts a thread that receives no signals (they belong to main). `name`: at most 15 characters.
std::thread start_thread(const char* name, std::function<void()> body);

}  // namespace outcry::redis
