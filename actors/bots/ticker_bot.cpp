#include "actors/bots/ticker_bot.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include <caf/exit_reason.hpp>
#include <caf/system_messages.hpp>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "actors/operator/owed_values.hpp"

namespace outcry {

namespace {

enum timer : std::uint8_t { load_timer, save_timer, subscribe_timer };

constexpr std::chrono::seconds journal_timeout{30};
// A brake does not wait for a disk that hangs.
constexpr std::chrono::seconds brake_timeout{2};
constexpr std::chrono::seconds retry_pause{1};
constexpr std::chrono::seconds save_interval{10};
constexpr std::size_t max_waiting_commands = 100;
constexpr std::size_t max_waiting_brakes = 1000;

std::chrono::seconds patience_for(verb wish) {
  return is_brake(wish) ? brake_timeout : journal_timeout;
}

// What of a message's config is for the strategy: the rest is the desk's.
std::string parameters_in(const operator_message& message) {
  auto config = nlohmann::json::parse(message.config, nullptr, false);
  if (!config.is_object()) return message.config;
  config.erase("expires_s");
  return config.dump();
}

void fail(ledger_line& line, ec code, std::string reason) {
  line.status = line_status::error;
  line.code = to_string(code);
  line.reason = std::move(reason);
}

}  // namespace

// -- opening --------------------------------------------------------------------------------------

ticker_bot_state::~ticker_bot_state() {
  // CAF 0.17 says nothing to those whose promise is dropped; the desk asks again.
  for (auto& waiting : commands_) waiting.promise.deliver(caf::make_error(ec::unavailable));
  for (auto& promise : waiting_) promise.deliver(caf::make_error(ec::unavailable));
}

void ticker_bot_state::open(bot_setup_ptr setup, std::shared_ptr<const bot_services> services) {
  setup_ = std::move(setup);
  services_ = std::move(services);
  hold_ = setup_->hold;
  since_ms_ = services_->house->time->now_ms();
  report();
  load();
}

void ticker_bot_state::load() {
  self_->request(services_->journal, journal_timeout, load_bot{setup_->identity.id})
      .then([this](const bot_image& image) { on_image(image); },
            [this](caf::error& reason) {
              self_->count_error();
              spdlog::warn("bot {} cannot read the journal: {}", setup_->identity.id,
                           self_->system().render(reason));
              self_->delayed_send(self_, retry_pause, wake{load_timer, 0});
            });
}

void ticker_bot_state::on_image(const bot_image& image) {
  strategy_ = services_->strategies(setup_->identity.strategy);
  if (!strategy_) throw std::runtime_error("no strategy named " + setup_->identity.strategy);
  record_ = image.record;
  record_.bot_id = setup_->identity.id;
  if (!image.known) record_.since_ms = services_->house->time->now_ms();
  // "{}" is the desk's record of a bot that it stopped before the bot ever wrote one.
  if (!image.known || record_.parameters == "{}") record_.parameters = setup_->parameters;
  // A bot that comes later inherits the halt, and so does one that was not told before a crash.
  bool halted = image.halt.kind != halt_kind::none;
  if (halted && (!image.known || record_.since_ms < image.halt.since_ms))
    record_.desired = desired_state::stopped;
  auto parameters = strategy_->check_parameters(record_.parameters);
  if (!parameters) throw std::runtime_error("parameters: " + to_string(parameters.error()));
  record_.parameters = *parameters;
  strategy_->set_parameters(record_.parameters);
  // Taken away first: should it be what kills this one too, the next takes the journal's.
  auto left = std::exchange(setup_->legacy.snapshot, {});
  if (!left.empty()) {
    strategy_->restore(left);
    mark_dirty();
  } else if (!record_.snapshot.empty()) {
    strategy_->restore(record_.snapshot);
  }
  // No command waits for a pit.
  become_ready();
  subscribe();
}

void ticker_bot_state::subscribe() {
  self_->request(services_->market, journal_timeout, find_pit{setup_->identity.ticker})
      .then(
          [this](const pit_address& found) {
            auto me = caf::actor_cast<caf::actor>(self_);
            self_->send(caf::actor_cast<pit_actor>(found.pit), subscribe_pit{me, true});
          },
          [this](caf::error& reason) {
            self_->count_error();
            spdlog::warn("bot {} found no pit: {}", setup_->identity.id,
                         self_->system().render(reason));
          });
  // A pit that is down hears nothing and says nothing.
  self_->delayed_send(self_, retry_pause, wake{subscribe_timer, 0});
}

void ticker_bot_state::become_ready() {
  ready_ = true;
  refresh_state();
  serve_next();
}

// The pit's first word: from here on every price of the ticker comes.
void ticker_bot_state::now_listens() {
  listens_ = true;
  for (auto& promise : waiting_) promise.deliver(status());
  waiting_.clear();
}

// -- prices and orders ----------------------------------------------------------------------------

void ticker_bot_state::on_prices(const price_batch& batch) {
  if (state_ != bot_state::running) return;
  for (const auto& tick : batch.ticks) {
    // The pit hands its last price to whoever comes new.
    if (tick.init_ns == setup_->legacy.fatal_init_ns && tick.init_ns != 0) continue;
    guarded(tick.init_ns, [&] { strategy_->on_price(tick); });
  }
  mark_dirty();
}

void ticker_bot_state::on_order(const order_update& update) {
  if (!ready_) return;
  guarded(0, [&] { strategy_->on_order(update); });
  mark_dirty();
}

// Before a crash the strategy's state is put where the next one finds it: the journal's may be ten
// seconds old.
template <class Work>
void ticker_bot_state::guarded(timestamp_ns init_ns, Work work) {
  try {
    work();
  } catch (...) {
    auto& left = setup_->legacy;
    left.fatal_init_ns = init_ns;
    try {
      left.snapshot = strategy_->snapshot();
    } catch (const std::exception& e) {
      spdlog::error("bot {}: its strategy cannot even say what it knew: {}", setup_->identity.id,
                    e.what());
      left.snapshot.clear();
    }
    throw;
  }
}

void ticker_bot_state::on_feed(const feed_status& status) {
  feed_ = status.state;
  if (ready_) refresh_state();
  if (!listens_) now_listens();
}

void ticker_bot_state::on_hold(bool held, const std::string& reason) {
  auto next = held ? (reason.empty() ? "held" : reason) : std::string{};
  if (next == hold_) return;
  hold_ = std::move(next);
  if (ready_) refresh_state();
  report();
}

// -- commands -------------------------------------------------------------------------------------

caf::result<command_outcome> ticker_bot_state::on_command(const bot_command& command) {
  bool brake = command.addressed && is_brake(parse_verb(command.message.type));
  if (commands_.size() >= (brake ? max_waiting_brakes : max_waiting_commands))
    return caf::make_error(ec::mailbox_full);
  auto promise = self_->make_response_promise<command_outcome>();
  commands_.push_back({command, promise});
  if (ready_) refresh_state();
  serve_next();
  return promise;
}

void ticker_bot_state::serve_next() {
  if (!ready_ || busy_ || commands_.empty()) return;
  busy_ = true;
  const auto& command = commands_.front().command;
  self_
      ->request(services_->journal, patience_for(parse_verb(command.message.type)),
                find_line{command.message.id, setup_->identity.id})
      .then(
          [this](const ledger_line& stored) {
            // no_answer is the desk's word, not ours: we never answered that message.
            if (is_final(stored.status) && stored.status != line_status::no_answer)
              answer(stored, true);
            else
              execute();
          },
          [this](caf::error& reason) {
            self_->count_error();
            stored_line_unknown(reason);
          });
}

// Done before or not? What does no harm is done again, the rest when the journal can tell.
void ticker_bot_state::stored_line_unknown(const caf::error& reason) {
  const auto& front = commands_.front().command;
  auto wish = parse_verb(front.message.type);
  if (!front.addressed || is_brake(wish) || wish == verb::status) {
    execute();
    return;
  }
  auto promise = commands_.front().promise;
  next_command();
  promise.deliver(caf::make_error(ec::journal_unavailable, self_->system().render(reason)));
}

void ticker_bot_state::execute() {
  const auto& command = commands_.front().command;
  auto decision = decide_safely(command);
  if (is_brake(parse_verb(command.message.type)) && decision.record) put_in_force(*decision.record);
  journal_decision(std::move(decision));
}

// What its strategy cannot be asked it cannot be asked again either: the same message would come
// until the bot has failed.
bot_decision ticker_bot_state::decide_safely(const bot_command& command) const {
  try {
    return decide(command);
  } catch (const std::exception& e) {
    bot_decision decision;
    decision.line = blank_line();
    decision.line.addressed = command.addressed;
    fail(decision.line, ec::strategy_error, e.what());
    return decision;
  }
}

std::string ticker_bot_state::snapshot_or_last() const {
  try {
    return strategy_->snapshot();
  } catch (const std::exception& e) {
    spdlog::error("bot {}: its strategy cannot say what it knows: {}", setup_->identity.id,
                  e.what());
    return record_.snapshot;
  }
}

ledger_line ticker_bot_state::blank_line() const {
  ledger_line line;
  line.bot_id = setup_->identity.id;
  line.container = setup_->identity.container;
  line.ticker = setup_->identity.ticker;
  line.at_ms = services_->house->time->now_ms();
  return line;
}

bot_decision ticker_bot_state::decide(const bot_command& command) const {
  bot_decision decision;
  decision.line = blank_line();
  decision.line.addressed = command.addressed;
  if (!command.addressed) {
    decision.line.status = line_status::ignored;
    decision.line.reason = "not addressed";
  } else if (command.expires_at_ms != 0 && decision.line.at_ms > command.expires_at_ms) {
    decision.line.status = line_status::expired;
    decision.line.code = to_string(ec::expired);
    decision.line.reason = "it came too late";
  } else {
    decide_verb(command, decision);
  }
  return decision;
}

void ticker_bot_state::decide_verb(const bot_command& command, bot_decision& decision) const {
  auto& line = decision.line;
  auto wish = parse_verb(command.message.type);
  auto to = [&](desired_state desired) {
    line.status = line_status::done;
    if (record_.desired == desired) return;
    auto record = record_;
    record.desired = desired;
    record.since_ms = line.at_ms;
    ++record.revision;
    decision.record = std::move(record);
  };
  switch (wish) {
    case verb::stop:
    case verb::kill:
      to(desired_state::stopped);
      line.reason = decision.record ? "stopped" : "was stopped already";
      break;
    case verb::start:
      to(desired_state::running);
      line.reason = decision.record ? "started" : "was running already";
      if (feed_ == feed_state::closed) {
        line.code = "waiting_for_open";
        line.reason += ", waits for the session to open";
      }
      break;
    case verb::status: {
      line.status = line_status::done;
      line.result = nlohmann::json{{"state", to_string(state_)},
                                   {"desired", to_string(record_.desired)},
                                   {"feed", to_string(feed_)},
                                   {"parameters", nlohmann::json::parse(record_.parameters)},
                                   {"details", nlohmann::json::parse(strategy_->details())}}
                        .dump();
      break;
    }
    case verb::set:
      decide_set(command, decision);
      break;
    case verb::exit:
    case verb::enter:
      fail(line, ec::unsupported,
           setup_->identity.strategy + " does not trade: it cannot " + command.message.type);
      break;
    case verb::unknown:
      fail(line, ec::unknown_type, "no verb named " + command.message.type);
      break;
  }
}

void ticker_bot_state::decide_set(const bot_command& command, bot_decision& decision) const {
  auto changed = strategy_->check_parameters(parameters_in(command.message));
  if (!changed) {
    fail(decision.line, ec::invalid_config, to_string(changed.error()));
    return;
  }
  decision.line.status = line_status::done;
  decision.line.result = *changed;
  decision.line.reason = "in force";
  if (*changed == record_.parameters) return;
  auto record = record_;
  record.parameters = *changed;
  ++record.revision;
  decision.record = std::move(record);
}

void ticker_bot_state::put_in_force(const bot_record& record) {
  if (record.parameters != record_.parameters) strategy_->set_parameters(record.parameters);
  record_ = record;
  refresh_state();
}

journal_write ticker_bot_state::transaction(const bot_decision& decision) const {
  const auto& id = commands_.front().command.message.id;
  journal_write write;
  if (decision.record) {
    write.bots.push_back(*decision.record);
    write.bots.back().snapshot = snapshot_or_last();
  }
  write.lines.push_back({id, decision.line});
  if (services_->house->has_mirror) write.owed.push_back(owed_line(id, decision.line));
  return write;
}

void ticker_bot_state::journal_decision(bot_decision decision) {
  auto patience = patience_for(parse_verb(commands_.front().command.message.type));
  self_->request(services_->journal, patience, transaction(decision))
      .then(
          [this, decision](const journal_receipt&) {
            if (decision.record) {
              put_in_force(*decision.record);
              owes_record_ = false;
            }
            answer(decision.line, true);
          },
          [this, decision](caf::error& reason) {
            journal_failed(decision, self_->system().render(reason));
          });
}

void ticker_bot_state::journal_failed(bot_decision decision, const std::string& why) {
  self_->count_error();
  auto wish = parse_verb(commands_.front().command.message.type);
  auto& line = decision.line;
  if (decision.record) {
    // Even when the write went through and only its answer was lost, the journal is to hold what
    // is in force.
    owes_record_ = true;
    mark_dirty();
  }
  if (line.status == line_status::done && is_brake(wish)) {
    line.code = to_string(ec::not_durable);
    line.reason += "; the journal could not be written: " + why;
  } else if (line.status == line_status::done && wish != verb::status) {
    fail(line, ec::journal_unavailable,
         "nothing changed, the journal could not be written: " + why);
  }
  answer(line, false);
}

void ticker_bot_state::answer(const ledger_line& line, bool durable) {
  auto& front = commands_.front();
  front.promise.deliver(command_outcome{front.command.message.id, line, durable});
  next_command();
}

void ticker_bot_state::next_command() {
  commands_.pop_front();
  busy_ = false;
  refresh_state();
  if (leaving_)
    leave();
  else
    serve_next();
}

// -- state ----------------------------------------------------------------------------------------

// The brake takes hold at once, whatever waits before it; its outcome is journalled in turn.
bool ticker_bot_state::brake_waits() const {
  return std::any_of(commands_.begin(), commands_.end(), [](const waiting_command& x) {
    return x.command.addressed && is_brake(parse_verb(x.command.message.type));
  });
}

void ticker_bot_state::refresh_state() {
  auto next = bot_state::running;
  if (record_.desired == desired_state::stopped || brake_waits())
    next = bot_state::stopped;
  else if (!hold_.empty())
    next = bot_state::starting;
  else if (feed_ == feed_state::closed)
    next = bot_state::waiting_for_open;
  if (next == state_ && record_.desired == reported_desired_) return;
  // Since when it is stopped the journal knows, also across a restart.
  if (next != state_)
    since_ms_ = next == bot_state::stopped && record_.desired == desired_state::stopped
                    ? record_.since_ms
                    : services_->house->time->now_ms();
  state_ = next;
  reported_desired_ = record_.desired;
  report();
}

bot_status ticker_bot_state::status() const {
  bot_status result;
  result.identity = setup_->identity;
  result.state = state_;
  result.desired = record_.desired;
  result.since_ms = since_ms_;
  result.reason = hold_;
  result.heartbeat_ms = services_->house->time->now_ms();
  try {
    if (strategy_) result.details = strategy_->details();
  } catch (const std::exception& e) {
    result.reason = std::string("its strategy cannot say how it is: ") + e.what();
  }
  return result;
}

void ticker_bot_state::report() {
  self_->send(services_->roster, status());
  if (services_->relay) self_->send(services_->relay, status());
}

caf::result<bot_status> ticker_bot_state::on_get() {
  auto promise = self_->make_response_promise<bot_status>();
  if (listens_)
    promise.deliver(status());
  else
    waiting_.push_back(promise);
  return promise;
}

void ticker_bot_state::mark_dirty() {
  dirty_ = true;
  if (save_armed_) return;
  save_armed_ = true;
  self_->delayed_send(self_, save_interval, wake{save_timer, 0});
}

void ticker_bot_state::save(bool then_quit) {
  dirty_ = false;
  auto record = record_;
  record.snapshot = snapshot_or_last();
  journal_write write;
  write.bots.push_back(std::move(record));
  self_->request(services_->journal, journal_timeout, write)
      .then(
          [this, then_quit](const journal_receipt&) {
            owes_record_ = false;
            if (then_quit) self_->quit(caf::exit_reason::user_shutdown);
          },
          [this, then_quit](caf::error& reason) {
            self_->count_error();
            spdlog::warn("bot {} could not save its state: {}", setup_->identity.id,
                         self_->system().render(reason));
            if (then_quit)
              self_->quit(caf::exit_reason::user_shutdown);
            else
              mark_dirty();
          });
}

void ticker_bot_state::on_timer(const wake& timer) {
  if (timer.timer == load_timer) {
    load();
    return;
  }
  if (timer.timer == subscribe_timer) {
    if (!listens_) subscribe();
    return;
  }
  save_armed_ = false;
  if (busy_) {
    // A decision is on its way to the journal and carries the snapshot; save after it.
    mark_dirty();
  } else if (dirty_ || owes_record_) {
    save(false);
    report();
  }
}

void ticker_bot_state::on_exit(const caf::exit_msg& message) {
  if (message.reason != caf::exit_reason::user_shutdown || !ready_) {
    self_->quit(message.reason);
    return;
  }
  ready_ = false;  // commands that come now wait for the next floor
  leaving_ = true;
  if (!busy_) leave();  // else once the decision on its way is journalled
}

void ticker_bot_state::leave() {
  if (dirty_ || owes_record_)
    save(true);
  else
    self_->quit(caf::exit_reason::user_shutdown);
}

bot_impl::behavior_type ticker_bot(ticker_bot_self* self, bot_setup_ptr setup,
                                   std::shared_ptr<const bot_services> services) {
  self->observe({"bot:" + setup->identity.id, "bot", 10'000});
  self->set_exit_handler([self](const caf::exit_msg& message) { self->state.on_exit(message); });
  self->state.open(std::move(setup), std::move(services));
  return {
      // -- commandable_actor ---------------------------------------------------------------------
      // An operator's wish.
      [self](const bot_command& command) { return self->state.on_command(command); },
      // How the bot is, once it has read the journal.
      [self](const get_bot&) { return self->state.on_get(); },
      // -- price_subscriber_actor ----------------------------------------------------------------
      // Ticks.
      [self](const price_batch& batch) { self->state.on_prices(batch); },
      // Ticks of a replay at full speed.
      [self](const lockstep_batch& step) {
        self->state.on_prices(step.batch);
        return batch_receipt{step.batch.ticks.size()};
      },
      // An order event.
      [self](const order_update& update) { self->state.on_order(update); },
      // The feed of the ticker.
      [self](const feed_status& status) { self->state.on_feed(status); },
      // -- holdable_actor ------------------------------------------------------------------------
      // Whether it may act.
      [self](bool held, const std::string& reason) { self->state.on_hold(held, reason); },
      // -- of its own ----------------------------------------------------------------------------
      // Time to load again, or to save.
      [self](const wake& timer) { self->state.on_timer(timer); },
  };
}

}  // namespace outcry
