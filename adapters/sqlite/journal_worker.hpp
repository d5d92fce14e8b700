#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/sqlite/journal_engine.hpp"

namespace outcry::sqlite {

/// How many requests may wait for the writer thread.
constexpr std::size_t journal_queue_bound = 4096;

/// The journal's writer thread: takes everything that is queued into one transaction. Answers pile
/// up until they are taken; `wake` says that there are some.
class journal_worker {
public:
  /// A finished request, by the ticket under which it was submitted.
  using finished = std::pair<std::uint64_t, journal_answer>;

  /// Opens the journal on the calling thread (throws store_error), then starts the writer. `wake`
  /// is called on the writer's thread and must not throw or block.
  journal_worker(journal_settings settings, std::function<void()> wake);

  /// As `stop`.
  ~journal_worker();
  journal_worker(const journal_worker&) = delete;
  journal_worker& operator=(const journal_worker&) = delete;

  /// Queues a request. False when `journal_queue_bound` requests wait already, or after `stop`; the
  /// request is then untouched. Any thread.
  bool submit(std::uint64_t ticket, journal_request&& request);

  /// Takes the answers that are ready. Any thread.
  std::vector<finished> take_finished();

  /// Executes what is queued, then ends the thread. The answers can still be taken. May be called
  /// twice, by one thread.
  void stop();

private:
  void run();

  journal_engine engine_;  // the writer thread's alone
  std::function<void()> wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::uint64_t> tickets_;  // of queue_, guarded by mutex_
  std::vector<journal_request> queue_;  // guarded by mutex_
  std::vector<finished> finished_;      // guarded by mutex_
  bool stopping_ = false;               // guarded by mutex_
  std::thread thread_;
};

}  // namespace outcry::sqlite
