#include "adapters/redis/container_bot.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/bots/bot_words.hpp"
#include "actors/operator/owed_values.hpp"
#include "adapters/redis/container_exit.hpp"
#include "adapters/redis/timers.hpp"
#include "messages/error.hpp"

namespace outcry::redis {

namespace {

constexpr std::chrono::seconds load_pause{1};
constexpr std::chrono::seconds resend_interval{5};
constexpr std::int64_t report_interval_ms = 10'000;
constexpr std::int64_t reconcile_interval_ms = 5'000;
constexpr std::int64_t open_limit_ms = 600'000;  // the desk waits no longer for a late answer
constexpr std::size_t max_open = 100;
constexpr std::size_t max_open_brakes = 1000;

}  // namespace

// -- opening --------------------------------------------------------------------------------------

container_bot_state::~container_bot_state() {
  // CAF 0.17 says nothing to those whose promise is dropped; the desk asks again.
  for (auto& entry : open_)
    for (auto& promise : entry.promises) promise.deliver(caf::make_error(ec::unavailable));
  for (auto& promise : traders_) promise.deliver(caf::make_error(ec::unavailable));
}

void container_bot_state::open(bot_identity identity,
                               std::shared_ptr<const container_services> services) {
  identity_ = std::move(identity);
  services_ = std::move(services);
  seen_.identity = identity_;
  seen_.state = bot_state::absent;
  record_.bot_id = identity_.id;
  since_ms_ = now_ms();
  if (identity_.kind == bot_kind::controlled)
    load();
  else
    loaded_ = true;  // nothing is remembered of it
  self_->delayed_send(self_, resend_interval, wake{resend_timer, 0});
}

void container_bot_state::load() {
  if (loading_) return;
  loading_ = true;
  self_->request(services_->journal, journal_timeout, load_bot{identity_.id})
      .then([this](const bot_image& image) { on_image(image); },
            [this](caf::error& reason) {
              self_->count_error();
              spdlog::warn("container bot {} cannot read the journal: {}", identity_.id,
                           self_->system().render(reason));
              self_->delayed_send(self_, load_pause, wake{load_timer, 0});
            });
}

void container_bot_state::take_in(const bot_image& image) {
  auto mine = std::exchange(record_, image.record);
  record_.bot_id = identity_.id;
  bool known = image.known;
  if (owes_record_) {
    record_.parameters = mine.parameters;
    record_.limits = mine.limits;
    record_.revision = std::max(record_.revision, mine.revision);
    // While the bot is away the desk may have stopped it since.
    if (!known || mine.since_ms >= record_.since_ms) {
      record_.desired = mine.desired;
      record_.since_ms = mine.since_ms;
      known = true;
    }
  }
  if (!known) record_.since_ms = now_ms();
  // A bot that comes later inherits the halt; a brake may have come before the journal.
  bool halted = image.halt.kind != halt_kind::none;
  if (mine.desired == desired_state::stopped ||
      (halted && (!known || record_.since_ms < image.halt.since_ms)))
    record_.desired = desired_state::stopped;
  if (halted) record_.since_ms = std::max(record_.since_ms, image.halt.since_ms);
}

void container_bot_state::on_image(const bot_image& image) {
  take_in(image);
  loading_ = false;
  loaded_ = true;
  report();
  tell_limits();
  shut_if_stopped();
  if (is_present()) {
    register_at_desk();
    brief();
    resend();
    if (!held_.empty()) look_at_held();
    reconcile();
  }
  serve_next();
}

// The desk may write about it now. What is on its way to the journal builds on what was known.
void container_bot_state::forget_image() {
  if (identity_.kind == bot_kind::observed) return;
  if (busy_)
    stale_ = true;
  else
    loaded_ = false;
}

// -- commands -------------------------------------------------------------------------------------

caf::result<command_outcome> container_bot_state::on_command(const bot_command& command) {
  auto promise = self_->make_response_promise<command_outcome>();
  if (identity_.kind == bot_kind::observed) return promise.deliver(refuse(command));
  const auto& id = command.message.id;
  if (auto* known = find_open(id)) {
    known->promises.push_back(promise);
    return promise;
  }
  bool brake = command.addressed && is_brake(parse_verb(command.message.type));
  if (open_.size() >= (brake ? max_open_brakes : max_open))
    return promise.deliver(caf::make_error(ec::mailbox_full));
  if (brake) {
    remember_stop();
    end_starts(ec::halted, "a stop came before it was started again");
    shut_gate(closing_for(command));
  } else if (command.addressed && parse_verb(command.message.type) == verb::exit) {
    end_starts(ec::halted, "an exit came before it was started again", id);
  }
  open_command entry;
  entry.command = command;
  entry.promises.push_back(promise);
  entry.since_ms = now_ms();
  open_.push_back(std::move(entry));
  self_->request(services_->journal, journal_timeout, find_line{id, identity_.id})
      .then(
          [this, id](const ledger_line& stored) {
            auto* asking = find_open(id);
            if (asking == nullptr) return;
            if (stored.status == line_status::pending) asking->note = stored.result;
            if (!is_answer(stored.status)) return take(id);
            for (auto& one : asking->promises) one.deliver(command_outcome{id, stored, true});
            close(id);
          },
          // The bot itself tells a repetition: to ask again does no harm.
          [this, id](caf::error&) {
            self_->count_error();
            take(id);
          });
  return promise;
}

container_bot_state::open_command* container_bot_state::find_open(const std::string& message_id) {
  for (auto& entry : open_)
    if (entry.command.message.id == message_id) return &entry;
  return nullptr;
}

void container_bot_state::close(const std::string& message_id) {
  open_.remove_if(
      [&](const open_command& entry) { return entry.command.message.id == message_id; });
}

command_outcome container_bot_state::refuse(const bot_command& command) const {
  auto line = own({}, command.addressed);
  line.at_ms = now_ms();
  if (command.addressed) {
    line.status = line_status::error;
    line.code = to_string(ec::not_controllable);
    line.reason = "it only listens to prices and trades on its own: nobody can command it";
  } else {
    line.status = line_status::ignored;
    line.reason = "not addressed";
  }
  return {command.message.id, std::move(line), false};
}

void container_bot_state::take(const std::string& message_id) {
  auto* entry = find_open(message_id);
  if (entry == nullptr || entry->halted) return;
  entry->asked = true;
  const auto& command = entry->command;
  if (auto line = answer_alone(command)) {
    entry->alone = true;
    return say_alone(message_id, std::move(*line));
  }
  if (command.addressed && is_brake(parse_verb(command.message.type))) halt_before(message_id);
  if (says_yes(entry->note, flat_note)) return resume_start(*entry);
  tell_trader(*entry);
  send_to_bot(*entry);
}

// Sent again after the stop, a start from before it would undo it.
void container_bot_state::halt_before(const std::string& brake_id) {
  for (auto& entry : open_) {
    const auto& id = entry.command.message.id;
    if (id == brake_id) break;
    auto wish = parse_verb(entry.command.message.type);
    bool sets_off = wish == verb::start || wish == verb::enter;
    if (!sets_off || !entry.command.addressed || entry.heard || entry.halted) continue;
    bool answered =
        std::any_of(acknowledgements_.begin(), acknowledgements_.end(),
                    [&](const acknowledgement& x) { return x.outcome.message_id == id; });
    if (answered) continue;
    entry.halted = true;
    ledger_line line;
    line.status = line_status::error;
    line.code = to_string(ec::halted);
    line.reason = "a stop that was given later holds";
    line.at_ms = now_ms();
    acknowledgements_.push_back({{id, std::move(line), true}, {}});
  }
  serve_next();
}

// Whatever becomes of the command: a bot that did not hear it must not run on after its return.
void container_bot_state::remember_stop() {
  brake_came_ = true;
  if (record_.desired == desired_state::stopped) return;
  record_.desired = desired_state::stopped;
  record_.since_ms = now_ms();
  journal_write write;
  write.stopped_bots.push_back(identity_.id);
  write.stopped_at_ms = record_.since_ms;
  self_->request(services_->journal, journal_timeout, std::move(write))
      .then([](const journal_receipt&) {},
            [this](caf::error&) {
              self_->count_error();
              owe_record();
            });
}

// -- what the journal refused ---------------------------------------------------------------------

void container_bot_state::owe_record() {
  if (std::exchange(owes_record_, true)) return;
  spdlog::error("what was told to container bot {} is not journalled: it is tried again",
                identity_.id);
}

void container_bot_state::pay_record() {
  if (!owes_record_ || busy_) return;
  // Of one that is away the desk writes the stops, and only a stop of ours cannot undo those.
  if (record_.desired != desired_state::stopped && !is_present() && !leaving_) return;
  busy_ = true;
  self_->request(services_->journal, journal_timeout, load_bot{identity_.id})
      .then([this](const bot_image& image) { write_owed(image); },
            [this](caf::error&) {
              self_->count_error();
              finish();
            });
}

void container_bot_state::write_owed(const bot_image& image) {
  take_in(image);
  journal_write write;
  write.bots.push_back(record_);
  self_->request(services_->journal, journal_timeout, std::move(write))
      .then(
          [this, written = record_](const journal_receipt&) {
            // A brake may have come meanwhile, and been refused.
            if (written == record_) owes_record_ = false;
            finish();
          },
          [this](caf::error&) {
            self_->count_error();
            finish();
          });
}

// Redis may have lost it, or the bot its memory.
void container_bot_state::resend() {
  auto now = now_ms();
  for (auto entry = open_.begin(); entry != open_.end();) {
    auto& waiting = *entry;
    if (now - waiting.since_ms > open_limit_ms) {
      for (auto& promise : waiting.promises) promise.deliver(caf::make_error(ec::unavailable));
      end_exit(waiting);
      entry = open_.erase(entry);
      continue;
    }
    if (is_present() && waiting.asked && !waiting.halted && !waiting.alone) send_to_bot(waiting);
    ++entry;
  }
  for (auto& held : held_)
    if (held.starting && is_present()) start_again(held);
}

void container_bot_state::on_farewell() {
  leaving_ = true;
  end_starts(ec::bot_absent, "it left before it was started again");
  if (acknowledgements_.empty() && held_.empty() && !owes_record_)
    self_->quit(caf::exit_reason::user_shutdown);
}

// -- presence -------------------------------------------------------------------------------------

void container_bot_state::on_presence(const bot_status& seen, bool briefed) {
  bool was_present = is_present();
  bool changed = seen.state != seen_.state || seen.reason != seen_.reason;
  if (seen.state != seen_.state) since_ms_ = now_ms();
  seen_.state = seen.state;
  seen_.reason = seen.reason;
  if (!seen.details.empty()) seen_.details = seen.details;
  briefed_ = briefed;
  if (is_present()) seen_.heartbeat_ms = now_ms();
  if (was_present && !is_present()) {
    interrupt_starts();
    reconciled_ms_ = 0;
  }
  if (was_present != is_present()) forget_image();
  if (is_present() && !loaded_) return load();
  if (was_present != is_present()) register_at_desk();
  if (changed || now_ms() - reported_ms_ >= report_interval_ms) report();
  brief();
  reconcile();
}

void container_bot_state::register_at_desk() {
  // An observed bot that is gone still refuses at once.
  bool reachable = is_present() || identity_.kind == bot_kind::observed;
  auto me = reachable ? caf::actor_cast<caf::actor>(self_) : caf::actor{};
  self_->send(services_->desk, register_bot{identity_, me});
}

void container_bot_state::brief() {
  if (briefed_ || !loaded_ || !is_present() || identity_.kind != bot_kind::controlled) return;
  services_->wire.brief(identity_.id,
                        {record_.desired, record_.parameters, now_ms(), record_.since_ms});
}

// It runs although it was told to stop: it was restarted, or was away when it was told.
void container_bot_state::reconcile() {
  if (identity_.kind != bot_kind::controlled || !loaded_ || !open_.empty() || busy_) return;
  if (!held_.empty()) return;
  if (record_.desired != desired_state::stopped) return;
  if (seen_.state != bot_state::running && seen_.state != bot_state::waiting_for_open) return;
  if (now_ms() - reconciled_ms_ < reconcile_interval_ms) return;
  reconciled_ms_ = now_ms();
  bot_command reminder;
  reminder.message.id = "reminder-" + std::to_string(reconciled_ms_);
  reminder.message.type = to_string(verb::stop);
  reminder.message.description = "it was stopped before it came back";
  reminder.message.pressed_at_ms = reconciled_ms_;
  reminder.addressed = true;
  spdlog::warn("container bot {} runs although it was stopped: it is told again", identity_.id);
  services_->wire.send(identity_.id, reminder, {});
}

void container_bot_state::on_link(const link_status& link) {
  if (link.state == outcry::link_state::live) resend();
}

bot_status container_bot_state::status() const {
  auto result = seen_;
  result.identity = identity_;
  result.desired = record_.desired;
  result.since_ms = since_ms_;
  return result;
}

void container_bot_state::report() {
  reported_ms_ = now_ms();
  self_->send(services_->roster, status());
  if (services_->relay) self_->send(services_->relay, status());
}

void container_bot_state::on_timer(const wake& timer) {
  if (timer.timer == load_timer) {
    load();
    return;
  }
  if (timer.timer == gate_timer) {
    gate_timer_armed_ = false;
    return look_at_held();
  }
  shut_if_stopped();
  resend();
  pay_record();
  self_->delayed_send(self_, resend_interval, timer);
}

container_interface::behavior_type container_bot(
    container_bot_actor* self, bot_identity identity,
    std::shared_ptr<const container_services> services) {
  self->observe({"bot:" + identity.id, "container_bot", 10'000});
  self->state.open(std::move(identity), std::move(services));
  return {
      // -- commandable_actor ---------------------------------------------------------------------
      // An operator's wish.
      [self](const bot_command& command) { return self->state.on_command(command); },
      // How the bot is, as last heard.
      [self](const get_bot&) { return self->state.status(); },
      // -- from its trader -----------------------------------------------------------------------
      // It wants to order.
      [self](const meet_order_desk& hello) { return self->state.on_trader(hello); },
      // -- from the bridge -----------------------------------------------------------------------
      // What its presence says.
      [self](const bot_status& seen, bool briefed) { self->state.on_presence(seen, briefed); },
      // Its answer.
      [self](const command_outcome& outcome, const std::string& entry_id) {
        self->state.on_acknowledgement(outcome, entry_id);
      },
      // It has left for good.
      [self](const unregister_bot&) { self->state.on_farewell(); },
      // Nobody could give it to the bot.
      [self](const bot_command& command, bool) { self->state.on_unheard(command); },
      // Redis is back.
      [self](const link_status& link) { self->state.on_link(link); },
      // Time to ask again.
      [self](const wake& timer) { self->state.on_timer(timer); },
  };
}

}  // namespace outcry::redis
