#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace outcry::firebase::auth {

/// One thread for slow work, with a queue that does not grow without end. `post` and `stop` may be
/// called from any thread but its own.
class worker {
public:
  using job = std::function<void()>;

  /// Calls `tick` once each `interval`, also while jobs wait. Neither it nor jobs may throw.
  worker(std::size_t most_waiting, std::chrono::milliseconds interval, job tick);
  ~worker() { stop(); }

  /// False if too many wait already, or after `stop`.
  bool post(job work);

  /// Ends after the job it is at; those still waiting are dropped.
  void stop();

private:
  void run(const std::stop_token& ending);

  const std::size_t most_waiting_;
  const std::chrono::milliseconds interval_;
  const job tick_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<job> waiting_;
  bool stopped_ = false;
  std::jthread thread_;
};

}  // namespace outcry::firebase::auth
