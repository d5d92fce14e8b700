#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <vector>

#include "tests/bench/figures.hpp"

namespace outcry::bench {

/// When the n-th price was sent (written by the publisher) and when it had arrived (written by one
/// receiver at a time).
class travel_times {
public:
  explicit travel_times(std::size_t most) : sent_(most), arrived_(most) {}

  /// Publisher: the next price leaves now. Returns its number.
  std::size_t leaves() {
    sent_.at(published_) = steady::now();
    return published_++;
  }

  /// Receiver: a price that says it is number `n` is here.
  void arrives(std::size_t n) {
    auto now = steady::now();
    auto expected = count_.load(std::memory_order_relaxed);
    if (n == expected && n < arrived_.size())
      arrived_[n] = now;
    else
      wrong_ = true;
    count_.store(expected + 1, std::memory_order_release);
  }

  /// Receiver that does not read what it gets.
  void arrives() { arrives(count_.load(std::memory_order_relaxed)); }

  std::size_t published() const { return published_; }
  std::size_t received() const { return count_.load(std::memory_order_acquire); }
  bool wrong() const { return wrong_; }

  /// Microseconds that the prices from number `first` on took.
  std::vector<double> since(std::size_t first) const {
    std::vector<double> result;
    for (auto n = first; n < published_; ++n)
      result.push_back(std::chrono::duration<double, std::micro>(arrived_[n] - sent_[n]).count());
    return result;
  }

private:
  std::vector<steady::time_point> sent_;
  std::vector<steady::time_point> arrived_;
  std::size_t published_ = 0;
  std::atomic<std::size_t> count_{0};
  std::atomic<bool> wrong_{false};
};

}  // namespace outcry::bench
