#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <tl/expected.hpp>

#include "actors/floor/house.hpp"
#include "actors/floor/seat.hpp"
#include "tests/support/manual_clock.hpp"

namespace outcry::test {

/// An answer that may not have come yet.
template <class T>
class answer {
public:
  bool ready() const { return slot_->has_value(); }

  /// The answer or the error; `sec::request_timeout` while there is none.
  tl::expected<T, caf::error> get() const {
    if (!ready()) return tl::unexpected(caf::make_error(caf::sec::request_timeout));
    return **slot_;
  }

private:
  friend class actor_fixture;
  using slot = std::optional<tl::expected<T, caf::error>>;
  std::shared_ptr<slot> slot_ = std::make_shared<slot>();
};

/// A floor's actor system on virtual time: nothing happens but in `run`, `advance` and
/// `request_sync`, on the test's own thread, in the same order every time. Detached actors and
/// threads of adapters are not part of that. Our log is switched off.
class actor_fixture {
public:
  actor_fixture();

  /// Kills every actor it spawned or owns, as if the process ended: no orderly exit.
  ~actor_fixture();

  caf::actor_system& system() { return system_; }
  const std::shared_ptr<manual_clock>& time() const { return time_; }
  seat_board& board() { return *config_.board; }

  /// What the floor's people are given: this fixture's time and `chance`.
  const std::shared_ptr<house>& the_house() const { return house_; }

  /// The number that the house's `random` returns, in [0, 1).
  double chance = 0.5;

  /// Lets everybody work until nobody has anything to do at this time.
  void run();

  /// The same, but `skipped`, or the child it supervises, does nothing: its messages wait.
  void run_without(const caf::actor& skipped);

  /// Moves both clocks on, from timer to timer, running after each.
  void advance(std::chrono::nanoseconds by);

  /// Spawns an actor that ends with the fixture.
  template <class... Ts>
  auto spawn(Ts&&... args) {
    auto handle = system_.spawn(std::forward<Ts>(args)...);
    own(caf::actor_cast<caf::actor>(handle));
    return handle;
  }

  /// Has an actor killed at the end.
  void own(caf::actor handle) { owned_.push_back(std::move(handle)); }

  /// Sends as nobody; `run` delivers.
  template <class Handle, class... Ts>
  void send(const Handle& to, Ts&&... message) {
    caf::anon_send(to, std::forward<Ts>(message)...);
  }

  /// Sends a request that waits for ever; `run` delivers. T is void-free: what the receiver
  /// answers.
  template <class T, class Handle, class... Ts>
  answer<T> ask(const Handle& to, Ts... message) {
    answer<T> result;
    auto slot = result.slot_;
    spawn([slot, to, message...](caf::event_based_actor* self) {
      self->request(to, caf::infinite, message...)
          .then([slot](const T& value) { *slot = value; },
                [slot](caf::error& reason) { *slot = tl::unexpected(std::move(reason)); });
    });
    return result;
  }

  /// Asks and runs. No time passes: what needs a timer is not answered yet and comes back as
  /// `sec::request_timeout`.
  template <class T, class Handle, class... Ts>
  tl::expected<T, caf::error> request_sync(const Handle& to, Ts... message) {
    auto result = ask<T>(to, std::move(message)...);
    run();
    return result.get();
  }

  /// The actor has ended.
  bool ended(const caf::actor& handle) const;

private:
  struct config : floor_system_config {
    config();
  };

  config config_;
  std::shared_ptr<manual_clock> time_ = std::make_shared<manual_clock>();
  std::shared_ptr<house> house_ = std::make_shared<house>();
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
  std::vector<caf::actor> owned_;

public:
  /// A blocking actor of the test, for what needs one.
  caf::scoped_actor tester;
};

}  // namespace outcry::test
