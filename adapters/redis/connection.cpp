#include "adapters/redis/connection.hpp"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <hiredis/hiredis.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace outcry::redis {

namespace {

std::string errno_text(int number) {
  return std::generic_category().message(number);
}

failure not_reached(const url& where, std::string_view why) {
  return {failure_kind::unreachable, fmt::format("{}: {}", to_string(where), why)};
}

failure socket_failure(int number) {
  return {failure_kind::closed, "connection lost: " + errno_text(number)};
}

failure reply_failure(std::string_view text) {
  bool sign_in = text.starts_with("NOAUTH") || text.starts_with("WRONGPASS");
  return {sign_in ? failure_kind::auth_failed : failure_kind::server_error, std::string(text)};
}

failure reader_failure(const redisReader& reader) {
  auto kind = reader.err == REDIS_ERR_OOM ? failure_kind::out_of_memory : failure_kind::protocol;
  return {kind, fmt::format("unreadable reply: {}", reader.errstr)};
}

/// Small writes leave at once; a peer that vanished without a word is noticed in the end.
void tune(int fd, bool tcp) {
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  if (!tcp) return;
  int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

}  // namespace

void connection::release::operator()(redisContext* raw) const {
  redisFree(raw);
}

connection::connection(redisContext* raw, const connection_options& options,
                       const wake_event* cancel)
    : context_(raw),
      cancel_(cancel),
      max_reply_bytes_(options.max_reply_bytes),
      command_timeout_(options.command_timeout) {}

connection::connection(connection&& other) noexcept = default;
connection& connection::operator=(connection&& other) noexcept = default;
connection::~connection() = default;

int connection::fd() const {
  return context_->fd;
}

failure connection::give_up(failure reason) {
  broken_ = true;
  return reason;
}

result<connection> connection::open(const connection_options& options, const wake_event* cancel) {
  const auto& where = options.address;
  auto until = std::chrono::steady_clock::now() + options.connect_timeout;
  bool tcp = where.socket_path.empty();
  std::vector<std::string> addresses{where.socket_path};
  if (tcp) {
    auto found = resolve(where.host, until, cancel);
    if (!found) return found.error();
    addresses = std::move(*found);
  }
  failure last = not_reached(where, "no address");
  for (const auto& address : addresses) {
    auto* raw = tcp ? redisConnectNonBlock(address.c_str(), where.port)
                    : redisConnectUnixNonBlock(address.c_str());
    if (raw == nullptr) return failure{failure_kind::out_of_memory, "no memory for a connection"};
    connection opened(raw, options, cancel);
    if (raw->err != 0) {
      last = not_reached(where, raw->errstr);
      continue;
    }
    tune(raw->fd, tcp);
    auto bad = opened.finish_connect(until);
    if (!bad) {
      bad = opened.sign_in(options, until);
      if (!bad) return opened;
      return *bad;
    }
    last = bad->kind == failure_kind::unreachable ? not_reached(where, bad->text) : *bad;
    if (bad->kind != failure_kind::unreachable) break;
  }
  return last;
}

std::optional<failure> connection::finish_connect(steady_time until) {
  switch (wait_for(fd(), POLLOUT, until, cancel_)) {
    case wait_outcome::cancelled:
      return failure{failure_kind::cancelled, "stopped while connecting"};
    case wait_outcome::timed_out:
      return failure{failure_kind::timed_out, "no connection within the connect timeout"};
    case wait_outcome::ready:
      break;
  }
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error == 0) return std::nullopt;
  return failure{failure_kind::unreachable, errno_text(error)};
}

std::optional<failure> connection::sign_in(const connection_options& options, steady_time until) {
  const auto& where = options.address;
  enum class step { sign_in, select, name, ping };
  std::vector<step> steps;
  if (!where.password.empty()) {
    if (where.user.empty())
      append({"AUTH", where.password});
    else
      append({"AUTH", where.user, where.password});
    steps.push_back(step::sign_in);
  }
  if (where.database != 0) {
    append({"SELECT", std::to_string(where.database)});
    steps.push_back(step::select);
  }
  if (!options.client_name.empty()) {
    append({"CLIENT", "SETNAME", options.client_name});
    steps.push_back(step::name);
  }
  // A server that wants a password, or is still loading, says so to the first real command.
  append({"PING"});
  steps.push_back(step::ping);

  std::optional<failure> first;
  for (auto what : steps) {
    auto answer = read_until(until, options.connect_timeout);
    if (answer || first) continue;
    auto& bad = answer.error();
    if (what == step::sign_in && bad.kind == failure_kind::server_error)
      bad.kind = failure_kind::auth_failed;
    bool refused_extra = server_code(bad) == "NOPERM" && what != step::select;
    if (refused_extra || (what == step::name && bad.kind == failure_kind::server_error)) continue;
    first = bad;
    if (broken_) break;
  }
  if (first && first->kind == failure_kind::auth_failed)
    first->text = fmt::format("{}: {}", to_string(where), first->text);
  return first;
}

result<reply> connection::command(std::initializer_list<std::string_view> words) {
  append(words);
  return read();
}

result<reply> connection::command(const arguments& words) {
  return command(words, command_timeout_);
}

result<reply> connection::command(const arguments& words, std::chrono::milliseconds timeout) {
  append(words);
  return read(timeout);
}

result<reply> connection::read() {
  return read(command_timeout_);
}

result<reply> connection::read(std::chrono::milliseconds timeout) {
  return read_until(std::chrono::steady_clock::now() + timeout, timeout);
}

std::optional<failure> connection::flush_until(steady_time until,
                                               std::chrono::milliseconds timeout) {
  while (sent_ < out_.size()) {
    auto written = send_some(std::string_view(out_).substr(sent_));
    if (!written) return written.error();
    sent_ += *written;
    if (*written > 0) continue;
    // The server may wait for us to take answers before it reads on.
    auto taken = receive_some();
    if (!taken) return taken.error();
    auto waited = wait_for(fd(), POLLIN | POLLOUT, until, cancel_);
    if (waited == wait_outcome::cancelled)
      return give_up({failure_kind::cancelled, "stopped while sending"});
    if (waited == wait_outcome::timed_out)
      return give_up(
          {failure_kind::timed_out, fmt::format("could not send within {} ms", timeout.count())});
  }
  out_.clear();
  sent_ = 0;
  return std::nullopt;
}

result<reply> connection::read_until(steady_time until, std::chrono::milliseconds timeout) {
  if (broken_) return failure{failure_kind::closed, "the connection was given up before"};
  if (auto bad = flush_until(until, timeout)) return *bad;
  while (true) {
    auto next = next_reply();
    if (!next) return next.error();
    if (next->has_value()) {
      auto& answer = **next;
      if (answer.is_error()) return reply_failure(answer.text());
      return std::move(answer);
    }
    auto waited = wait_for(fd(), POLLIN, until, cancel_);
    if (waited == wait_outcome::cancelled)
      return give_up({failure_kind::cancelled, "stopped while waiting for an answer"});
    if (waited == wait_outcome::timed_out)
      return give_up(
          {failure_kind::timed_out, fmt::format("no answer within {} ms", timeout.count())});
    auto taken = receive_some();
    if (!taken) return taken.error();
  }
}

result<std::size_t> connection::send_some(std::string_view bytes) {
  while (true) {
    auto written = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (written >= 0) return static_cast<std::size_t>(written);
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return std::size_t{0};
    return give_up(socket_failure(errno));
  }
}

result<std::size_t> connection::receive_some() {
  char buffer[64 * 1024];
  ssize_t taken = 0;
  do {
    taken = ::recv(fd(), buffer, sizeof buffer, MSG_DONTWAIT);
  } while (taken < 0 && errno == EINTR);
  if (taken == 0) return give_up({failure_kind::closed, "the server closed the connection"});
  if (taken < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::size_t{0};
  if (taken < 0) return give_up(socket_failure(errno));
  auto size = static_cast<std::size_t>(taken);
  unread_ += size;
  if (unread_ > max_reply_bytes_)
    return give_up(
        {failure_kind::protocol, fmt::format("a reply is larger than {} bytes", max_reply_bytes_)});
  if (redisReaderFeed(context_->reader, buffer, size) != REDIS_OK)
    return give_up(reader_failure(*context_->reader));
  return size;
}

result<std::optional<reply>> connection::next_reply() {
  void* raw = nullptr;
  if (redisReaderGetReply(context_->reader, &raw) != REDIS_OK)
    return give_up(reader_failure(*context_->reader));
  if (raw == nullptr) return std::optional<reply>();
  unread_ = context_->reader->len - context_->reader->pos;
  return std::optional<reply>(reply(static_cast<redisReply*>(raw)));
}

}  // namespace outcry::redis
