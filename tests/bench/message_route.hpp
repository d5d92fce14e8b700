#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "actors/floor/clock.hpp"
#include "tests/bench/figures.hpp"

// Where a message of a trading channel is when, on its way to the broker.

namespace outcry::bench {

/// The floor's time taken from the steady clock, so that what actors write down can be compared
/// with what the benchmark measures.
class steady_floor_clock final : public clock {
public:
  timestamp_ns now() const override { return since_boot() + offset_; }

private:
  static timestamp_ns since_boot() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(steady::now().time_since_epoch())
        .count();
  }

  timestamp_ns offset_ = system_clock{}.now() - since_boot();
};

/// When one message was where.
struct message_times {
  timestamp_ns sent = 0;     ///< just before the server writes it
  timestamp_ns heard = 0;    ///< the client's callback has it
  timestamp_ns decided = 0;  ///< the signal desk has read and judged it; it is stored next
  timestamp_ns taken = 0;    ///< the bot has the call; its order is journalled next
  timestamp_ns arrived = 0;  ///< the order is at the broker, or the bare loop is done
};

/// The times of all messages to one receiver. Each field has one writer; the reader looks at the
/// first `arrived()` and, of what is noted apart, `noted()`.
class message_route {
public:
  using moment = timestamp_ns message_times::*;

  message_route(std::size_t most, std::shared_ptr<const clock> time)
      : time_(std::move(time)), all_(most) {}

  timestamp_ns now() const { return time_->now(); }

  /// Sender: the next message leaves now. Returns its number.
  std::size_t leaves() {
    all_.at(sent_).sent = now();
    return sent_++;
  }

  /// What is known of the n-th message from elsewhere than its end.
  void note(std::size_t n, moment which, timestamp_ns at) {
    if (n < all_.size()) all_[n].*which = at;
  }
  void noted_all() { noted_.fetch_add(1, std::memory_order_release); }

  /// Receiver: the next message is at its end.
  void arrives() {
    const auto n = arrived_.load(std::memory_order_relaxed);
    note(n, &message_times::arrived, now());
    arrived_.store(n + 1, std::memory_order_release);
  }

  /// Something else became of a message; the first of these is kept. Any thread.
  void complain(const std::string& what) {
    const std::lock_guard lock(mutex_);
    if (trouble_.empty()) trouble_ = what;
  }
  std::string trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
  }

  std::size_t sent() const { return sent_; }
  std::size_t arrived() const { return arrived_.load(std::memory_order_acquire); }
  std::size_t noted() const { return noted_.load(std::memory_order_acquire); }

  /// Microseconds between two moments, of the messages from number `first` on.
  std::vector<double> between(moment from, moment to, std::size_t first) const {
    std::vector<double> result;
    for (auto n = first; n < sent_; ++n)
      result.push_back(static_cast<double>(all_[n].*to - all_[n].*from) / 1000);
    return result;
  }

private:
  std::shared_ptr<const clock> time_;
  std::vector<message_times> all_;
  std::size_t sent_ = 0;
  std::atomic<std::size_t> arrived_{0};
  std::atomic<std::size_t> noted_{0};
  mutable std::mutex mutex_;
  std::string trouble_;
};

}  // namespace outcry::bench
