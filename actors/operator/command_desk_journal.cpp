#include <algorithm>

#include <spdlog/spdlog.h>

#include "actors/operator/command_desk.hpp"
#include "actors/operator/desk_patience.hpp"
#include "actors/operator/owed_values.hpp"

// What the journal must still be told of an adopted message.

namespace outcry {

// Lines and state go in one transaction: a message is never final before its lines are. One write
// at a time for each message; what changes meanwhile goes with the next.
void command_desk_state::save(const std::string& id) {
  auto& message = open_[id];
  if (message.saving) return;
  bool adopts = !message.durable;
  if (!adopts && message.unsaved.empty() && !message.state_owed) return;
  if (adopts && must_wait_for_halt(message)) return;
  auto write = adopts ? adoption_write(message) : change_write(message);
  message.saving = true;
  message.being_saved = std::move(message.unsaved);
  message.unsaved.clear();
  message.state_owed = false;
  self_->request(services_.journal, journal_timeout, std::move(write))
      .then([this, id](const journal_receipt&) { saved(id); },
            [this, id, adopts](caf::error& reason) { not_saved(id, adopts, reason); });
}

// A later message's change of the halt is on its way to the journal: which one is to stay there is
// known only when it has arrived.
bool command_desk_state::must_wait_for_halt(const open_message& message) const {
  if (!message.adopted.new_halt) return false;
  return std::any_of(open_.begin(), open_.end(), [&](const auto& entry) {
    const auto& [id, later] = entry;
    return later.number > message.number && later.adopted.new_halt && promises_.count(id) != 0;
  });
}

void command_desk_state::note_journalled(const open_message& message) {
  if (message.adopted.new_halt) last_halt_ = std::max(last_halt_, message.number);
}

journal_write command_desk_state::change_write(const open_message& message) const {
  const auto& entry = message.adopted.entry;
  const auto& id = entry.message.id;
  bool mirrors = services_.house->has_mirror;
  journal_write write;
  for (const auto& bot_id : message.unsaved) {
    const auto& line = entry.lines[message.line_of.at(bot_id)];
    write.lines.push_back({id, line});
    if (mirrors) write.owed.push_back(owed_line(id, line));
  }
  write.states.push_back({id, entry.state, entry.code, entry.reason});
  if (mirrors) append(write.owed, owed_state(entry));
  return write;
}

void command_desk_state::saved(const std::string& id) {
  auto found = open_.find(id);
  if (found == open_.end()) return;
  auto& message = found->second;
  if (!message.durable) spdlog::info("message {} is journalled after all", id);
  if (!message.durable) note_journalled(message);
  message.durable = true;
  message.saving = false;
  message.being_saved.clear();
  hint();
  if (!message.unsaved.empty() || message.adopted.entry.state != message_state::working) save(id);
}

void command_desk_state::not_saved(const std::string& id, bool adopts, const caf::error& reason) {
  self_->count_error();
  auto found = open_.find(id);
  if (found == open_.end()) return;
  auto& message = found->second;
  message.saving = false;
  message.state_owed = true;
  message.unsaved.merge(message.being_saved);
  message.being_saved.clear();
  if (!adopts || reason != ec::invalid_input) return;
  // The journal knows the id: an earlier try went through, only its answer was lost.
  message.durable = true;
  note_journalled(message);
  // Not the open ones: the bot may have written its own by now.
  for (const auto& line : message.adopted.entry.lines)
    if (line.status != line_status::open) message.unsaved.insert(line.bot_id);
}

}  // namespace outcry
