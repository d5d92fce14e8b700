#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "adapters/sqlite/history_store.hpp"
#include "adapters/sqlite/tick_queue.hpp"

namespace outcry::sqlite {

/// How many requests may wait for the writer thread.
constexpr std::size_t history_request_bound = 4096;

/// What may be asked of the history besides taking ticks.
using history_request = std::variant<read_history, history_delivered>;
using history_answer = std::variant<journal_failure, history_receipt, history_page>;

/// How far the history's writer may fall behind, and when it commits.
struct history_settings {
  std::string data_dir;                  ///< holds history.db; must exist
  std::int64_t queue_bound = 1'000'000;  ///< ticks not yet on disk
  std::int64_t ticks_per_commit = 5000;
  std::chrono::milliseconds longest_wait{100};  ///< of a tick for its commit to begin
};

/// The file a history of this data directory lives in.
std::string history_path(const std::string& data_dir);

/// The history's writer thread. While the disk refuses, ticks wait in the queue up to its bound.
/// Answers pile up until they are taken; `wake` says that there are some.
class history_worker {
public:
  /// A finished request, by the ticket under which it was submitted.
  using finished = std::pair<std::uint64_t, history_answer>;

  /// Opens the history on the calling thread (throws store_error), then starts the writer. `wake`
  /// is called on the writer's thread and must not throw or block.
  history_worker(const history_settings& settings, std::function<void()> wake);

  /// As `stop`.
  ~history_worker();
  history_worker(const history_worker&) = delete;
  history_worker& operator=(const history_worker&) = delete;

  /// Queues ticks of one ticker; answers how many wait now. `ec::mailbox_full`, with none of them
  /// taken and all of them counted as lost, when they do not fit. Any thread.
  journal_result<history_receipt> take(const price_batch& batch);

  /// Queues a request behind the ticks taken so far. False when `history_request_bound` requests
  /// wait already, or after `stop`. Any thread.
  bool submit(std::uint64_t ticket, const history_request& request);

  /// Takes the answers that are ready. Any thread.
  std::vector<finished> take_finished();

  /// Ticks refused since the start because the queue was full. Any thread.
  std::uint64_t lost() const;

  /// Writes what is queued, answers what is asked, then ends the thread. May be called twice, by
  /// one thread.
  void stop();

private:
  using clock = std::chrono::steady_clock;

  void run();
  void wait_for_work(std::unique_lock<std::mutex>& lock);
  void write_ticks(tick_queue& ticks);
  bool write_some(tick_queue& ticks);
  void forget_some() noexcept;
  history_answer execute(const history_request& request);

  history_settings settings_;
  history_store store_;        // the writer thread's alone
  bool has_delivered_ = true;  // rows to be deleted; the writer thread's alone
  bool disk_refuses_ = false;  // the writer thread's alone
  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  tick_queue queue_;
  std::int64_t waiting_ = 0;  // ticks in queue_ and in the writer's hands
  std::optional<clock::time_point> write_at_;
  std::vector<std::pair<std::uint64_t, history_request>> requests_;
  std::vector<finished> finished_;
  std::uint64_t lost_ = 0;
  bool overflowing_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace outcry::sqlite
