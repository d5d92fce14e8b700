#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "actors/floor/lag_meter.hpp"
#include "adapters/redis/publisher.hpp"

namespace outcry::redis {

inline std::int64_t ms_of(steady_time at) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

/// The queue and the thread's work of a publisher.
struct publisher::core {
  explicit core(publisher_options wanted) : options(std::move(wanted)) {}

  /// One command in wire form was appended to the bytes; this is who hears of its end.
  struct entry {
    std::size_t bytes = 0;
    bool ours = false;  ///< a PING of our own, counted nowhere
    answered done;
  };

  submitted submit(const std::function<void(std::string&)>& write, std::size_t about,
                   answered done);
  void run();
  void fail_everything();

  publisher_options options;
  stop_signal stop;
  wake_event work;
  std::atomic<bool> live = false;

  mutable std::mutex mutex;
  std::condition_variable drained;
  std::string waiting_bytes;
  std::deque<entry> waiting;
  std::size_t outstanding = 0;
  std::size_t outstanding_bytes = 0;
  publisher_counters figures;
  lag_meter lag;
  std::deque<std::int64_t> given_ms;  ///< when what is outstanding was given, in its order

private:
  void report(link_state state, std::optional<failure> reason, unsigned attempt,
              std::chrono::milliseconds retry_in);
  failure serve(connection& link);
  void take_waiting();
  std::optional<failure> write(connection& link);
  std::optional<failure> read(connection& link);
  std::optional<failure> take_replies(connection& link);
  void take_last_replies(connection& link);
  std::optional<failure> wait(connection& link);
  void note_lag(std::int64_t since_ms);
  void note_pong(const result<reply>& outcome);
  void settle(entry& ended, const result<reply>& outcome);
  void forget_sent();

  // The thread's own.
  std::string out_;
  std::size_t sent_ = 0;        ///< bytes of out_ the kernel has taken
  std::size_t front_sent_ = 0;  ///< of these, belonging to unsent_.front()
  std::deque<entry> unsent_;
  std::deque<entry> in_flight_;
  steady_time last_answer_;
  steady_time last_progress_;
};

}  // namespace outcry::redis
