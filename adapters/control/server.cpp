#include "adapters/control/server.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "adapters/control/line_splitter.hpp"

namespace outcry::control {

namespace {

struct connection {
  connection(unique_fd socket, peer other, std::size_t max_line, output_queue::bounds limits)
      : fd(std::move(socket)), who(std::move(other)), input(max_line), output(limits) {}

  unique_fd fd;
  peer who;
  line_splitter input;       ///< server's thread only
  bool input_ended = false;  ///< server's thread only
  // Under the server's mutex:
  output_queue output;
  std::size_t in_hand = 0;
  std::uint64_t last_heard = 0;  ///< rising with every line; the connection's start counts as one
  bool cut_off = false;          ///< too slow, or in the way: close without another word
  bool closing = false;          ///< close once everything is written
};

}  // namespace

class server::core {
public:
  core(options opts, events on) : options_(std::move(opts)), on_(std::move(on)) {
    if (options_.own_uid == static_cast<uid_t>(-1)) options_.own_uid = ::geteuid();
    wake_ = unique_fd{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    if (!wake_) throw socket_error("cannot make an event descriptor");
    listener_ = listen_on(options_.path);
    thread_ = std::thread{[this] { run(); }};
  }

  ~core() { stop(); }

  void stop() {
    if (!thread_.joinable()) return;
    stopping_ = true;
    wake();
    thread_.join();
  }

  template <class Function>
  void with(connection_id id, Function f) {
    {
      std::lock_guard lock{mutex_};
      auto found = connections_.find(id);
      if (found == connections_.end()) return;
      f(*found->second);
    }
    wake();
  }

  static void put(connection& c, std::string line) {
    if (!c.output.add(std::move(line))) c.cut_off = true;
  }

private:
  void wake() {
    std::uint64_t one = 1;
    [[maybe_unused]] auto written = ::write(wake_.get(), &one, sizeof one);
  }

  void run() noexcept {
    try {
      serve_all();
    } catch (...) {
      // Out of memory, at worst: the socket goes, the floor stays.
    }
    shut_down();
  }

  void serve_all() {
    while (!stopping_) {
      auto waiting = what_to_wait_for();
      // The time limit only guards against a lost wake-up.
      if (::poll(polled_.data(), polled_.size(), 1000) < 0 && errno != EINTR) break;
      drain_wake();
      if (polled_[1].revents != 0) accept_all();
      for (std::size_t i = 0; i < waiting.size(); ++i) serve(waiting[i], polled_[i + 2].revents);
    }
  }

  std::vector<connection_id> what_to_wait_for() {
    std::vector<connection_id> ids;
    polled_ = {{wake_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    std::lock_guard lock{mutex_};
    for (auto& [id, c] : connections_) {
      short events = 0;
      if (!c->input_ended && !c->closing && c->in_hand < options_.max_requests_in_hand)
        events |= POLLIN;
      if (!c->output.empty()) events |= POLLOUT;
      ids.push_back(id);
      polled_.push_back({c->fd.get(), events, 0});
    }
    return ids;
  }

  void drain_wake() {
    std::uint64_t count = 0;
    [[maybe_unused]] auto got = ::read(wake_.get(), &count, sizeof count);
  }

  void accept_all() {
    for (;;) {
      unique_fd fd{::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
      if (!fd) {
        // Out of descriptors: the client waits in the backlog, and poll must not spin meanwhile.
        if (errno == EMFILE || errno == ENFILE)
          std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return;
      }
      welcome(std::move(fd));
    }
  }

  void welcome(unique_fd fd) {
    std::string refusal;
    peer who;
    try {
      who = peer_of(fd.get());
      if (!is_welcome(who, options_.own_uid))
        refusal =
            R"({"error":{"code":"refused","reason":"this floor belongs to another account"}})";
    } catch (const socket_error&) {
      return;
    }
    std::lock_guard lock{mutex_};
    if (refusal.empty() && connections_.size() >= options_.max_connections && !cut_off_idle())
      refusal = R"({"error":{"code":"mailbox_full","reason":"too many connections"}})";
    if (!refusal.empty()) {
      refusal += '\n';
      [[maybe_unused]] auto sent =
          ::send(fd.get(), refusal.data(), refusal.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      return;
    }
    auto c = std::make_unique<connection>(std::move(fd), std::move(who), options_.max_line,
                                          options_.output);
    c->last_heard = ++heard_;
    put(*c, options_.greeting);
    connections_.emplace(++last_id_, std::move(c));
  }

  /// Under the mutex. Nobody who only holds a connection keeps others out: who has been silent
  /// longest, and is owed nothing, goes. False when everybody is being answered.
  bool cut_off_idle() {
    connection* idle = nullptr;
    for (auto& [id, c] : connections_) {
      if (c->in_hand > 0 || c->cut_off) continue;
      if (idle == nullptr || c->last_heard < idle->last_heard) idle = c.get();
    }
    if (idle == nullptr) return false;
    idle->cut_off = true;
    return true;
  }

  void serve(connection_id id, short revents) {
    connection* c = nullptr;
    {
      std::lock_guard lock{mutex_};
      c = connections_.at(id).get();  // only this thread removes connections
    }
    bool alive = (revents & (POLLERR | POLLHUP | POLLNVAL)) == 0 || (revents & POLLIN) != 0;
    if (alive && (revents & POLLIN) != 0) alive = read_from(*c);
    if (alive) hand_over(id, *c);
    if (alive) alive = write_to(*c);
    if (alive) {
      std::lock_guard lock{mutex_};
      bool finished = (c->input_ended || c->closing) && c->in_hand == 0 && c->output.empty();
      alive = !finished && !c->cut_off;
    }
    if (!alive) close(id);
  }

  /// False once the other end is gone.
  bool read_from(connection& c) {
    std::array<char, 65536> bytes;
    auto got = ::recv(c.fd.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got > 0) {
      c.input.add({bytes.data(), static_cast<std::size_t>(got)});
      return true;
    }
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    c.input_ended = true;
    return true;
  }

  /// Passes whole lines on, no more than may be in hand.
  void hand_over(connection_id id, connection& c) {
    for (;;) {
      {
        std::lock_guard lock{mutex_};
        if (c.closing || c.in_hand >= options_.max_requests_in_hand) return;
      }
      auto line = c.input.next();
      if (!line) break;
      if (line->find_first_not_of(" \t") == std::string::npos) continue;
      {
        std::lock_guard lock{mutex_};
        ++c.in_hand;
        c.last_heard = ++heard_;
      }
      on_.line(id, c.who, std::move(*line));
    }
    if (!c.input.overflowed()) return;
    std::lock_guard lock{mutex_};
    put(c, too_long());
    c.closing = true;
    c.in_hand = 0;
  }

  std::string too_long() const {
    return R"({"error":{"code":"invalid_input","reason":"a line is longer than )" +
           std::to_string(options_.max_line) + R"( bytes"}})";
  }

  bool write_to(connection& c) {
    std::lock_guard lock{mutex_};
    while (!c.cut_off && !c.output.empty()) {
      auto bytes = c.output.front();
      auto sent = ::send(c.fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0) return errno == EAGAIN || errno == EINTR;
      c.output.written(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void close(connection_id id) {
    {
      std::lock_guard lock{mutex_};
      connections_.erase(id);
    }
    on_.closed(id);
  }

  void shut_down() {
    std::vector<connection_id> ids;
    {
      std::lock_guard lock{mutex_};
      for (auto& [id, c] : connections_) ids.push_back(id);
    }
    for (auto id : ids) {
      connection* c = nullptr;
      {
        std::lock_guard lock{mutex_};
        c = connections_.at(id).get();
      }
      write_to(*c);
      close(id);
    }
    listener_.reset();
    ::unlink(options_.path.c_str());
  }

  options options_;
  events on_;
  unique_fd wake_;
  unique_fd listener_;
  std::mutex mutex_;
  std::map<connection_id, std::unique_ptr<connection>> connections_;
  connection_id last_id_ = 0;
  std::uint64_t heard_ = 0;
  std::vector<pollfd> polled_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

server::server(options opts, events on)
    : core_(std::make_unique<core>(std::move(opts), std::move(on))) {}

server::~server() = default;

void server::send(connection_id to, std::string line) {
  core_->with(to, [&](connection& c) { core::put(c, std::move(line)); });
}

void server::send_streamed(connection_id to, std::uint64_t id, std::string line) {
  core_->with(to, [&](connection& c) { c.output.add_streamed(id, std::move(line)); });
}

void server::finish(connection_id to, std::string line) {
  core_->with(to, [&](connection& c) {
    core::put(c, std::move(line));
    if (c.in_hand > 0) --c.in_hand;
  });
}

std::size_t server::waiting(connection_id who) {
  std::size_t result = 0;
  core_->with(who, [&](connection& c) { result = c.output.size(); });
  return result;
}

void server::stop() {
  core_->stop();
}

}  // namespace outcry::control
