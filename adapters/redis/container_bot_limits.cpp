#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <caf/send.hpp>
#include <nlohmann/json.hpp>

#include "actors/bots/bot_words.hpp"
#include "adapters/redis/container_bot.hpp"
#include "adapters/redis/timers.hpp"
#include "messages/error.hpp"
#include "messages/trading_codec.hpp"

// The limits of a bot in a container: its own word is not needed for them, and does not change
// them.

namespace outcry::redis {

namespace {

using json = nlohmann::json;

constexpr std::uint32_t recent_messages = 20;
constexpr std::int64_t clock_slack_ms = 10'000;

/// What nobody can read was never in force.
risk_limits limits_of(const bot_record& record) {
  return read_risk_limits(record.limits, {}).value_or(risk_limits{});
}

/// What `changed` has, but for the limits named.
risk_limits but_for(const std::set<std::string>& names, risk_limits changed,
                    const risk_limits& before) {
  auto keep = [&](const char* name, auto risk_limits::*limit) {
    if (names.contains(name)) changed.*limit = before.*limit;
  };
  keep("max_position", &risk_limits::max_position);
  keep("max_order_notional", &risk_limits::max_order_notional);
  keep("max_orders_per_minute", &risk_limits::max_orders_per_minute);
  keep("daily_loss_limit", &risk_limits::daily_loss_limit);
  keep("price_collar", &risk_limits::price_collar);
  return changed;
}

/// What the bot says is in force, and its limits.
std::string with_limits(const std::string& said, const std::string& limits) {
  auto result = said.empty() ? json::object() : json::parse(said, nullptr, false);
  if (!result.is_object()) result = json{{"result", std::move(result)}};
  result["limits"] = json::parse(limits);
  return result.dump();
}

}  // namespace

/// The answer to a `set` that the bot need not hear: its limits are wrong, or all there is.
std::optional<ledger_line> container_bot_state::answer_alone(const bot_command& command) const {
  if (!command.addressed || parse_verb(command.message.type) != verb::set) return {};
  const auto wish = read_set(command.message.config);
  if (wish.limits.empty()) return {};
  const bool is_all = wish.parameters == "{}";
  ledger_line line;
  line.status = line_status::error;
  line.at_ms = now_ms();
  if (command.expires_at_ms != 0 && line.at_ms > command.expires_at_ms) {
    if (!is_all) return {};
    line.code = to_string(ec::expired);
    line.reason = "it came too late";
  } else if (const auto limits = outcry::read_limits(wish, limits_of(record_)); !limits) {
    line.code = to_string(ec::invalid_config);
    line.reason = to_string(limits.error());
  } else if (is_all) {
    line.status = line_status::done;
    line.reason = "in force";
  } else {
    return {};
  }
  return line;
}

void container_bot_state::say_alone(const std::string& message_id, ledger_line line) {
  acknowledgement word;
  word.outcome = {message_id, std::move(line), true};
  word.alone = true;
  acknowledgements_.push_back(std::move(word));
  serve_next();
}

// Found in the journal while the bot is absent, again and again until it is answered.
void container_bot_state::on_unheard(const bot_command& command) {
  if (is_present() || identity_.kind != bot_kind::controlled) return;
  const auto& id = command.message.id;
  const bool waits = std::any_of(acknowledgements_.begin(), acknowledgements_.end(),
                                 [&](const auto& x) { return x.outcome.message_id == id; });
  if (waits || find_open(id) != nullptr) return;
  if (auto line = answer_alone(command)) say_alone(id, std::move(*line));
}

// Read when it is done: what was in force may have changed since it was asked for.
void container_bot_state::take_set(const bot_command& command, bot_record& record,
                                   acknowledgement& said) const {
  auto& line = said.outcome.line;
  if (!said.alone && !line.result.empty()) record.parameters = line.result;
  const auto wish = read_set(command.message.config);
  if (wish.limits.empty()) return;
  const auto before = limits_of(record);
  if (const auto limits = outcry::read_limits(wish, before))
    record.limits = to_json(but_for(said.overruled, *limits, before));
  line.result = with_limits(said.alone ? record.parameters : line.result, record.limits);
}

bool container_bot_state::must_compare(const bot_command& command) const {
  const auto& front = acknowledgements_.front();
  const auto& line = front.outcome.line;
  return !front.alone && !front.compared && line.addressed && line.status == line_status::done &&
         parse_verb(command.message.type) == verb::set &&
         !read_set(command.message.config).limits.empty();
}

// While the bot took its time, limits that were given later may have come in force.
void container_bot_state::compare_set(const bot_command& command) {
  auto see = [this](const ledger& later) {
    if (parse_verb(later.message.type) != verb::set) return true;
    for (const auto& line : later.lines) {
      if (line.bot_id != identity_.id || !line.addressed || line.status != line_status::done)
        continue;
      const auto limits = json::parse(read_set(later.message.config).limits, nullptr, false);
      if (!limits.is_object()) continue;
      for (const auto& [limit, value] : limits.items())
        acknowledgements_.front().overruled.insert(limit);
    }
    return true;
  };
  look_back(command.message.id, std::move(see), [this, command](bool known) {
    // Not acknowledged: it comes again.
    if (!known) return finish_front();
    acknowledgements_.front().compared = true;
    journal_front(command);
  });
}

void container_bot_state::tell_limits() {
  if (trader_) caf::anon_send(trader_, limits_of(record_));
}

// Of who is absent the desk writes the stops: one that it wrote after the record was read, and
// before it was written, must not be lost.
void container_bot_state::look_for_brake() {
  if (record_.desired == desired_state::stopped) return;
  self_->request(services_->journal, journal_timeout, find_ledgers{{}, recent_messages, 0})
      .then(
          [this](const ledger_list& recent) {
            for (const auto& entry : recent.ledgers) {
              if (!is_brake(parse_verb(entry.message.type))) continue;
              if (entry.adopted_at_ms + clock_slack_ms < record_.since_ms) continue;
              for (const auto& line : entry.lines)
                if (line.bot_id == identity_.id && line.addressed &&
                    (!is_final(line.status) || line.status == line_status::no_answer))
                  remember_stop();
            }
          },
          [this](caf::error&) { self_->count_error(); });
}

}  // namespace outcry::redis
