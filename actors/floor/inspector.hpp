#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "actors/floor/outlook.hpp"
#include "messages/interfaces/inspection.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

class actor_log;

/// What the inspector is given.
struct inspector_options {
  std::string floor_name;
  std::string version;
  outlook_people people;
  house_ptr house = std::make_shared<const outcry::house>();

  /// Writes an action down before it is done; durable when it returns. Throws std::exception: then
  /// the action is done and says that it was not written. Empty: nothing is written.
  std::function<void(const action_record&)> note;

  std::shared_ptr<actor_log> log;  ///< null: no lines are kept

  std::chrono::milliseconds look{100};            ///< between two looks while somebody watches
  std::chrono::milliseconds idle_look{1000};      ///< while nobody does
  std::chrono::milliseconds patience{300};        ///< for those who tell a part of a snapshot
  std::chrono::milliseconds near_patience{2500};  ///< for an actor that tells of itself
};

/// What the inspector's own timers add to its interface.
using inspector_impl = inspector_actor::extend<caf::reacts_to<wake>>;

class inspector_state;
using inspector_self = observed_actor<inspector_impl, inspector_state>;

/// Looks at every actor's counters, again and again, and tells consoles what it saw. It waits for
/// nobody: what another actor must tell is asked for, and an answer that is not there in time is
/// replaced by the last one.
class inspector_state {
public:
  static inline const char* name = "inspector";

  explicit inspector_state(inspector_self* self) : self_(self), outlook_(self) {}

  void open(inspector_options options);
  caf::result<floor_seen> on_inspect(const inspect_floor& asked);
  caf::result<actor_seen> on_inspect(const inspect_actor& asked);
  caf::result<action_taken> on_act(const act_on_actor& asked);
  caf::result<action_taken> on_level(const set_log_level& asked);
  void on_timer(const wake& timer);

private:
  struct waiting {
    caf::typed_response_promise<floor_seen> promise;
    std::uint32_t parts;
    std::uint64_t generation;
  };

  std::int64_t now_ms() const { return options_.house->time->now_ms(); }
  tl::expected<std::string, std::string> act(seat& place, const act_on_actor& asked);
  void look_at_all();
  void answer_those_ready();
  floor_seen snapshot(std::uint32_t parts);
  std::vector<actor_row> rows(std::int64_t at_ms);
  std::vector<pit_row> pit_rows(const std::vector<actor_row>& actors, std::int64_t at_ms) const;
  floor_row whole(const std::vector<actor_row>& actors, std::int64_t at_ms);

  inspector_self* self_;
  inspector_options options_;
  std::shared_ptr<seat_board> board_;
  outlook outlook_;
  std::int64_t started_ms_ = 0;
  std::int64_t watched_until_ms_ = 0;
  std::int64_t looked_ms_ = 0;
  std::uint64_t generation_ = 0;
  std::vector<waiting> waiting_;
};

/// The inspector. To be spawned detached: what it does takes milliseconds on a large floor, and no
/// worker shall wait for it. Its mailbox takes 1000 messages.
inspector_impl::behavior_type inspector(inspector_self* self, inspector_options options);

}  // namespace outcry
