#include "actors/operator/command_desk.hpp"

#include <algorithm>
#include <chrono>

#include <caf/duration.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "actors/operator/owed_values.hpp"
#include "messages/keys.hpp"

namespace outcry {

namespace {

constexpr std::chrono::seconds journal_timeout{30};
constexpr std::chrono::milliseconds tick{250};
constexpr std::size_t max_before_load = 1000;

void append(std::vector<owed_value>& to, std::vector<owed_value> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

// -- opening --------------------------------------------------------------------------------------

void command_desk_state::open(std::shared_ptr<desk_book> book, desk_services services) {
  book_ = std::move(book);
  services_ = std::move(services);
  if (services_.relay)
    self_->send(services_.relay, desk_address{caf::actor_cast<caf::actor>(self_)});
  load();
}

void command_desk_state::load() {
  self_->request(services_.journal, journal_timeout, load_floor{})
      .then([this](const floor_image& image) { on_image(image); },
            [this](caf::error& reason) {
              self_->count_error();
              spdlog::warn("the command desk cannot read the journal: {}",
                           self_->system().render(reason));
              arm_timer();
            });
}

void command_desk_state::on_image(const floor_image& image) {
  loaded_ = true;
  set_halt(image.halt);
  for (const auto& entry : image.open) {
    auto wish = parse_verb(entry.message.type);
    open_message message;
    message.adopted.entry = entry;
    auto lifetime = default_expiry_ms(wish);
    if (lifetime > 0) message.adopted.expires_at_ms = entry.message.pressed_at_ms + lifetime;
    open_[entry.message.id] = std::move(message);
    adopted(entry.message.id, true);
  }
  auto waiting = std::move(before_load_);
  before_load_.clear();
  for (const auto& entry : waiting) look_up(entry);
}

void command_desk_state::set_halt(const halt_state& halt) {
  halt_ = halt;
  if (services_.relay) self_->send(services_.relay, halt);
}

// -- taking in ------------------------------------------------------------------------------------

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
  if (auto known = open_.find(id); first && known != open_.end())
    return promise.deliver(known->second.adopted.entry);
  if (first && before_load_.size() >= max_before_load)
    return promise.deliver(caf::make_error(ec::unavailable, "the journal is not loaded yet"));
  promises_[id].push_back(promise);
  if (!first) return promise;
  if (loaded_)
    look_up(entry);
  else
    before_load_.push_back(std::move(entry));
  return promise;
}

void command_desk_state::look_up(const submission& entry) {
  auto id = entry.request.message.id;
  self_->request(services_.journal, journal_timeout, find_ledgers{id, 1, 0})
      .then(
          [this, entry, id](const ledger_list& found) {
            if (found.ledgers.empty())
              take_in(entry);
            else
              settle_promises(id, found.ledgers.front());
          },
          [this, entry, id](caf::error& reason) {
            self_->count_error();
            // Nobody can tell whether it ran before; the brake is worth doing twice.
            if (is_brake(parse_verb(entry.request.message.type)))
              take_in(entry);
            else
              fail_promises(id, caf::make_error(ec::journal_unavailable,
                                                self_->system().render(reason)));
          });
}

void command_desk_state::take_in(const submission& entry) {
  const auto& message = entry.request.message;
  auto id = message.id;
  bool brake = is_brake(parse_verb(message.type));
  if (open_.size() >= services_.limits.max_open_messages && !brake) {
    fail_promises(id, caf::make_error(ec::mailbox_full, "too many open messages"));
    return;
  }
  open_message taken;
  taken.adopted = adopt(message, book_->bots, halt_, services_.limits, now_ms());
  if (!entry.unreadable.empty()) {
    taken.adopted.entry.code = to_string(ec::invalid_input);
    taken.adopted.entry.reason = entry.unreadable;
  }
  auto write = adoption_write(taken.adopted, entry.request.mirrored);
  open_[id] = std::move(taken);
  self_->request(services_.journal, journal_timeout, std::move(write))
      .then([this, id](const journal_receipt&) { adopted(id, true); },
            [this, id, brake](caf::error& reason) {
              self_->count_error();
              spdlog::error("message {} cannot be journalled: {}", id,
                            self_->system().render(reason));
              if (brake) {
                adopted(id, false);
                return;
              }
              open_.erase(id);
              fail_promises(id, caf::make_error(ec::journal_unavailable,
                                                self_->system().render(reason)));
            });
}

journal_write command_desk_state::adoption_write(const adoption& decided, bool mirrored) const {
  const auto& entry = decided.entry;
  journal_write write;
  write.adopted.push_back(entry);
  if (decided.new_halt) write.halt.push_back(*decided.new_halt);
  if (!services_.house->has_mirror) return write;
  if (!mirrored) append(write.owed, owed_message(entry.message));
  append(write.owed, owed_state(entry));
  for (const auto& line : entry.lines)
    if (is_final(line.status)) write.owed.push_back(owed_line(entry.message.id, line));
  return write;
}

void command_desk_state::adopted(const std::string& id, bool durable) {
  auto& message = open_[id];
  auto& entry = message.adopted.entry;
  message.durable = durable;
  message.deadline_ms = now_ms() + services_.limits.answer_deadline_ms;
  for (std::size_t i = 0; i < entry.lines.size(); ++i) message.line_of[entry.lines[i].bot_id] = i;
  if (message.adopted.new_halt) set_halt(*message.adopted.new_halt);
  spdlog::info("message {} ({}) adopted for {} bots", id, entry.message.type, entry.lines.size());
  settle_promises(id, entry);
  for (const auto& line : entry.lines)
    if (!is_final(line.status)) dispatch(id, line.bot_id);
  hint();
  arm_timer();
  after_change(id);
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

// -- asking the bots ------------------------------------------------------------------------------

void command_desk_state::dispatch(const std::string& id, const std::string& bot_id) {
  auto& message = open_[id];
  auto address = book_->addresses.find(bot_id);
  if (address == book_->addresses.end()) {
    message.retry.insert(bot_id);
    return;
  }
  const auto& line = message.adopted.entry.lines[message.line_of[bot_id]];
  bot_command command{message.adopted.entry.message, line.addressed,
                      message.adopted.expires_at_ms};
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
  bool brake = is_brake(parse_verb(message.adopted.entry.message.type)) && line.addressed;
  if (brake) remember_stop(bot_id);
  if (reason != ec::failed) {
    // Down for a moment: asked again until the deadline says no_answer, and a brake even later.
    message.retry.insert(bot_id);
    return;
  }
  line.at_ms = now_ms();
  line.status = line.addressed ? line_status::error : line_status::ignored;
  line.code = to_string(ec::bot_failed);
  line.reason = brake ? "the bot has failed and does nothing; it stays stopped after a restart"
                      : "the bot has failed and is not running";
  set_line(id, std::move(line), false);
}

// A bot that cannot hear a stop must not come back running.
void command_desk_state::remember_stop(const std::string& bot_id) {
  journal_write write;
  write.stopped_bots.push_back(bot_id);
  write.stopped_at_ms = now_ms();
  self_->request(services_.journal, journal_timeout, std::move(write))
      .then([](const journal_receipt&) {}, [this](caf::error&) { self_->count_error(); });
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
  set_line(outcome.message_id, std::move(line), outcome.durable && !amends);
}

void command_desk_state::set_line(const std::string& id, ledger_line line, bool journalled) {
  auto& message = open_[id];
  auto& place = message.adopted.entry.lines[message.line_of[line.bot_id]];
  place = std::move(line);
  if (!journalled) message.unsaved.insert(place.bot_id);
  message.state_owed = true;
  tell(message, &place);
  if (!journalled) save_lines(id);
  after_change(id);
}

void command_desk_state::save_lines(const std::string& id) {
  auto& message = open_[id];
  if (!message.durable || message.unsaved.empty()) return;
  journal_write write;
  for (const auto& bot_id : message.unsaved) {
    const auto& line = message.adopted.entry.lines[message.line_of[bot_id]];
    write.lines.push_back({id, line});
    if (services_.house->has_mirror) write.owed.push_back(owed_line(id, line));
  }
  auto saved = std::move(message.unsaved);
  message.unsaved.clear();
  self_->request(services_.journal, journal_timeout, std::move(write))
      .then([this](const journal_receipt&) { hint(); },
            [this, id, saved](caf::error&) {
              self_->count_error();
              auto found = open_.find(id);
              if (found != open_.end())
                found->second.unsaved.insert(saved.begin(), saved.end());
            });
}

void command_desk_state::after_change(const std::string& id) {
  auto& message = open_[id];
  auto& entry = message.adopted.entry;
  auto state = judge(entry);
  if (state == message_state::working || state == entry.state) return;
  entry.state = state;
  message.state_owed = true;
  spdlog::info("message {} is {}", id, to_string(state));
  owe_state(message);
  tell(message, nullptr);
}

void command_desk_state::owe_state(open_message& message) {
  if (!message.durable || !message.state_owed) return;
  message.state_owed = false;
  const auto& entry = message.adopted.entry;
  auto id = entry.message.id;
  journal_write write;
  write.states.push_back({id, entry.state, entry.code, entry.reason});
  if (services_.house->has_mirror) append(write.owed, owed_state(entry));
  self_->request(services_.journal, journal_timeout, std::move(write))
      .then([this](const journal_receipt&) { hint(); },
            [this, id](caf::error&) {
              self_->count_error();
              auto found = open_.find(id);
              if (found != open_.end()) found->second.state_owed = true;
            });
}

// -- time -----------------------------------------------------------------------------------------

void command_desk_state::arm_timer() {
  if (timer_armed_) return;
  timer_armed_ = true;
  self_->delayed_send(self_, tick, wake{});
}

void command_desk_state::on_timer() {
  timer_armed_ = false;
  if (!loaded_) load();
  std::vector<std::string> ids;
  for (const auto& [id, message] : open_) ids.push_back(id);
  for (const auto& id : ids) {
    auto& message = open_[id];
    if (promises_.count(id) != 0) continue;  // still being journalled
    if (!message.durable) save_unsaved(id, message);
    save_lines(id);
    auto again = std::move(message.retry);
    message.retry.clear();
    for (const auto& bot_id : again) dispatch(id, bot_id);
    if (!message.deadline_passed && now_ms() >= message.deadline_ms) close_deadline(id, message);
    owe_state(message);
    if (is_over(message)) open_.erase(id);
  }
  if (!open_.empty() || !loaded_) arm_timer();
}

void command_desk_state::close_deadline(const std::string& id, open_message& message) {
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

void command_desk_state::save_unsaved(const std::string& id, open_message& message) {
  auto write = adoption_write(message.adopted, false);
  message.durable = true;
  message.unsaved.clear();
  self_->request(services_.journal, journal_timeout, std::move(write))
      .then(
          [this, id](const journal_receipt&) {
            spdlog::info("message {} is journalled after all", id);
            hint();
          },
          [this, id](caf::error& reason) {
            self_->count_error();
            auto found = open_.find(id);
            if (found == open_.end()) return;
            // The journal knows the id: an earlier try went through, only its answer was lost.
            found->second.durable = reason == ec::invalid_input;
            for (const auto& line : found->second.adopted.entry.lines)
              found->second.unsaved.insert(line.bot_id);
          });
}

bool command_desk_state::is_over(const open_message& message) const {
  const auto& entry = message.adopted.entry;
  if (!message.durable || message.state_owed || !message.unsaved.empty()) return false;
  if (entry.state == message_state::working) return false;
  bool may_be_amended = std::any_of(entry.lines.begin(), entry.lines.end(), [](const auto& line) {
    return line.status == line_status::no_answer;
  });
  return !may_be_amended || now_ms() > entry.adopted_at_ms + services_.limits.late_window_ms;
}

// -- the rest -------------------------------------------------------------------------------------

void command_desk_state::on_register(const register_bot& entry) {
  book_->bots[entry.identity.id] = entry.identity;
  if (entry.bot)
    book_->addresses[entry.identity.id] = entry.bot;
  else
    book_->addresses.erase(entry.identity.id);
}

void command_desk_state::watch(const watch_message& request) {
  auto tell_all = [watcher = request.watcher](const ledger& entry) {
    for (const auto& line : entry.lines)
      if (line.status != line_status::open)
        caf::anon_send(watcher, line_record{entry.message.id, line});
    caf::anon_send(watcher, state_record{entry.message.id, entry.state, entry.code, entry.reason});
  };
  auto found = open_.find(request.id);
  if (found != open_.end()) {
    tell_all(found->second.adopted.entry);
    self_->monitor(request.watcher);
    found->second.watchers.push_back(request.watcher);
    return;
  }
  self_->request(services_.journal, journal_timeout, find_ledgers{request.id, 1, 0})
      .then(
          [tell_all](const ledger_list& list) {
            if (!list.ledgers.empty()) tell_all(list.ledgers.front());
          },
          [this](caf::error&) { self_->count_error(); });
}

void command_desk_state::forget_watcher(const caf::actor_addr& watcher) {
  for (auto& [id, message] : open_)
    std::erase_if(message.watchers, [&](const caf::actor& x) { return x.address() == watcher; });
}

void command_desk_state::tell(const open_message& message, const ledger_line* line) {
  const auto& entry = message.adopted.entry;
  for (const auto& watcher : message.watchers) {
    if (line != nullptr)
      caf::anon_send(watcher, line_record{entry.message.id, *line});
    else
      caf::anon_send(watcher,
                     state_record{entry.message.id, entry.state, entry.code, entry.reason});
  }
}

caf::result<ledger_list> command_desk_state::find(const find_ledgers& query) {
  auto promise = self_->make_response_promise<ledger_list>();
  if (auto found = open_.find(query.id); !query.id.empty() && found != open_.end())
    return promise.deliver(ledger_list{{found->second.adopted.entry}});
  return promise.delegate(services_.journal, query);
}

void command_desk_state::hint() {
  if (services_.relay) self_->send(services_.relay, owed_hint{});
}

desk_impl::behavior_type command_desk(command_desk_self* self, std::shared_ptr<desk_book> book,
                                      desk_services services) {
  self->observe({"desk", "desk", 100'000});
  self->set_down_handler(
      [self](const caf::down_msg& message) { self->state.forget_watcher(message.source); });
  self->state.open(std::move(book), std::move(services));
  return {
      // A message that could be read.
      [self](const submit_message& request) { return self->state.submit(request); },
      // One that could not.
      [self](const submit_unreadable& request) { return self->state.submit_broken(request); },
      // A bot's later word.
      [self](const command_outcome& outcome) { self->state.on_outcome(outcome); },
      // Who can be addressed.
      [self](const register_bot& entry) { self->state.on_register(entry); },
      // Somebody wants to see a ledger converge.
      [self](const watch_message& request) { self->state.watch(request); },
      // Stored messages.
      [self](const find_ledgers& query) { return self->state.find(query); },
      // What stops the floor.
      [self](const get_halt&) { return self->state.halt(); },
      // Deadlines, retries, what is still to be written.
      [self](const wake&) { self->state.on_timer(); },
  };
}

}  // namespace outcry
