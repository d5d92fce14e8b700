#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <caf/actor.hpp>
#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include "adapters/discord/client.hpp"
#include "messages/interfaces/wake.hpp"
#include "messages/signals.hpp"
#include "messages/type_ids.hpp"

namespace outcry::discord {

/// A message on its way to the desk.
struct letter {
  snowflake lane = 0;    ///< the followed channel: letters of one lane keep their order
  snowflake place = 0;   ///< the channel or thread it was said in
  snowflake cursor = 0;  ///< `place` has been read up to here once it is delivered; 0 = no change
  raw_message message;
};

/// A channel begins here, see client_events::on_beginning.
struct first_mark {
  snowflake place = 0;
  snowflake cursor = 0;
};

struct state_report {
  client_state state = client_state::connecting;
  std::string reason;
};

using mail = std::variant<letter, first_mark, state_report>;

/// Where the client's thread leaves mail for the bridge. It knows the actor's address only and
/// never keeps it alive; at most one wake is on its way. Bounded: what is beyond is refused, and
/// the actor finds `overflowed`.
class letterbox {
public:
  static constexpr std::uint8_t timer = 255;

  letterbox(caf::actor_addr owner, std::size_t bound) : owner_(std::move(owner)), bound_(bound) {}

  void leave(mail one) {
    {
      const std::lock_guard lock(mutex_);
      const bool small = std::holds_alternative<state_report>(one);
      if ((waiting_.size() >= bound_ || overflowed_) && !small) {
        overflowed_ = true;
      } else {
        waiting_.push_back(std::move(one));
      }
      if (std::exchange(woken_, true)) return;
    }
    if (auto alive = caf::actor_cast<caf::strong_actor_ptr>(owner_))
      caf::anon_send(caf::actor_cast<caf::actor>(alive), wake{timer, 0});
  }

  /// In the actor, at a wake of `timer`.
  std::vector<mail> take(bool& overflowed) {
    const std::lock_guard lock(mutex_);
    woken_ = false;
    overflowed = overflowed_;
    return std::exchange(waiting_, {});
  }

private:
  caf::actor_addr owner_;
  const std::size_t bound_;
  std::mutex mutex_;
  bool woken_ = false;
  bool overflowed_ = false;
  std::vector<mail> waiting_;
};

}  // namespace outcry::discord
