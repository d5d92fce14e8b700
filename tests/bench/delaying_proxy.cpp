#include "tests/bench/delaying_proxy.hpp"

#include <algorithm>
#include <deque>
#include <list>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace outcry::bench {

namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t most_held = 16u << 20;
// The destructor is noticed within this time.
constexpr std::chrono::milliseconds longest_sleep{50};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// One direction of a connection.
class pipe {
public:
  pipe(int from, int to) : from_(from), to_(to) {}

  int from() const { return from_; }
  int to() const { return to_; }
  bool wants_input() const { return !ended_ && held_ < most_held; }
  bool is_over() const { return ended_ && waiting_.empty(); }

  /// When its next byte is due; nothing: it holds none.
  std::optional<steady::time_point> due() const {
    if (waiting_.empty()) return {};
    return waiting_.front().due;
  }

  /// Takes what has come.
  void take(steady::time_point arrives) {
    char room[65536];
    auto count = ::recv(from_, room, sizeof room, MSG_DONTWAIT);
    if (count > 0) {
      waiting_.push_back({arrives, std::string(room, static_cast<std::size_t>(count))});
      held_ += static_cast<std::size_t>(count);
    } else if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
      ended_ = true;
    }
  }

  /// Passes on what is due; false: the receiver has no room now.
  bool pass_on(steady::time_point now) {
    while (!waiting_.empty() && waiting_.front().due <= now) {
      auto& bytes = waiting_.front().bytes;
      auto count = ::send(to_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
      if (count < 0) {
        waiting_.clear();
        ended_ = true;
        return true;
      }
      held_ -= static_cast<std::size_t>(count);
      bytes.erase(0, static_cast<std::size_t>(count));
      if (bytes.empty()) waiting_.pop_front();
    }
    return true;
  }

private:
  struct piece {
    steady::time_point due;
    std::string bytes;
  };

  int from_;
  int to_;
  std::deque<piece> waiting_;
  std::size_t held_ = 0;
  bool ended_ = false;
};

struct connection {
  connection(int near, int far) : there(near, far), back(far, near) {}
  ~connection() {
    ::close(there.from());
    ::close(there.to());
  }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  pipe there;
  pipe back;
};

void no_delay(int socket) {
  int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void accept_one(int listener, std::uint16_t target, std::list<connection>& all) {
  int near = ::accept(listener, nullptr, nullptr);
  if (near < 0) return;
  int far = ::socket(AF_INET, SOCK_STREAM, 0);
  auto address = loopback(target);
  if (::connect(far, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(near);
    ::close(far);
    return;
  }
  no_delay(near);
  no_delay(far);
  all.emplace_back(near, far);
}

}  // namespace

delaying_proxy::delaying_proxy(std::uint16_t target_port, std::chrono::milliseconds delay)
    : target_port_(target_port), delay_(delay), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
  auto address = loopback(0);
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || ::bind(listener_, raw, size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, raw, &size) != 0)
    throw std::runtime_error("the delaying proxy cannot listen on 127.0.0.1");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

delaying_proxy::~delaying_proxy() {
  stopping_ = true;
  thread_.join();
  ::close(listener_);
}

void delaying_proxy::run() {
  std::list<connection> all;
  while (!stopping_) {
    auto now = steady::now();
    auto wake = now + longest_sleep;
    std::vector<pollfd> wanted{{listener_, POLLIN, 0}};
    std::vector<pipe*> inputs{nullptr};
    for (auto& one : all)
      for (auto* way : {&one.there, &one.back}) {
        bool has_room = way->pass_on(now);
        if (!has_room) {
          wanted.push_back({way->to(), POLLOUT, 0});
          inputs.push_back(nullptr);
        } else if (auto due = way->due()) {
          wake = std::min(wake, *due);
        }
        if (way->wants_input()) {
          wanted.push_back({way->from(), POLLIN, 0});
          inputs.push_back(way);
        }
      }
    auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(wake - steady::now());
    timespec limit{0, std::max<long>(left.count(), 0)};
    if (::ppoll(wanted.data(), wanted.size(), &limit, nullptr) < 0) continue;
    auto arrives = steady::now() + delay_;
    for (std::size_t i = 1; i < wanted.size(); ++i)
      if (inputs[i] != nullptr && wanted[i].revents != 0) inputs[i]->take(arrives);
    // Whoever closes one direction is done: our clients and servers never close by halves.
    std::erase_if(all,
                  [](const connection& one) { return one.there.is_over() || one.back.is_over(); });
    if (wanted[0].revents != 0) accept_one(listener_, target_port_, all);
  }
}

}  // namespace outcry::bench
