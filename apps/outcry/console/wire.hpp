#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/control/line_splitter.hpp"
#include "adapters/control/unix_socket.hpp"

namespace outcry::console {

/// A connection to the floor for a loop that must never wait: everything is done as far as it can
/// be done at once. For one thread.
class wire {
public:
  struct events {
    /// The floor has greeted us: what it said.
    std::function<void(std::string_view greeting)> opened;
    std::function<void(std::string_view line)> line;
    /// The connection is gone or could not be made; one sentence for people.
    std::function<void(const std::string& why)> lost;
  };

  wire(std::filesystem::path socket, events on);

  /// Connects anew. Tells `lost` at once when nobody is there.
  void open();
  void close();

  /// Adds a line to what is written as soon as it can be.
  void send(const std::string& line);

  /// -1 = closed.
  int fd() const { return fd_.get(); }
  /// What to poll for.
  short wants() const;

  /// Reads and writes what can be read and written now, at most a megabyte of it.
  void work();

private:
  void read_some();
  void write_some();
  void lose(const std::string& why);
  void take_lines();

  std::filesystem::path socket_;
  events on_;
  control::unique_fd fd_;
  std::optional<control::line_splitter> input_;
  std::string output_;
  bool greeted_ = false;
};

}  // namespace outcry::console
