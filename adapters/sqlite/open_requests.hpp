#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <caf/response_promise.hpp>

#include "actors/floor/gauge.hpp"
#include "adapters/sqlite/answers.hpp"
#include "messages/mirror.hpp"

namespace outcry::sqlite {

/// The requests of a bridge that are with its store's thread, and how long the disk takes for them.
class open_requests {
public:
  /// A ticket for the next request.
  std::uint64_t next() { return ++last_ticket_; }

  /// The request of that ticket waits from now on.
  void add(std::uint64_t ticket, caf::response_promise promise) {
    waiting_.emplace(ticket, entry{std::move(promise), steady_now_ns()});
  }

  /// Hands each answer to the promise that waits under its ticket.
  template <class Answer>
  void deliver(std::vector<std::pair<std::uint64_t, Answer>> finished) {
    for (auto& [ticket, answer] : finished) {
      auto node = waiting_.extract(ticket);
      if (!node) continue;
      note(ms_since(node.mapped().since_ns));
      deliver_answer(std::move(answer), node.mapped().promise);
    }
  }

  /// The store as a connection to the outside: lag is the wait of the oldest request that is open,
  /// or the longest of the last ten seconds.
  link_status status(std::string name) const {
    link_status result;
    result.name = std::move(name);
    result.state = link_state::live;
    result.backlog = static_cast<std::int64_t>(waiting_.size());
    result.lag_ms = ms_since(longest_at_ns_) < remembered_ms ? longest_ms_ : 0;
    if (!waiting_.empty())
      result.lag_ms = std::max(result.lag_ms, ms_since(waiting_.begin()->second.since_ns));
    return result;
  }

private:
  static constexpr std::int64_t remembered_ms = 10'000;

  struct entry {
    caf::response_promise promise;
    std::uint64_t since_ns;
  };

  static std::int64_t ms_since(std::uint64_t then_ns) {
    return static_cast<std::int64_t>((steady_now_ns() - then_ns) / 1'000'000);
  }

  void note(std::int64_t took_ms) {
    if (took_ms < longest_ms_ && ms_since(longest_at_ns_) < remembered_ms) return;
    longest_ms_ = took_ms;
    longest_at_ns_ = steady_now_ns();
  }

  std::map<std::uint64_t, entry> waiting_;  ///< by ticket: the oldest first
  std::uint64_t last_ticket_ = 0;
  std::int64_t longest_ms_ = 0;
  std::uint64_t longest_at_ns_ = 0;
};

}  // namespace outcry::sqlite
