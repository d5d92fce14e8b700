#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <thread>

#include "adapters/redis/connection.hpp"
#include "adapters/redis/link.hpp"
#include "adapters/redis/resp.hpp"

namespace outcry::redis {

struct publisher_options {
  connection_options connection;
  link_options link;
  std::size_t max_commands = 65'536;         ///< queued and unanswered together
  std::size_t max_bytes = 64 * 1024 * 1024;  ///< of these, in wire form
  link_callback on_state;                    ///< on the publisher's thread
};

/// What became of a command at the moment it was given.
enum class submitted : std::uint8_t {
  queued,   ///< it will be sent; its callback will be called exactly once
  full,     ///< refused and counted: too much is waiting; its callback is not called
  stopped,  ///< refused: stop() was called
};

/// Figures since the start, readable from any thread at any time.
struct publisher_counters {
  std::uint64_t queued = 0;           ///< accepted commands
  std::uint64_t answered = 0;         ///< of these, answered by the server (errors included)
  std::uint64_t server_errors = 0;    ///< of these, answered with an error
  std::uint64_t full = 0;             ///< refused for lack of room
  std::uint64_t unknown = 0;          ///< sent, but the connection broke before the answer
  std::uint64_t cancelled = 0;        ///< never sent: we were stopped
  std::uint64_t connects = 0;         ///< connections that became live
  std::uint64_t reconnects = 0;       ///< of these, all but the first
  std::uint64_t callback_errors = 0;  ///< exceptions out of callbacks
  std::uint64_t writes = 0;           ///< system calls that sent something
  std::size_t outstanding = 0;        ///< queued or unanswered now
  /// From being given to being answered, as `lag_meter` has it. Where nothing is sent the PING of
  /// our own tells.
  std::int64_t lag_ms = -1;
};

/// Sends PUBLISH and any other command that does not block, over one connection, on a thread of
/// its own. Everything queued leaves in one write; answers are taken in order.
///
/// Order: commands are executed in the order in which they were queued, across reconnects too.
/// When the connection breaks, what was not yet handed to the kernel whole is kept and sent
/// later; what was sent but not answered may or may not have happened: its callback hears
/// `unknown_outcome`, and it is not sent again. The queue is bounded: when it is full a new
/// command is refused at once, nothing waits and nothing older is dropped.
class publisher {
public:
  /// The number of subscribers reached, or why it is not known. On the publisher's thread.
  using published = std::function<void(const result<std::int64_t>&)>;
  /// The answer; an error of the server is a `server_error`. On the publisher's thread.
  using answered = std::function<void(const result<reply>&)>;

  explicit publisher(publisher_options options);
  /// Stops.
  ~publisher();
  publisher(const publisher&) = delete;
  publisher& operator=(const publisher&) = delete;

  /// Starts the thread; once. Commands given before are queued.
  void start();
  /// Ends the thread; returns in well under a second unless a callback holds it up. Commands not
  /// sent end as `cancelled`, unanswered ones as `unknown_outcome`. Safe to repeat.
  void stop();
  /// Waits until nothing is queued or unanswered; false when `limit` passed first.
  bool drain(std::chrono::milliseconds limit);

  /// Any thread, any time; never waits.
  submitted publish(std::string_view channel, std::string_view payload, published done = {});
  /// Any command but those that block (BLPOP, XREADGROUP BLOCK), subscribe, or change the
  /// connection (SELECT, MULTI): they would hold up or spoil everything behind them.
  submitted command(const arguments& words, answered done = {});

  bool is_live() const;
  publisher_counters counters() const;

private:
  struct core;
  std::shared_ptr<core> core_;
  std::thread thread_;
};

}  // namespace outcry::redis
