#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <spdlog/spdlog.h>

#include "messages/timestamp.hpp"

namespace outcry::redis {

/// Counts input that cannot be read, or what else its owner has to complain of, and says so at most
/// once in five seconds, with the channel and the field of the latest. Any thread.
class complaints {
public:
  explicit complaints(std::string_view of = "unreadable") : of_(of) {}

  static constexpr duration_ns pause = 5 * ns_per_s;

  /// True: it was said.
  bool add(std::string_view channel, const std::string& what, timestamp_ns now) {
    std::lock_guard lock(mutex_);
    ++count_;
    if (said_once_ && now - said_ns_ < pause) return false;
    spdlog::warn("{}: {} ({} {} since the last such line)", channel, what, count_ - said_count_,
                 of_);
    said_once_ = true;
    said_ns_ = now;
    said_count_ = count_;
    return true;
  }

  /// How many came since the last call: the actor that answers for them counts them as its errors.
  std::uint64_t take_new() {
    std::lock_guard lock(mutex_);
    return count_ - std::exchange(taken_, count_);
  }

  std::uint64_t count() const {
    std::lock_guard lock(mutex_);
    return count_;
  }

private:
  const std::string of_;
  mutable std::mutex mutex_;
  std::uint64_t count_ = 0;
  std::uint64_t said_count_ = 0;
  std::uint64_t taken_ = 0;
  timestamp_ns said_ns_ = 0;
  bool said_once_ = false;
};

}  // namespace outcry::redis
