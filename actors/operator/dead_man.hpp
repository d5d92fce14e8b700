#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "actors/operator/dead_man_ports.hpp"
#include "messages/interfaces/dead_man.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

struct dead_man_services {
  journal_actor journal;
  command_desk_actor desk;
  relay_actor relay;  ///< invalid: there is no mirror to be told
  house_ptr house;
  std::shared_ptr<dead_man_store> store;
  open_ear_function open_ear;  ///< empty: no heartbeat can be heard
  std::int64_t span_ms = 0;    ///< of silence; above 0
};

/// What the switch's timer and its ear add to its interface.
using dead_man_impl = dead_man_actor::extend<caf::reacts_to<operator_beat>, caf::reacts_to<wake>>;

class dead_man_state;
using dead_man_self = observed_actor<dead_man_impl, dead_man_state>;

/// Stops all bots when the operator has not been heard for too long.
///
/// Heard is who sends a message that the desk adopts, told by the journal, which the switch reads
/// now and then and always before it fires; and who has the page open, told by the heartbeat that
/// the page writes to the mirror. What it knows is on disk, apart from the journal. It fires
/// through the desk, as an operator message like any other.
class dead_man_state {
public:
  static inline const char* name = "dead-man";

  explicit dead_man_state(dead_man_self* self) : self_(self) {}

  /// Throws std::runtime_error when the record cannot be read.
  void open(dead_man_services services);
  void on_beat(const operator_beat& beat);
  void on_timer();
  dead_man_status status() const { return switch_->status(); }

private:
  void listen();
  bool look_is_due() const;
  void look();
  void looked(const ledger_list& latest);
  void not_looked(const caf::error& reason);
  void fire();
  void fired(const std::string& message_id);
  void warn();
  void save();
  void publish();
  std::int64_t now_ms() const { return services_.house->time->now_ms(); }
  /// For pauses: goes on when somebody sets the clock.
  std::int64_t steady_ms() const {
    auto since = self_->clock().now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
  }

  dead_man_self* self_;
  dead_man_services services_;
  std::optional<dead_man_switch> switch_;  ///< always there once it is open
  std::unique_ptr<heartbeat_ear> ear_;
  std::int64_t next_ear_ms_ = 0;
  bool looking_ = false;
  std::int64_t next_look_ms_ = 0;
  std::optional<std::int64_t> blind_since_ms_;  ///< due, but the journal does not answer
  bool firing_ = false;
  std::int64_t next_shot_ms_ = 0;
  bool unsaved_ = false;
  bool save_failed_ = false;  ///< the last try
  std::int64_t next_save_ms_ = 0;
  std::string published_;  ///< what the journal has taken for the mirror
  bool publishing_ = false;
  std::int64_t next_publish_ms_ = 0;
};

/// The switch's actor. Saving blocks it for the time the disk takes: spawn it detached. Its mailbox
/// takes 1000 messages.
dead_man_impl::behavior_type dead_man(dead_man_self* self, dead_man_services services);

}  // namespace outcry
