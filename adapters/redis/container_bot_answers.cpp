#include <chrono>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/bots/bot_words.hpp"
#include "actors/operator/adoption.hpp"
#include "actors/operator/owed_values.hpp"
#include "adapters/redis/container_bot.hpp"
#include "adapters/redis/container_exit.hpp"
#include "adapters/redis/timers.hpp"
#include "messages/error.hpp"

// What a bot in a container answers: journalled, told, and only then let go.

namespace outcry::redis {

namespace {

// A pending answer that comes again says no less than the journal knows; of an exit only the floor
// knows whether nothing is left to close.
void keep_note(ledger_line& line, bool settled, const bot_command& command,
               const std::string& note) {
  if (line.status != line_status::pending || (settled && !line.result.empty())) return;
  const bool bots_own = parse_verb(command.message.type) != verb::exit;
  if (!bots_own || line.result.empty()) line.result = note;
}

}  // namespace

void container_bot_state::on_acknowledgement(command_outcome outcome, std::string entry_id) {
  for (auto& held : held_)
    if (held.starting && outcome.message_id == held.start_id) {
      if (!entry_id.empty()) services_->wire.acknowledge(entry_id);
      return start_heard(held, outcome.line);
    }
  // What it noted goes with the command from now on.
  auto* entry = find_open(outcome.message_id);
  if (entry != nullptr && parse_verb(entry->command.message.type) == verb::enter &&
      outcome.line.status == line_status::pending && !outcome.line.result.empty())
    entry->note = outcome.line.result;
  acknowledgements_.push_back({std::move(outcome), std::move(entry_id)});
  serve_next();
}

void container_bot_state::serve_next() {
  if (busy_ || acknowledgements_.empty()) return;
  if (!loaded_) return load();
  busy_ = true;
  auto& front = acknowledgements_.front();
  auto* known = find_open(front.outcome.message_id);
  // Of an exit the journal may know more than we do yet.
  if (known != nullptr && (known->asked || parse_verb(known->command.message.type) != verb::exit)) {
    keep_note(front.outcome.line, front.settled, known->command, known->note);
    journal_front(known->command);
  } else {
    serve_unasked();
  }
}

// After a restart of the floor, or twice: the journal knows.
void container_bot_state::serve_unasked() {
  const auto& id = acknowledgements_.front().outcome.message_id;
  self_->request(services_->journal, journal_timeout, find_ledgers{id, 1, 0})
      .then(
          [this](const ledger_list& found) {
            const ledger_line* line = nullptr;
            if (!found.ledgers.empty())
              for (const auto& entry : found.ledgers.front().lines)
                if (entry.bot_id == identity_.id) line = &entry;
            if (line == nullptr || is_answer(line->status)) {
              // Until what it changed is journalled, it comes again.
              if (!owes_record_) let_go(acknowledgements_.front());
              drop_held(acknowledgements_.front().outcome.message_id);
              finish_front();
              return;
            }
            take_name(*line);
            bot_command command;
            command.message = found.ledgers.front().message;
            command.addressed = line->addressed;
            command.expires_at_ms = expiry_of(command.message).value_or(0);
            auto& front = acknowledgements_.front();
            const auto noted = line->status == line_status::pending ? line->result : std::string{};
            keep_note(front.outcome.line, front.settled, command, noted);
            front.flat = says_yes(noted, flat_note);
            journal_front(command);
          },
          [this](caf::error&) {
            // Not acknowledged: it comes again.
            self_->count_error();
            note_heard(acknowledgements_.front().outcome.message_id, false);
            finish_front();
          });
}

// All that is known of one who left before we were started stands in the ledger.
void container_bot_state::take_name(const ledger_line& line) {
  if (!identity_.ticker.empty()) return;
  identity_.ticker = line.ticker;
  identity_.container = line.container;
}

ledger_line container_bot_state::own(ledger_line line, bool addressed) const {
  line.bot_id = identity_.id;
  line.container = identity_.container;
  line.ticker = identity_.ticker;
  line.addressed = addressed;
  if (line.status == line_status::error && line.code == to_string(ec::expired))
    line.status = line_status::expired;
  return line;
}

journal_write container_bot_state::answer_write(const bot_command& command,
                                                const bot_record& record) {
  const auto& front = acknowledgements_.front();
  journal_write write;
  if (!(record == record_) || owes_record_ || is_brake(parse_verb(command.message.type)))
    write.bots.push_back(record);
  write.lines.push_back({front.outcome.message_id, front.outcome.line});
  if (services_->house->has_mirror)
    write.owed.push_back(owed_line(front.outcome.message_id, front.outcome.line));
  return write;
}

void container_bot_state::journal_front(const bot_command& command) {
  auto& front = acknowledgements_.front();
  front.outcome.line = own(std::move(front.outcome.line), command.addressed);
  if (!front.settled && must_wait(command)) return hold_front(command);
  const auto& line = front.outcome.line;
  if (must_compare(command)) return compare_set(command);
  auto record = record_;
  auto wish = parse_verb(command.message.type);
  if (line.status == line_status::done && line.addressed) {
    if (is_brake(wish)) record.desired = desired_state::stopped;
    // An answer of before a stop may come again when both commands are closed.
    const bool counts =
        find_open(front.outcome.message_id) != nullptr || line.at_ms >= record_.since_ms;
    if (wish == verb::start && counts && !brake_waits()) record.desired = desired_state::running;
    if (wish == verb::set) take_set(command, record, front);
  }
  // One that begins to leave its position has stopped, whatever comes of it.
  if (wish == verb::exit && line.addressed &&
      (line.status == line_status::done || line.status == line_status::pending))
    record.desired = desired_state::stopped;
  if (front.runs && !brake_waits()) record.desired = desired_state::running;
  if (!(record == record_) || (is_brake(wish) && is_final(line.status))) {
    if (record.desired != record_.desired) record.since_ms = now_ms();
    ++record.revision;
  }
  brake_came_ = false;
  auto write = answer_write(command, record);
  bool carried = !write.bots.empty();
  self_->request(services_->journal, journal_timeout, std::move(write))
      .then([this, record, carried,
             wish](const journal_receipt&) { settle_front(record, carried, wish, nullptr); },
            [this, record, carried, wish](caf::error& reason) {
              settle_front(record, carried, wish, &reason);
            });
}

void container_bot_state::let_go(const acknowledgement& entry) {
  if (!entry.entry_id.empty()) services_->wire.acknowledge(entry.entry_id);
}

void container_bot_state::settle_front(bot_record record, bool carried, verb wish,
                                       const caf::error* refusal) {
  auto& done = acknowledgements_.front();
  auto& line = done.outcome.line;
  bool changed = !(record == record_);
  const bool in_force = refusal == nullptr || !done.alone;
  if (brake_came_) {
    record.desired = desired_state::stopped;
    record.since_ms = record_.since_ms;
  }
  if (in_force) record_ = std::move(record);
  // The next that is read of its presence may be from before.
  if (is_brake(wish) && line.status == line_status::done && is_present()) reconciled_ms_ = now_ms();
  done.outcome.durable = refusal == nullptr;
  if (refusal == nullptr) {
    if (carried) owes_record_ = false;  // a brake since then is a write of its own
    let_go(done);
  } else {
    self_->count_error();
    auto why = self_->system().render(*refusal);
    spdlog::error("the answer of container bot {} is not journalled: {}", identity_.id, why);
    if (changed) owe_record();  // perhaps it was written all the same
    if (!in_force && line.status == line_status::done) {
      line.status = line_status::error;
      line.code = to_string(ec::journal_unavailable);
      line.reason = "nothing changed, the journal could not be written: " + why;
      line.result.clear();
    } else if (changed) {
      line.code = to_string(ec::not_durable);
      line.reason += "; the journal could not be written: " + why;
    }
  }
  bool answered = false;
  if (auto* waiting = find_open(done.outcome.message_id)) {
    for (auto& promise : waiting->promises) promise.deliver(done.outcome);
    answered = !waiting->promises.empty();
    waiting->promises.clear();
    waiting->heard = true;
    if (line.status == line_status::pending) waiting->note = line.result;
    if (is_final(line.status)) close(done.outcome.message_id);
  }
  if (!answered) self_->send(services_->desk, done.outcome);
  if (changed && in_force && wish == verb::set) tell_limits();
  if (carried && !is_present()) look_for_brake();
  follow_gate(done.outcome, wish);
  report();
  finish_front();
}

void container_bot_state::finish_front() {
  acknowledgements_.pop_front();
  finish();
}

void container_bot_state::finish() {
  busy_ = false;
  if (leaving_ && acknowledgements_.empty() && held_.empty() && !owes_record_)
    return self_->quit(caf::exit_reason::user_shutdown);
  if (std::exchange(stale_, false) || (!is_present() && acknowledgements_.empty())) forget_image();
  if (is_present() && !loaded_) load();
  serve_next();
}

}  // namespace outcry::redis
