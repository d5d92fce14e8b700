#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "adapters/signal_api/tradingview.hpp"

namespace outcry::signal_api {

/// An alert that was accepted and not yet delivered.
struct waiting_alert {
  std::uint64_t number = 0;  ///< rising
  alert what;
};

/// Keeps accepted alerts until they are delivered, in the order accepted: one file each in a folder
/// of its own, so that an alert whose sender was told "accepted" outlives the process. One thread
/// of its own does all that touches the disk. Any thread.
class alert_queue {
public:
  struct options {
    std::filesystem::path folder;  ///< made (mode 0700) if missing; empty: memory only
    std::size_t most = 1'000;      ///< alerts waiting; the next one is not taken
  };

  /// Takes up what an earlier process left. `ready` is called, on any thread and perhaps at once,
  /// whenever `next` may have something new. Throws std::runtime_error naming the folder.
  alert_queue(options opts, std::function<void()> ready);
  /// Ends the thread; what was offered is written before.
  ~alert_queue();
  alert_queue(const alert_queue&) = delete;
  alert_queue& operator=(const alert_queue&) = delete;

  /// False if the queue is full. Else `kept` is called once, on the queue's thread (or here, if
  /// there is no folder): with true when the alert will outlive the process, with false when the
  /// disk did not take it and it is forgotten.
  bool offer(alert what, std::function<void(bool)> kept);

  /// The oldest alert that is kept; stays there until `done`.
  std::optional<waiting_alert> next() const;

  /// It is delivered.
  void done(std::uint64_t number);

  /// How many wait, those being written included.
  std::size_t size() const;

private:
  struct job {
    std::uint64_t number = 0;
    std::optional<alert> write;  // nothing: remove
    std::function<void(bool)> kept;
  };

  void load();
  void work();
  void run(job& one);
  std::filesystem::path file_of(std::uint64_t number) const;

  const options opts_;
  const std::function<void()> ready_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, alert> kept_;
  std::deque<job> jobs_;
  std::size_t writing_ = 0;  // jobs that write, not yet done
  std::uint64_t last_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace outcry::signal_api
