#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace outcry::sqlite {

/// A store's writer thread: takes everything that is queued into one transaction of its engine.
/// Answers pile up until they are taken; `wake` says that there are some. `Engine::run` takes a
/// vector of requests and returns their answers in the same order.
template <class Engine, class Request, class Answer, std::size_t Bound>
class request_worker {
public:
  /// A finished request, by the ticket under which it was submitted.
  using finished = std::pair<std::uint64_t, Answer>;

  /// Opens the store on the calling thread (throws store_error), then starts the writer. `wake`
  /// is called on the writer's thread and must not throw or block.
  template <class Settings>
  request_worker(Settings&& settings, std::function<void()> wake)
      : engine_(std::forward<Settings>(settings)),
        wake_(std::move(wake)),
        thread_([this] { run(); }) {}

  /// As `stop`.
  ~request_worker() { stop(); }
  request_worker(const request_worker&) = delete;
  request_worker& operator=(const request_worker&) = delete;

  /// Queues a request. False when `Bound` requests wait already, or after `stop`; the request is
  /// then untouched. Any thread.
  bool submit(std::uint64_t ticket, Request&& request) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ || queue_.size() >= Bound) return false;
      tickets_.push_back(ticket);
      queue_.push_back(std::move(request));
    }
    changed_.notify_one();
    return true;
  }

  /// Takes the answers that are ready. Any thread.
  std::vector<finished> take_finished() {
    const std::lock_guard lock(mutex_);
    return std::exchange(finished_, {});
  }

  /// Executes what is queued, then ends the thread. The answers can still be taken. May be called
  /// twice, by one thread.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

private:
  void run() {
    std::vector<std::uint64_t> tickets;
    std::vector<Request> requests;
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      tickets.clear();
      requests.clear();
      tickets.swap(tickets_);
      requests.swap(queue_);
      lock.unlock();
      auto answers = engine_.run(requests);
      lock.lock();
      for (std::size_t i = 0; i < answers.size(); ++i)
        finished_.emplace_back(tickets[i], std::move(answers[i]));
      lock.unlock();
      wake_();
      lock.lock();
    }
  }

  Engine engine_;  // the writer thread's alone
  std::function<void()> wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::uint64_t> tickets_;  // of queue_, guarded by mutex_
  std::vector<Request> queue_;          // guarded by mutex_
  std::vector<finished> finished_;      // guarded by mutex_
  bool stopping_ = false;               // guarded by mutex_
  std::thread thread_;
};

}  // namespace outcry::sqlite
