#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include "messages/roster.hpp"

namespace outcry {

/// One actor's counters. Written by the actor and its senders, read by anybody.
struct gauge {
  std::atomic<std::uint64_t> enqueued{0};
  std::atomic<std::uint64_t> handled{0};
  std::atomic<std::uint64_t> errors{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> bound{0};  ///< 0 = no bound of its own

  /// Messages waiting, the one being served included.
  std::uint64_t depth() const {
    auto in = enqueued.load(std::memory_order_relaxed);
    auto out = handled.load(std::memory_order_relaxed);
    return in > out ? in - out : 0;
  }
};

/// Where an actor stands on the floor. It outlives the actor: a restarted one takes it again.
class seat {
public:
  seat(std::string name, std::string kind);

  const std::string& name() const { return name_; }

  /// The actor in this seat now.
  void take(std::shared_ptr<const gauge> counters);

  /// What its supervisor says of it. `exit` is why the last one ended; empty keeps the old word.
  void set_state(actor_state state, std::int64_t at_ms, const std::string& exit = {});
  void count_restart();

  /// A message came while nobody sat here.
  void count_refusal();

  actor_status status() const;

private:
  std::string name_;
  std::string kind_;
  mutable std::mutex mutex_;
  std::shared_ptr<const gauge> counters_;
  actor_state state_ = actor_state::running;
  std::int64_t since_ms_ = 0;
  std::uint32_t restarts_ = 0;
  std::string last_exit_;
  std::uint64_t handled_before_ = 0;  ///< by those who sat here earlier
  std::uint64_t errors_before_ = 0;
  std::uint64_t refused_before_ = 0;
};

/// Every seat of one floor. Thread-safe.
class seat_board {
public:
  /// The seat of that name, made if there is none.
  std::shared_ptr<seat> find(const std::string& name, const std::string& kind);

  /// Gives a seat up: nobody will sit there again.
  void remove(const std::string& name);

  std::vector<actor_status> list() const;

private:
  mutable std::mutex mutex_;
  std::map<std::string_view, std::shared_ptr<seat>> seats_;  ///< by the name in the seat
};

/// The configuration of an actor system that has a seat board and renders our errors for people:
/// "journal_unavailable: the disk is full".
struct floor_system_config : caf::actor_system_config {
  floor_system_config();
  std::shared_ptr<seat_board> board = std::make_shared<seat_board>();
};

/// The board of a system started with a floor_system_config; null for any other.
std::shared_ptr<seat_board> board_of(const caf::actor_system& system);

}  // namespace outcry
