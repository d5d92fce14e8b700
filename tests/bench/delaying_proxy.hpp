#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

namespace outcry::bench {

/// A link with a long way: takes TCP connections on 127.0.0.1 and passes every byte on to another
/// port of this machine, and back, each way `delay` later. The bandwidth is not limited. One
/// thread, raw sockets; a direction holds at most 16 MiB, beyond which its sender has to wait.
class delaying_proxy {
public:
  /// Throws std::runtime_error if it cannot listen.
  delaying_proxy(std::uint16_t target_port, std::chrono::milliseconds delay);
  /// Cuts every connection and joins.
  ~delaying_proxy();
  delaying_proxy(const delaying_proxy&) = delete;
  delaying_proxy& operator=(const delaying_proxy&) = delete;

  std::uint16_t port() const { return port_; }

private:
  void run();

  std::uint16_t target_port_;
  std::chrono::milliseconds delay_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace outcry::bench
