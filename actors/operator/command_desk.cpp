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

enum timer : std::uint8_t { work_timer, introduction_timer };

constexpr std::chrono::seconds journal_timeout{30};
// A brake does not wait for a disk that hangs.
constexpr std::chrono::seconds brake_timeout{2};
constexpr std::chrono::seconds introduction_interval{5};
constexpr std::chrono::milliseconds tick{250};
constexpr std::size_t max_before_load = 1000;

void append(std::vector<owed_value>& to, std::vector<owed_value> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

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
  if (!services_.relay) return;
  self_->send(services_.relay, desk_address{caf::actor_cast<caf::actor>(self_)});
  if (loaded_) self_->send(services_.relay, halt_);
  self_->delayed_send(self_, introduction_interval, wake{introduction_timer, 0});
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
  if (loaded_) return;
  loaded_ = true;
  // A brake may have been taken from memory meanwhile: the stronger halt holds.
  if (image.halt.kind > halt_.kind) halt_ = image.halt;
  if (services_.relay) self_->send(services_.relay, halt_);
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
  adopted(id, true);
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
  if (auto known = open_.find(id); first && known != open_.end()) {
    if (entry.request.mirrored) owe_again(known->second.adopted.entry);
    return promise.deliver(known->second.adopted.entry);
  }
  bool brake = is_brake(parse_verb(entry.request.message.type));
  if (first && !brake && before_load_.size() >= max_before_load)
    return promise.deliver(caf::make_error(ec::unavailable, "the journal is not loaded yet"));
  promises_[id].push_back(promise);
  if (!first) return promise;
  if (loaded_ || brake)
    look_up(entry);
  else
    before_load_.push_back(std::move(entry));
  return promise;
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
  bool brake = is_brake(parse_verb(message.type));
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
  taken.adopted = adopt(message, book_->bots, halt_, services_.limits, now_ms());
  taken.number = ++last_number_;
  taken.mirrored = entry.request.mirrored;
  if (!entry.unreadable.empty()) {
    taken.adopted.entry.code = to_string(ec::invalid_input);
    taken.adopted.entry.reason = entry.unreadable;
  }
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
  fail_promises(id, caf::make_error(ec::journal_unavailable, self_->system().render(reason)));
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
  message.deadline_ms = now_ms() + services_.limits.answer_deadline_ms;
  for (std::size_t i = 0; i < entry.lines.size(); ++i) {
    message.line_of[entry.lines[i].bot_id] = i;
    if (!brake || !entry.lines[i].addressed) continue;
    auto& last = last_brake_[entry.lines[i].bot_id];
    last = std::max(last, message.number);
  }
  if (message.adopted.new_halt && services_.relay) self_->send(services_.relay, halt_);
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

// -- asking the bots ------------------------------------------------------------------------------

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

// -- what the journal must still be told ----------------------------------------------------------

// Lines and state go in one transaction: a message is never final before its lines are. One write
// at a time for each message; what changes meanwhile goes with the next.
void command_desk_state::save(const std::string& id) {
  auto& message = open_[id];
  if (message.saving) return;
  bool adopts = !message.durable;
  if (!adopts && message.unsaved.empty() && !message.state_owed) return;
  if (adopts && must_wait_for_halt(message)) return;
  auto write = adopts ? adoption_write(message) : change_write(message);
  message.saving = true;
  message.being_saved = std::move(message.unsaved);
  message.unsaved.clear();
  message.state_owed = false;
  self_->request(services_.journal, journal_timeout, std::move(write))
      .then([this, id](const journal_receipt&) { saved(id); },
            [this, id, adopts](caf::error& reason) { not_saved(id, adopts, reason); });
}

// A later message's change of the halt is on its way to the journal: which one is to stay there is
// known only when it has arrived.
bool command_desk_state::must_wait_for_halt(const open_message& message) const {
  if (!message.adopted.new_halt) return false;
  return std::any_of(open_.begin(), open_.end(), [&](const auto& entry) {
    const auto& [id, later] = entry;
    return later.number > message.number && later.adopted.new_halt && promises_.count(id) != 0;
  });
}

void command_desk_state::note_journalled(const open_message& message) {
  if (message.adopted.new_halt) last_halt_ = std::max(last_halt_, message.number);
}

journal_write command_desk_state::change_write(const open_message& message) const {
  const auto& entry = message.adopted.entry;
  const auto& id = entry.message.id;
  bool mirrors = services_.house->has_mirror;
  journal_write write;
  for (const auto& bot_id : message.unsaved) {
    const auto& line = entry.lines[message.line_of.at(bot_id)];
    write.lines.push_back({id, line});
    if (mirrors) write.owed.push_back(owed_line(id, line));
  }
  write.states.push_back({id, entry.state, entry.code, entry.reason});
  if (mirrors) append(write.owed, owed_state(entry));
  return write;
}

void command_desk_state::saved(const std::string& id) {
  auto found = open_.find(id);
  if (found == open_.end()) return;
  auto& message = found->second;
  if (!message.durable) spdlog::info("message {} is journalled after all", id);
  if (!message.durable) note_journalled(message);
  message.durable = true;
  message.saving = false;
  message.being_saved.clear();
  hint();
  if (!message.unsaved.empty() || message.adopted.entry.state != message_state::working) save(id);
}

void command_desk_state::not_saved(const std::string& id, bool adopts, const caf::error& reason) {
  self_->count_error();
  auto found = open_.find(id);
  if (found == open_.end()) return;
  auto& message = found->second;
  message.saving = false;
  message.state_owed = true;
  message.unsaved.merge(message.being_saved);
  message.being_saved.clear();
  if (!adopts || reason != ec::invalid_input) return;
  // The journal knows the id: an earlier try went through, only its answer was lost.
  message.durable = true;
  note_journalled(message);
  // Not the open ones: the bot may have written its own by now.
  for (const auto& line : message.adopted.entry.lines)
    if (line.status != line_status::open) message.unsaved.insert(line.bot_id);
}

// -- time -----------------------------------------------------------------------------------------

void command_desk_state::arm_timer() {
  if (timer_armed_) return;
  timer_armed_ = true;
  self_->delayed_send(self_, tick, wake{work_timer, 0});
}

void command_desk_state::on_timer(const wake& timer) {
  if (timer.timer == introduction_timer) {
    introduce();
    return;
  }
  timer_armed_ = false;
  if (!loaded_) load();
  std::set<std::string> waited_for;
  for (const auto& id : in_order()) look_after(id, waited_for);
  if (open_.empty()) last_brake_.clear();
  if (!open_.empty() || !loaded_) arm_timer();
}

std::vector<std::string> command_desk_state::in_order() const {
  std::map<std::uint64_t, std::string> by_number;
  for (const auto& [id, message] : open_) by_number[message.number] = id;
  std::vector<std::string> result;
  for (auto& [number, id] : by_number) result.push_back(std::move(id));
  return result;
}

void command_desk_state::look_after(const std::string& id, std::set<std::string>& waited_for) {
  if (promises_.count(id) != 0) return;  // still being journalled
  ask_again(id, waited_for);
  auto& message = open_[id];
  if (!message.deadline_passed && now_ms() >= message.deadline_ms) close_deadline(id);
  for (const auto& bot_id : std::set<std::string>(message.unremembered)) remember_stop(id, bot_id);
  save(id);
  if (is_over(message)) open_.erase(id);
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
  line.reason = "a later stop came before the bot could hear it";
  set_line(id, std::move(line), false);
}

// A start that a bot has not heard must not undo a stop that was given after it.
bool command_desk_state::is_overtaken(const open_message& message,
                                      const std::string& bot_id) const {
  auto wish = parse_verb(message.adopted.entry.message.type);
  if (wish != verb::start && wish != verb::enter) return false;
  if (!message.adopted.entry.lines[message.line_of.at(bot_id)].addressed) return false;
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

// Lines that are final stay as they are: no answer can amend them any more, but none was given.
void command_desk_state::on_unregister(const unregister_bot& gone) {
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
