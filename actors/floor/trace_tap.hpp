#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "actors/floor/gauge.hpp"

namespace outcry {

/// One message that was traced.
struct traced_message {
  std::int64_t at_ms = 0;  ///< when its handler began
  std::string from;        ///< a name; empty = from no actor of ours
  std::string message;
  std::string text;  ///< at most 300 characters
  std::uint64_t took_ns = 0;
};

/// What a traced actor puts in and a console takes out: at most so many messages, and at most so
/// many waiting; the rest is counted. Thread-safe.
class trace_tap {
public:
  /// Room for `limit` messages at a time.
  explicit trace_tap(std::size_t limit) : limit_(limit) {}

  /// Makes room for more, up to the limit: called at an even pace, it bounds the rate.
  void refill(std::size_t room);

  /// Whether the next message would find room; counts it as dropped if not.
  bool wants_one();

  void put(traced_message one);

  /// What has come, and how much was left out, since the last call.
  std::vector<traced_message> take(std::uint64_t& dropped);

private:
  std::mutex mutex_;
  std::size_t limit_;
  std::size_t room_ = 0;
  std::uint64_t dropped_ = 0;
  std::vector<traced_message> waiting_;
};

/// Has what `who` handles put into `tap`; one tap at a time, the last one set. Null ends it.
void set_tap(gauge& who, std::shared_ptr<trace_tap> tap);

/// The tap of `who`; null = it is not traced.
std::shared_ptr<trace_tap> tap_of(const gauge& who);

}  // namespace outcry
