#include "actors/operator/dead_man_switch.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace outcry {

namespace {

constexpr std::int64_t one_second_ms = 1000;
constexpr std::int64_t one_minute_ms = 60 * one_second_ms;
constexpr std::int64_t one_hour_ms = 60 * one_minute_ms;
constexpr std::int64_t most_grace_ms = 15 * one_minute_ms;
constexpr std::int64_t most_warning_ms = one_hour_ms;
/// Grace is written off in advance, in steps of this: a floor that dies again and again uses it up.
constexpr std::int64_t grace_step_ms = 5 * one_second_ms;
/// By so much a clock may be set back without a word.
constexpr std::int64_t clock_slack_ms = one_minute_ms;
constexpr std::string_view dead_man_id_prefix = "dead-man-";

std::int64_t grace_of(std::int64_t span_ms) {
  return std::min(most_grace_ms, span_ms);
}

}  // namespace

dead_man_switch::dead_man_switch(std::int64_t span_ms, const std::optional<dead_man_record>& known,
                                 std::int64_t now_ms)
    : span_ms_(span_ms),
      opened_at_ms_(now_ms),
      used_before_ms_(known ? known->grace_used_ms : 0),
      record_(known.value_or(dead_man_record{now_ms, 0, 0, 0})) {
  pass(now_ms);
}

bool dead_man_switch::hear(std::int64_t at_ms, std::int64_t now_ms) {
  at_ms = std::min(at_ms, now_ms);
  if (at_ms <= record_.heard_at_ms) return false;
  record_ = {at_ms, record_.future_beat_ms, 0, 0};
  warned_ = false;
  return true;
}

bool dead_man_switch::hear_beat(std::int64_t at_ms, std::int64_t now_ms) {
  if (at_ms == record_.future_beat_ms) return false;
  if (at_ms <= now_ms) return hear(at_ms, now_ms);
  record_.future_beat_ms = at_ms;
  hear(now_ms, now_ms);
  return true;
}

bool dead_man_switch::pass(std::int64_t now_ms) {
  auto before = record_;
  for (auto* at_ms : {&record_.heard_at_ms, &opened_at_ms_})
    if (*at_ms > now_ms + clock_slack_ms) *at_ms = now_ms;
  auto used = used_before_ms_ + std::max<std::int64_t>(now_ms - opened_at_ms_, 0);
  bool in_grace = record_.fired_at_ms == 0 && fires_at_ms() > record_.heard_at_ms + span_ms_;
  if (in_grace && used >= record_.grace_used_ms)
    record_.grace_used_ms = std::min(grace_of(span_ms_), used + grace_step_ms);
  return record_ != before;
}

std::int64_t dead_man_switch::fires_at_ms() const {
  if (record_.fired_at_ms != 0) return record_.fired_at_ms;
  auto grace_ends = opened_at_ms_ + grace_of(span_ms_) - used_before_ms_;
  return std::max(record_.heard_at_ms + span_ms_, grace_ends);
}

bool dead_man_switch::is_due(std::int64_t now_ms) const {
  return record_.fired_at_ms == 0 && now_ms >= fires_at_ms();
}

bool dead_man_switch::is_time_to_warn(std::int64_t now_ms) {
  auto ahead = std::min(most_warning_ms, span_ms_ / 10);
  if (warned_ || record_.fired_at_ms != 0 || now_ms < fires_at_ms() - ahead) return false;
  warned_ = true;
  return true;
}

std::string dead_man_switch::message_id() const {
  return fmt::format("{}{}", dead_man_id_prefix, record_.heard_at_ms);
}

operator_message dead_man_switch::stop_message(std::int64_t now_ms) const {
  operator_message result;
  result.id = message_id();
  result.type = "stop";
  result.to_all = true;
  result.description =
      fmt::format("The operator has not been heard for {}.", duration_words(span_ms_));
  result.pressed_at_ms = now_ms;
  result.created_by = dead_man_sender;
  return result;
}

bool dead_man_switch::note_fired(const std::string& id, std::int64_t at_ms) {
  if (record_.fired_at_ms != 0 || id != message_id()) return false;
  record_.fired_at_ms = at_ms;
  return true;
}

dead_man_status dead_man_switch::status() const {
  return {span_ms_, record_.heard_at_ms, fires_at_ms(), record_.fired_at_ms};
}

bool is_from_dead_man(const operator_message& message) {
  return message.created_by == dead_man_sender && message.id.starts_with(dead_man_id_prefix);
}

std::string duration_words(std::int64_t ms) {
  ms = std::max<std::int64_t>(ms, 0);
  if (ms < one_minute_ms) return fmt::format("{} s", ms / one_second_ms);
  auto minutes = ms / one_minute_ms % 60;
  if (ms < one_hour_ms) return fmt::format("{} min", minutes);
  if (minutes == 0) return fmt::format("{} h", ms / one_hour_ms);
  return fmt::format("{} h {} min", ms / one_hour_ms, minutes);
}

}  // namespace outcry
