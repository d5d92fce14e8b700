#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "adapters/redis/connection.hpp"
#include "adapters/redis/link.hpp"
#include "adapters/redis/streams.hpp"

namespace outcry::redis {

/// How a batch of entries came to us.
enum class delivery : std::uint8_t {
  fresh,    ///< nobody got it before
  pending,  ///< we got it before, on a connection or in a life that ended before acknowledging
  claimed,  ///< somebody (we too) got it at least `claim_idle` ago and did not acknowledge
};

/// Receives entries in stream order; the texts are valid during the callback only.
using entries_callback = std::function<void(std::span<const stream_entry>, delivery)>;

struct stream_reader_options {
  connection_options connection;
  link_options link;
  std::string stream;
  std::string group;
  std::string consumer;     ///< stable across restarts, so that our own pending entries return
  std::string from = "0";   ///< where a new group starts: "0" everything, "$" only what is new
  std::size_t batch = 256;  ///< entries in one call
  /// How long one XREADGROUP may wait in the server. An acknowledgement given from another thread
  /// leaves after at most this time.
  std::chrono::milliseconds block{500};
  /// Entries another consumer has held this long without acknowledging are taken over; looked for
  /// at every connect and then every `claim_every`. 0 = never.
  std::chrono::milliseconds claim_idle{0};
  std::chrono::milliseconds claim_every{5000};
  std::size_t max_acknowledgements = 65'536;  ///< waiting to be sent

  // Callbacks run on the reader's thread and may be empty; one that throws is counted, and its
  // entries stay pending.
  entries_callback on_entries;
  link_callback on_state;
  /// The stream or group had vanished (a flush, a deletion); the group was made again from the
  /// stream's beginning. What was in it must be written again by whoever owns it.
  std::function<void()> on_group_lost;
  /// Something that does not end the connection, such as an entry that cannot be read.
  std::function<void(const failure& reason)> on_error;
};

/// Figures since the start, readable from any thread at any time.
struct stream_reader_counters {
  std::uint64_t entries = 0;
  std::uint64_t claimed = 0;       ///< of these, taken over from other consumers
  std::uint64_t acknowledged = 0;  ///< confirmed by the server
  std::uint64_t acks_dropped = 0;  ///< refused: too many waited; the entries return later
  std::uint64_t groups_lost = 0;
  std::uint64_t connects = 0;
  std::uint64_t callback_errors = 0;
};

/// Reads a stream as one consumer of a group, over a connection and on a thread of its own.
/// At least once: an entry comes again until it is acknowledged, so consumers tell repetitions by
/// an id of their own inside the entry.
class stream_reader {
public:
  explicit stream_reader(stream_reader_options options);
  /// Stops.
  ~stream_reader();
  stream_reader(const stream_reader&) = delete;
  stream_reader& operator=(const stream_reader&) = delete;

  /// Starts the thread; once.
  void start();
  /// Ends the thread; returns in well under a second unless a callback holds it up.
  /// Acknowledgements that were not yet sent are lost; their entries return.
  void stop();

  /// Says that this entry is done with. Any thread; from the callback it leaves before the next
  /// reading. Kept across a reconnect. False when too many wait.
  bool acknowledge(std::string_view id);

  bool is_live() const;
  stream_reader_counters counters() const;

private:
  struct core;
  std::shared_ptr<core> core_;
  std::thread thread_;
};

}  // namespace outcry::redis
