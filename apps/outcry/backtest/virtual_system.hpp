#pragma once

#include <memory>
#include <vector>

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "actors/floor/house.hpp"
#include "actors/floor/seat.hpp"

namespace outcry::backtest {

/// A clock that stands still until it is set.
class virtual_clock final : public clock {
public:
  explicit virtual_clock(timestamp_ns now) : now_(now) {}
  timestamp_ns now() const override { return now_; }
  void set(timestamp_ns now) { now_ = now; }

private:
  timestamp_ns now_;
};

/// An actor system on virtual time, on the caller's thread alone: nothing happens but within its
/// calls, in the same order every time. Actors that are spawned detached are not part of that.
class virtual_system {
public:
  explicit virtual_system(timestamp_ns now);

  /// Ends every actor it spawned or owns.
  ~virtual_system();

  caf::actor_system& system() { return system_; }
  const house_ptr& the_house() const { return house_; }
  timestamp_ns now() const { return time_->now(); }

  /// Nobody has anything to do at this time.
  bool idle() const { return scheduler_.jobs.empty(); }

  /// Lets everybody work until nobody has anything to do.
  void run() {
    while (!scheduler_.jobs.empty()) scheduler_.run();
  }

  /// Moves the time on, timer by timer, running after each. A time in the past changes nothing.
  void advance_to(timestamp_ns t);

  template <class... Ts>
  auto spawn(Ts&&... args) {
    auto handle = system_.spawn(std::forward<Ts>(args)...);
    owned_.push_back(caf::actor_cast<caf::actor>(handle));
    return handle;
  }

private:
  struct config : floor_system_config {
    config();
  };

  void move_clocks(timestamp_ns t);

  config config_;
  std::shared_ptr<virtual_clock> time_;
  house_ptr house_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
  std::vector<caf::actor> owned_;
};

}  // namespace outcry::backtest
