#include "adapters/firebase/auth/worker.hpp"

#include <utility>

namespace outcry::firebase::auth {

worker::worker(std::size_t most_waiting, std::chrono::milliseconds interval, job tick)
    : most_waiting_(most_waiting),
      interval_(interval),
      tick_(std::move(tick)),
      thread_([this](const std::stop_token& ending) { run(ending); }) {}

bool worker::post(job work) {
  {
    std::lock_guard lock(mutex_);
    if (stopped_ || waiting_.size() >= most_waiting_) return false;
    waiting_.push_back(std::move(work));
  }
  changed_.notify_one();
  return true;
}

void worker::stop() {
  std::deque<job> dropped;
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    dropped.swap(waiting_);
  }
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void worker::run(const std::stop_token& ending) {
  using clock = std::chrono::steady_clock;
  auto next_tick = clock::now() + interval_;
  while (!ending.stop_requested()) {
    job work;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_until(lock, ending, next_tick, [this] { return !waiting_.empty(); });
      if (ending.stop_requested()) return;
      if (!waiting_.empty()) {
        work = std::move(waiting_.front());
        waiting_.pop_front();
      }
    }
    if (work) work();
    if (clock::now() < next_tick) continue;
    tick_();
    next_tick = clock::now() + interval_;
  }
}

}  // namespace outcry::firebase::auth
