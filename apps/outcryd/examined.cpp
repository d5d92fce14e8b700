#include "apps/outcryd/examined.hpp"

#include <nlohmann/json.hpp>

namespace outcry::app {

namespace {

inspection::actor_row rule_row(const actor_row& x) {
  inspection::actor_row to;
  to.name = x.status.name;
  to.kind = x.status.kind;
  to.state = to_string(x.status.state);
  to.parent = x.parent;
  to.hidden = x.hidden;
  to.since_ms = x.status.since_ms;
  to.started_ms = x.started_ms;
  to.mailbox = x.status.mailbox;
  to.mailbox_bound = x.status.mailbox_bound;
  to.enqueued = x.enqueued;
  to.sent = x.sent;
  to.handled = x.status.handled;
  to.errors = x.status.errors;
  to.refused = x.status.refused;
  to.restarts = x.status.restarts;
  to.backoff_left_ms = x.backoff_left_ms;
  to.oldest_wait_ms = x.oldest_wait_ms;
  to.last_exit = x.status.last_exit;
  if (!x.serving.message.empty()) to.serving = {x.serving.message, x.serving.since_ms};
  to.handler = {x.handler.sampled, x.handler.busy_ns, x.handler.max_ns};
  return to;
}

inspection::pit_row rule_row(const pit_row& x) {
  return {x.status.ticker,
          std::string{to_string(x.status.state)},
          x.status.since_ns,
          x.age_ms,
          x.status.has_price ? to_string(x.status.last.price) : std::string{},
          x.status.subscribers,
          x.status.ticks,
          x.status.conflated,
          x.dropped};
}

inspection::link_row rule_row(const link_row& x) {
  inspection::link_row to{x.name, x.state, x.since_ms, x.reconnects, x.last_error, {}, {}};
  if (x.lag_ms >= 0) to.lag_ms = x.lag_ms;
  if (x.backlog >= 0) to.backlog = static_cast<std::uint64_t>(x.backlog);
  return to;
}

inspection::message_row rule_row(const message_row& x) {
  return {x.id,      x.type,  x.state,     x.pressed_ms, x.done,
          x.ignored, x.error, x.no_answer, x.expired,    x.open};
}

inspection::floor_row rule_row(const floor_row& x) {
  inspection::floor_row to;
  to.name = x.name;
  to.version = x.version;
  to.halt = x.halt;
  // Nobody judges the dead-man's switch: x.dead_man stays JSON.
  to.started_ms = x.started_ms;
  to.pid = x.pid;
  to.rss_bytes = x.rss_bytes;
  to.bots = nlohmann::json::parse(x.bots).get<std::map<std::string, std::uint64_t>>();
  to.handled = x.handled;
  to.dead_letters = x.dead_letters;
  return to;
}

}  // namespace

inspection::floor_snapshot examined(const floor_snapshot& seen) {
  inspection::floor_snapshot to;
  to.at_ms = seen.at_ms;
  to.floor = rule_row(seen.floor);
  for (const auto& x : seen.actors)
    to.actors.emplace_hint(to.actors.end(), x.status.name, rule_row(x));
  for (const auto& x : seen.pits) to.pits.emplace(x.status.ticker, rule_row(x));
  for (const auto& x : seen.links) to.links.emplace(x.name, rule_row(x));
  for (const auto& x : seen.messages) to.messages.emplace(x.id, rule_row(x));
  for (const auto& x : seen.graves)
    to.graves.push_back({x.name, x.kind, x.reason, x.died_ms, x.lived_ms});
  return to;
}

}  // namespace outcry::app
