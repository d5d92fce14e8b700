#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace outcry::control {

/// What waits to be written to one client. Two kinds of lines: those that must arrive, and those
/// of a live stream, whose oldest give way when the client is too slow.
class output_queue {
public:
  struct bounds {
    std::size_t must_bytes = 32u << 20;   ///< beyond it the client has to be cut off
    std::size_t stream_bytes = 1u << 20;  ///< beyond it the oldest stream lines are left out
  };

  explicit output_queue(bounds limits) : limits_(limits) {}

  /// Adds a line (without its end) that must arrive. False: over the limit, cut the client off.
  bool add(std::string line);

  /// Adds a line of the live stream of request `id`.
  void add_streamed(std::uint64_t id, std::string line);

  /// The bytes to be written next; empty when nothing waits. Tells first how many lines of the
  /// stream were left out: {"id":n,"dropped":k}. Valid until the next call of anything here.
  std::string_view front();

  /// The first `count` bytes of `front` have been written.
  void written(std::size_t count);

  /// Bytes that wait.
  std::size_t size() const { return must_size_ + stream_size_ + current_.size() - done_; }

  bool empty() const { return done_ == current_.size() && must_.empty() && stream_.empty(); }

private:
  void refill();

  bounds limits_;
  std::string current_;
  std::size_t done_ = 0;  ///< bytes of current_ already written
  std::deque<std::string> must_;
  std::deque<std::string> stream_;
  std::size_t must_size_ = 0;
  std::size_t stream_size_ = 0;
  std::uint64_t stream_id_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace outcry::control
