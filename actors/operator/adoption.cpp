#include "actors/operator/adoption.hpp"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "messages/keys.hpp"

namespace outcry {

namespace {

using json = nlohmann::json;

constexpr std::int64_t second_ms = 1000;
constexpr std::int64_t minute_ms = 60 * second_ms;

// People type "aapl".
bool is_called(const bot_identity& bot, const std::string& name) {
  if (name == bot.id || name == bot.ticker) return true;
  if (name.size() != bot.ticker.size()) return false;
  auto ticker = normalise_ticker(name);
  return ticker && *ticker == bot.ticker;
}

bool is_named(const operator_message& message, const bot_identity& bot) {
  return std::any_of(message.selected.begin(), message.selected.end(),
                     [&](const auto& selected) { return is_called(bot, selected); });
}

bool is_meant(const operator_message& message, verb wish, const bot_identity& bot) {
  if (message.to_all || wish == verb::kill) return true;
  return is_named(message, bot);
}

bool is_expected(const operator_message& message, const bot_identity& bot) {
  return bot.kind != bot_kind::desk || is_named(message, bot);
}

std::vector<std::string> names_without_bot(const operator_message& message,
                                           const bot_directory& bots) {
  std::vector<std::string> result;
  for (const auto& selected : message.selected) {
    bool found = std::any_of(bots.begin(), bots.end(),
                             [&](const auto& entry) { return is_called(entry.second, selected); });
    if (!found) result.push_back(selected);
  }
  return result;
}

void refuse(ledger& entry, line_status status, ec code, std::string reason, std::int64_t now_ms) {
  entry.code = to_string(code);
  entry.reason = reason;
  for (auto& line : entry.lines) {
    line.at_ms = now_ms;
    line.status = line.addressed ? status : line_status::ignored;
    line.reason = line.addressed ? reason : "not addressed";
    if (line.addressed) line.code = to_string(code);
  }
  entry.state = status == line_status::expired ? message_state::expired : message_state::failed;
}

// Only the future is impossible. A message may have waited on its sender's device, and what a slow
// clock presses expires too early, never too late.
bool clock_is_impossible(const operator_message& message, const desk_limits& limits,
                         std::int64_t now_ms) {
  auto limit = limits.clock_skew_limit_ms;
  if (message.pressed_at_ms - now_ms > limit) return true;
  if (message.created_at_ms == 0) return false;
  return message.pressed_at_ms - message.created_at_ms > limit ||
         message.created_at_ms - now_ms > limit;
}

// The asked-for lifetime, or nothing when config.expires_s is no whole number above 0.
std::optional<std::int64_t> lifetime_ms(const operator_message& message, verb wish) {
  auto standard = default_expiry_ms(wish);
  auto config = json::parse(message.config, nullptr, false);
  if (!config.is_object() || !config.contains("expires_s")) return standard;
  const auto& asked = config["expires_s"];
  if (!asked.is_number_integer() || asked <= 0) {
    // The brake always works: a wish that cannot be read does not stand in its way.
    if (is_brake(wish)) return standard;
    return std::nullopt;
  }
  if (asked > 365LL * 24 * 3600) return standard;
  auto asked_ms = asked.get<std::int64_t>() * second_ms;
  return standard == 0 ? asked_ms : std::min(asked_ms, standard);
}

bool is_confirmed(const operator_message& message) {
  auto config = json::parse(message.config, nullptr, false);
  return config.is_object() && config.value("confirm", json()) == true;
}

bool starts_again(const operator_message& exit) {
  auto config = json::parse(exit.config, nullptr, false);
  return config.is_object() && config.value("then", json()) == "start";
}

std::optional<halt_state> halt_after(const operator_message& message, verb wish,
                                     const halt_state& halt, std::int64_t now_ms) {
  if (wish == verb::kill) return halt_state{halt_kind::killed, message.id, now_ms};
  if (wish == verb::stop && message.to_all && halt.kind == halt_kind::none)
    return halt_state{halt_kind::stopped, message.id, now_ms};
  if (wish == verb::start && message.to_all && halt.kind != halt_kind::none)
    return halt_state{halt_kind::none, message.id, now_ms};
  if (wish == verb::start && halt.kind == halt_kind::killed)
    return halt_state{halt_kind::stopped, message.id, now_ms};
  return std::nullopt;
}

}  // namespace

std::int64_t default_expiry_ms(verb wish) {
  switch (wish) {
    case verb::stop:
    case verb::kill:
      return 0;
    case verb::start:
    case verb::exit:
    case verb::confirm:
      return 10 * minute_ms;
    case verb::enter:
    case verb::status:
      return minute_ms;
    case verb::set:
      return 24 * 60 * minute_ms;
    case verb::unknown:
      return 0;
  }
  return 0;
}

std::optional<std::int64_t> expiry_of(const operator_message& message) {
  auto lifetime = lifetime_ms(message, parse_verb(message.type));
  if (!lifetime) return std::nullopt;
  return *lifetime == 0 ? 0 : message.pressed_at_ms + *lifetime;
}

ledger_line expected_line(const operator_message& message, const bot_identity& bot) {
  ledger_line line;
  line.bot_id = bot.id;
  line.container = bot.container;
  line.ticker = bot.ticker;
  line.addressed = is_meant(message, parse_verb(message.type), bot);
  return line;
}

bool cancels_protective(const operator_message& message) {
  auto config = json::parse(message.config, nullptr, false);
  return config.is_object() && config.value("protective", json()) == "cancel";
}

std::int64_t brake_pressed_ms(const ledger& brake) {
  auto pressed = brake.message.pressed_at_ms;
  return pressed == 0 ? brake.adopted_at_ms : std::min(pressed, brake.adopted_at_ms);
}

adoption adopt(const operator_message& message, const bot_directory& bots, const halt_state& halt,
               const desk_limits& limits, std::int64_t now_ms, std::int64_t halt_pressed_ms) {
  adoption result;
  auto& entry = result.entry;
  auto wish = parse_verb(message.type);
  entry.message = message;
  entry.adopted_at_ms = now_ms;
  entry.state = message_state::working;
  if (wish != verb::kill) entry.unmatched = names_without_bot(message, bots);
  for (const auto& [id, bot] : bots)
    if (is_expected(message, bot)) entry.lines.push_back(expected_line(message, bot));
  auto expiry = expiry_of(message);
  result.expires_at_ms = expiry.value_or(0);
  bool nobody = std::none_of(entry.lines.begin(), entry.lines.end(),
                             [](const ledger_line& line) { return line.addressed; });
  if (wish == verb::unknown) {
    refuse(entry, line_status::error, ec::unknown_type, "no verb named " + message.type, now_ms);
  } else if (!is_brake(wish) && clock_is_impossible(message, limits, now_ms)) {
    refuse(entry, line_status::error, ec::clock_skew,
           "the sender's clock cannot be right; only stop and kill are taken", now_ms);
  } else if (!expiry) {
    refuse(entry, line_status::error, ec::invalid_config,
           "config.expires_s: expected a whole number of seconds above 0", now_ms);
  } else if (result.expires_at_ms != 0 && now_ms > result.expires_at_ms) {
    refuse(entry, line_status::expired, ec::expired, "it came too late", now_ms);
  } else if (wish == verb::start && halt.kind == halt_kind::killed && !is_confirmed(message)) {
    refuse(entry, line_status::error, ec::killed,
           "the floor is killed; start with config.confirm=true lifts it", now_ms);
  } else if (wish == verb::exit && halt.kind == halt_kind::killed && starts_again(message)) {
    refuse(entry, line_status::error, ec::killed,
           "the floor is killed: exit without then=start closes the position, start with "
           "config.confirm=true lifts the kill",
           now_ms);
  } else if (wish == verb::start && halt.kind != halt_kind::none &&
             message.pressed_at_ms < halt_pressed_ms) {
    refuse(entry, line_status::error, ec::halted, "a stop for all was pressed later", now_ms);
  } else {
    // A start for nobody must not lift a kill on its way.
    if (!nobody || message.to_all || is_brake(wish))
      result.new_halt = halt_after(message, wish, halt, now_ms);
    if (nobody) refuse(entry, line_status::error, ec::unknown_target, "it is for nobody", now_ms);
  }
  return result;
}

message_state judge(const ledger& entry) {
  bool all_done = true;
  bool only_expired = true;
  for (const auto& line : entry.lines) {
    if (!is_final(line.status)) return message_state::working;
    if (!line.addressed) continue;
    if (line.status != line_status::done) all_done = false;
    if (line.status != line_status::done && line.status != line_status::expired)
      only_expired = false;
  }
  if (!entry.code.empty())
    return entry.state == message_state::expired ? message_state::expired : message_state::failed;
  if (!entry.unmatched.empty()) return message_state::failed;
  if (all_done) return message_state::done;
  return only_expired ? message_state::expired : message_state::failed;
}

}  // namespace outcry
