#pragma once

#include <filesystem>
#include <string>

#include "adapters/control/unix_socket.hpp"

namespace outcry::control {

/// What operators did to actors: a file of JSON lines, mode 0600, that only grows. Beyond a
/// mebibyte it becomes `<path>.1` and a new one is begun: the last two are kept. For one thread.
///
/// It is no part of the journal: what must be done to a journal that hangs is written here too.
class action_log {
public:
  explicit action_log(std::filesystem::path path) : path_(std::move(path)) {}

  /// Adds one line; on disk when it returns. Throws std::runtime_error with the reason.
  void write(const std::string& line);

private:
  void make_room();

  std::filesystem::path path_;
};

}  // namespace outcry::control
