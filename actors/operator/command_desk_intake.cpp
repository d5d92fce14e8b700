#include <algorithm>
#include <chrono>

#include <spdlog/spdlog.h>

#include "actors/operator/command_desk.hpp"
#include "actors/operator/desk_patience.hpp"
#include "actors/operator/owed_values.hpp"
#include "messages/keys.hpp"

// How a message is taken in: known or new, journalled with its expected set, then told to the bots.

namespace outcry {

namespace {

constexpr std::size_t max_before_load = 1000;

}  // namespace

caf::result<ledger> command_desk_state::submit(const submit_message& request) {
  return enter({request, {}});
}

caf::result<ledger> command_desk_state::submit_broken(const submit_unreadable& request) {
  submission entry;
  entry.request.message.id = request.id;
  entry.request.message.type = "unreadable";
  entry.request.mirrored = true;
  entry.unreadable = request.reason;
  return enter(std::move(entry));
}

caf::result<ledger> command_desk_state::enter(submission entry) {
  const auto& id = entry.request.message.id;
  auto promise = self_->make_response_promise<ledger>();
  if (auto checked = check_message_id(id); !checked)
    return promise.deliver(caf::make_error(ec::invalid_input, checked.error()));
  bool first = promises_.find(id) == promises_.end();
  if (auto known = open_.find(id); first && known != open_.end()) {
    if (entry.request.mirrored) owe_again(known->second.adopted.entry);
    return promise.deliver(known->second.adopted.entry);
  }
  bool brake = is_brake(parse_verb(entry.request.message.type));
  if (first && !brake && before_load_.size() >= max_before_load)
    return promise.deliver(caf::make_error(ec::unavailable, "the journal is not loaded yet"));
  promises_[id].push_back(promise);
  if (!first) return promise;
  if (loaded_) {
    look_up(entry);
    return promise;
  }
  before_load_.push_back(std::move(entry));
  if (brake) {
    if (load_failed_)
      take_waiting_brakes();
    else
      self_->delayed_send(self_, brake_timeout, wake{brake_timer, 0});
  }
  return promise;
}

// The brake does not wait for a journal that cannot be read. Nobody can tell then what ran before,
// who was here and what halts the floor; the brake is worth doing twice.
void command_desk_state::take_waiting_brakes() {
  if (loaded_) return;
  auto waiting = std::move(before_load_);
  before_load_.clear();
  for (auto& entry : waiting) {
    if (is_brake(parse_verb(entry.request.message.type)))
      take_in(entry);
    else
      before_load_.push_back(std::move(entry));
  }
}

void command_desk_state::look_up(const submission& entry) {
  auto id = entry.request.message.id;
  bool brake = is_brake(parse_verb(entry.request.message.type));
  self_->request(services_.journal, brake ? brake_timeout : journal_timeout, find_ledgers{id, 1, 0})
      .then(
          [this, entry, id](const ledger_list& found) {
            if (found.ledgers.empty()) {
              take_in(entry);
              return;
            }
            const auto& known = found.ledgers.front();
            settle_promises(id, known);
            if (known.state == message_state::working) reopen(known);
            if (entry.request.mirrored) owe_again(known);
          },
          [this, entry, id, brake](caf::error& reason) {
            self_->count_error();
            // Nobody can tell whether it ran before; the brake is worth doing twice.
            if (brake)
              take_in(entry);
            else
              fail_promises(
                  id, caf::make_error(ec::journal_unavailable, self_->system().render(reason)));
          });
}

// Firebase says that the message is new: its client has written it once more and so taken away
// what the floor had said of it.
void command_desk_state::owe_again(const ledger& entry) {
  if (!services_.house->has_mirror) return;
  const auto& id = entry.message.id;
  if (auto found = open_.find(id); found != open_.end()) {
    auto& message = found->second;
    for (const auto& line : message.adopted.entry.lines)
      if (is_final(line.status)) message.unsaved.insert(line.bot_id);
    message.state_owed = true;
    save(id);
    return;
  }
  journal_write write;
  for (const auto& line : entry.lines)
    if (is_final(line.status)) write.owed.push_back(owed_line(id, line));
  append(write.owed, owed_state(entry));
  self_->request(services_.journal, journal_timeout, std::move(write))
      .then([this](const journal_receipt&) { hint(); },
            // Firebase says it again when its stream starts anew.
            [this](caf::error&) { self_->count_error(); });
}

void command_desk_state::take_in(const submission& entry) {
  const auto& message = entry.request.message;
  auto id = message.id;
  // Leaving a position must work on a full disk, too.
  bool brake = is_brake(parse_verb(message.type)) || parse_verb(message.type) == verb::exit;
  if (auto known = open_.find(id); known != open_.end()) {
    // Reopened from the journal while this one was looked up.
    settle_promises(id, known->second.adopted.entry);
    return;
  }
  if (open_.size() >= services_.limits.max_open_messages && !brake) {
    fail_promises(id, caf::make_error(ec::mailbox_full, "too many open messages"));
    return;
  }
  auto& taken = open_[id];
  taken.adopted = adopt(message, book_->bots, halt_, services_.limits, now_ms(),
                        halt_pressed_ms_ <= now_ms() ? halt_pressed_ms_ : 0);
  taken.number = ++last_number_;
  taken.mirrored = entry.request.mirrored;
  if (!entry.unreadable.empty()) {
    taken.adopted.entry.code = to_string(ec::invalid_input);
    taken.adopted.entry.reason = entry.unreadable;
  }
  note_brake(taken.adopted.entry);
  // Who is adopted next must see this one's halt, journalled or not.
  taken.halt_before = halt_;
  if (taken.adopted.new_halt) halt_ = *taken.adopted.new_halt;
  self_->request(services_.journal, brake ? brake_timeout : journal_timeout, adoption_write(taken))
      .then([this, id](const journal_receipt&) { adopted(id, true); },
            [this, id, brake](caf::error& reason) {
              self_->count_error();
              spdlog::error("message {} cannot be journalled: {}", id,
                            self_->system().render(reason));
              if (brake)
                adopted(id, false);
              else
                not_taken(id, reason);
            });
}

void command_desk_state::not_taken(const std::string& id, const caf::error& reason) {
  auto before = open_[id].halt_before;
  if (before.kind > halt_.kind) halt_ = before;
  open_.erase(id);
  if (reason != caf::sec::request_timeout) {
    fail_promises(id, caf::make_error(ec::journal_unavailable, self_->system().render(reason)));
    return;
  }
  // The journal may have it all the same, or get to it yet.
  look_again(id, steady_ms() + services_.limits.late_window_ms);
  fail_promises(id, caf::make_error(ec::journal_unavailable,
                                    "the journal has not answered; if it took the message after "
                                    "all, the message runs then: `outcry log " +
                                        id + "` tells"));
}

// A message that was not taken as far as anybody knew, but that the journal holds, is carried out:
// left alone it would wait for the next start of the floor.
void command_desk_state::look_for_unsure() {
  if (steady_ms() < next_look_ms_) return;
  next_look_ms_ = steady_ms() + 1000;
  auto asked = std::move(unsure_);
  unsure_.clear();
  for (const auto& [id, until_ms] : asked) {
    self_->request(services_.journal, journal_timeout, find_ledgers{id, 1, 0})
        .then(
            [this, id = id, until_ms = until_ms](const ledger_list& found) {
              if (!found.ledgers.empty())
                take_up(found.ledgers.front());
              else if (steady_ms() < until_ms)
                look_again(id, until_ms);
            },
            [this, id = id, until_ms = until_ms](caf::error&) {
              self_->count_error();
              look_again(id, until_ms);
            });
  }
}

// Not before it is known which brakes came after it.
void command_desk_state::take_up(const ledger& entry) {
  spdlog::warn("message {} was taken after all", entry.message.id);
  self_->request(services_.journal, journal_timeout, find_ledgers{{}, recent_messages, 0})
      .then(
          [this, entry](const ledger_list& recent) {
            note_brakes(recent);
            if (entry.state == message_state::working) reopen(entry);
            read_halt_again();
          },
          [this, entry](caf::error&) {
            self_->count_error();
            look_again(entry.message.id, steady_ms() + services_.limits.late_window_ms);
          });
}

void command_desk_state::look_again(const std::string& id, std::int64_t until_ms) {
  unsure_[id] = until_ms;
  arm_timer();
}

// What was taken unheard may have changed the halt.
void command_desk_state::read_halt_again() {
  self_->request(services_.journal, journal_timeout, load_floor{})
      .then(
          [this](const floor_image& image) {
            // A halt that is still on its way to the journal is later than what stands there.
            for (const auto& [id, message] : open_)
              if (message.adopted.new_halt && (!message.durable || promises_.count(id) != 0))
                return;
            halt_ = image.halt;
            tell_halt();
          },
          [this](caf::error&) { self_->count_error(); });
}

journal_write command_desk_state::adoption_write(const open_message& message) const {
  const auto& entry = message.adopted.entry;
  journal_write write;
  write.adopted.push_back(entry);
  // Written late, a halt must not undo what was decided after it.
  if (message.adopted.new_halt && message.number > last_halt_)
    write.halt.push_back(*message.adopted.new_halt);
  if (!services_.house->has_mirror) return write;
  if (!message.mirrored) append(write.owed, owed_message(entry.message));
  append(write.owed, owed_state(entry));
  for (const auto& line : entry.lines)
    if (is_final(line.status)) write.owed.push_back(owed_line(entry.message.id, line));
  return write;
}

void command_desk_state::adopted(const std::string& id, bool durable) {
  auto& message = open_[id];
  auto& entry = message.adopted.entry;
  bool brake = is_brake(parse_verb(entry.message.type));
  message.durable = durable;
  if (durable) note_journalled(message);
  message.deadline_ms = steady_ms() + services_.limits.answer_deadline_ms;
  message.late_until_ms = steady_ms() + services_.limits.late_window_ms;
  message.next_reminder_ms = steady_ms() + reminder_pause_ms;
  for (std::size_t i = 0; i < entry.lines.size(); ++i) {
    message.line_of[entry.lines[i].bot_id] = i;
    if (!brake || !entry.lines[i].addressed) continue;
    auto& last = last_brake_[entry.lines[i].bot_id];
    last = std::max(last, message.number);
  }
  if (message.adopted.new_halt) tell_halt();
  close_gates_for(message);
  spdlog::info("message {} ({}) adopted for {} bots", id, entry.message.type, entry.lines.size());
  settle_promises(id, entry);
  for (const auto& line : entry.lines)
    if (!is_final(line.status)) dispatch(id, line.bot_id);
  hint();
  arm_timer();
  if (note_state(message)) save(id);
}

void command_desk_state::settle_promises(const std::string& id, const ledger& entry) {
  auto waiting = promises_.extract(id);
  if (waiting.empty()) return;
  for (auto& promise : waiting.mapped()) promise.deliver(entry);
}

void command_desk_state::fail_promises(const std::string& id, const caf::error& reason) {
  auto waiting = promises_.extract(id);
  if (waiting.empty()) return;
  for (auto& promise : waiting.mapped()) promise.deliver(reason);
}

}  // namespace outcry
