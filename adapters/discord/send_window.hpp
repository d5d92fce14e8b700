#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

namespace outcry::discord {

/// The gateway cuts a connection off that sends more than 120 payloads in 60 s. Our own heartbeats
/// may use all of it; what the server provokes (op 1 is to be answered at once) leaves half.
class send_window {
public:
  static constexpr std::size_t limit = 120;
  static constexpr std::size_t provoked_limit = limit / 2;
  static constexpr std::int64_t span_ms = 60000;

  /// Counts one if there is room.
  bool take(std::int64_t now_ms, std::size_t at_most = limit) {
    while (!sent_.empty() && now_ms - sent_.front() >= span_ms) sent_.pop_front();
    if (sent_.size() >= at_most) return false;
    sent_.push_back(now_ms);
    return true;
  }
  void clear() { sent_.clear(); }

private:
  std::deque<std::int64_t> sent_;
};

}  // namespace outcry::discord
