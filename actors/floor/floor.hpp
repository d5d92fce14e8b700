#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <caf/system_messages.hpp>

#include "actors/floor/observed.hpp"
#include "messages/interfaces/floor.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

/// The turn in which the floor ends its people: the highest first, all of one tier together.
/// Feeds close first, the relay and the stores last; whoever orders ends before the broker.
enum class floor_tier : std::uint32_t { store, relay, broker, desk, market, bots, bridges };

/// How long the people of one tier may take, in milliseconds, before they are killed; and then,
/// before they are reported as left. The whole stop ends within `whole_ms`: a tier gets less than
/// its grace when those after it would be left with less than twice `kill_ms` each.
struct stop_limits {
  std::uint32_t grace_ms = 2000;
  std::uint32_t kill_ms = 250;
  std::uint32_t whole_ms = 4500;
};

/// What the floor's own timers add to its interface.
using floor_impl = floor_actor::extend<caf::reacts_to<wake>>;

class floor_state;
using floor_self = observed_actor<floor_impl, floor_state>;

/// The root: knows every supervisor by tier and ends them in reverse order.
class floor_state {
public:
  static inline const char* name = "floor";

  explicit floor_state(floor_self* self) : self_(self) {}

  void open(stop_limits limits) { limits_ = limits; }
  supervised take(const supervise& child);
  caf::result<stop_report> stop(const stop_floor& order);
  void on_down(const caf::down_msg& message);
  void on_timer(const wake& timer);

private:
  struct member {
    std::string name;
    caf::actor supervisor;
  };

  void stop_next_tier();
  void drop_empty_tiers();
  std::chrono::milliseconds time_left() const;
  std::chrono::milliseconds grace() const;

  floor_self* self_;
  stop_limits limits_;
  std::map<std::uint32_t, std::map<caf::actor_addr, member>> tiers_;
  bool stopping_ = false;                             ///< for good
  bool under_way_ = false;                            ///< somebody is being waited for
  std::chrono::steady_clock::time_point deadline_{};  ///< of the stop under way
  std::uint64_t generation_ = 0;
  stop_report report_;
  std::vector<caf::typed_response_promise<stop_report>> waiting_;
};

floor_impl::behavior_type floor(floor_self* self, stop_limits limits);

}  // namespace outcry
