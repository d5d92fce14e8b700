#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <caf/actor_addr.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include "actors/floor/clock.hpp"
#include "actors/floor/gauge.hpp"
#include "actors/floor/looks.hpp"
#include "messages/inspection.hpp"
#include "messages/roster.hpp"

namespace outcry {

/// Where an actor stands on the floor. It outlives the actor: a restarted one takes it again.
/// Thread-safe but for `looks`.
class seat {
public:
  seat(std::string name, std::string kind);

  const std::string& name() const { return name_; }
  const std::string& kind() const { return kind_; }

  /// The actor in this seat now, since `at_ms`.
  void take(std::shared_ptr<gauge> counters, caf::actor_addr who, std::int64_t at_ms);

  /// What its supervisor says of it. `exit` is why the last one ended; empty keeps the old word.
  void set_state(actor_state state, std::int64_t at_ms, const std::string& exit = {});
  void count_restart();

  /// It is started again at that time; 0 = that is over.
  void set_next_start(std::int64_t at_ms);

  /// Who looks after it.
  void set_supervisor(caf::actor_addr who);

  /// One of the system's own: sessions, the console.
  void hide();

  /// A message came while nobody sat here.
  void count_refusal();

  /// Its actor handles nothing but exits until `resume`, and at most `most` messages wait for it.
  /// False: nobody sits here, or he is paused.
  bool pause(std::uint64_t most, std::int64_t at_ms);

  /// Notes that the pause is about to end; its actor must be told: pausing.hpp. False: there is
  /// none.
  bool resume(std::int64_t at_ms);

  actor_status status() const;

  /// As far as the counters tell; what it takes several looks for is added by the inspector.
  actor_row row(std::int64_t now_ms) const;

  /// When the actor that sits here began; 0 = nobody ever did.
  std::int64_t started_ms() const;

  std::shared_ptr<gauge> counters() const;
  caf::actor_addr occupant() const;
  caf::actor_addr supervisor() const;

  /// The inspector's notes on this seat; nobody else touches them.
  actor_looks looks;

private:
  /// What those did who sat here earlier.
  struct totals {
    std::uint64_t enqueued = 0;
    std::uint64_t handled = 0;
    std::uint64_t sent = 0;
    std::uint64_t errors = 0;
    std::uint64_t refused = 0;
    std::uint64_t lost = 0;
    std::uint64_t sampled = 0;
    std::uint64_t busy_ns = 0;

    void add(const gauge& x, bool ended);
  };

  bool is_down() const;
  totals sum() const;
  actor_status status(const totals& all) const;

  const std::string name_;
  const std::string kind_;
  mutable std::mutex mutex_;
  std::shared_ptr<gauge> counters_;
  /// Who knew the last actor may still send to it for a moment: that is counted, too.
  std::shared_ptr<gauge> predecessor_;
  caf::actor_addr occupant_;
  caf::actor_addr supervisor_;
  actor_state state_ = actor_state::running;
  std::int64_t since_ms_ = 0;
  std::int64_t started_ms_ = 0;
  std::int64_t next_start_ms_ = 0;
  std::uint32_t restarts_ = 0;
  std::string last_exit_;
  std::string parent_;
  bool hidden_ = false;
  totals before_;
};

using seat_ptr = std::shared_ptr<seat>;

/// Every seat of one floor, and the graves of those who died last. Thread-safe.
class seat_board {
public:
  using list_of_seats = std::vector<seat_ptr>;

  /// The seat of that name, made if there is none.
  seat_ptr find(const std::string& name, const std::string& kind);

  /// The seat of that name; null if there is none.
  seat_ptr known(const std::string& name) const;

  /// Gives a seat up: nobody will sit there again.
  void remove(const std::string& name);

  std::vector<actor_status> list() const;

  /// All seats, by name. Made anew only when one came or went.
  std::shared_ptr<const list_of_seats> all() const;

  /// Somebody died. The last hundred are remembered.
  void bury(grave one);

  /// Those remembered, oldest first, and how many there ever were.
  std::pair<std::vector<grave>, std::uint64_t> graves() const;

  /// What those lost whose seats are given up.
  std::uint64_t lost() const;

  /// The clock of what stands on the board; set before anybody sits down.
  std::shared_ptr<const clock> time = std::make_shared<system_clock>();

private:
  mutable std::mutex mutex_;
  std::map<std::string_view, seat_ptr> seats_;  ///< by the name in the seat
  mutable std::shared_ptr<const list_of_seats> listed_;
  std::deque<grave> graves_;
  std::uint64_t buried_ = 0;
  std::uint64_t lost_ = 0;
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
