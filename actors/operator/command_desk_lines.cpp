#include <algorithm>
#include <chrono>

#include <caf/duration.hpp>
#include <spdlog/spdlog.h>

#include "actors/operator/command_desk.hpp"
#include "actors/operator/desk_patience.hpp"
#include "messages/error.hpp"

// How an adopted message reaches its bots and how their lines become final.

namespace outcry {

void command_desk_state::dispatch(const std::string& id, const std::string& bot_id) {
  auto& message = open_[id];
  const auto& line = message.adopted.entry.lines[message.line_of[bot_id]];
  if (is_overtaken(message, bot_id)) {
    overtake(id, line);
    return;
  }
  auto address = book_->addresses.find(bot_id);
  if (address == book_->addresses.end() || must_wait(message, bot_id)) {
    message.retry.insert(bot_id);
    remember_stop(id, bot_id);
    return;
  }
  bot_command command{message.adopted.entry.message, line.addressed, message.adopted.expires_at_ms};
  // CAF 0.17 keeps the priority of a request only with its own duration type.
  auto window = caf::duration{std::chrono::milliseconds(services_.limits.late_window_ms)};
  auto bot = caf::actor_cast<commandable_actor>(address->second);
  self_->request<caf::message_priority::high>(bot, window, std::move(command))
      .then([this](const command_outcome& outcome) { on_outcome(outcome); },
            [this, id, bot_id](caf::error& reason) { delivery_failed(id, bot_id, reason); });
}

void command_desk_state::delivery_failed(const std::string& id, const std::string& bot_id,
                                         const caf::error& reason) {
  auto found = open_.find(id);
  if (found == open_.end()) return;
  auto& message = found->second;
  auto line = message.adopted.entry.lines[message.line_of[bot_id]];
  // Answered meanwhile: what came after it must not be undone.
  if (is_final(line.status) && line.status != line_status::no_answer) return;
  remember_stop(id, bot_id);
  if (reason != ec::failed) {
    // Down for a moment: asked again until the deadline says no_answer, and a brake even later.
    message.retry.insert(bot_id);
    return;
  }
  bool brake = is_brake(parse_verb(message.adopted.entry.message.type)) && line.addressed;
  line.at_ms = now_ms();
  line.status = line.addressed ? line_status::error : line_status::ignored;
  line.code = to_string(ec::bot_failed);
  line.reason = brake ? "the bot has failed and does nothing; it stays stopped after a restart"
                      : "the bot has failed and is not running";
  set_line(id, std::move(line), false);
}

// The order desk hears of a brake at once: a bot that is busy, or down, cannot order meanwhile.
void command_desk_state::close_gates_for(const open_message& message) {
  const auto& entry = message.adopted.entry;
  const auto wish = parse_verb(entry.message.type);
  if (!services_.orders || !is_brake(wish)) return;
  close_gates brake;
  brake.message_id = entry.message.id;
  brake.whole_floor = wish == verb::kill;
  brake.how = wish == verb::kill || cancels_protective(entry.message) ? gate_closing::cancel_all
                                                                      : gate_closing::keep_reducing;
  for (const auto& line : entry.lines)
    if (line.addressed && !is_final(line.status)) brake.bot_ids.push_back(line.bot_id);
  self_->send<caf::message_priority::high>(services_.orders, std::move(brake));
}

// A bot that cannot hear a stop must not come back running.
void command_desk_state::remember_stop(const std::string& id, const std::string& bot_id) {
  auto& message = open_[id];
  const auto& entry = message.adopted.entry;
  if (!is_brake(parse_verb(entry.message.type))) return;
  if (!entry.lines[message.line_of[bot_id]].addressed) return;
  if (!message.stops.insert(bot_id).second) return;
  message.unremembered.insert(bot_id);
  journal_write write;
  write.stopped_bots.push_back(bot_id);
  write.stopped_at_ms = now_ms();
  self_->request(services_.journal, journal_timeout, std::move(write))
      .then(
          [this, id, bot_id](const journal_receipt&) {
            if (auto found = open_.find(id); found != open_.end())
              found->second.unremembered.erase(bot_id);
          },
          [this, id, bot_id](caf::error&) {
            self_->count_error();
            if (auto found = open_.find(id); found != open_.end())
              found->second.stops.erase(bot_id);
          });
}

void command_desk_state::on_outcome(const command_outcome& outcome) {
  auto found = open_.find(outcome.message_id);
  if (found == open_.end()) return;
  auto& message = found->second;
  auto known = message.line_of.find(outcome.line.bot_id);
  if (known == message.line_of.end()) return;
  const auto& before = message.adopted.entry.lines[known->second];
  bool amends = before.status == line_status::no_answer && is_final(outcome.line.status);
  if (is_final(before.status) && !amends) return;
  auto line = outcome.line;
  line.addressed = before.addressed;
  line.late = amends;
  message.retry.erase(line.bot_id);
  if (is_final(line.status)) message.unremembered.erase(line.bot_id);
  set_line(outcome.message_id, std::move(line), outcome.durable && !amends);
}

void command_desk_state::set_line(const std::string& id, ledger_line line, bool journalled) {
  auto& message = open_[id];
  auto& place = message.adopted.entry.lines[message.line_of[line.bot_id]];
  place = std::move(line);
  // What is on its way to the journal may be older than what the bot has written itself.
  if (!journalled || message.being_saved.count(place.bot_id) != 0)
    message.unsaved.insert(place.bot_id);
  message.state_owed = true;
  tell(message, &place);
  // The count alone can wait for the timer, which takes many lines together.
  if (note_state(message) || !journalled) save(id);
}

// True: the message's state has changed.
bool command_desk_state::note_state(open_message& message) {
  auto& entry = message.adopted.entry;
  auto state = judge(entry);
  if (state == message_state::working || state == entry.state) return false;
  entry.state = state;
  message.state_owed = true;
  spdlog::info("message {} is {}", entry.message.id, to_string(state));
  tell(message, nullptr);
  return true;
}

void command_desk_state::look_after(const std::string& id, std::set<std::string>& waited_for) {
  if (promises_.count(id) != 0) return;  // still being journalled
  ask_again(id, waited_for);
  auto& message = open_[id];
  if (!message.deadline_passed && steady_ms() >= message.deadline_ms) close_deadline(id);
  remind_pending(id);
  for (const auto& bot_id : std::set<std::string>(message.unremembered)) remember_stop(id, bot_id);
  save(id);
  if (is_over(message)) open_.erase(id);
}

// A bot that crashed has forgotten what it is pending for; one that has not knows the message.
void command_desk_state::remind_pending(const std::string& id) {
  auto& message = open_[id];
  if (steady_ms() < message.next_reminder_ms) return;
  message.next_reminder_ms = steady_ms() + reminder_pause_ms;
  std::vector<std::string> pending;
  for (const auto& line : message.adopted.entry.lines) {
    auto bot = book_->bots.find(line.bot_id);
    const bool hosted = bot != book_->bots.end() && bot->second.kind == bot_kind::hosted;
    if (line.status == line_status::pending && line.addressed && hosted)
      pending.push_back(line.bot_id);
  }
  for (const auto& bot_id : pending) dispatch(id, bot_id);
}

// A bot hears its messages in the order of their adoption: who has to be asked again holds back
// the later ones, but for the brake.
void command_desk_state::ask_again(const std::string& id, std::set<std::string>& waited_for) {
  auto& message = open_[id];
  bool brake = is_brake(parse_verb(message.adopted.entry.message.type));
  auto again = std::move(message.retry);
  message.retry.clear();
  for (const auto& bot_id : again) {
    if (message.deadline_passed && !brake) continue;
    bool first = waited_for.insert(bot_id).second;
    if (brake || first)
      dispatch(id, bot_id);
    else
      message.retry.insert(bot_id);
  }
}

bool command_desk_state::must_wait(const open_message& message, const std::string& bot_id) const {
  if (is_brake(parse_verb(message.adopted.entry.message.type))) return false;
  return std::any_of(open_.begin(), open_.end(), [&](const auto& entry) {
    const auto& earlier = entry.second;
    return earlier.number < message.number && earlier.retry.count(bot_id) != 0;
  });
}

void command_desk_state::overtake(const std::string& id, ledger_line line) {
  line.at_ms = now_ms();
  line.status = line_status::error;
  line.code = to_string(ec::halted);
  line.reason = "a stop that was given later holds";
  set_line(id, std::move(line), false);
}

// A start must not undo a stop that was given after it, in whatever order the two reach us: each
// may have waited in Firebase, in a phone without a connection or in the journal.
bool command_desk_state::is_overtaken(const open_message& message,
                                      const std::string& bot_id) const {
  auto wish = parse_verb(message.adopted.entry.message.type);
  if (wish != verb::start && wish != verb::enter) return false;
  if (!message.adopted.entry.lines[message.line_of.at(bot_id)].addressed) return false;
  const auto& entry = message.adopted.entry;
  if (auto known = brakes_.find(bot_id); known != brakes_.end()) {
    // Adopted later than now: the clock went back meanwhile, and pressing times say nothing.
    bool comparable = known->second.adopted_at_ms <= now_ms();
    if (comparable && known->second.pressed_at_ms > entry.message.pressed_at_ms) return true;
    if (message.reopened && known->second.adopted_at_ms > entry.adopted_at_ms) return true;
  }
  auto brake = last_brake_.find(bot_id);
  return brake != last_brake_.end() && brake->second > message.number;
}

void command_desk_state::close_deadline(const std::string& id) {
  auto& message = open_[id];
  message.deadline_passed = true;
  for (auto line : message.adopted.entry.lines) {
    if (line.status != line_status::open) continue;
    bool absent = book_->addresses.count(line.bot_id) == 0;
    line.status = line_status::no_answer;
    line.at_ms = now_ms();
    line.code = to_string(absent ? ec::bot_absent : ec::no_answer);
    line.reason = absent ? "nobody hosts this bot now" : "no receipt within the deadline";
    set_line(id, std::move(line), false);
  }
}

bool command_desk_state::is_over(const open_message& message) const {
  const auto& entry = message.adopted.entry;
  if (!message.durable || message.saving || message.state_owed) return false;
  if (!message.unsaved.empty() || !message.unremembered.empty()) return false;
  if (entry.state == message_state::working) return false;
  bool may_be_amended = std::any_of(entry.lines.begin(), entry.lines.end(), [](const auto& line) {
    return line.status == line_status::no_answer;
  });
  return !may_be_amended || steady_ms() > message.late_until_ms;
}

}  // namespace outcry
