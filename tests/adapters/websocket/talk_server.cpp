#include "tests/adapters/websocket/talk_server.hpp"

#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/websocket_frames.hpp"

namespace outcry::test {

namespace {
constexpr auto patience = std::chrono::seconds(20);
}

talk_server::talk_server(SSL_CTX* context) : context_(context) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof place;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&place), size) != 0 ||
      ::listen(listener_, 8) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&place), &size) != 0)
    throw std::runtime_error("the server cannot listen");
  port_ = ntohs(place.sin_port);
  thread_ = std::thread([this] { run(); });
}

talk_server::~talk_server() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (open_ >= 0) ::shutdown(open_, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

void talk_server::run() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) {
        ::close(socket);
        return;
      }
      open_ = socket;
      deaf_ = false;
    }
    serve(socket);
    const std::lock_guard lock(mutex_);
    open_ = -1;
    ::close(socket);
  }
}

bool talk_server::more() {
  std::array<char, 16384> piece;
  const auto n = ssl_ != nullptr ? static_cast<ssize_t>(SSL_read(ssl_, piece.data(), piece.size()))
                                 : ::recv(socket_, piece.data(), piece.size(), 0);
  if (n <= 0) return false;
  in_.append(piece.data(), static_cast<std::size_t>(n));
  return true;
}

bool talk_server::take(std::size_t n, std::string& out) {
  while (in_.size() < n)
    if (!more()) return false;
  out = in_.substr(0, n);
  in_.erase(0, n);
  return true;
}

void talk_server::send(const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto left = bytes.size() - done;
    const auto n =
        ssl_ != nullptr
            ? static_cast<ssize_t>(SSL_write(ssl_, bytes.data() + done, static_cast<int>(left)))
            : ::send(socket_, bytes.data() + done, left, MSG_NOSIGNAL);
    if (n <= 0) return;
    done += static_cast<std::size_t>(n);
  }
}

void talk_server::serve(int socket) {
  socket_ = socket;
  in_.clear();
  ssl_ = nullptr;
  if (context_ != nullptr) {
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, socket);
    if (SSL_accept(ssl_) != 1) {
      SSL_free(ssl_);
      return;
    }
  }
  const auto talk = [&]() -> int {
    while (in_.find("\r\n\r\n") == std::string::npos)
      if (!more()) return 0;
    const auto end = in_.find("\r\n\r\n") + 4;
    const auto head = in_.substr(0, end);
    in_.erase(0, end);
    int refuse = 0;
    bool ignore = false;
    {
      const std::lock_guard lock(mutex_);
      heads_.push_back(head);
      refuse = std::exchange(refuse_, 0);
      ignore = std::exchange(ignore_, false);
      changed_.notify_all();
    }
    if (ignore) {
      while (more()) in_.clear();
      return 0;
    }
    if (refuse != 0) {
      send("HTTP/1.1 " + std::to_string(refuse) + " No\r\nContent-Length: 0\r\n\r\n");
      return 0;
    }
    const std::string name = "Sec-WebSocket-Key: ";
    const auto at = head.find(name) + name.size();
    const auto key = head.substr(at, head.find("\r\n", at) - at);
    send(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        websocket_accept_key(key) + "\r\n\r\n");
    for (;;) {
      std::string start, length, mask, body;
      if (!take(2, start)) return 0;
      auto size = static_cast<std::size_t>(start[1] & 0x7f);
      if (size >= 126) {
        if (!take(size == 126 ? 2 : 8, length)) return 0;
        size = 0;
        for (const char c : length) size = (size << 8) | static_cast<unsigned char>(c);
      }
      if (!take(4, mask) || !take(size, body)) return 0;
      websocket_mask(body, mask);
      const int opcode = start[0] & 0x0f;
      if (deaf_) continue;
      if (opcode == 0x8) {
        send(websocket_frame(0x8, body));
        return body.size() < 2 ? 0
                               : (static_cast<unsigned char>(body[0]) << 8) |
                                     static_cast<unsigned char>(body[1]);
      }
      if (opcode == 0xA) send(websocket_frame(0x1, "ponged " + body));
      if (opcode == 0x1 && !obey(body)) return 0;
    }
  };
  const int code = talk();
  if (ssl_ != nullptr) SSL_free(ssl_);
  ::shutdown(socket, SHUT_RDWR);
  const std::lock_guard lock(mutex_);
  closes_.push_back(code);
  changed_.notify_all();
}

bool talk_server::obey(const std::string& word) {
  if (word.starts_with("close ")) {
    const int code = std::stoi(word.substr(6));
    std::string body{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
    send(websocket_frame(0x8, body + "as told"));
  } else if (word == "cut") {
    return false;
  } else if (word == "half") {
    const auto frame = websocket_frame(0x1, std::string(400, 'x'));
    send(frame.substr(0, 100));
    return false;
  } else if (word == "pieces") {
    send(websocket_frame(0x1, "one ", false) + websocket_frame(0x0, "two ", false) +
         websocket_frame(0x0, "three"));
  } else if (word == "ping") {
    send(websocket_frame(0x9, "mark"));
  } else if (word.starts_with("binary ")) {
    send(websocket_frame(0x2, std::string(std::stoul(word.substr(7)), '\x01')));
  } else if (word == "deaf") {
    deaf_ = true;
  } else {
    send(websocket_frame(0x1, word));
  }
  return true;
}

void talk_server::refuse(int status) {
  const std::lock_guard lock(mutex_);
  refuse_ = status;
}

void talk_server::ignore() {
  const std::lock_guard lock(mutex_);
  ignore_ = true;
}

std::string talk_server::handshake() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [this] { return !heads_.empty(); });
  return heads_.empty() ? "" : heads_.back();
}

int talk_server::closed() {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, patience, [this] { return closes_.size() > told_; })) return -1;
  return closes_[told_++];
}

}  // namespace outcry::test
