#include "actors/operator/command_desk.hpp"

#include <algorithm>
#include <chrono>

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "actors/operator/desk_patience.hpp"

namespace outcry {

namespace {

constexpr std::chrono::seconds introduction_interval{5};
constexpr std::chrono::milliseconds desk_tick{250};

}  // namespace

// -- opening --------------------------------------------------------------------------------------

command_desk_state::~command_desk_state() {
  // CAF 0.17 says nothing to those whose promise is dropped.
  for (auto& [id, waiting] : promises_)
    for (auto& promise : waiting)
      promise.deliver(caf::make_error(ec::unavailable, "the desk ended"));
}

void command_desk_state::open(std::shared_ptr<desk_book> book, desk_services services) {
  book_ = std::move(book);
  services_ = std::move(services);
  introduce();
  load();
}

// Said again now and then: a relay that was restarted knows nothing.
void command_desk_state::introduce() {
  if (!services_.relay && !services_.orders) return;
  const desk_address here{caf::actor_cast<caf::actor>(self_)};
  if (services_.relay) self_->send(services_.relay, here);
  if (services_.orders) self_->send(services_.orders, here);
  if (loaded_) tell_halt();
  self_->delayed_send(self_, introduction_interval, wake{introduction_timer, 0});
}

void command_desk_state::load() {
  self_->request(services_.journal, journal_timeout, load_floor{})
      .then([this](const floor_image& image) { load_recent(image); },
            [this](caf::error& reason) { not_loaded(reason); });
}

void command_desk_state::load_recent(const floor_image& image) {
  self_->request(services_.journal, journal_timeout, find_ledgers{{}, recent_messages, 0})
      .then(
          [this, image](const ledger_list& recent) {
            note_brakes(recent);
            on_image(image);
          },
          [this](caf::error& reason) { not_loaded(reason); });
}

void command_desk_state::not_loaded(const caf::error& reason) {
  self_->count_error();
  load_failed_ = true;
  take_waiting_brakes();
  spdlog::warn("the command desk cannot read the journal: {}", self_->system().render(reason));
  arm_timer();
}

void command_desk_state::note_brakes(const ledger_list& recent) {
  for (const auto& entry : recent.ledgers) note_brake(entry);
}

void command_desk_state::note_brake(const ledger& entry) {
  auto wish = parse_verb(entry.message.type);
  if (!is_brake(wish)) return;
  auto pressed = brake_pressed_ms(entry);
  if (wish == verb::kill || entry.message.to_all)
    halt_pressed_ms_ = std::max(halt_pressed_ms_, pressed);
  for (const auto& line : entry.lines) {
    if (!line.addressed) continue;
    auto& latest = brakes_[line.bot_id];
    latest.adopted_at_ms = std::max(latest.adopted_at_ms, entry.adopted_at_ms);
    latest.pressed_at_ms = std::max(latest.pressed_at_ms, pressed);
  }
}

void command_desk_state::on_image(const floor_image& image) {
  if (loaded_) return;
  loaded_ = true;
  // A brake may have been taken from memory meanwhile: the stronger halt holds.
  if (image.halt.kind > halt_.kind) halt_ = image.halt;
  tell_halt();
  for (const auto& guest : image.guests) guests_[guest.id] = guest;
  // Who was here before is expected, whether it is back or not: else a stop would miss it.
  if (services_.hosts_guests) book_->bots.insert(guests_.begin(), guests_.end());
  for (auto& [id, message] : open_) expect_guests_of(message);
  for (const auto& entry : image.open) reopen(entry);
  auto waiting = std::move(before_load_);
  before_load_.clear();
  for (const auto& entry : waiting) look_up(entry);
}

// A message that the journal knows and that was not finished when the floor, or the desk, ended.
void command_desk_state::reopen(const ledger& entry) {
  const auto& id = entry.message.id;
  if (open_.count(id) != 0) return;
  auto& message = open_[id];
  message.adopted.entry = entry;
  message.adopted.expires_at_ms = expiry_of(entry.message).value_or(0);
  message.number = ++last_reopened_;
  message.reopened = true;
  note_brake(entry);
  adopted(id, true);
}

// -- time -----------------------------------------------------------------------------------------

void command_desk_state::arm_timer() {
  if (timer_armed_) return;
  timer_armed_ = true;
  self_->delayed_send(self_, desk_tick, wake{work_timer, 0});
}

void command_desk_state::on_timer(const wake& timer) {
  if (timer.timer == introduction_timer) {
    introduce();
    return;
  }
  if (timer.timer == brake_timer) {
    take_waiting_brakes();
    return;
  }
  timer_armed_ = false;
  if (!loaded_) load();
  std::set<std::string> waited_for;
  for (const auto& id : in_order()) look_after(id, waited_for);
  if (open_.empty()) last_brake_.clear();
  look_for_unsure();
  remember_guests();
  if (!open_.empty() || !unsure_.empty() || !loaded_ || guests_being_saved_) arm_timer();
}

std::vector<std::string> command_desk_state::in_order() const {
  std::map<std::uint64_t, std::string> by_number;
  for (const auto& [id, message] : open_) by_number[message.number] = id;
  std::vector<std::string> result;
  for (auto& [number, id] : by_number) result.push_back(std::move(id));
  return result;
}

// -- the rest -------------------------------------------------------------------------------------

void command_desk_state::on_register(const register_bot& entry) {
  book_->bots[entry.identity.id] = entry.identity;
  if (entry.bot)
    book_->addresses[entry.identity.id] = entry.bot;
  else
    book_->addresses.erase(entry.identity.id);
  remember_guests();
}

// A brake that was taken before the guests were known is for them as well.
void command_desk_state::expect_guests_of(open_message& message) {
  if (message.durable || !services_.hosts_guests) return;
  auto& entry = message.adopted.entry;
  for (const auto& [id, guest] : guests_) {
    if (message.line_of.count(id) != 0) continue;
    message.line_of[id] = entry.lines.size();
    entry.lines.push_back(expected_line(entry.message, guest));
    if (entry.lines.back().addressed) std::erase(entry.unmatched, id);
    entry.state = message_state::working;
    message.retry.insert(id);
  }
}

// What the journal does not know yet goes with the next write, what it refuses with the timer.
void command_desk_state::remember_guests() {
  if (!loaded_ || guests_being_saved_) return;
  journal_write write;
  for (const auto& [id, bot] : book_->bots) {
    if (bot.kind != bot_kind::controlled) continue;
    auto known = guests_.find(id);
    if (known == guests_.end() || known->second != bot) write.guests.push_back(bot);
  }
  if (write.guests.empty()) return;
  guests_being_saved_ = true;
  arm_timer();
  self_->request(services_.journal, journal_timeout, write)
      .then(
          [this, saved = write.guests](const journal_receipt&) {
            guests_being_saved_ = false;
            for (const auto& guest : saved) guests_[guest.id] = guest;
          },
          [this](caf::error&) {
            guests_being_saved_ = false;
            self_->count_error();
            arm_timer();
          });
}

void command_desk_state::forget_guest(const std::string& bot_id) {
  if (guests_.erase(bot_id) == 0) return;
  journal_write write;
  write.departed_guests.push_back(bot_id);
  self_->request(services_.journal, journal_timeout, std::move(write))
      .then([](const journal_receipt&) {},
            // It is expected again after a restart, until the next farewell.
            [this](caf::error&) { self_->count_error(); });
}

// Lines that are final stay as they are: no answer can amend them any more, but none was given.
void command_desk_state::on_unregister(const unregister_bot& gone) {
  forget_guest(gone.bot_id);
  if (book_->bots.erase(gone.bot_id) == 0 && open_.empty()) return;
  book_->addresses.erase(gone.bot_id);
  for (auto& [id, message] : open_) {
    auto known = message.line_of.find(gone.bot_id);
    if (known == message.line_of.end()) continue;
    message.retry.erase(gone.bot_id);
    auto line = message.adopted.entry.lines[known->second];
    if (is_final(line.status)) continue;
    line.at_ms = now_ms();
    line.status = line.addressed ? line_status::error : line_status::ignored;
    line.code = to_string(ec::bot_absent);
    line.reason = "it has left the floor: " + gone.reason;
    set_line(id, std::move(line), false);
  }
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

void command_desk_state::tell_halt() {
  if (services_.relay) self_->send(services_.relay, halt_);
  if (services_.orders) self_->send(services_.orders, halt_);
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
      // Who has left.
      [self](const unregister_bot& gone) { self->state.on_unregister(gone); },
      // A stop that was done was not.
      [self](const order_surfaced& news) { return self->state.surfaced(news); },
      // Somebody wants to see a ledger converge.
      [self](const watch_message& request) { self->state.watch(request); },
      // Stored messages.
      [self](const find_ledgers& query) { return self->state.find(query); },
      // What stops the floor.
      [self](const get_halt&) { return self->state.halt(); },
      // Deadlines, retries, what is still to be written.
      [self](const wake& timer) { self->state.on_timer(timer); },
  };
}

}  // namespace outcry
