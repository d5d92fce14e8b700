#include <utility>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "actors/operator/owed_values.hpp"
#include "actors/signals/desk/desk_timing.hpp"
#include "actors/signals/desk/signal_desk.hpp"
#include "actors/signals/signal_json.hpp"

// What the operator says to a call, and what happens when nobody says anything.

namespace outcry {

namespace {

void end_line(ledger_line& line, line_status status, ec code, std::string reason) {
  line.status = status;
  line.code = to_string(code);
  line.reason = std::move(reason);
}

/// What config asks for; else `line` says what is wrong with it.
std::optional<std::pair<std::string, bool>> read_confirm(const std::string& config,
                                                         ledger_line& line) {
  const auto wanted = nlohmann::json::parse(config, nullptr, false);
  const auto wrong = [&](const std::string& field, const std::string& expected) {
    end_line(line, line_status::error, ec::invalid_config,
             "config." + field + ": expected " + expected);
    return std::nullopt;
  };
  if (!wanted.is_object()) return wrong("", "an object");
  for (const auto& [name, value] : wanted.items())
    if (name != "signal" && name != "answer" && name != "expires_s")
      return wrong(name, "no other argument than signal and answer");
  if (!wanted.contains("signal") || !wanted["signal"].is_string() ||
      wanted["signal"].get<std::string>().empty())
    return wrong("signal", "a signal's number or source/id, as a text");
  const auto answer = wanted.value("answer", nlohmann::json{});
  if (answer != "yes" && answer != "no") return wrong("answer", "yes or no");
  return std::pair{wanted["signal"].get<std::string>(), answer == "yes"};
}

}  // namespace

command_outcome signal_desk_state::blank_outcome(const bot_command& command) const {
  command_outcome outcome;
  outcome.message_id = command.message.id;
  auto& line = outcome.line;
  line.bot_id = "signals";
  line.container = "floor";
  line.ticker = "SIGNALS";
  line.at_ms = services_.house->time->now_ms();
  line.addressed = command.addressed;
  return outcome;
}

caf::result<command_outcome> signal_desk_state::on_command(const bot_command& command) {
  auto promise = self_->make_response_promise<command_outcome>();
  waiting_answer to{promise, blank_outcome(command)};
  auto& line = to.outcome.line;
  if (!command.addressed) {
    line.status = line_status::ignored;
    line.reason = "not addressed";
  } else if (command.expires_at_ms != 0 && line.at_ms > command.expires_at_ms) {
    end_line(line, line_status::expired, ec::expired, "it came too late");
  } else if (command.message.type == "status") {
    line.status = line_status::done;
    line.result = status().details;
  } else if (command.message.type != "confirm") {
    end_line(line, line_status::error, ec::unsupported,
             "the signal desk takes only confirm and status");
  } else if (!loaded_ || queue_.size() >= max_unread_messages) {
    end_line(line, line_status::error, ec::unavailable, "the signal desk is not ready");
  } else if (auto wish = read_confirm(command.message.config, line)) {
    queue_.push_back({confirmation{wish->first, wish->second, std::move(to)}, {}});
    next();
    return promise;
  }
  answer(std::move(to));
  return promise;
}

// Both sides are asked for what has already been decided: the same answer again is done.
void signal_desk_state::confirm(confirmation wish) {
  auto& line = wish.answer.outcome.line;
  auto* record = known_.find(wish.signal);
  const auto end = [&](line_status status, ec code, std::string reason) {
    end_line(line, status, code, std::move(reason));
    answer(std::move(wish.answer));
    done_with_front();
  };
  if (record == nullptr)
    return end(line_status::error, ec::unknown_target, "no signal " + wish.signal + " is waiting");
  const bool quarantined = record->state == signal_state::quarantined;
  if (!quarantined && record->state != signal_state::waiting) {
    const auto state = std::string(to_string(record->state));
    const bool said_yes = !is_final(record->state) || record->state == signal_state::closed;
    const bool agrees = wish.yes ? said_yes : record->state == signal_state::declined;
    if (!agrees)
      return end(line_status::error, ec::expired, "it is " + state + " already: " + record->reason);
    line.status = line_status::done;
    line.reason = "it is " + state + " already";
    answer(std::move(wish.answer));
    return done_with_front();
  }
  auto next = *record;
  next.version = record->version + 1;
  next.updated_ns = now();
  if (!wish.yes) {
    next.state = signal_state::declined;
    next.code = "declined";
    next.reason = "the operator said no";
  } else {
    const auto call = signals::parse_signal(record->call);
    const auto* bot = call ? follower_of(book_->followers, *call) : nullptr;
    if (bot == nullptr)
      return end(line_status::error, ec::refused, "no bot follows calls of " + record->ticker);
    next.state = signal_state::accepted;
    next.bot_id = bot->bot_id;
    next.code.clear();
    next.reason = "the operator said yes";
    const auto* rules = rules_for(services_.options, record->source);
    next.expires_ns =
        now() + (rules != nullptr ? rules->reading : signals::channel_rules{}).maximum_age;
  }
  const auto on_stored = [this, next, to = wish.answer](const store_receipt&) mutable {
    if (next.state == signal_state::declined) {
      to.outcome.line.status = line_status::done;
      to.outcome.line.reason = "declined";
      answer(std::move(to));
    } else {
      confirmed_[key_of(next)].push_back(std::move(to));
    }
    act(next);
    done_with_front();
  };
  const auto on_failed = [this, to = wish.answer](const caf::error& reason) mutable {
    end_line(to.outcome.line, line_status::error, ec::journal_unavailable,
             "nothing changed, it could not be stored: " + self_->system().render(reason));
    answer(std::move(to));
    done_with_front();
  };
  write({store_signals{{next}, {}}, on_stored, on_failed});
}

// Done is what the bot has done, not what it was told.
void signal_desk_state::answer_confirmed(const signal_record& record) {
  auto found = confirmed_.find(key_of(record));
  if (found == confirmed_.end() || record.state == signal_state::accepted) return;
  auto waiting = std::move(found->second);
  confirmed_.erase(found);
  for (auto& to : waiting) {
    auto& line = to.outcome.line;
    line.at_ms = services_.house->time->now_ms();
    if (record.state == signal_state::refused) {
      end_line(line, line_status::error, ec::refused, record.code + ": " + record.reason);
    } else {
      line.status = line_status::done;
      line.reason =
          "its bot " + record.bot_id + " follows it: " + std::string(to_string(record.state));
    }
    answer(std::move(to));
  }
}

void signal_desk_state::answer(waiting_answer to) {
  journal_write write;
  write.lines.push_back({to.outcome.message_id, to.outcome.line});
  if (services_.house->has_mirror)
    write.owed.push_back(owed_line(to.outcome.message_id, to.outcome.line));
  if (!services_.journal) {
    to.promise.deliver(to.outcome);
    return;
  }
  self_->request(services_.journal, signal_journal_timeout, std::move(write))
      .then([to](const journal_receipt&) mutable { to.promise.deliver(to.outcome); },
            [this, to](caf::error&) mutable {
              self_->count_error();
              to.outcome.durable = false;
              to.promise.deliver(to.outcome);
            });
}

// Not while a message is being stored, which may decide the same call.
void signal_desk_state::expire() {
  if (busy_) return;
  std::vector<signal_record> over;
  for (const auto& [key, record] : known_.all())
    if ((record.state == signal_state::waiting || record.state == signal_state::quarantined) &&
        record.expires_ns != 0 && record.expires_ns <= now())
      over.push_back(record);
  for (auto& record : over)
    change(record, signal_state::expired, "expired", "nobody answered in time");
}

}  // namespace outcry
