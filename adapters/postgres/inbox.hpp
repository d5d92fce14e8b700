#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include <caf/actor.hpp>
#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include "messages/interfaces/wake.hpp"
#include "messages/type_ids.hpp"

namespace outcry::postgres {

/// The `wake::timer` by which an inbox calls its actor.
inline constexpr std::uint8_t inbox_timer = 255;

/// Where the links' threads leave work for their actor, which they know by address only. What is
/// left is bounded by its makers: one batch, one delivery, and a state each. At most one wake is on
/// its way.
class inbox {
public:
  explicit inbox(caf::actor_addr owner) : owner_(std::move(owner)) {}

  /// Any thread.
  void post(std::function<void()> work) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(work));
      if (waiting_.size() > 1) return;
    }
    if (auto alive = caf::actor_cast<caf::strong_actor_ptr>(owner_))
      caf::anon_send(caf::actor_cast<caf::actor>(alive), wake{inbox_timer, 0});
  }

  /// Does everything that waits. In the actor, at a wake of `inbox_timer`.
  void run() {
    std::vector<std::function<void()>> work;
    {
      const std::lock_guard lock(mutex_);
      work.swap(waiting_);
    }
    for (auto& step : work) step();
  }

private:
  caf::actor_addr owner_;
  std::mutex mutex_;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace outcry::postgres
