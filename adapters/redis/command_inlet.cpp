#include "adapters/redis/command_inlet.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <spdlog/spdlog.h>

#include "adapters/redis/timers.hpp"
#include "messages/bots_codec.hpp"
#include "messages/channels.hpp"
#include "messages/error.hpp"

namespace outcry::redis {

namespace {

// A brake does not wait for a disk that hangs.
constexpr std::chrono::seconds brake_timeout{2};
constexpr std::size_t max_acknowledgements = 10'000;  // in the stream; so does apps/bot-python
constexpr std::size_t longest_reason = 1000;          // parse_container_acknowledgement's

// Of a stream entry's id, "<milliseconds>-<sequence>".
std::int64_t milliseconds_of(const std::string& entry) {
  std::int64_t result = 0;
  std::from_chars(entry.data(), entry.data() + entry.size(), result);
  return result;
}

bool brakes(const bot_command& command) {
  return command.addressed && is_brake(parse_verb(command.message.type));
}

// What a bot without a journal may do again without harm.
bool is_harmless(const bot_command& command) {
  return !command.addressed || brakes(command) || parse_verb(command.message.type) == verb::status;
}

std::chrono::seconds patience_for(const bot_command& command) {
  return brakes(command) ? brake_timeout : journal_timeout;
}

message_state state_after(const ledger_line& line) {
  if (line.status == line_status::expired) return message_state::expired;
  return line.status == line_status::error ? message_state::failed : message_state::done;
}

// At most so many bytes, whole characters.
std::string shortened(std::string text) {
  if (text.size() <= longest_reason) return text;
  auto end = longest_reason;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

std::string acknowledgement(const std::string& message_id, ledger_line line) {
  if (line.status == line_status::expired) {
    line.status = line_status::error;
    line.code = to_string(ec::expired);
  }
  line.reason = shortened(std::move(line.reason));
  auto json = to_json(container_acknowledgement{message_id, line});
  if (parse_container_acknowledgement(json)) return json;
  line.result.clear();
  line.reason = shortened("(its result is too large) " + line.reason);
  return to_json(container_acknowledgement{message_id, line});
}

}  // namespace

// -- commands -------------------------------------------------------------------------------------

command_inlet_state::order* command_inlet_state::find_order(const std::string& bot_id,
                                                            const std::string& id) {
  auto bot = bots_.find(bot_id);
  if (bot == bots_.end()) return nullptr;
  for (auto& entry : bot->second.orders)
    if (entry.command.message.id == id) return &entry;
  return nullptr;
}

void command_inlet_state::on_entry(const std::string& stream, const std::string& entry,
                                   const std::string& text) {
  auto owner = owner_.find(stream);
  if (owner == owner_.end()) return;
  auto command = parse_bot_command(text);
  if (command) {
    take(bots_.at(owner->second), std::move(*command), entry);
    return;
  }
  // Without an id there is nobody to answer.
  self_->count_error();
  unreadable_->add(stream, to_string(command.error()), options_.house->time->now());
  forget(stream, {entry});
}

// Said again until it is heard; the first since it was asked for counts, since what comes behind it
// may change it.
void command_inlet_state::on_briefing(const std::string& stream, const std::string& entry,
                                      const std::string& text) {
  auto owner = owner_.find(stream);
  if (owner == owner_.end()) return;
  auto& bot = bots_.at(owner->second);
  auto briefing = parse_container_briefing(text);
  if (!briefing) {
    self_->count_error();
    unreadable_->add(stream, to_string(briefing.error()), options_.house->time->now());
  }
  bool asked = bot.brief_after_ms && milliseconds_of(entry) > *bot.brief_after_ms && !bot.foreign;
  bool wanted = briefing && asked && !bot.briefed;
  bool stops = wanted && briefing->desired == desired_state::stopped;
  // The main floor may not have read yet that a later start was obeyed here.
  if (stops && briefing->since_ms != 0 && bot.started_ms > briefing->since_ms) stops = false;
  bool sets = wanted && briefing->parameters != "{}";
  // Before all that waits for it.
  if (stops) take_briefing(bot, verb::stop, "{}", entry);
  if (sets) take_briefing(bot, verb::set, briefing->parameters, entry);
  if (!stops && !sets) forget(stream, {entry});
  if (!wanted) return;
  bot.briefed = true;
  hold_or_release(bot);
  announce();
  pump(bot);
}

void command_inlet_state::take_briefing(hosted& bot, verb wish, const std::string& config,
                                        const std::string& entry) {
  ++open_;
  auto& taken = bot.orders.emplace_front();
  auto& message = taken.command.message;
  message.type = to_string(wish);
  message.id = "briefing-" + entry + "-" + message.type + "@" + bot.bot.identity.id;
  message.selected = {bot.bot.identity.id};
  message.config = config;
  message.description = "what the main floor wants of the bot";
  message.pressed_at_ms = now_ms();
  taken.command.addressed = true;
  taken.entries.insert(entry);
  look_up(bot.bot.identity.id, message.id);
}

void command_inlet_state::take(hosted& bot, bot_command command, const std::string& entry) {
  const auto& bot_id = bot.bot.identity.id;
  auto message_id = command.message.id;
  command.message.id = message_id + "@" + bot_id;
  command.message.selected = {bot_id};
  const auto id = command.message.id;
  if (auto* known = find_order(bot_id, id)) {
    known->entries.insert(entry);
    // Whoever says it again may have let go of an answer that Redis took before we knew.
    if (known->at == phase::answered && known->sending) known->again = true;
    return;
  }
  bool brake = brakes(command);
  if (open_ >= options_.max_open * (brake ? 2 : 1)) {
    left_behind_ = true;
    return;
  }
  ++open_;
  auto& taken = bot.orders.emplace_back();
  taken.command = std::move(command);
  taken.message_id = std::move(message_id);
  taken.entries.insert(entry);
  taken.number = ++last_number_;
  if (brake) bot.last_brake = taken.number;
  if (const auto* line = answers_.find(id))
    answered(bot, taken, *line);
  else
    look_up(bot_id, id);
}

// Done before, known, or new?
void command_inlet_state::look_up(const std::string& bot_id, const std::string& id) {
  auto* asked = find_order(bot_id, id);
  if (asked == nullptr) return;
  self_->request(options_.journal, patience_for(asked->command), find_ledgers{id, 1, 0})
      .then(
          [this, bot_id, id](const ledger_list& found) {
            auto* entry = find_order(bot_id, id);
            if (entry == nullptr) return;
            if (found.ledgers.empty()) {
              adopt(bot_id, *entry);
              return;
            }
            for (const auto& line : found.ledgers.front().lines)
              if (is_final(line.status)) {
                answered(bots_.at(bot_id), *entry, line);
                return;
              }
            set_ready(bot_id, id);
          },
          [this, bot_id, id](caf::error&) {
            self_->count_error();
            auto* entry = find_order(bot_id, id);
            if (entry == nullptr) return;
            if (is_harmless(entry->command))
              set_ready(bot_id, id);
            else
              entry->retries = true;
          });
}

void command_inlet_state::adopt(const std::string& bot_id, const order& taken) {
  const auto id = taken.command.message.id;
  const auto& identity = bots_.at(bot_id).bot.identity;
  ledger_line line;
  line.bot_id = bot_id;
  line.container = identity.container;
  line.ticker = identity.ticker;
  line.addressed = taken.command.addressed;
  journal_write write;
  auto& adopted = write.adopted.emplace_back();
  adopted.message = taken.command.message;
  adopted.state = message_state::working;
  adopted.adopted_at_ms = now_ms();
  adopted.lines.push_back(std::move(line));
  self_->request(options_.journal, patience_for(taken.command), std::move(write))
      .then([this, bot_id, id](const journal_receipt&) { set_ready(bot_id, id); },
            [this, bot_id, id](caf::error& reason) {
              self_->count_error();
              auto* entry = find_order(bot_id, id);
              if (entry == nullptr) return;
              if (is_harmless(entry->command))
                set_ready(bot_id, id);
              else
                answer_myself(*entry, ec::journal_unavailable,
                              "nothing changed, the journal could not be written: " +
                                  self_->system().render(reason));
            });
}

void command_inlet_state::set_ready(const std::string& bot_id, const std::string& id) {
  auto* entry = find_order(bot_id, id);
  if (entry == nullptr || entry->at != phase::reading) return;
  entry->at = phase::waiting;
  pump(bots_.at(bot_id));
}

/// Gives the bot what may be given to it now.
void command_inlet_state::pump(hosted& bot) {
  bool blocked = false;
  for (auto& entry : bot.orders) {
    auto wish = parse_verb(entry.command.message.type);
    bool starts = entry.command.addressed && (wish == verb::start || wish == verb::enter);
    if (entry.at == phase::waiting && !entry.retries) {
      if (starts && bot.last_brake > entry.number)
        answer_myself(entry, ec::halted, "a later stop came before the bot could hear it");
      else if (brakes(entry.command) || (!blocked && bot.briefed))
        ask(bot, entry);
    }
    blocked = blocked || entry.at == phase::reading || entry.at == phase::waiting;
  }
}

void command_inlet_state::ask(hosted& bot, order& entry) {
  entry.at = phase::asked;
  auto bot_id = bot.bot.identity.id;
  auto id = entry.command.message.id;
  // CAF 0.17 keeps the priority of a request only with its own duration type.
  self_
      ->request<caf::message_priority::high>(bot.bot.address,
                                             caf::duration{options_.answer_timeout}, entry.command)
      .then([this](const command_outcome& outcome) { on_outcome(outcome); },
            [this, bot_id, id](caf::error& reason) { not_asked(bot_id, id, reason); });
}

void command_inlet_state::not_asked(const std::string& bot_id, const std::string& id,
                                    const caf::error& reason) {
  auto* entry = find_order(bot_id, id);
  if (entry == nullptr || entry->at != phase::asked) return;
  remember_stop(bot_id, *entry);
  if (reason == ec::failed) {
    answer_myself(*entry, ec::bot_failed,
                  brakes(entry->command)
                      ? "the bot has failed and does nothing; it stays stopped after a restart"
                      : "the bot has failed and is not running");
    return;
  }
  entry->at = phase::waiting;
  entry->retries = true;
}

// A bot that cannot hear a stop must not come back running.
void command_inlet_state::remember_stop(const std::string& bot_id, order& entry) {
  if (!brakes(entry.command) || std::exchange(entry.remembered, true)) return;
  journal_write write;
  write.stopped_bots.push_back(bot_id);
  write.stopped_at_ms = now_ms();
  auto id = entry.command.message.id;
  self_->request(options_.journal, journal_timeout, std::move(write))
      .then([](const journal_receipt&) {},
            [this, bot_id, id](caf::error&) {
              self_->count_error();
              if (auto* again = find_order(bot_id, id)) again->remembered = false;
            });
}

// The bot never hears of it, not later either: the journal says so.
void command_inlet_state::answer_myself(order& entry, ec code, const std::string& reason) {
  entry.at = phase::reading;
  auto bot_id = entry.command.message.selected.front();
  auto id = entry.command.message.id;
  const auto& identity = bots_.at(bot_id).bot.identity;
  ledger_line line;
  line.bot_id = bot_id;
  line.container = identity.container;
  line.ticker = identity.ticker;
  line.addressed = entry.command.addressed;
  line.status = line.addressed ? line_status::error : line_status::ignored;
  line.code = to_string(code);
  line.reason = reason;
  line.at_ms = now_ms();
  journal_write write;
  write.lines.push_back({id, line});
  auto settle = [this, bot_id, id, line] {
    if (auto* answer = find_order(bot_id, id)) answered(bots_.at(bot_id), *answer, line);
  };
  self_->request(options_.journal, patience_for(entry.command), std::move(write))
      .then([settle](const journal_receipt&) { settle(); },
            [this, settle](caf::error&) {
              self_->count_error();
              settle();
            });
}

// -- answers --------------------------------------------------------------------------------------

void command_inlet_state::on_outcome(const command_outcome& outcome) {
  auto* entry = find_order(outcome.line.bot_id, outcome.message_id);
  if (entry != nullptr && entry->at != phase::answered)
    answered(bots_.at(outcome.line.bot_id), *entry, outcome.line);
}

void command_inlet_state::answered(hosted& bot, order& entry, const ledger_line& line) {
  if (entry.at == phase::asked && entry.line == line) return;
  entry.line = line;
  entry.owed = true;
  entry.at = is_final(line.status) ? phase::answered : phase::asked;
  const auto& command = entry.command;
  if (command.addressed && line.status == line_status::done &&
      parse_verb(command.message.type) == verb::start)
    bot.started_ms = std::max(bot.started_ms, line.at_ms);
  if (entry.at == phase::answered) {
    journal_write write;
    write.states.push_back({entry.command.message.id, state_after(line), {}, {}});
    // Only for those who read this journal: the line is what counts.
    self_->request(options_.journal, journal_timeout, std::move(write))
        .then([](const journal_receipt&) {}, [this](caf::error&) { self_->count_error(); });
  }
  if (!entry.message_id.empty())
    send_answer(bot.bot.identity.id, entry);
  else if (entry.at == phase::answered)
    close(bot, entry.command.message.id);
  announce();
  pump(bot);
}

void command_inlet_state::send_answer(const std::string& bot_id, order& entry) {
  // While Redis is away they are kept here, where an outage cannot lose or repeat them.
  if (!entry.owed || entry.sending || !publisher_->is_live()) return;
  auto json = acknowledgement(entry.message_id, entry.line);
  stream_field field{"acknowledgement", json};
  auto id = entry.command.message.id;
  auto given = publisher_->command(
      xadd(channels::acknowledgements, {&field, 1}, max_acknowledgements),
      [this, to = inbox_, bot_id, id, line = entry.line](const result<reply>& taken) {
        if (taken) {
          to->post_step([this, bot_id, id, line] { sent(bot_id, id, line); });
          return;
        }
        to->post_step([this, bot_id, id] {
          self_->count_error();
          if (auto* again = find_order(bot_id, id)) again->sending = false;
        });
      });
  entry.sending = given == submitted::queued;
}

// Redis has taken the answer: now the command may go.
void command_inlet_state::sent(const std::string& bot_id, const std::string& id,
                               const ledger_line& line) {
  auto* entry = find_order(bot_id, id);
  if (entry == nullptr) return;
  entry->sending = false;
  // The final word came while the pending one was on its way, or it is asked for again.
  if (!(entry->line == line) || std::exchange(entry->again, false)) {
    send_answer(bot_id, *entry);
    return;
  }
  entry->owed = false;
  if (entry->at == phase::answered) close(bots_.at(bot_id), id);
}

void command_inlet_state::close(hosted& bot, const std::string& id) {
  auto entry = std::find_if(bot.orders.begin(), bot.orders.end(),
                            [&](const order& x) { return x.command.message.id == id; });
  forget(bot.stream, entry->entries);
  answers_.add(id, entry->line);
  bot.orders.erase(entry);
  --open_;
  hold_or_release(bot);
  if (left_behind_ && open_ <= options_.max_open / 2) {
    left_behind_ = false;
    reader_->repeat();
  }
}

// One that is lost on the way lets the command come again, and be answered again.
void command_inlet_state::forget(const std::string& stream, const std::set<std::string>& entries) {
  publisher_->command(
      xack(stream, floor_group, std::vector<std::string>(entries.begin(), entries.end())));
}

void command_inlet_state::send_answers() {
  for (auto& [bot_id, bot] : bots_)
    for (auto& entry : bot.orders) send_answer(bot_id, entry);
}

void command_inlet_state::retry() {
  for (auto& [bot_id, bot] : bots_) {
    std::vector<std::string> unread;
    for (auto& entry : bot.orders) {
      if (!std::exchange(entry.retries, false)) continue;
      if (entry.at == phase::reading) unread.push_back(entry.command.message.id);
    }
    for (const auto& id : unread) look_up(bot_id, id);
    pump(bot);
  }
  send_answers();
}

caf::result<ledger_list> command_inlet_state::find(const find_ledgers& query) {
  auto promise = self_->make_response_promise<ledger_list>();
  self_->request(options_.journal, journal_timeout, query)
      .then([promise](const ledger_list& found) mutable { promise.deliver(found); },
            [promise](caf::error& reason) mutable { promise.deliver(std::move(reason)); });
  return promise;
}

}  // namespace outcry::redis
