#include "tests/bench/wire_link.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace outcry::bench {

namespace {

constexpr const char* greeting =
    "GET /.ws?v=5&ns=outcry HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

unsigned char byte_at(const std::string& in, std::size_t at) {
  return static_cast<unsigned char>(in[at]);
}

}  // namespace

wire_link::wire_link(std::uint16_t port, const std::string& credential)
    : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval limit{60, 0};
  const int yes = 1;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    ::close(socket_);
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
  }
  send(greeting);
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) receive(true);
  from_ = end + 4;
  read();
  send(request(0, "auth", R"({"cred":")" + credential + R"("})"));
  await(0);
}

wire_link::~wire_link() {
  ::close(socket_);
}

std::string wire_link::request(std::int64_t number, std::string_view action,
                               std::string_view body) {
  std::string text = R"({"t":"d","d":{"r":)" + std::to_string(number) + R"(,"a":")";
  text.append(action).append(R"(","b":)").append(body).append("}}");
  std::string frame = "\x81";
  if (text.size() < 126) {
    frame.push_back(static_cast<char>(0x80 | text.size()));
  } else {
    const std::size_t width = text.size() < 65536 ? 2 : 8;
    frame.push_back(static_cast<char>(0x80 | (width == 2 ? 126 : 127)));
    for (std::size_t i = width; i-- > 0;) {
      frame.push_back(static_cast<char>(text.size() >> (8 * i) & 0xff));
    }
  }
  // A mask of zeros changes nothing.
  frame.append(4, '\0');
  return frame + text;
}

void wire_link::send(std::string_view frames) {
  while (!frames.empty()) {
    const ssize_t n = ::send(socket_, frames.data(), frames.size(), MSG_NOSIGNAL);
    if (n <= 0) throw std::runtime_error("the server takes nothing more");
    frames.remove_prefix(static_cast<std::size_t>(n));
  }
}

bool wire_link::receive(bool wait) {
  if (from_ > 0) {
    buffer_.erase(0, from_);
    from_ = 0;
  }
  const std::size_t before = buffer_.size();
  buffer_.resize(before + 65536);
  const ssize_t n = ::recv(socket_, buffer_.data() + before, 65536, wait ? 0 : MSG_DONTWAIT);
  buffer_.resize(before + static_cast<std::size_t>(n > 0 ? n : 0));
  if (n > 0) return true;
  if (!wait && n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
  throw std::runtime_error(n == 0 ? "the server has closed the connection"
                                  : "nothing came from the server");
}

std::string_view wire_link::whole() {
  for (;;) {
    const std::size_t here = buffer_.size() - from_;
    if (here < 2) return {};
    std::size_t size = byte_at(buffer_, from_ + 1) & 0x7f;
    const std::size_t width = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (here < 2 + width) return {};
    if (width > 0) size = 0;
    for (std::size_t i = 0; i < width; ++i) size = size << 8 | byte_at(buffer_, from_ + 2 + i);
    if (here < 2 + width + size) return {};
    const bool text = (byte_at(buffer_, from_) & 0x0f) == 1;
    const std::string_view found(buffer_.data() + from_ + 2 + width, size);
    from_ += 2 + width + size;
    if (text) return found;
  }
}

std::string_view wire_link::read() {
  for (;;) {
    const std::string_view found = whole();
    if (!found.empty()) return found;
    receive(true);
  }
}

std::string_view wire_link::take() {
  for (;;) {
    const std::string_view found = whole();
    if (!found.empty()) return found;
    if (!receive(false)) return {};
  }
}

void wire_link::await(std::int64_t number) {
  const std::string answer = R"("r":)" + std::to_string(number) + R"(,)";
  for (;;) {
    const std::string_view got = read();
    if (got.find(answer) == std::string_view::npos) continue;
    if (got.find(R"("s":"ok")") != std::string_view::npos) return;
    throw std::runtime_error("refused: " + std::string(got));
  }
}

}  // namespace outcry::bench
