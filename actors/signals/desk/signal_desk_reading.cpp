#include <algorithm>

#include "actors/signals/checks.hpp"
#include "actors/signals/desk/desk_timing.hpp"
#include "actors/signals/desk/signal_desk.hpp"
#include "actors/signals/signal_json.hpp"

// How what is said is read: with which rules, at which time, beside which prices.

namespace outcry {

using signals::verdict;

signals::message_context signal_desk_state::context_for(const origin& from,
                                                        const pit_list& pits) const {
  signals::message_context result;
  result.source = from.source;
  result.author = from.author;
  if (const auto* rules = rules_for(services_.options, from.source)) result.rules = rules->reading;
  result.message_time = from.said_ns;
  result.now = now();
  for (const auto& pit : pits.pits) {
    const bool fresh = pit.has_price && pit.state == feed_state::live &&
                       result.now - pit.last.init_ns < fresh_price_ns;
    // Of "SOL/USDT" the calls speak as SOL.
    if (fresh) result.last_prices[pit.ticker.substr(0, pit.ticker.find('/'))] = pit.last.price;
  }
  return result;
}

// An edit of a call that is with its bot opens nothing: its age is its own, and where the market is
// says nothing about it.
signals::message_context signal_desk_state::context_of(const raw_message& message,
                                                       const origin& from,
                                                       const pit_list& pits) const {
  const auto* known = known_.find(call_key{from.source, from.source_id});
  if (message.edited_ns == 0 || known == nullptr || may_be_mended(*known))
    return context_for(from, pits);
  auto result = context_for(from, {});
  result.message_time = std::min<timestamp_ns>(message.edited_ns, now());
  return result;
}

signals::reading signal_desk_state::read(const contributed_signal& x,
                                         const signals::message_context& context) const {
  signals::reading result;
  const auto refuse = [&](const invalid_field& error) {
    conclude(result, verdict::refused, "unreadable", to_string(error), 100);
    return result;
  };
  if (x.shared && x.said_ns == 0) {
    conclude(result, verdict::nothing, "no-time", "nobody says when it was said", 100);
    return result;
  }
  if (!x.update.empty()) {
    auto update = signals::parse_update(x.update);
    if (!update) return refuse(update.error());
    result.follow_up = std::move(*update);
    conclude(result, verdict::update, contributed_rule, "an update that somebody else has read",
             100);
    return result;
  }
  auto call = signals::parse_signal(x.signal);
  if (!call) return refuse(call.error());
  call->message_time = context.message_time;
  result.call = std::move(*call);
  conclude(result, verdict::signal, contributed_rule, "a call that somebody else has read", 100);
  for (const auto& found : check_call(*result.call, context)) {
    if (result.outcome == verdict::refused) break;
    conclude(result, found.certain ? verdict::refused : verdict::quarantine, found.rule, found.what,
             90);
  }
  return result;
}

}  // namespace outcry
