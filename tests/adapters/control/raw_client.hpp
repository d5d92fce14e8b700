#pragma once

#include <cstring>
#include <optional>
#include <string>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "adapters/control/line_splitter.hpp"
#include "adapters/control/unix_socket.hpp"

namespace outcry::test {

/// A client that sends any bytes and reads lines: for what no decent client would do.
class raw_client {
public:
  explicit raw_client(const std::string& path)
      : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    connected_ = ::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  bool connected() const { return connected_; }

  /// False once the other side takes no more.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// The next line; nothing at the end of the stream, or after ten seconds.
  std::optional<std::string> line() {
    for (;;) {
      if (auto whole = input_.next()) return whole;
      pollfd waiting{fd_.get(), POLLIN, 0};
      if (::poll(&waiting, 1, 10'000) <= 0) return std::nullopt;
      char bytes[4096];
      auto got = ::recv(fd_.get(), bytes, sizeof bytes, 0);
      if (got <= 0) return std::nullopt;
      input_.add({bytes, static_cast<std::size_t>(got)});
    }
  }

  /// Everything until the other side closes.
  std::string rest() {
    std::string all;
    while (auto next = line()) all += *next + "\n";
    return all;
  }

  void end_input() { ::shutdown(fd_.get(), SHUT_WR); }
  void close() { fd_.reset(); }

private:
  control::unique_fd fd_;
  control::line_splitter input_{64u << 20};
  bool connected_ = false;
};

}  // namespace outcry::test
