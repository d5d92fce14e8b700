#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/redis/connection.hpp"
#include "adapters/redis/link.hpp"
#include "adapters/redis/streams.hpp"

namespace outcry::redis {

/// A stream to be read.
struct read_stream {
  std::string name;
  /// Where its group starts when it has to be made and was never seen by this reader: "0"
  /// everything, "$" only what is new. A group that vanishes later starts from "0".
  std::string from = "$";

  bool operator==(const read_stream&) const = default;
};

/// One entry of one of them. The texts are valid during the callback only.
struct read_entry {
  std::string_view stream;
  std::string_view id;     ///< "<milliseconds>-<sequence>"
  std::string_view field;  ///< the first wanted one it has; empty when it has none or was deleted
  std::string_view text;   ///< that field's value
};

struct command_reader_options {
  connection_options connection;
  link_options link;
  std::string group;
  std::string consumer;  ///< stable across restarts, so that our own pending entries return
  std::vector<std::string> fields;  ///< those that may be handed over
  std::size_t batch = 64;           ///< entries of each stream in one reading
  /// How long one XREADGROUP may wait in the server; a change of the streams takes at most this.
  std::chrono::milliseconds block{500};

  // Callbacks run on the reader's thread and may be empty; one that throws is counted.
  std::function<void(std::span<const read_entry>)> on_entries;
  link_callback on_state;
  /// Every stream's group stands: what is written from now on will be read.
  std::function<void()> on_ready;
  /// Something that does not end the connection, such as an answer that cannot be read.
  std::function<void(const failure& reason)> on_error;
};

/// Reads any number of streams as one consumer of a group of each, over one connection and on one
/// thread. At least once: an entry comes again, after every connect and when asked for, until it
/// is acknowledged (XACK, on any connection).
class command_reader {
public:
  explicit command_reader(command_reader_options options);
  /// Stops.
  ~command_reader();
  command_reader(const command_reader&) = delete;
  command_reader& operator=(const command_reader&) = delete;

  /// Starts the thread; once.
  void start();
  /// Ends the thread; returns in well under a second unless a callback holds it up.
  void stop();

  /// Which streams to read from now on. Any thread.
  void read(std::vector<read_stream> streams);
  /// Hands over again what is not acknowledged. Any thread.
  void repeat();
  /// The stream's group stands and we are connected. Any thread.
  bool is_reading(const std::string& stream) const;
  /// Exceptions out of callbacks. Any thread.
  std::uint64_t callback_errors() const;

private:
  struct core;
  std::shared_ptr<core> core_;
  std::thread thread_;
};

}  // namespace outcry::redis
