#include "adapters/sqlite/data_dir_lock.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/sqlite/store_error.hpp"

namespace outcry::sqlite {

namespace {

std::string read_holder(int fd) {
  std::array<char, 32> text{};
  const auto size = ::pread(fd, text.data(), text.size() - 1, 0);
  std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return pid.empty() ? "unknown" : pid;
}

void make_directory(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code error;
  const auto parent = fs::absolute(directory, error).parent_path();
  if (!error) fs::create_directories(parent, error);
  if (error) {
    throw store_error(
        fmt::format("data directory {}: cannot be made: {}", directory, error.message()));
  }
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    throw store_error(
        fmt::format("data directory {}: cannot be made: {}", directory, std::strerror(errno)));
  }
}

}  // namespace

data_dir_lock::data_dir_lock(const std::string& directory) {
  make_directory(directory);
  const auto path = (std::filesystem::path(directory) / "lock").string();
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd_ < 0) {
    throw store_error(fmt::format("data directory {}: its file 'lock' cannot be opened: {}",
                                  directory, std::strerror(errno)));
  }
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    const int cause = errno;
    const auto holder = read_holder(fd_);
    ::close(fd_);
    if (cause == EWOULDBLOCK) {
      throw store_error(
          fmt::format("data directory {}: in use by another floor (pid {}). Stop it, or choose "
                      "another data_dir",
                      directory, holder));
    }
    throw store_error(
        fmt::format("data directory {}: cannot be locked: {}", directory, std::strerror(cause)));
  }
  // For people only: the lock holds without it, so a full disk does not matter here.
  const auto pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(fd_, 0) == 0) {
    [[maybe_unused]] const auto written = ::pwrite(fd_, pid.data(), pid.size(), 0);
  }
}

data_dir_lock::~data_dir_lock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace outcry::sqlite
