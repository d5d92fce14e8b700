#include <algorithm>
#include <chrono>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/bots/bot_timing.hpp"
#include "actors/bots/bot_words.hpp"
#include "adapters/redis/container_bot.hpp"
#include "adapters/redis/container_exit.hpp"
#include "adapters/redis/timers.hpp"
#include "messages/error.hpp"

// What a bot's commands mean to the order desk: whose orders are let through, and what holds the
// bot's own `done` back.

namespace outcry::redis {

namespace {

constexpr std::chrono::milliseconds gate_interval{250};
constexpr std::int64_t pending_after_ms = 2'000;
constexpr std::size_t max_held = 1000;

verb wish_of(const bot_command& command) {
  return command.addressed ? parse_verb(command.message.type) : verb::status;
}

/// As the bot hears it: its limits are not its business.
bot_command without_limits(const bot_command& command) {
  auto result = command;
  if (wish_of(command) == verb::set)
    result.message.config = read_set(command.message.config).parameters;
  return result;
}

}  // namespace

bool container_bot_state::trades() const {
  return services_->orders && identity_.kind == bot_kind::controlled;
}

gate_closing container_bot_state::closing_for(const bot_command& command) {
  const bool all =
      parse_verb(command.message.type) != verb::stop || takes_protective(command.message.config);
  return all ? gate_closing::cancel_all : gate_closing::keep_reducing;
}

bool container_bot_state::brake_waits() const {
  return std::any_of(open_.begin(), open_.end(),
                     [](const open_command& x) { return is_brake(wish_of(x.command)); });
}

// As long as a stop is not over nobody starts.
bool container_bot_state::starts_wait() const {
  return !held_.empty() || brake_waits();
}

// -- the gate -------------------------------------------------------------------------------------

void container_bot_state::send_to_bot(const open_command& entry) {
  const auto& command = entry.command;
  if (find_held(command.message.id) != nullptr) return;
  if (!trades() || wish_of(command) != verb::start)
    services_->wire.send(identity_.id, without_limits(command),
                         wish_of(command) == verb::enter ? entry.note : std::string{});
  else if (!starts_wait())
    open_the_gate(command.message.id);
}

// Before the bot hears of it: what it orders at its start is not refused.
void container_bot_state::open_the_gate(std::string message_id) {
  shut_ = false;
  ++openings_;
  self_->request(services_->orders, order_desk_timeout, open_gate{identity_.id})
      .then(
          [this, id = std::move(message_id)](const gate_report&) {
            auto* entry = find_open(id);
            if (entry == nullptr || entry->halted || starts_wait()) return;
            services_->wire.send(identity_.id, entry->command, {});
          },
          [this](caf::error&) { self_->count_error(); });  // it is sent again
}

void container_bot_state::shut_gate(gate_closing how) {
  if (!trades()) return;
  for (auto& entry : open_) end_exit(entry);
  self_->request(services_->orders, order_desk_timeout, close_gate{identity_.id, how})
      .then([](const gate_report&) {}, [this](caf::error&) { self_->count_error(); });
}

// The order desk has forgotten after a restart of the floor who is stopped.
void container_bot_state::shut_if_stopped() {
  if (!trades() || !loaded_) return;
  const bool starting = std::any_of(open_.begin(), open_.end(), [](const open_command& x) {
    return wish_of(x.command) == verb::start && x.asked && !x.halted;
  });
  if (record_.desired != desired_state::stopped || starting || starts_bot() || shut_)
    return introduce_traders();
  if (std::exchange(shutting_, true)) return;
  self_->request(services_->orders, order_desk_timeout, close_gate{identity_.id, {}})
      .then(
          [this, openings = openings_](const gate_report&) {
            shutting_ = false;
            if (openings != openings_) return shut_if_stopped();
            shut_ = true;
            introduce_traders();
          },
          [this](caf::error&) {
            self_->count_error();
            shutting_ = false;
          });
}

caf::result<order_desk_greeting> container_bot_state::on_trader(const meet_order_desk& hello) {
  auto promise = self_->make_response_promise<order_desk_greeting>();
  if (!trades()) return promise.deliver(caf::make_error(ec::unsupported));
  hello_ = hello;
  trader_ = hello.bot;
  traders_.push_back(promise);
  for (const auto& entry : open_)
    if (entry.asked) tell_trader(entry);
  if (loaded_) {
    tell_limits();
    shut_if_stopped();
  } else {
    load();
  }
  return promise;
}

void container_bot_state::introduce_traders() {
  for (auto& promise : std::exchange(traders_, {})) promise.delegate(services_->orders, hello_);
}

void container_bot_state::tell_trader(const open_command& entry) {
  if (trader_ && !entry.ended && wish_of(entry.command) == verb::exit)
    caf::anon_send(trader_, entry.command);
}

void container_bot_state::end_exit(open_command& entry) {
  if (wish_of(entry.command) != verb::exit || std::exchange(entry.ended, true) || !trader_) return;
  caf::anon_send(trader_, command_outcome{entry.command.message.id, {}, false});
}

void container_bot_state::follow_gate(const command_outcome& outcome, verb wish) {
  const auto& line = outcome.line;
  if (!trades() || !line.addressed) return;
  const bool over = is_final(line.status);
  if (wish == verb::exit && !over && says_yes(line.result, flat_note))
    note_heard(outcome.message_id, outcome.durable);
  if (wish == verb::exit && over && trader_) caf::anon_send(trader_, outcome);
  const bool wanted = record_.desired == desired_state::running && !brake_waits();
  if (wish == verb::start && line.status == line_status::done && wanted)
    open_the_gate({});
  else
    shut_if_stopped();
  if (over && wish != verb::start) resend();
}

// -- answers that wait ----------------------------------------------------------------------------

bool container_bot_state::must_wait(const bot_command& command) const {
  if (!trades() || acknowledgements_.front().outcome.line.status != line_status::done) return false;
  const auto wish = wish_of(command);
  return is_brake(wish) || wish == verb::exit || (wish == verb::start && !held_.empty());
}

void container_bot_state::hold_front(const bot_command& command) {
  const auto& id = command.message.id;
  if (auto* entry = find_open(id)) entry->heard = true;
  // What is dropped here comes again.
  if (find_held(id) == nullptr && held_.size() < max_held) {
    const bool flat = acknowledgements_.front().flat;
    held_.push_back({command, std::move(acknowledgements_.front()), now_ms(), false, false, {}});
    held_.back().flat = flat;
  }
  finish_front();
  look_at_held();
}

container_bot_state::held_answer* container_bot_state::find_held(const std::string& message_id) {
  for (auto& entry : held_)
    if (entry.command.message.id == message_id) return &entry;
  return nullptr;
}

void container_bot_state::look_at_held() {
  while (!held_.empty() && wish_of(held_.front().command) == verb::start) release(held_.front());
  for (auto& entry : held_) {
    if (entry.flat)
      begin_start(entry);
    else if (wish_of(entry.command) != verb::start)
      ask_gate(entry);
    if (!entry.told && now_ms() - entry.since_ms >= pending_after_ms) tell_pending(entry);
  }
  serve_next();
  arm_gate_timer();
}

void container_bot_state::arm_gate_timer() {
  if (held_.empty() || std::exchange(gate_timer_armed_, true)) return;
  self_->delayed_send(self_, gate_interval, wake{gate_timer, 0});
}

void container_bot_state::ask_gate(held_answer& held) {
  if (std::exchange(held.asking, true)) return;
  close_gate wish{identity_.id, closing_for(held.command)};
  self_->request(services_->orders, order_desk_timeout, std::move(wish))
      .then(
          [this, id = held.command.message.id, openings = openings_](const gate_report& report) {
            auto* waiting = find_held(id);
            if (waiting == nullptr) return;
            waiting->asking = false;
            gate_heard(*waiting, report, openings);
          },
          [this, id = held.command.message.id](caf::error& reason) {
            self_->count_error();
            auto* waiting = find_held(id);
            if (waiting == nullptr) return;
            waiting->asking = false;
            waiting->waiting_for =
                "the order desk does not answer: " + self_->system().render(reason);
          });
}

void container_bot_state::gate_heard(held_answer& held, const gate_report& gate,
                                     std::uint64_t openings) {
  held.waiting_for = gate.waiting_for;
  if (!gate.clear || openings != openings_) return;  // asked again
  shut_ = true;
  auto& line = held.answer.outcome.line;
  const bool leaves = wish_of(held.command) == verb::exit;
  if (leaves && !gate.position.is_zero()) {
    line.status = line_status::error;
    line.code = to_string(ec::refused);
    line.reason = "it says that it has left its position, and " + to_string(gate.position) +
                  " is left; the bot stays stopped";
  } else if (!gate.open.empty() || !gate.position.is_zero()) {
    line.reason += ", " + remaining_words(gate, gate.position);
  }
  if (line.result.empty()) line.result = remaining_json(gate, gate.position);
  if (line.status == line_status::done && starts_again(held.command))
    held.flat = true;
  else
    release(held);
  look_at_held();
}

void container_bot_state::release(held_answer& held) {
  held.answer.settled = true;
  acknowledgements_.push_back(std::move(held.answer));
  held_.remove_if([&](const held_answer& x) { return &x == &held; });
}

void container_bot_state::tell_pending(held_answer& held) {
  held.told = true;
  acknowledgement word;
  word.settled = true;
  word.outcome = held.answer.outcome;
  auto& line = word.outcome.line;
  line.status = line_status::pending;
  line.result.clear();
  line.reason = held.waiting_for.empty() ? "a stop before it is not over" : held.waiting_for;
  line.at_ms = now_ms();
  acknowledgements_.push_back(std::move(word));
}

}  // namespace outcry::redis
