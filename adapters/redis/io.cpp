#include "adapters/redis/io.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <system_error>

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace outcry::redis {

namespace {

constexpr int max_hanging_lookups = 8;
std::atomic<int> running_lookups{0};

/// Rounded up, so that a wait never ends a fraction before its time and spins.
int poll_timeout(steady_time until) {
  auto left = until - std::chrono::steady_clock::now();
  if (left <= left.zero()) return 0;
  auto whole = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  return static_cast<int>(std::min<std::int64_t>(whole, std::numeric_limits<int>::max()));
}

struct lookup {
  wake_event finished;
  std::mutex mutex;
  int error = 0;
  std::vector<std::string> addresses;
};

void run_lookup(const std::string& host, lookup& answer) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  std::vector<std::string> addresses;
  for (auto* entry = found; error == 0 && entry != nullptr; entry = entry->ai_next) {
    char text[NI_MAXHOST];
    if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, text, sizeof text, nullptr, 0,
                      NI_NUMERICHOST) == 0)
      addresses.emplace_back(text);
  }
  if (found != nullptr) ::freeaddrinfo(found);
  {
    std::lock_guard lock(answer.mutex);
    answer.error = error;
    answer.addresses = std::move(addresses);
  }
  answer.finished.notify();
}

bool is_numeric(const std::string& host) {
  in6_addr ignored{};
  return ::inet_pton(AF_INET, host.c_str(), &ignored) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

}  // namespace

wake_event::wake_event() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

wake_event::~wake_event() {
  ::close(fd_);
}

void wake_event::notify() const noexcept {
  std::uint64_t one = 1;
  // A full counter (EAGAIN) is readable already.
  [[maybe_unused]] auto written = ::write(fd_, &one, sizeof one);
}

void wake_event::drain() const noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] auto taken = ::read(fd_, &count, sizeof count);
}

wait_outcome wait_for(int fd, short events, steady_time until, const wake_event* cancel) {
  while (true) {
    pollfd waiting[2] = {{fd, events, 0}, {cancel == nullptr ? -1 : cancel->fd(), POLLIN, 0}};
    int count = ::poll(waiting, 2, poll_timeout(until));
    if (count < 0 && errno != EINTR) return wait_outcome::ready;
    if (count > 0 && waiting[1].revents != 0) return wait_outcome::cancelled;
    if (count > 0 && waiting[0].revents != 0) return wait_outcome::ready;
    if (std::chrono::steady_clock::now() >= until) return wait_outcome::timed_out;
  }
}

bool pause_until(steady_time until, const wake_event& cancel) {
  return wait_for(-1, 0, until, &cancel) != wait_outcome::cancelled;
}

result<std::vector<std::string>> resolve(const std::string& host, steady_time until,
                                         const wake_event* cancel) {
  if (is_numeric(host)) return std::vector{host};
  if (running_lookups.fetch_add(1) >= max_hanging_lookups) {
    running_lookups.fetch_sub(1);
    return failure{failure_kind::unreachable, "too many name lookups hang; is DNS down?"};
  }
  auto answer = std::make_shared<lookup>();
  start_thread("redis-lookup", [host, answer] {
    run_lookup(host, *answer);
    running_lookups.fetch_sub(1);
  }).detach();
  switch (wait_for(answer->finished.fd(), POLLIN, until, cancel)) {
    case wait_outcome::cancelled:
      return failure{failure_kind::cancelled, "stopped while looking up the host"};
    case wait_outcome::timed_out:
      return failure{failure_kind::timed_out,
                     fmt::format("the name lookup of '{}' did not finish in time", host)};
    case wait_outcome::ready:
      break;
  }
  std::lock_guard lock(answer->mutex);
  if (answer->addresses.empty())
    return failure{failure_kind::unreachable,
                   fmt::format("host '{}' not found: {}", host, ::gai_strerror(answer->error))};
  return answer->addresses;
}

std::thread start_thread(const char* name, std::function<void()> body) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    std::thread started(std::move(body));
    ::pthread_setname_np(started.native_handle(), name);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return started;
  } catch (...) {
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw;
  }
}

}  // namespace outcry::redis
