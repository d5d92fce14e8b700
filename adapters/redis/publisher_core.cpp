#include "adapters/redis/publisher_core.hpp"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include <poll.h>

namespace outcry::redis {

namespace {

/// Written at once; more stays in the shared queue, so that our own copy stays small.
constexpr std::size_t write_window = 1024 * 1024;

}  // namespace

submitted publisher::core::submit(const std::function<void(std::string&)>& write, std::size_t about,
                                  answered done) {
  std::lock_guard lock(mutex);
  if (stop.requested) return submitted::stopped;
  if (outstanding >= options.max_commands || outstanding_bytes + about > options.max_bytes) {
    ++figures.full;
    return submitted::full;
  }
  bool was_empty = waiting.empty();
  auto before = waiting_bytes.size();
  write(waiting_bytes);
  auto bytes = waiting_bytes.size() - before;
  waiting.push_back({bytes, false, std::move(done)});
  given_ms.push_back(ms_of(std::chrono::steady_clock::now()));
  ++outstanding;
  outstanding_bytes += bytes;
  ++figures.queued;
  if (was_empty) work.notify();
  return submitted::queued;
}

void publisher::core::report(link_state state, std::optional<failure> reason, unsigned attempt,
                             std::chrono::milliseconds retry_in) {
  live = state == link_state::live;
  if (!options.on_state) return;
  try {
    options.on_state({state, std::move(reason), attempt, retry_in});
  } catch (...) {
    std::lock_guard lock(mutex);
    ++figures.callback_errors;
  }
}

void publisher::core::note_lag(std::int64_t since_ms) {
  const auto now = ms_of(std::chrono::steady_clock::now());
  lag.took(now - since_ms, now);
}

// It was written when nothing else was under way.
void publisher::core::note_pong(const result<reply>& outcome) {
  if (!outcome.ok()) return;
  std::lock_guard lock(mutex);
  note_lag(ms_of(last_progress_));
}

void publisher::core::settle(entry& ended, const result<reply>& outcome) {
  if (ended.ours) return note_pong(outcome);
  bool threw = false;
  if (ended.done) {
    try {
      ended.done(outcome);
    } catch (...) {
      threw = true;
    }
  }
  std::lock_guard lock(mutex);
  if (threw) ++figures.callback_errors;
  const auto given = given_ms.front();
  given_ms.pop_front();
  const bool was_answered = outcome.ok() || outcome.error().kind == failure_kind::server_error;
  if (was_answered) note_lag(given);
  if (outcome.ok()) {
    ++figures.answered;
  } else if (outcome.error().kind == failure_kind::unknown_outcome) {
    ++figures.unknown;
  } else if (outcome.error().kind == failure_kind::cancelled) {
    ++figures.cancelled;
  } else {
    ++figures.answered;
    ++figures.server_errors;
  }
  outstanding_bytes -= ended.bytes;
  if (--outstanding == 0) drained.notify_all();
}

void publisher::core::run() {
  unsigned attempt = 0;
  while (!stop.requested) {
    report(link_state::connecting, std::nullopt, attempt, {});
    failure reason;
    bool was_live = false;
    auto opened = connection::open(options.connection, &stop.event);
    if (opened) {
      was_live = true;
      {
        std::lock_guard lock(mutex);
        ++figures.connects;
      }
      report(link_state::live, std::nullopt, 0, {});
      try {
        reason = serve(*opened);
      } catch (const std::bad_alloc&) {
        reason = {failure_kind::out_of_memory, "no memory for the publisher's buffers"};
      }
      forget_sent();
    } else {
      reason = opened.error();
    }
    if (stop.requested) break;
    attempt = was_live ? 1 : attempt + 1;
    auto pause = backoff_delay(attempt, options.link.backoff, options.link.uniform());
    report(link_state::down, reason, attempt, pause);
    if (!pause_until(std::chrono::steady_clock::now() + pause, stop.event)) break;
  }
  fail_everything();
  report(link_state::stopped, std::nullopt, attempt, {});
}

void publisher::core::forget_sent() {
  failure lost{failure_kind::unknown_outcome, "the connection broke before the answer came"};
  for (auto& ended : in_flight_) settle(ended, lost);
  in_flight_.clear();
  // A command the kernel took only in part cannot have been executed: it goes again, whole.
  sent_ -= front_sent_;
  front_sent_ = 0;
}

void publisher::core::fail_everything() {
  forget_sent();
  std::deque<entry> left;
  {
    std::lock_guard lock(mutex);
    left.swap(waiting);
    waiting_bytes.clear();
  }
  failure stopped{failure_kind::cancelled, "the publisher was stopped before sending"};
  for (auto& ended : unsent_) settle(ended, stopped);
  for (auto& ended : left) settle(ended, stopped);
  unsent_.clear();
}

failure publisher::core::serve(connection& link) {
  last_answer_ = last_progress_ = std::chrono::steady_clock::now();
  while (!stop.requested) {
    take_waiting();
    if (auto bad = write(link)) {
      // Answers may have come before the break: they are known outcomes.
      take_last_replies(link);
      return *bad;
    }
    if (auto bad = read(link)) return *bad;
    if (auto bad = wait(link)) return *bad;
  }
  return {failure_kind::cancelled, "stopped"};
}

void publisher::core::take_waiting() {
  if (out_.size() - sent_ >= write_window) return;
  // Forget what went out whole, but not bit by bit: moving the rest costs.
  auto gone = sent_ - front_sent_;
  if (gone == out_.size() || gone >= write_window) {
    out_.erase(0, gone);
    sent_ = front_sent_;
  }
  work.drain();
  std::lock_guard lock(mutex);
  if (waiting.empty()) return;
  if (out_.empty() && unsent_.empty()) {
    out_.swap(waiting_bytes);
    unsent_.swap(waiting);
    return;
  }
  out_ += waiting_bytes;
  waiting_bytes.clear();
  std::move(waiting.begin(), waiting.end(), std::back_inserter(unsent_));
  waiting.clear();
}

std::optional<failure> publisher::core::write(connection& link) {
  if (sent_ == out_.size()) return std::nullopt;
  auto written = link.send_some(std::string_view(out_).substr(sent_));
  if (!written) return written.error();
  if (*written == 0) return std::nullopt;
  {
    std::lock_guard lock(mutex);
    ++figures.writes;
  }
  last_progress_ = std::chrono::steady_clock::now();
  if (in_flight_.empty()) last_answer_ = last_progress_;
  sent_ += *written;
  front_sent_ += *written;
  while (!unsent_.empty() && front_sent_ >= unsent_.front().bytes) {
    front_sent_ -= unsent_.front().bytes;
    in_flight_.push_back(std::move(unsent_.front()));
    unsent_.pop_front();
  }
  return std::nullopt;
}

std::optional<failure> publisher::core::take_replies(connection& link) {
  while (true) {
    auto next = link.next_reply();
    if (!next) return next.error();
    if (!next->has_value()) return std::nullopt;
    if (in_flight_.empty()) return failure{failure_kind::protocol, "an answer came to no command"};
    auto ended = std::move(in_flight_.front());
    in_flight_.pop_front();
    auto& answer = **next;
    if (answer.is_error())
      settle(ended, failure{failure_kind::server_error, std::string(answer.text())});
    else
      settle(ended, std::move(answer));
    last_answer_ = std::chrono::steady_clock::now();
  }
}

std::optional<failure> publisher::core::read(connection& link) {
  auto taken = link.receive_some();
  if (!taken) return taken.error();
  if (*taken == 0) return std::nullopt;
  return take_replies(link);
}

void publisher::core::take_last_replies(connection& link) {
  while (true) {
    auto taken = link.receive_some();
    if (!taken || *taken == 0 || take_replies(link)) return;
  }
}

std::optional<failure> publisher::core::wait(connection& link) {
  auto now = std::chrono::steady_clock::now();
  auto limit = options.connection.command_timeout;
  auto until = now + options.link.ping_after;
  if (!in_flight_.empty()) {
    until = last_answer_ + limit;
  } else if (!unsent_.empty()) {
    until = last_progress_ + limit;
  } else {
    until = std::max(last_answer_, last_progress_) + options.link.ping_after;
    if (now >= until) {
      auto before = out_.size();
      append_command(out_, {"PING"});
      unsent_.push_back({out_.size() - before, true, {}});
      last_progress_ = now;
      return std::nullopt;
    }
  }
  if (now >= until)
    return failure{failure_kind::timed_out, fmt::format("no answer within {} ms", limit.count())};
  auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
  bool more_to_write = sent_ < out_.size();
  short events = more_to_write ? POLLIN | POLLOUT : POLLIN;
  // While our window is full, new work would wake us for nothing.
  int work_fd = out_.size() - sent_ >= write_window ? -1 : work.fd();
  pollfd waiting_for[3] = {
      {link.fd(), events, 0}, {work_fd, POLLIN, 0}, {stop.event.fd(), POLLIN, 0}};
  ::poll(waiting_for, 3, static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000)));
  return std::nullopt;
}

}  // namespace outcry::redis
