#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace outcry::firebase::local {

/// What is to be said once a transaction is committed, in the order in which it came about. Not
/// thread-safe.
class outbox {
public:
  /// `say` must neither block nor throw.
  void add(std::function<void()> say) { waiting_.push_back(std::move(say)); }

  /// Says everything.
  void flush() {
    std::vector<std::function<void()>> ready;
    ready.swap(waiting_);
    for (const auto& say : ready) say();
  }

  /// Nothing of it was ever true.
  void discard() { waiting_.clear(); }

private:
  std::vector<std::function<void()>> waiting_;
};

}  // namespace outcry::firebase::local
