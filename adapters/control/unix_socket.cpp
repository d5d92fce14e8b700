#include "adapters/control/unix_socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include <fcntl.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace outcry::control {

namespace {

std::string reason(int error) {
  return std::error_code(error, std::generic_category()).message();
}

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

unique_fd new_socket() {
  unique_fd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!fd) throw socket_error("cannot make a socket: " + reason(errno));
  return fd;
}

/// What stands at the path: nothing, the file of a floor that is gone, or an obstacle.
enum class occupant { nobody, dead_socket };

occupant look_at(const std::filesystem::path& path) {
  auto length = path.native().size();
  if (length > longest_socket_path())
    throw socket_error(fmt::format(
        "the floor's socket {} has {} bytes, a Unix socket's path at most {}: choose a shorter "
        "floor.data_dir",
        path.string(), length, longest_socket_path()));
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) {
    if (errno == ENOENT && std::filesystem::is_directory(path.parent_path()))
      return occupant::nobody;
    throw socket_error(fmt::format("cannot open {}: {}", path.string(), reason(errno)));
  }
  if (!S_ISSOCK(info.st_mode)) throw socket_error(path.string() + " is no socket: move it away");
  auto fd = new_socket();
  auto address = address_of(path);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 ||
      errno == EAGAIN || errno == EINPROGRESS)
    throw socket_error(path.string() + " is answered by a floor that runs already");
  if (errno != ECONNREFUSED && errno != ENOENT)
    throw socket_error(fmt::format("cannot try {}: {}", path.string(), reason(errno)));
  return occupant::dead_socket;
}

}  // namespace

unique_fd& unique_fd::operator=(unique_fd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

unique_fd::~unique_fd() {
  reset();
}

void unique_fd::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

std::size_t longest_socket_path() {
  return sizeof(sockaddr_un::sun_path) - 1;
}

std::string why_not_listen_on(const std::filesystem::path& path) try {
  look_at(path);
  return {};
} catch (const socket_error& e) {
  return e.what();
}

unique_fd listen_on(const std::filesystem::path& path) {
  if (look_at(path) == occupant::dead_socket) ::unlink(path.c_str());
  auto fd = new_socket();
  // Linux gives the file the mode of the unbound socket, so it is never open to others, not even
  // between bind and chmod; changing the umask instead would touch every thread.
  if (::fchmod(fd.get(), 0600) != 0)
    throw socket_error("cannot protect the socket: " + reason(errno));
  auto address = address_of(path);
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw socket_error(fmt::format("cannot open {}: {}", path.string(), reason(errno)));
  if (::chmod(path.c_str(), 0600) != 0 || ::listen(fd.get(), 64) != 0) {
    auto why = reason(errno);
    ::unlink(path.c_str());
    throw socket_error(fmt::format("cannot listen on {}: {}", path.string(), why));
  }
  return fd;
}

peer peer_of(int fd) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
    throw socket_error("cannot see who connected: " + reason(errno));
  return {credentials.uid, credentials.pid, user_name(credentials.uid)};
}

std::string user_name(uid_t uid) {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
  return found ? std::string{found->pw_name} : fmt::to_string(uid);
}

bool is_welcome(const peer& who, uid_t own) {
  return who.uid == own || who.uid == 0;
}

}  // namespace outcry::control
