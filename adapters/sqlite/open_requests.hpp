#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <caf/response_promise.hpp>

#include "actors/floor/lag_meter.hpp"
#include "actors/floor/steady_time.hpp"
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
    waiting_.emplace(ticket, entry{std::move(promise), steady_now_ms()});
  }

  /// Hands each answer to the promise that waits under its ticket.
  template <class Answer>
  void deliver(std::vector<std::pair<std::uint64_t, Answer>> finished) {
    for (auto& [ticket, answer] : finished) {
      auto node = waiting_.extract(ticket);
      if (!node) continue;
      lag_.took(steady_now_ms() - node.mapped().since_ms, steady_now_ms());
      deliver_answer(std::move(answer), node.mapped().promise);
    }
  }

  /// The store as a connection to the outside.
  link_status status(std::string name) const {
    link_status result;
    result.name = std::move(name);
    result.state = link_state::live;
    result.backlog = static_cast<std::int64_t>(waiting_.size());
    result.lag_ms = waiting_.empty()
                        ? lag_.lag_ms(steady_now_ms())
                        : lag_.lag_ms(steady_now_ms(), waiting_.begin()->second.since_ms);
    return result;
  }

private:
  struct entry {
    caf::response_promise promise;
    std::int64_t since_ms;
  };

  std::map<std::uint64_t, entry> waiting_;  ///< by ticket: the oldest first
  std::uint64_t last_ticket_ = 0;
  lag_meter lag_;
};

}  // namespace outcry::sqlite
