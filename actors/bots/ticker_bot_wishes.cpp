#include <algorithm>
#include <utility>

#include <caf/send.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "actors/bots/bot_timing.hpp"
#include "actors/bots/ticker_bot.hpp"
#include "actors/operator/owed_values.hpp"

// Commands whose effect must be waited for: how they begin, are told pending, and end.

namespace outcry {

namespace {

/// An exit that does not start the bot again, because a later one came.
void overtake(bot_wish& wish) {
  wish.leave.starts_again = false;
  wish.overtaken = true;
  wish.note = fmt::format(R"({{"after":{},"stays":1}})", wish.after);
}

bool ends_by_brake(const bot_wish& wish) {
  return wish.what == verb::start || wish.what == verb::exit || wish.what == verb::enter;
}

}  // namespace

// True: the command at the front has become a wish, or has joined one, and waits no more.
bool ticker_bot_state::begin_wish(const ledger_line& stored) {
  auto& front = commands_.front();
  const auto what = parse_verb(front.command.message.type);
  if (!services_->orders || !front.command.addressed) return false;
  if (!is_brake(what) && what != verb::start && what != verb::exit && what != verb::enter)
    return false;
  if (auto* known = wish_of(front.command.message.id)) {
    join(*known, std::move(front.sender));
    next_command();
    return true;
  }
  // One that has begun before a restart may have had its effect: it finds out itself.
  const bool begun = stored.status == line_status::pending;
  const auto expires = front.command.expires_at_ms;
  if (!begun && expires != 0 && services_->house->time->now_ms() > expires) return false;

  bot_wish wish;
  wish.serial = ++last_serial_;
  wish.what = what;
  wish.command = std::move(front.command);
  wish.unanswered.push_back(std::move(front.sender));
  if (begun) wish.note = stored.result;
  const auto serial = wish.serial;
  wishes_.push_back(std::move(wish));
  self_->delayed_send(self_, pending_after, wake{pending_timer, serial});
  arm_tick();
  begin(wishes_.back(), begun);
  // It may be over already.
  next_command();
  return true;
}

void ticker_bot_state::begin(bot_wish& wish, bool begun) {
  const auto& config = wish.command.message.config;
  switch (wish.what) {
    case verb::stop:
    case verb::kill:
      if (wish.what == verb::kill || takes_protective(config))
        wish.closing = gate_closing::cancel_all;
      end_wishes_before(wish);
      record_stop(wish, false);
      break;
    case verb::start:
      wish.accepts_position = says_yes(config, "confirm");
      break;
    case verb::exit: {
      auto asked = read_exit(config);
      if (!asked) {
        finish(wish, ec::invalid_config, to_string(asked.error()));
        return;
      }
      wish.leave = *asked;
      const auto stored_note = wish.note;
      wish.after = begun ? noted_number(wish.note, "after") : pad_.last_number();
      // Closed already, and running again as the journal says: it is not closed a second time.
      wish.is_flat = wish.started = wish.recorded =
          begun && wish.leave.starts_again && says_yes(wish.note, "flat");
      if (wish.is_flat) break;
      wish.note = R"({"after":)" + std::to_string(wish.after) + "}";
      if (begun && noted_number(stored_note, "stays") != 0) overtake(wish);
      end_wishes_before(wish);
      record_stop(wish, true);
      break;
    }
    case verb::enter: {
      auto asked = read_enter(config, setup_->identity.ticker);
      if (!asked) {
        finish(wish, ec::invalid_config, to_string(asked.error()));
        return;
      }
      wish.terms = *asked;
      wish.number = begun ? noted_number(wish.note, "order") : 0;
      if (wish.number != 0) look_for_enter(wish);
      break;
    }
    default:
      break;
  }
}

bot_wish* ticker_bot_state::find_wish(std::uint64_t serial) {
  auto found = std::ranges::find(wishes_, serial, &bot_wish::serial);
  return found == wishes_.end() ? nullptr : &*found;
}

bot_wish* ticker_bot_state::wish_of(const std::string& message_id) {
  auto found = std::ranges::find_if(
      wishes_, [&](const auto& wish) { return wish.command.message.id == message_id; });
  return found == wishes_.end() ? nullptr : &*found;
}

// The desk asks again: it was restarted, or has heard nothing for long.
void ticker_bot_state::join(bot_wish& wish, command_sender sender) {
  // Nothing new: the journal has the line as it is.
  if (wish.told && !wish.writing && !wish.ending &&
      wish.told_words == wish.code + wish.waiting_for) {
    sender.promise.deliver(*wish.told);
    if (sender.address && std::ranges::find(wish.listeners, sender.address) == wish.listeners.end())
      wish.listeners.push_back(std::move(sender.address));
    return;
  }
  wish.unanswered.push_back(std::move(sender));
  if (wish.told_pending) tell_pending(wish);
}

bool ticker_bot_state::is_late(const bot_wish& wish) const {
  const auto expires = wish.command.expires_at_ms;
  return expires != 0 && services_->house->time->now_ms() > expires;
}

// What was wished before a stop, a kill or an exit, and is not done yet.
void ticker_bot_state::end_wishes_before(const bot_wish& brake) {
  const bool exits = brake.what == verb::exit;
  for (auto& wish : wishes_) {
    if (wish.serial == brake.serial || wish.ending || !ends_by_brake(wish)) continue;
    if (exits && wish.what == verb::exit) {
      // The later one wants it stopped, or starts it itself.
      if (!wish.leave.starts_again) continue;
      if (wish.is_flat)
        finish(wish, ec::halted, "flat; an exit came before it was started again");
      else
        overtake(wish);
      continue;
    }
    finish(wish, ec::halted,
           std::string(exits ? "an exit" : "a stop") + " came before it was done");
  }
}

// In force at once; the journal may need longer, or not be there.
void ticker_bot_state::record_stop(bot_wish& wish, bool with_line) {
  const bool changed = record_.desired != desired_state::stopped;
  wish.was_running = changed;
  if (changed) {
    record_.desired = desired_state::stopped;
    record_.since_ms = services_->house->time->now_ms();
    ++record_.revision;
    refresh_state();
  }
  if (!changed && !owes_record_ && !with_line) {
    wish.recorded = true;
    return;
  }
  journal_write write;
  write.bots.push_back(next_record());
  if (with_line) write.lines.push_back({wish.command.message.id, pending_line(wish)});
  if (wish.what == verb::exit)
    for (const auto& other : wishes_)
      if (other.overtaken && !other.ending && other.serial != wish.serial)
        write.lines.push_back({other.command.message.id, pending_line(other)});
  self_->request(services_->journal, bot_brake_timeout, std::move(write))
      .then(
          [this, serial = wish.serial](const journal_receipt&) {
            if (auto* found = find_wish(serial)) {
              found->recorded = true;
              pursue_all();
            }
          },
          [this, serial = wish.serial](caf::error& reason) {
            self_->count_error();
            owes_record_ = true;
            journal_away_ = true;
            mark_dirty();
            if (auto* found = find_wish(serial)) {
              found->recorded = true;
              found->not_durable = self_->system().render(reason);
              pursue_all();
            }
          });
}

// -- pending --------------------------------------------------------------------------------------

void ticker_bot_state::told_pending_in_time(std::uint64_t serial) {
  if (auto* wish = find_wish(serial); wish != nullptr && !wish->ending && !wish->told_pending) {
    wish->told_pending = true;
    tell_pending(*wish);
  }
}

ledger_line ticker_bot_state::pending_line(const bot_wish& wish) const {
  auto line = blank_line();
  line.addressed = true;
  line.status = line_status::pending;
  line.code = wish.code;
  line.reason = wish.waiting_for.empty() ? "begun" : wish.waiting_for;
  line.result = wish.note;
  return line;
}

// Journalled before it is told; told anyway if that cannot be.
void ticker_bot_state::tell_pending(bot_wish& wish) {
  if (wish.writing || wish.ending) return;
  wish.writing = true;
  wish.told_words = wish.code + wish.waiting_for;
  const auto line = pending_line(wish);
  journal_write write;
  write.lines.push_back({wish.command.message.id, line});
  if (services_->house->has_mirror) write.owed.push_back(owed_line(wish.command.message.id, line));
  const auto tell = [this, serial = wish.serial, line](bool durable) {
    auto* found = find_wish(serial);
    if (found == nullptr) return;
    found->writing = false;
    if (found->ending) return;
    const command_outcome outcome{found->command.message.id, line, durable};
    found->told.reset();
    if (durable) found->told = outcome;
    for (const auto& listener : found->listeners)
      caf::anon_send(caf::actor_cast<caf::actor>(listener), outcome);
    for (auto& sender : std::exchange(found->unanswered, {})) {
      sender.promise.deliver(outcome);
      if (sender.address &&
          std::ranges::find(found->listeners, sender.address) == found->listeners.end())
        found->listeners.push_back(sender.address);
    }
  };
  self_->request(services_->journal, bot_brake_timeout, std::move(write))
      .then([tell](const journal_receipt&) { tell(true); },
            [this, tell](caf::error&) {
              self_->count_error();
              tell(false);
            });
}

// -- the end --------------------------------------------------------------------------------------

void ticker_bot_state::finish(bot_wish& wish, ec code, std::string reason) {
  finish(wish, line_status::error, std::string(to_string(code)), std::move(reason));
}

void ticker_bot_state::finish(bot_wish& wish, line_status status, std::string code,
                              std::string reason, std::string result) {
  if (wish.ending) return;
  wish.ending = true;
  auto line = blank_line();
  line.addressed = true;
  line.status = status;
  line.code = std::move(code);
  line.reason = std::move(reason);
  line.result = std::move(result);
  journal_write write;
  // What could not be journalled before gets another chance.
  const bool owed = owes_record_ && !changing_;
  if (owed) write.bots.push_back(next_record());
  write.lines.push_back({wish.command.message.id, line});
  if (services_->house->has_mirror) write.owed.push_back(owed_line(wish.command.message.id, line));
  self_->request(services_->journal, bot_brake_timeout, std::move(write))
      .then(
          [this, serial = wish.serial, line, owed](const journal_receipt&) {
            if (owed) owes_record_ = false;
            auto* found = find_wish(serial);
            if (found == nullptr) return;
            auto told = line;
            const bool durable = found->not_durable.empty() || !owes_record_;
            if (!durable) say_not_durable(told, found->not_durable);
            finished(serial, told, durable);
          },
          [this, serial = wish.serial, line](caf::error& why) {
            self_->count_error();
            auto told = line;
            say_not_durable(told, self_->system().render(why));
            finished(serial, told, false);
          });
}

void ticker_bot_state::say_not_durable(ledger_line& line, const std::string& why) {
  if (line.status != line_status::done) return;
  line.code = to_string(ec::not_durable);
  line.reason += "; the journal could not be written: " + why;
}

void ticker_bot_state::finished(std::uint64_t serial, const ledger_line& line, bool durable) {
  auto found = std::ranges::find(wishes_, serial, &bot_wish::serial);
  if (found == wishes_.end()) return;
  const auto wish = std::move(*found);
  wishes_.erase(found);
  const command_outcome outcome{wish.command.message.id, line, durable};
  for (const auto& listener : wish.listeners)
    caf::anon_send(caf::actor_cast<caf::actor>(listener), outcome);
  for (auto sender : wish.unanswered) sender.promise.deliver(outcome);
  report();
  // Somebody may have waited for it.
  pursue_all();
}

void ticker_bot_state::pursue_all() {
  if (!ready_ || leaving_ || wishes_.empty()) return;
  std::vector<std::uint64_t> serials;
  for (const auto& wish : wishes_) serials.push_back(wish.serial);
  for (const auto serial : serials) {
    auto* wish = find_wish(serial);
    if (wish == nullptr || wish->ending) continue;
    pursue(*wish);
    if (!wish->ending && wish->told_pending && wish->told_words != wish->code + wish->waiting_for)
      tell_pending(*wish);
  }
}

const bot_wish* ticker_bot_state::earlier(const bot_wish& wish,
                                          bool (*is_one)(const bot_wish&)) const {
  for (const auto& other : wishes_) {
    if (other.serial >= wish.serial) break;
    if (is_one(other)) return &other;
  }
  return nullptr;
}

}  // namespace outcry
