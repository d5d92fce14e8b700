#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace outcry::firebase::local::wire {

/// What half-received messages of all clients hold together. When that is too much, a client goes:
/// one that has not signed in before one that has, and of these the one that holds the most. Any
/// thread.
class unfinished : public std::enable_shared_from_this<unfinished> {
public:
  using clock = std::chrono::steady_clock;

  struct options {
    std::size_t most = 64u << 20;       ///< bytes
    std::chrono::seconds patience{60};  ///< for the rest of a message once begun
    std::function<clock::time_point()> now = [] { return clock::now(); };
  };

  /// The part of one client; is given back with it.
  class share : public std::enable_shared_from_this<share> {
  public:
    share(std::shared_ptr<unfinished> of, std::function<void()> cut_off)
        : of_(std::move(of)), cut_off_(std::move(cut_off)) {}
    ~share();
    share(const share&) = delete;
    share& operator=(const share&) = delete;

    /// The client's unfinished message is of `bytes` now; 0 = there is none. May cut off any
    /// client, this one too.
    void set(std::size_t bytes);

    /// The client has signed in.
    void trust();

  private:
    friend class unfinished;
    const std::shared_ptr<unfinished> of_;
    const std::function<void()> cut_off_;
    // Under the mutex of `of_`.
    std::size_t bytes_ = 0;
    bool trusted_ = false;
    clock::time_point since_{};
  };

  explicit unfinished(options opts) : opts_(std::move(opts)) {}

  /// `cut_off` is called at most once at a time; it throws away what the client holds and ends it.
  std::shared_ptr<share> join(std::function<void()> cut_off);

  /// Cuts off those that have not finished in time.
  void sweep();

private:
  /// These need the mutex.
  void forget(share& one);
  std::shared_ptr<share> worst();

  const options opts_;
  std::mutex mutex_;
  std::size_t total_ = 0;
  /// Those that hold something.
  std::map<share*, std::weak_ptr<share>> holders_;
};

}  // namespace outcry::firebase::local::wire
