#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

#include <sys/types.h>

namespace outcry::control {

/// A file descriptor with an owner.
class unique_fd {
public:
  unique_fd() = default;
  explicit unique_fd(int fd) : fd_(fd) {}
  unique_fd(unique_fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  unique_fd& operator=(unique_fd&& other) noexcept;
  ~unique_fd();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset();

private:
  int fd_ = -1;
};

/// Why a socket could not be opened; the text is for people and says what to do.
class socket_error : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The longest path a Unix socket can have, in bytes: sizeof(sockaddr_un::sun_path) - 1.
std::size_t longest_socket_path();

/// Why `listen_on` would refuse this path now; "" when it would not.
std::string why_not_listen_on(const std::filesystem::path& path);

/// Listens on a Unix socket of mode 0600. The file of a floor that is gone is replaced. Throws
/// socket_error when the path is too long, is no socket, cannot be made, or is answered by a
/// living floor. The descriptor does not block and is closed on exec.
unique_fd listen_on(const std::filesystem::path& path);

/// Who is at the other end of a connected Unix socket, as the kernel says.
struct peer {
  uid_t uid = 0;
  pid_t pid = 0;
  std::string user;  ///< the account's name; the number when it has none
};

/// Throws socket_error when the kernel does not tell.
peer peer_of(int fd);

/// The account's name; the number when it has none.
std::string user_name(uid_t uid);

/// Only the floor's own account and root may speak to it.
bool is_welcome(const peer& who, uid_t own);

}  // namespace outcry::control
