#include "tests/adapters/http/raw_client.hpp"

#include <cerrno>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace outcry::test {

raw_client::raw_client(std::uint16_t port) : raw_client(port, "127.0.0.1") {}

raw_client::raw_client(std::uint16_t port, const std::string& from)
    : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  timeval limit{20, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  if (::inet_pton(AF_INET, from.c_str(), &own.sin_addr) != 1 ||
      (from != "127.0.0.1" &&
       ::bind(socket_, reinterpret_cast<sockaddr*>(&own), sizeof own) != 0)) {
    throw std::runtime_error("cannot connect from " + from);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
  }
}

raw_client::~raw_client() {
  close();
}

void raw_client::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

bool raw_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool raw_client::receive() {
  char bytes[16384];
  const ssize_t n = ::recv(socket_, bytes, sizeof bytes, 0);
  if (n > 0) {
    buffer_.append(bytes, static_cast<std::size_t>(n));
    return true;
  }
  ended_ = n == 0 || errno != EAGAIN;
  return false;
}

std::string raw_client::read_to(std::string_view text) {
  std::size_t found = 0;
  while ((found = buffer_.find(text)) == std::string::npos) {
    if (!receive()) return std::exchange(buffer_, {});
  }
  std::string taken = buffer_.substr(0, found + text.size());
  buffer_.erase(0, taken.size());
  return taken;
}

std::string raw_client::read(std::size_t size) {
  while (buffer_.size() < size && receive()) {
  }
  std::string taken = buffer_.substr(0, size);
  buffer_.erase(0, taken.size());
  return taken;
}

std::string raw_client::read_all() {
  while (receive()) {
  }
  return std::exchange(buffer_, {}) + (ended_ ? "" : "(open)");
}

std::string raw_client::read_response() {
  std::string response = read_to("\r\n\r\n");
  const std::string name = "Content-Length: ";
  const std::size_t at = response.find(name);
  const std::size_t size =
      at == std::string::npos ? 0 : std::stoul(response.substr(at + name.size()));
  while (buffer_.size() < size && receive()) {
  }
  response += buffer_.substr(0, size);
  buffer_.erase(0, size);
  return response;
}

}  // namespace outcry::test
