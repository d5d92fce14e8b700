#include <utility>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "actors/bots/bot_timing.hpp"
#include "actors/bots/ticker_bot.hpp"
#include "actors/operator/owed_values.hpp"
#include "messages/trading_codec.hpp"

// How a ticker bot takes commands, and those that are done as soon as they are journalled.

namespace outcry {

namespace {

constexpr std::size_t max_waiting_commands = 100;
constexpr std::size_t max_waiting_brakes = 1000;

std::chrono::seconds patience_for(verb wish) {
  return is_brake(wish) || wish == verb::exit ? bot_brake_timeout : bot_journal_timeout;
}

void fail(ledger_line& line, ec code, std::string reason) {
  line.status = line_status::error;
  line.code = to_string(code);
  line.reason = std::move(reason);
}

}  // namespace

// -- one after another ----------------------------------------------------------------------------

caf::result<command_outcome> ticker_bot_state::on_command(const bot_command& command) {
  const bool brake = command.addressed && is_brake(parse_verb(command.message.type));
  auto* wish = ready_ ? wish_of(command.message.id) : nullptr;
  const auto waiting = commands_.size() + wishes_.size();
  if (wish == nullptr && waiting >= (brake ? max_waiting_brakes : max_waiting_commands))
    return caf::make_error(ec::mailbox_full);
  auto sender = self_->current_sender();
  auto promise = self_->make_response_promise<command_outcome>();
  if (wish != nullptr) {
    join(*wish, {promise, std::move(sender)});
    return promise;
  }
  commands_.push_back({command, {promise, std::move(sender)}});
  if (ready_) refresh_state();
  serve_next();
  return promise;
}

void ticker_bot_state::serve_next() {
  if (!ready_ || busy_ || changing_ || commands_.empty()) return;
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
              execute(stored);
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
  if (!front.addressed || is_brake(wish) || wish == verb::exit || wish == verb::status) {
    execute({});
    return;
  }
  auto promise = commands_.front().sender.promise;
  next_command();
  promise.deliver(caf::make_error(ec::journal_unavailable, self_->system().render(reason)));
}

void ticker_bot_state::execute(const ledger_line& stored) {
  if (begin_wish(stored)) return;
  const auto& command = commands_.front().command;
  auto decision = decide_safely(command);
  if (is_brake(parse_verb(command.message.type)) && decision.record) put_in_force(*decision.record);
  claim_then_journal(std::move(decision));
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

// Where there is no order desk a stop or a start is done once it is journalled.
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
    case verb::status:
      line.status = line_status::done;
      line.result = status_result();
      break;
    case verb::set:
      decide_set(command, decision);
      break;
    case verb::exit:
    case verb::enter:
      fail(line, ec::unsupported, "there is no broker: it cannot " + command.message.type);
      break;
    case verb::confirm:
      fail(line, ec::unsupported, "only the signal desk takes it: send it to signals");
      break;
    case verb::unknown:
      fail(line, ec::unknown_type, "no verb named " + command.message.type);
      break;
  }
}

std::string ticker_bot_state::status_result() const {
  auto result = nlohmann::json{{"state", to_string(state_)},
                               {"desired", to_string(record_.desired)},
                               {"feed", to_string(feed_)},
                               {"parameters", nlohmann::json::parse(record_.parameters)},
                               {"details", nlohmann::json::parse(strategy_->details())}};
  if (services_->orders) {
    result["limits"] = nlohmann::json::parse(to_json(limits_));
    result["position"] = to_string(own_position());
    result["session"] = to_string(pad_.phase());
    result["unanswered"] = record_.asked.size();
  }
  return result.dump();
}

// -- set ------------------------------------------------------------------------------------------

void ticker_bot_state::decide_set(const bot_command& command, bot_decision& decision) const {
  const auto wish = read_set(command.message.config);
  auto record = record_;
  auto changed = strategy_->check_parameters(wish.parameters);
  if (!changed) {
    fail(decision.line, ec::invalid_config, to_string(changed.error()));
    return;
  }
  record.parameters = *changed;
  decision.line.result = *changed;
  if (!wish.limits.empty()) {
    const auto limits = read_limits(wish, limits_);
    if (!limits) {
      fail(decision.line, ec::invalid_config, to_string(limits.error()));
      return;
    }
    record.limits = to_json(*limits);
    auto result = nlohmann::json::parse(*changed);
    result["limits"] = nlohmann::json::parse(record.limits);
    decision.line.result = result.dump();
  }
  decision.line.status = line_status::done;
  decision.line.reason = "in force";
  if (strategy_->trades()) record.claimed = claim_with(record.parameters);
  if (record == record_) return;
  ++record.revision;
  decision.record = std::move(record);
}

// What it would have to own beyond its fills, found out with a second strategy.
Quantity ticker_bot_state::claim_with(const std::string& parameters) const {
  auto trial = services_->strategies(setup_->identity.strategy, setup_->identity.ticker);
  trial->set_parameters(record_.parameters);
  trial->restore(strategy_->snapshot());
  trial->set_parameters(parameters);
  return trial->position() - holding_;
}

// Shares must be there before the bot counts on them.
void ticker_bot_state::claim_then_journal(bot_decision decision) {
  reparametrising_ = decision.record && decision.record->parameters != record_.parameters;
  if (!decision.record || decision.record->claimed == record_.claimed) {
    journal_decision(std::move(decision));
    return;
  }
  if (!services_->orders) {
    fail(decision.line, ec::unsupported, "there is no broker that could hold these shares");
    decision.line.result.clear();
    decision.record.reset();
    journal_decision(std::move(decision));
    return;
  }
  const auto total = decision.record->claimed;
  self_
      ->request(services_->orders, order_desk_timeout,
                claim_shares{setup_->identity.id, setup_->identity.ticker, total})
      .then([this, decision](const claim_granted&) { journal_decision(decision); },
            [this, decision](caf::error& reason) {
              auto refused = decision;
              fail(refused.line, reason == ec::refused ? ec::refused : ec::unavailable,
                   "nothing changed: " + self_->system().render(reason));
              refused.line.result.clear();
              refused.record.reset();
              journal_decision(std::move(refused));
            });
}

// -- journal and answer ---------------------------------------------------------------------------

// Only what operators change: the rest has gone on meanwhile.
void ticker_bot_state::put_in_force(const bot_record& record) {
  const bool reparametrised = record.parameters != record_.parameters;
  record_.desired = record.desired;
  record_.since_ms = record.since_ms;
  record_.revision = record.revision;
  record_.parameters = record.parameters;
  record_.limits = record.limits;
  record_.claimed = record.claimed;
  if (const auto limits = read_risk_limits(record_.limits, {})) limits_ = *limits;
  if (reparametrised) {
    strategy_->set_parameters(record_.parameters);
    check_claim();
  }
  refresh_state();
}

journal_write ticker_bot_state::transaction(const bot_decision& decision) {
  const auto& id = commands_.front().command.message.id;
  journal_write write;
  if (decision.record) {
    const auto now = next_record();
    auto record = *decision.record;
    record.version = now.version;
    record.intents = now.intents;
    record.asked = now.asked;
    record.last_event = now.last_event;
    record.snapshot = now.snapshot;
    write.bots.push_back(std::move(record));
  }
  write.lines.push_back({id, decision.line});
  if (services_->house->has_mirror) write.owed.push_back(owed_line(id, decision.line));
  return write;
}

void ticker_bot_state::journal_decision(bot_decision decision) {
  const auto wish = parse_verb(commands_.front().command.message.type);
  auto write = transaction(decision);
  changing_ = decision.record && !is_brake(wish);
  self_->request(services_->journal, patience_for(wish), std::move(write))
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
    if (services_->orders && decision.record->claimed != record_.claimed)
      self_
          ->request(services_->orders, order_desk_timeout,
                    claim_shares{setup_->identity.id, setup_->identity.ticker, record_.claimed})
          .then([](const claim_granted&) {}, [this](caf::error&) { self_->count_error(); });
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
  front.sender.promise.deliver(command_outcome{front.command.message.id, line, durable});
  changing_ = false;
  reparametrising_ = false;
  next_command();
  const auto kept = std::exchange(kept_prices_, {});
  if (!kept.empty()) on_prices({setup_->identity.ticker, kept, 0});
}

void ticker_bot_state::next_command() {
  commands_.pop_front();
  busy_ = false;
  refresh_state();
  unlock();
}

// Goes on with what had to wait for the journal.
void ticker_bot_state::unlock() {
  if (leaving_) {
    leave();
    return;
  }
  send_asks();
  if (save_again_) save();
  pursue_all();
  serve_next();
}

}  // namespace outcry
