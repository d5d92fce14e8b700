#include <utility>

#include <fmt/format.h>

#include "actors/bots/bot_timing.hpp"
#include "actors/bots/ticker_bot.hpp"

// What a pending command does next, from how things stand now: looked at after each event of the
// bot's orders, each answer of the order desk and once a second.

namespace outcry {

namespace {

bool is_stop(const bot_wish& wish) {
  return is_brake(wish.what);
}

bool is_exit(const bot_wish& wish) {
  return wish.what == verb::exit;
}

bool stops_or_exits(const bot_wish& wish) {
  return is_stop(wish) || is_exit(wish);
}

std::string or_else(const std::string& text, const char* standard) {
  return text.empty() ? standard : text;
}

}  // namespace

void ticker_bot_state::pursue(bot_wish& wish) {
  switch (wish.what) {
    case verb::stop:
    case verb::kill:
      pursue_stop(wish);
      break;
    case verb::start:
      pursue_start(wish);
      break;
    case verb::exit:
      pursue_exit(wish);
      break;
    case verb::enter:
      pursue_enter(wish);
      break;
    default:
      break;
  }
}

void ticker_bot_state::desk_silent(bot_wish& wish, const caf::error& reason) {
  self_->count_error();
  wish.code.clear();
  wish.waiting_for = "the order desk does not answer: " + self_->system().render(reason);
  arm_tick();
}

// -- stop and kill --------------------------------------------------------------------------------

void ticker_bot_state::ask_gate(bot_wish& wish) {
  if (wish.asking) return;
  wish.asking = true;
  self_
      ->request(services_->orders, order_desk_timeout,
                close_gate{setup_->identity.id, wish.closing})
      .then(
          [this, serial = wish.serial, number = wish.number](const gate_report& report) {
            auto* found = find_wish(serial);
            if (found == nullptr) return;
            found->asking = false;
            if (found->number != number) return;  // older than the last order of an exit
            found->gate = report;
            if (!found->ending && is_stop(*found)) found->waiting_for = report.waiting_for;
            gate_heard(*found);
          },
          [this, serial = wish.serial](caf::error& reason) {
            auto* found = find_wish(serial);
            if (found == nullptr) return;
            found->asking = false;
            desk_silent(*found, reason);
          });
}

// Without asking again: the next question comes with the next event or tick.
void ticker_bot_state::gate_heard(bot_wish& wish) {
  if (wish.ending) return;
  if (is_stop(wish))
    stop_if_clear(wish);
  else if (wish.recorded)
    exit_if_alone(wish);
}

void ticker_bot_state::pursue_stop(bot_wish& wish) {
  stop_if_clear(wish);
  if (!wish.ending && !(wish.gate && wish.gate->clear)) ask_gate(wish);
}

void ticker_bot_state::stop_if_clear(bot_wish& wish) {
  if (!wish.recorded || !wish.gate || !wish.gate->clear) return;
  // The desk's figure belongs to the orders it names.
  const auto position = wish.gate->position + record_.claimed;
  auto reason = std::string(wish.was_running ? "stopped" : "was stopped already");
  if (!wish.gate->open.empty() || !position.is_zero())
    reason += ", " + remaining_words(*wish.gate, position);
  finish(wish, line_status::done, {}, std::move(reason), remaining_json(*wish.gate, position));
}

// -- start ----------------------------------------------------------------------------------------

void ticker_bot_state::pursue_start(bot_wish& wish) {
  // What the journal says already, or may say soon, is no more taken back: it goes on.
  const bool begun = wish.started || wish.asking || record_.desired == desired_state::running;
  if (!begun && is_late(wish)) {
    finish(wish, line_status::expired, std::string(to_string(ec::expired)),
           "it could not be started in time: " + or_else(wish.waiting_for, "it came too late"));
    return;
  }
  if (const auto* before = earlier(wish, stops_or_exits)) {
    wish.waiting_for = "the " + before->command.message.type + " before it is not done yet";
    return;
  }
  if (wish.opened) {
    const bool closed = feed_ == feed_state::closed;
    finish(wish, line_status::done, closed ? "waiting_for_open" : "",
           std::string(wish.was_running ? "was running already" : "started") +
               (closed ? ", waits for the session to open" : ""));
    return;
  }
  // A brake that came after it and is yet to be served ends it.
  if (wish.asking || brake_waits()) return;
  // Of an exit that was ended by a stop: it would sell under the strategy's feet.
  if (const auto* left = open_exit_order()) {
    self_->send(services_->orders, cancel_order{setup_->identity.id, left->order.number});
    wish.waiting_for = "being cancelled: " + in_words(left->order.terms) + ", left by an exit";
    return;
  }
  if (wish.accepts_position)
    accept_position_first(wish);
  else
    start_trading(wish);
}

// Journalled first: a gate is never open for a bot that the journal calls stopped.
void ticker_bot_state::start_trading(bot_wish& wish) {
  if (wish.started)
    open_the_gate(wish);
  else if (record_.desired == desired_state::stopped)
    record_start(wish);
  else {
    wish.was_running = true;
    wish.started = true;
    open_the_gate(wish);
  }
}

void ticker_bot_state::accept_position_first(bot_wish& wish) {
  wish.asking = true;
  self_->request(services_->orders, order_desk_timeout, accept_position{setup_->identity.ticker})
      .then(
          [this, serial = wish.serial](const claim_granted&) {
            auto* found = find_wish(serial);
            if (found == nullptr) return;
            found->asking = false;
            found->accepts_position = false;
            if (!found->ending) pursue(*found);
          },
          [this, serial = wish.serial](caf::error& reason) {
            auto* found = find_wish(serial);
            if (found == nullptr) return;
            found->asking = false;
            if (reason == ec::refused)
              finish(*found, ec::refused, self_->system().render(reason));
            else
              desk_silent(*found, reason);
          });
}

void ticker_bot_state::record_start(bot_wish& wish) {
  if (changing_ || busy_) return;  // looked at again when that is over
  auto record = next_record();
  record.desired = desired_state::running;
  record.since_ms = services_->house->time->now_ms();
  ++record.revision;
  journal_write write;
  write.bots.push_back(record);
  if (wish.is_flat) {
    // With it, so that a restart does not close what is bought from now on.
    wish.note = fmt::format(R"({{"after":{},"flat":true}})", wish.after);
    write.lines.push_back({wish.command.message.id, pending_line(wish)});
  }
  changing_ = true;
  wish.asking = true;
  const auto heard = [this, serial = wish.serial]() -> bot_wish* {
    changing_ = false;
    auto* found = find_wish(serial);
    if (found != nullptr) found->asking = false;
    return found != nullptr && !found->ending ? found : nullptr;
  };
  self_->request(services_->journal, bot_journal_timeout, std::move(write))
      .then(
          [this, heard, record](const journal_receipt&) {
            auto* found = heard();
            record_.desired = record.desired;
            record_.since_ms = record.since_ms;
            record_.revision = record.revision;
            owes_record_ = false;
            refresh_state();
            if (found != nullptr) found->started = true;
            unlock();
          },
          [this, heard](caf::error& reason) {
            self_->count_error();
            // It may have gone through all the same.
            owes_record_ = true;
            mark_dirty();
            if (auto* found = heard())
              finish(
                  *found, ec::journal_unavailable,
                  std::string(found->is_flat ? "flat, but not started again" : "nothing changed") +
                      ", the journal could not be written: " + self_->system().render(reason));
            unlock();
          });
}

void ticker_bot_state::open_the_gate(bot_wish& wish) {
  wish.asking = true;
  self_->request(services_->orders, order_desk_timeout, open_gate{setup_->identity.id})
      .then(
          [this, serial = wish.serial](const gate_report&) {
            auto* found = find_wish(serial);
            if (found == nullptr) return;
            found->asking = false;
            found->opened = true;
            if (!found->ending) pursue(*found);
          },
          [this, serial = wish.serial](caf::error& reason) {
            auto* found = find_wish(serial);
            if (found == nullptr) return;
            found->asking = false;
            desk_silent(*found, reason);
          });
}

}  // namespace outcry
