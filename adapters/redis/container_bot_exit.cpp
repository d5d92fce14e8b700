#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include <caf/send.hpp>

#include "actors/bots/bot_timing.hpp"
#include "actors/bots/bot_words.hpp"
#include "adapters/redis/container_bot.hpp"
#include "adapters/redis/container_exit.hpp"
#include "adapters/redis/timers.hpp"
#include "messages/error.hpp"

// An exit that starts its bot again: the bot says that it is flat, the order desk confirms it, the
// journal notes it, the gate is opened, the bot is started. Whatever ends in between, what the bot
// buys from then on is not sold again.

namespace outcry::redis {

namespace {

constexpr std::int64_t retry_ms = 1'000;
constexpr std::uint32_t exit_messages = 100;
constexpr std::size_t longest_end = 100;  // of the exit's id, in that of its start

/// A later message that says what becomes of the bot.
bool decides(const ledger& later, const ledger_line& line) {
  if (!line.addressed) return false;
  const auto wish = parse_verb(later.message.type);
  if (is_brake(wish)) return line.status != line_status::ignored;
  return wish == verb::exit && line.status != line_status::error &&
         line.status != line_status::expired;
}

}  // namespace

bool starts_again(const bot_command& command) {
  if (!command.addressed || parse_verb(command.message.type) != verb::exit) return false;
  const auto wish = read_exit(command.message.config);
  return wish && wish->starts_again;
}

bool container_bot_state::holds_brake() const {
  return std::any_of(held_.begin(), held_.end(), [](const held_answer& x) {
    return x.command.addressed && is_brake(parse_verb(x.command.message.type));
  });
}

bool container_bot_state::starts_bot() const {
  return std::any_of(held_.begin(), held_.end(), [](const held_answer& x) { return x.starting; });
}

// Begun, and flat, before a restart: the bot is not asked to leave its position again.
void container_bot_state::resume_start(open_command& entry) {
  entry.ended = true;
  if (find_held(entry.command.message.id) != nullptr) return;
  acknowledgement said;
  said.outcome.message_id = entry.command.message.id;
  said.outcome.line.status = line_status::done;
  said.outcome.line.reason = "flat";
  said.outcome.line.result = R"({"position":"0"})";
  said.outcome.line.at_ms = now_ms();
  said.outcome.line = own(std::move(said.outcome.line), true);
  said.flat = true;
  held_.push_back({entry.command, std::move(said), now_ms(), false, true, {}});
  held_.back().flat = true;
  look_at_held();
}

// A stop that was given after the exit, in this life of the floor or before, holds. While the bot
// is away the desk stops it without us: what was read before does not count.
void container_bot_state::begin_start(held_answer& held) {
  if (held.starting || held.asking || now_ms() < held.not_before_ms) return;
  if (!is_present()) {
    held.waiting_for = "the bot is absent";
    return;
  }
  if (brake_waits() || holds_brake()) {
    held.waiting_for = "a stop is not over";
    return;
  }
  held.asking = true;
  auto decided = std::make_shared<verb>(verb::unknown);
  auto see = [this, decided](const ledger& later) {
    for (const auto& line : later.lines)
      if (line.bot_id == identity_.id && decides(later, line))
        *decided = parse_verb(later.message.type);
    return *decided == verb::unknown;
  };
  look_back(held.command.message.id, std::move(see),
            [this, decided, id = held.command.message.id](bool known) {
              auto* waiting = find_held(id);
              if (waiting == nullptr) return;
              waiting->asking = false;
              if (!known) waiting->not_before_ms = now_ms() + retry_ms;
              if (std::exchange(waiting->stale, false) || !known) return;
              judge_start(*waiting, *decided);
            });
}

/// Shows every message that was adopted after that one, the newest first, until `see` says false;
/// then says whether the journal could be read.
void container_bot_state::look_back(std::string id, std::function<bool(const ledger&)> see,
                                    std::function<void(bool)> over, std::int64_t before_ms) {
  self_->request(services_->journal, journal_timeout, find_ledgers{{}, exit_messages, before_ms})
      .then(
          [=, this](const ledger_list& page) {
            for (const auto& entry : page.ledgers)
              if (entry.message.id == id || !see(entry)) return over(true);
            if (page.ledgers.size() < exit_messages) return over(true);
            // Some of the same millisecond may stand on the next page.
            const auto oldest = page.ledgers.back().adopted_at_ms;
            const bool goes_on = before_ms == 0 || oldest + 1 < before_ms;
            look_back(id, see, over, goes_on ? oldest + 1 : oldest);
          },
          [this, over](caf::error&) {
            self_->count_error();
            over(false);
          });
}

// What was judged before the bot went away is judged again when it is back.
void container_bot_state::interrupt_starts() {
  const bool opened = starts_bot();
  for (auto& held : held_) {
    if (!held.flat) continue;
    held.starting = false;
    held.stale = held.asking;
  }
  if (opened) shut_if_stopped();
}

void container_bot_state::judge_start(held_answer& held, verb decided) {
  const auto& command = held.command;
  auto& line = held.answer.outcome.line;
  if (decided != verb::unknown)
    return end_starts(ec::halted, (is_brake(decided) ? "a stop" : "an exit") +
                                      std::string(" came before it was started again"));
  if (command.expires_at_ms != 0 && now_ms() > command.expires_at_ms)
    return end_starts(ec::expired, "it was too late to start it again");
  held.told = true;
  // Another one after a restart: the bot may have been stopped since it obeyed the first.
  held.start_id =
      "again-" + std::to_string(now_ms()) + "-" + command.message.id.substr(0, longest_end);
  acknowledgement word;
  word.settled = true;
  word.outcome = held.answer.outcome;
  word.outcome.line.status = line_status::pending;
  word.outcome.line.reason = "flat; it is started again";
  word.outcome.line.result = std::string(R"({")") + flat_note + R"(":true})";
  word.outcome.line.at_ms = now_ms();
  held.asking = held.noting = true;
  line.reason = "flat, and running again";
  acknowledgements_.push_back(std::move(word));
  serve_next();
}

// The gate opens only over a journal that knows why; without it that is tried again.
void container_bot_state::note_heard(const std::string& message_id, bool durable) {
  auto* held = find_held(message_id);
  if (held == nullptr || !std::exchange(held->noting, false)) return;
  held->asking = false;
  if (!durable) held->not_before_ms = now_ms() + retry_ms;
  if (std::exchange(held->stale, false) || !durable || !is_present()) return;
  start_again(*held);
}

// The journal has another answer, or does not know the message any more: there is nothing to wait
// for. If it comes again, it is let go.
void container_bot_state::drop_held(const std::string& message_id) {
  held_.remove_if(
      [&](const held_answer& x) { return x.noting && x.command.message.id == message_id; });
}

// Again every five seconds, until the bot has answered.
void container_bot_state::start_again(held_answer& held) {
  held.starting = true;
  shut_ = false;
  ++openings_;
  const auto& id = held.command.message.id;
  // What it orders from now on is its strategy's.
  if (auto* entry = find_open(id))
    end_exit(*entry);
  else if (trader_)
    caf::anon_send(trader_, command_outcome{id, {}, false});
  self_->request(services_->orders, order_desk_timeout, open_gate{identity_.id})
      .then(
          [this, id](const gate_report&) {
            const auto* waiting = find_held(id);
            if (waiting == nullptr || !waiting->starting || !is_present()) return;
            bot_command start;
            start.message.id = waiting->start_id;
            start.message.type = to_string(verb::start);
            start.message.description = "it has left its position and is to go on";
            start.message.pressed_at_ms = now_ms();
            start.addressed = true;
            start.expires_at_ms = waiting->command.expires_at_ms;
            services_->wire.send(identity_.id, start, {});
          },
          [this](caf::error&) { self_->count_error(); });
}

void container_bot_state::start_heard(held_answer& held, const ledger_line& said) {
  if (said.status == line_status::done) {
    held.answer.runs = true;
    release(held);
    return look_at_held();
  }
  if (said.code == to_string(ec::expired))
    end_starts(ec::expired, "it was too late to start it again");
  else if (said.status == line_status::error)
    end_starts(ec::strategy_error, "it did not start again: " + said.reason);
}

void container_bot_state::end_starts(ec code, const std::string& why, const std::string& but) {
  for (auto next = held_.begin(); next != held_.end();) {
    auto& held = *next++;
    if (!starts_again(held.command) || held.command.message.id == but) continue;
    auto& line = held.answer.outcome.line;
    line.status = code == ec::expired ? line_status::expired : line_status::error;
    line.code = to_string(code);
    line.reason = (held.flat ? "flat; " : "") + why + "; the bot stays stopped";
    line.at_ms = now_ms();
    release(held);
  }
  serve_next();
}

}  // namespace outcry::redis
