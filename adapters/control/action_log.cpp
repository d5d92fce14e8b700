#include "adapters/control/action_log.hpp"

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace outcry::control {

namespace {

constexpr std::uintmax_t most_bytes = 1u << 20;

[[noreturn]] void fail(const std::filesystem::path& path) {
  throw std::runtime_error(path.string() + ": " +
                           std::error_code(errno, std::generic_category()).message());
}

}  // namespace

void action_log::make_room() {
  std::error_code unknown;
  if (std::filesystem::file_size(path_, unknown) < most_bytes || unknown) return;
  auto older = path_;
  older += ".1";
  std::filesystem::rename(path_, older, unknown);
}

void action_log::write(const std::string& line) {
  make_room();
  unique_fd file{::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)};
  if (!file) fail(path_);
  const auto text = line + "\n";
  // A line is short: it is written whole or not at all.
  if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::fdatasync(file.get()) != 0)
    fail(path_);
}

}  // namespace outcry::control
