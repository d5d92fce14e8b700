#include "tests/chaos/faulty_firebase.hpp"

#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace outcry::test {

namespace {

using steady = std::chrono::steady_clock;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool receive(int from, std::string& to) {
  char bytes[65536];
  const auto n = ::recv(from, bytes, sizeof bytes, 0);
  if (n > 0) to.append(bytes, static_cast<std::size_t>(n));
  return n > 0;
}

std::string answer(const std::string& status, const std::string& header = {}) {
  return "HTTP/1.1 " + status + "\r\n" + header + "Connection: close\r\nContent-Length: 0\r\n\r\n";
}

}  // namespace

struct faulty_firebase::request {
  std::string head;  ///< with the empty line
  std::string body;
  int era = 0;

  bool is_write() const { return head.starts_with("PATCH "); }
  bool is_stream() const { return head.find("text/event-stream") != std::string::npos; }
  lane which() const {
    if (body.find("\"floor/actors") != body.npos) return lane::actors;
    return body.find("/prices/") == body.npos ? lane::prompt : lane::history;
  }
  std::string token() const {
    const auto at = head.find("auth=");
    return at == std::string::npos ? ""
                                   : head.substr(at + 5, head.find_first_of("& ", at) - at - 5);
  }
  /// With another token, and for one answer only.
  std::string text(const std::string& real_token) const {
    auto result = head;
    const auto old = token();
    result.replace(result.find("auth=") + 5, old.size(), real_token);
    result.insert(result.size() - 2, "Connection: close\r\n");
    return result + body;
  }

  bool read(int from) {
    auto end = std::string::npos;
    while ((end = head.find("\r\n\r\n")) == std::string::npos)
      if (!receive(from, head)) return false;
    body = head.substr(end + 4);
    head.erase(end + 4);
    const std::string_view name = "Content-Length: ";
    const auto length = head.find(name);
    const auto size =
        length == std::string::npos ? 0 : std::stoul(head.substr(length + name.size()));
    while (body.size() < size)
      if (!receive(from, body)) return false;
    return true;
  }
};

faulty_firebase::faulty_firebase(std::uint16_t target_port, std::string real_token,
                                 std::string token)
    : target_port_(target_port),
      real_token_(std::move(real_token)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      token_(std::move(token)) {
  auto address = loopback(0);
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || ::bind(listener_, raw, size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, raw, &size) != 0)
    throw std::runtime_error("the faulty Firebase cannot listen on 127.0.0.1");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_loop(); });
}

faulty_firebase::~faulty_firebase() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  acceptor_.join();
  for (auto& thread : threads_) thread.join();
  ::close(listener_);
}

void faulty_firebase::serve(fault next) {
  const std::lock_guard lock(mutex_);
  fault_ = next;
  refused_ = overtaking_ = 0;
  passed_.clear();
  ++era_;
}

void faulty_firebase::expire(const std::string& token) {
  const std::lock_guard lock(mutex_);
  token_ = token;
  refused_ = overtaking_ = 0;
  passed_.clear();
  ++era_;
  for (const int fd : streams_) ::shutdown(fd, SHUT_RDWR);
}

void faulty_firebase::cut_at(const std::string& word, int times) {
  const std::lock_guard lock(mutex_);
  word_ = word;
  cuts_wanted_ = times;
}

int faulty_firebase::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

int faulty_firebase::overtaking() const {
  const std::lock_guard lock(mutex_);
  return overtaking_;
}

int faulty_firebase::cuts() const {
  const std::lock_guard lock(mutex_);
  return cuts_;
}

std::vector<faulty_firebase::write> faulty_firebase::impatient() const {
  const std::lock_guard lock(mutex_);
  return impatient_;
}

std::vector<faulty_firebase::write> faulty_firebase::passed() const {
  const std::lock_guard lock(mutex_);
  return passed_;
}

void faulty_firebase::accept_loop() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (ending_ || fd < 0) {
      if (fd >= 0) ::close(fd);
      return;
    }
    open_.insert(fd);
    threads_.emplace_back([this, fd] {
      serve_one(fd);
      const std::lock_guard closing(mutex_);
      open_.erase(fd);
      streams_.erase(fd);
      ::close(fd);
    });
  }
}

void faulty_firebase::serve_one(int near) {
  request asked;
  if (!asked.read(near)) return;
  bool done_all_the_same = false;
  const auto refusal = verdict(asked, done_all_the_same);
  if (refusal.empty() || done_all_the_same) relay(near, asked, done_all_the_same);
  if (!refusal.empty()) send_all(near, refusal);
}

/// How a request is refused; empty: it is not.
std::string faulty_firebase::verdict(request& asked, bool& done_all_the_same) {
  const std::lock_guard lock(mutex_);
  asked.era = era_;
  const auto note = [&] { refused_ += asked.is_write() && asked.which() == lane::prompt; };
  if (asked.is_write()) {
    overtaking_ += asked.which() == lane::history && refused_ >= 2;
    const auto limit = not_before_.find(asked.which());
    if (limit != not_before_.end() && steady::now() < limit->second)
      impatient_.push_back({asked.which(), asked.body});
  }
  if (asked.token() != token_) {
    note();
    return answer("401 Unauthorized");
  }
  if (!asked.is_write() || fault_ == fault::none) return {};
  note();
  if (fault_ == fault::broken) {
    done_all_the_same = refused_ % 2 == 0;
    return answer("500 Internal Server Error");
  }
  // A little less than the floor is told: its clock may run a little faster.
  not_before_[asked.which()] = steady::now() + retry_after * 19 / 20;
  return answer("429 Too Many Requests",
                "Retry-After: " + std::to_string(retry_after.count()) + "\r\n");
}

bool faulty_firebase::must_cut(std::string_view piece, std::size_t& at) {
  const std::lock_guard lock(mutex_);
  at = cuts_wanted_ == 0 ? piece.npos : piece.find(word_);
  if (at == piece.npos) return false;
  at += word_.size() / 2;
  --cuts_wanted_;
  ++cuts_;
  return true;
}

/// Passes a request on and the answer back, or, silently, nothing back.
void faulty_firebase::relay(int near, const request& asked, bool silently) {
  const int far = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(target_port_);
  bool good = ::connect(far, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
              send_all(far, asked.text(real_token_));
  if (asked.is_stream()) {
    const std::lock_guard lock(mutex_);
    streams_.insert(near);
  }
  bool first = true;
  while (good && !ending_) {
    pollfd both[] = {{far, POLLIN, 0}, {near, POLLIN, 0}};
    ::poll(both, silently ? 1 : 2, 100);
    std::string piece;
    // The floor has said all: what comes from there is its end.
    if (both[1].revents != 0) break;
    if (both[0].revents == 0) continue;
    if (!receive(far, piece)) break;
    if (std::exchange(first, false) && asked.is_write() && !silently &&
        piece.starts_with("HTTP/1.1 204")) {
      const std::lock_guard lock(mutex_);
      // What was let through before the last change of manners is not of now.
      if (asked.era == era_) passed_.push_back({asked.which(), asked.body});
    }
    std::size_t at = 0;
    if (asked.is_stream() && must_cut(piece, at)) {
      send_all(near, std::string_view(piece).substr(0, at));
      break;
    }
    if (!silently) good = send_all(near, piece);
  }
  ::close(far);
}

}  // namespace outcry::test
