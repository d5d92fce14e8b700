#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "messages/dead_man.hpp"
#include "messages/operator.hpp"

namespace outcry {

/// What the dead-man's switch keeps on disk.
struct dead_man_record {
  std::int64_t heard_at_ms = 0;     ///< when the operator was last heard, by the floor's clock
  std::int64_t future_beat_ms = 0;  ///< the last heartbeat ahead of the floor's clock; 0 = none
  std::int64_t grace_used_ms = 0;   ///< how much of this silence's grace has gone by
  std::int64_t fired_at_ms = 0;     ///< 0 = not in this silence

  bool operator==(const dead_man_record&) const = default;
};

/// When the switch fires: pure decisions, time is given to it. Not thread-safe.
///
/// It fires `span` after the operator was last heard, once in each silence. While the floor is
/// closed nobody can be heard: if the silence is over by then, or nearly, the operator has a grace
/// of 15 minutes (or the span, if that is less) of an open floor. It is given once in a silence,
/// however often the floor is opened meanwhile.
class dead_man_switch {
public:
  /// `known` nothing: it was off until now, so that whoever switched it on was heard now.
  dead_man_switch(std::int64_t span_ms, const std::optional<dead_man_record>& known,
                  std::int64_t now_ms);

  /// The operator was heard at that time; one ahead of the clock counts as now. False when it is
  /// not later than what is known.
  bool hear(std::int64_t at_ms, std::int64_t now_ms);

  /// A heartbeat as it stands in the mirror, which tells the same one again and again: one ahead
  /// of the clock counts once, as now. False when it changes nothing.
  bool hear_beat(std::int64_t at_ms, std::int64_t now_ms);

  /// Time has passed: grace is used up, and a time of hearing that a clock set back has left in
  /// the future becomes now. True when the record has changed.
  bool pass(std::int64_t now_ms);

  /// When it fires unless somebody is heard; when it fired, once it has.
  std::int64_t fires_at_ms() const;
  bool is_due(std::int64_t now_ms) const;

  /// True once in a silence, an hour (or a tenth of the span, if that is less) before it fires.
  bool is_time_to_warn(std::int64_t now_ms);

  /// The stop for all. Its id comes from the time of the last hearing: said again after a crash it
  /// is the same message.
  operator_message stop_message(std::int64_t now_ms) const;

  /// A message with that id is adopted. False unless it is this silence's and news.
  bool note_fired(const std::string& message_id, std::int64_t at_ms);

  const dead_man_record& record() const { return record_; }
  dead_man_status status() const;

private:
  std::string message_id() const;

  std::int64_t span_ms_;
  std::int64_t opened_at_ms_;
  std::int64_t used_before_ms_;  ///< of the grace, when this floor was opened
  dead_man_record record_;
  bool warned_ = false;
};

/// True for a message of the switch, which is not the operator's.
bool is_from_dead_man(const operator_message& message);

/// "3 h 20 min", "20 min", "12 s": rounded down; nothing below 0.
std::string duration_words(std::int64_t ms);

}  // namespace outcry
