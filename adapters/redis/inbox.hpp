#pragma once

#include <cstddef>
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

namespace outcry::redis {

/// The `wake::timer` by which an inbox calls its actor.
inline constexpr std::uint8_t inbox_timer = 255;

/// Where a client's thread leaves work for one actor. The thread knows the actor's address only and
/// never keeps it alive; the work runs in the actor, when it is woken, or never. However much is
/// left, at most one wake is on its way.
class inbox {
public:
  static constexpr std::size_t bound = 10'000;

  explicit inbox(caf::actor_addr owner) : owner_(std::move(owner)) {}

  /// Any thread. False: too much is waiting, the work was refused and counted.
  bool post(std::function<void()> work) { return leave(std::move(work), false); }

  /// For the next step of something of which there is one at a time: never refused.
  void post_step(std::function<void()> work) { leave(std::move(work), true); }

  /// Does everything that waits. In the actor, at a wake of `inbox_timer`.
  void run() {
    std::vector<std::function<void()>> work;
    {
      std::lock_guard lock(mutex_);
      work.swap(waiting_);
    }
    for (auto& step : work) step();
  }

  std::uint64_t refused() const {
    std::lock_guard lock(mutex_);
    return refused_;
  }

private:
  bool leave(std::function<void()> work, bool always) {
    {
      std::lock_guard lock(mutex_);
      if (!always && waiting_.size() >= bound) {
        ++refused_;
        return false;
      }
      waiting_.push_back(std::move(work));
      if (waiting_.size() > 1) return true;
    }
    if (auto alive = caf::actor_cast<caf::strong_actor_ptr>(owner_))
      caf::anon_send(caf::actor_cast<caf::actor>(alive), wake{inbox_timer, 0});
    return true;
  }

  caf::actor_addr owner_;
  mutable std::mutex mutex_;
  std::vector<std::function<void()>> waiting_;
  std::uint64_t refused_ = 0;
};

}  // namespace outcry::redis
