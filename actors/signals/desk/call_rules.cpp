#include "actors/signals/desk/call_rules.hpp"

#include <algorithm>

#include "actors/signals/signal_json.hpp"

namespace outcry {

namespace {

call_judgement no(signal_state state, const char* code, std::string reason) {
  call_judgement result;
  result.state = state;
  result.code = code;
  result.reason = std::move(reason);
  return result;
}

/// The call that says the same, said before.
const signal_record* said_before(const call_question& q) {
  const auto print = fingerprint(q.call);
  for (const auto& [key, record] : q.known.all()) {
    if (key == q.key || record.ticker != q.call.ticker) continue;
    if (record.state == signal_state::refused || record.state == signal_state::observed) continue;
    if (is_final(record.state) && q.now - record.received_ns > q.options.repost_ns) continue;
    if (auto call = signals::parse_signal(record.call); call && fingerprint(*call) == print)
      return &record;
  }
  return nullptr;
}

}  // namespace

bool is_undecided(const signal_record& x) {
  return x.state == signal_state::waiting || x.state == signal_state::quarantined;
}

bool may_be_mended(const signal_record& x) {
  return is_undecided(x) || (x.state == signal_state::refused && x.code == reader_code);
}

const source_rules* rules_for(const signal_desk_options& options, std::string_view source) {
  const source_rules* best = nullptr;
  for (const auto& rules : options.sources) {
    const std::string_view name = rules.source;
    if (name == source) return &rules;
    if (!name.ends_with('*') || !source.starts_with(name.substr(0, name.size() - 1))) continue;
    if (best == nullptr || name.size() > best->source.size()) best = &rules;
  }
  return best;
}

const follower* follower_of(const std::map<std::string, follower>& followers,
                            const signals::signal& call) {
  auto found = followers.end();
  if (!call.quote.empty()) found = followers.find(call.ticker + '/' + call.quote);
  if (found == followers.end()) found = followers.find(call.ticker);
  return found == followers.end() ? nullptr : &found->second;
}

call_judgement judge(const call_question& q) {
  if (!q.trusted)
    return no(signal_state::refused, "author_not_trusted", "its author may not give calls here");
  if (q.rules == nullptr || !q.rules->trade)
    return no(signal_state::observed, "not_followed", "calls of this source are not followed");
  if (q.call.action == signals::trade_action::close)
    return no(signal_state::observed, "nothing_to_close", "no open trade fits it");
  if (const auto* before = said_before(q))
    return no(signal_state::refused, "repost",
              "it says what " + before->source + '/' + before->source_id + " says");
  if (q.call.option) return no(signal_state::refused, "option", "options are not traded");
  auto asset = q.call.asset;
  if (asset == signals::asset_kind::unknown) asset = q.rules->reading.asset;
  if (std::ranges::find(q.options.assets, asset) == q.options.assets.end())
    return no(signal_state::refused, "asset",
              "the broker is not said to trade " + std::string(to_string(asset)));
  const auto* bot = follower_of(q.followers, q.call);
  if (bot == nullptr)
    return no(signal_state::refused, "no_follower", "no bot follows calls of " + q.call.ticker);
  const auto& allowed = q.rules->tickers;
  if (!allowed.empty() && std::ranges::find(allowed, q.call.ticker) == allowed.end())
    return no(signal_state::refused, "ticker_not_allowed",
              q.call.ticker + " is not among the tickers of this source");
  call_judgement result;
  result.bot_id = bot->bot_id;
  result.state = q.rules->confirm ? signal_state::waiting : signal_state::accepted;
  result.code = q.rules->confirm ? "confirm" : "";
  result.reason = q.rules->confirm ? "waits for the operator's yes" : "on its way to its bot";
  result.expires_ns =
      q.now + (q.rules->confirm ? q.options.confirm_ns : q.rules->reading.maximum_age);
  return result;
}

}  // namespace outcry
