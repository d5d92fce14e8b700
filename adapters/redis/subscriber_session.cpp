#include "adapters/redis/subscriber_session.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <system_error>

#include <fmt/format.h>

#include <poll.h>
#include <sys/socket.h>

#include "adapters/redis/resp.hpp"

namespace outcry::redis::detail {

namespace {

constexpr std::size_t first_capacity = 256 * 1024;
/// Less than this in one go is what any server says before it goes down in good order.
constexpr std::size_t backlog_bytes = 64 * 1024;

void add(std::atomic<std::uint64_t>& counter, std::uint64_t amount) {
  // One writer: a plain load and store is enough, and cheaper than a locked add.
  counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

}  // namespace

subscriber_session::subscriber_session(const subscriber_options& options, wanted_channels& wanted,
                                       topic_table& topics, subscriber_figures& figures,
                                       const stop_signal& stop, connection& link,
                                       std::function<void()> on_live)
    : options_(options),
      wanted_(wanted),
      topics_(topics),
      figures_(figures),
      stop_(stop),
      link_(link),
      on_live_(std::move(on_live)) {}

template <class Call>
void subscriber_session::guarded(Call call) {
  try {
    call();
  } catch (...) {
    add(figures_.callback_errors, 1);
  }
}

failure subscriber_session::run() {
  try {
    return serve();
  } catch (const std::bad_alloc&) {
    return {failure_kind::out_of_memory, "no memory for the subscriber's buffers"};
  } catch (const std::exception& error) {
    return {failure_kind::protocol, error.what()};
  }
}

failure subscriber_session::serve() {
  make_room(first_capacity);
  batch_.reserve(std::max<std::size_t>(options_.max_batch, 1));
  last_received_ = std::chrono::steady_clock::now();
  for (const auto& change : wanted_.connected()) send(change);
  // Answers keep their order: when this one is back, so are all the subscriptions.
  send_ping();
  while (true) {
    // Asked here and not only while waiting: a flood never waits.
    if (stop_.requested) return {failure_kind::cancelled, "stopped"};
    if (wanted_.has_changes())
      for (const auto& change : wanted_.take_changes()) send(change);
    if (auto bad = flush()) return *bad;
    failure reason;
    switch (receive(reason)) {
      case received::data:
        if (auto bad = deliver()) return *bad;
        break;
      case received::nothing:
        if (auto bad = wait()) return *bad;
        break;
      case received::lost:
        return reason;
    }
  }
}

void subscriber_session::send(const wanted_channels::change& change) {
  std::string_view verb = change.pattern ? (change.active ? "PSUBSCRIBE" : "PUNSUBSCRIBE")
                                         : (change.active ? "SUBSCRIBE" : "UNSUBSCRIBE");
  append_command(out_, {verb, change.name});
  owed_.push_back({false, change.name});
}

void subscriber_session::send_ping() {
  append_command(out_, {"PING"});
  owed_.push_back({true, {}});
  ping_due_ = std::chrono::steady_clock::now() + options_.link.ping_timeout;
}

std::optional<failure> subscriber_session::flush() {
  while (sent_ < out_.size()) {
    auto written = link_.send_some(std::string_view(out_).substr(sent_));
    if (!written) return written.error();
    if (*written == 0) return std::nullopt;
    sent_ += *written;
  }
  out_.clear();
  sent_ = 0;
  return std::nullopt;
}

void subscriber_session::make_room(std::size_t needed) {
  std::size_t held = end_ - begin_;
  if (needed > capacity_) {
    auto larger = std::max(needed, capacity_ * 2);
    std::unique_ptr<char[]> grown(new char[larger]);
    if (held > 0) std::memcpy(grown.get(), buffer_.get() + begin_, held);
    buffer_ = std::move(grown);
    capacity_ = larger;
  } else if (begin_ > 0 && held > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, held);
  }
  begin_ = 0;
  end_ = held;
}

subscriber_session::received subscriber_session::receive(failure& reason) {
  ssize_t taken = 0;
  do {
    taken = ::recv(link_.fd(), buffer_.get() + end_, capacity_ - end_, MSG_DONTWAIT);
  } while (taken < 0 && errno == EINTR);
  if (taken > 0) {
    auto size = static_cast<std::size_t>(taken);
    end_ += size;
    without_pause_ += size;
    add(figures_.bytes, size);
    last_received_ = std::chrono::steady_clock::now();
    return received::data;
  }
  if (taken < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    without_pause_ = 0;
    return received::nothing;
  }
  closed_with_backlog_ = end_ > begin_ || skip_ > 0 || without_pause_ >= backlog_bytes;
  reason = {failure_kind::closed,
            taken == 0 ? "the server closed the connection"
                       : "connection lost: " + std::generic_category().message(errno)};
  return received::lost;
}

std::optional<failure> subscriber_session::deliver() {
  auto max_batch = std::max<std::size_t>(options_.max_batch, 1);
  std::size_t needed = 0;
  std::optional<failure> bad;
  bool more = true;
  while (more && !bad) {
    batch_.clear();
    while (batch_.size() < max_batch) {
      if (skip_ > 0) {
        auto skipped = std::min(skip_, end_ - begin_);
        begin_ += skipped;
        skip_ -= skipped;
      }
      frame next;
      auto outcome =
          parse_frame({buffer_.get() + begin_, end_ - begin_}, options_.max_message_bytes, next);
      if (outcome.status == frame_status::incomplete) {
        needed = outcome.needed;
        more = false;
        break;
      }
      if (outcome.status == frame_status::invalid) {
        bad = failure{failure_kind::protocol, "the server sent something that is not Redis"};
        break;
      }
      begin_ += outcome.consumed;
      skip_ = outcome.skip;
      if (outcome.status == frame_status::oversized)
        drop_oversized(next);
      else if (next.kind == frame_kind::message || next.kind == frame_kind::pattern_message)
        batch_.push_back({next.channel, next.payload, next.pattern});
      else
        answer(next);
    }
    hand_over();
    if (stop_.requested) return failure{failure_kind::cancelled, "stopped"};
  }
  if (bad) return bad;
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (capacity_ > 4 * first_capacity) {
      capacity_ = 0;
      make_room(first_capacity);
    }
  } else {
    make_room(std::max(needed, first_capacity));
  }
  return std::nullopt;
}

void subscriber_session::hand_over() {
  if (batch_.empty()) return;
  add(figures_.messages, batch_.size());
  add(figures_.batches, 1);
  figures_.last_message.store(last_received_.time_since_epoch().count(), std::memory_order_relaxed);
  if (options_.on_batch) guarded([&] { options_.on_batch(batch_); });
  if (!topics_.empty()) call_topics();
}

void subscriber_session::call_topics() {
  auto table = topics_.current();
  for (const auto& [channel, payload, pattern] : batch_) {
    // A pattern's copy of a message is not the topic's: it would be delivered twice.
    if (!pattern.empty()) continue;
    auto groups = table->find(channel);
    if (groups == table->end()) continue;
    for (const auto& group : groups->second) {
      failure bad;
      bool decoded = false;
      auto consume = [&](const void* value) {
        for (const auto& slot : group.slots) {
          std::lock_guard running(slot->running);
          if (slot->alive) guarded([&] { slot->call(value); });
        }
      };
      try {
        decoded = group.decode(payload, consume, bad);
      } catch (const std::exception& error) {
        bad = {failure_kind::malformed, error.what()};
      } catch (...) {
        bad = {failure_kind::malformed, "the decoder threw"};
      }
      if (decoded) continue;
      add(figures_.malformed, 1);
      if (options_.on_malformed)
        guarded([&, name = channel, text = payload] { options_.on_malformed(name, bad, text); });
    }
  }
}

void subscriber_session::drop_oversized(const frame& what) {
  add(figures_.oversized, 1);
  if (!options_.on_error) return;
  failure reason{failure_kind::malformed,
                 fmt::format("dropped a message larger than {} bytes", options_.max_message_bytes)};
  guarded([&] { options_.on_error(what.channel, reason); });
}

void subscriber_session::answer(const frame& what) {
  if (what.kind == frame_kind::other || owed_.empty()) return;
  auto about = std::move(owed_.front());
  owed_.pop_front();
  if (about.ping) {
    ping_due_.reset();
    if (live_) return;
    live_ = true;
    add(figures_.connects, 1);
    on_live_();
    return;
  }
  if (what.kind == frame_kind::error) {
    if (options_.on_error) {
      failure reason{failure_kind::server_error, std::string(what.payload)};
      guarded([&] { options_.on_error(about.name, reason); });
    }
    return;
  }
  bool active = what.kind == frame_kind::subscribed || what.kind == frame_kind::pattern_subscribed;
  wanted_.confirm(about.name, active);
  if (options_.on_confirmed) guarded([&] { options_.on_confirmed(about.name, active); });
}

std::optional<failure> subscriber_session::wait() {
  auto now = std::chrono::steady_clock::now();
  if (ping_due_ && now >= std::max(*ping_due_, last_received_ + options_.link.ping_timeout))
    return failure{failure_kind::timed_out,
                   fmt::format("no sign of life from the server for {} ms after a PING",
                               options_.link.ping_timeout.count())};
  if (!ping_due_ && now >= last_received_ + options_.link.ping_after) {
    send_ping();
    return std::nullopt;
  }
  auto until = ping_due_ ? std::max(*ping_due_, last_received_ + options_.link.ping_timeout)
                         : last_received_ + options_.link.ping_after;
  auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
  short events = out_.empty() ? POLLIN : POLLIN | POLLOUT;
  pollfd waiting[3] = {
      {link_.fd(), events, 0}, {wanted_.changed().fd(), POLLIN, 0}, {stop_.event.fd(), POLLIN, 0}};
  // What woke us is found out by the caller's next round.
  ::poll(waiting, 3, static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000)));
  return std::nullopt;
}

}  // namespace outcry::redis::detail
