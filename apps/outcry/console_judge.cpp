#include "apps/outcry/console_judge.hpp"

#include <memory>

#include "actors/inspection/examiner.hpp"

namespace outcry::cli {

namespace {

inspection::actor_row actor_of(const console::actor_row& x) {
  inspection::actor_row to;
  to.name = x.name;
  to.kind = x.kind;
  to.state = to_string(x.state);
  to.parent = x.parent;
  to.hidden = x.hidden;
  to.since_ms = x.since_ms;
  to.started_ms = x.started_ms;
  to.mailbox = x.mailbox;
  to.mailbox_bound = x.mailbox_bound;
  to.enqueued = x.enqueued;
  to.sent = x.sent;
  to.handled = x.handled;
  to.errors = x.errors;
  to.refused = x.refused;
  to.restarts = x.restarts;
  to.backoff_left_ms = x.backoff_left_ms;
  to.oldest_wait_ms = x.oldest_wait_ms;
  to.last_exit = x.last_exit;
  if (!x.serving.empty()) to.serving = {x.serving, x.serving_since_ms};
  to.handler = {x.sampled, x.busy_ns, x.max_ns};
  return to;
}

inspection::pit_row pit_of(const console::pit_row& x) {
  return {x.name, x.state, x.since_ns, x.age_ms, !x.price.empty(), x.subscribers};
}

inspection::link_row link_of(const console::link_row& x) {
  inspection::link_row to{x.name, x.state, x.since_ms, x.reconnects, x.last_error, {}, {}};
  if (x.lag_ms >= 0) to.lag_ms = x.lag_ms;
  if (x.backlog >= 0) to.backlog = static_cast<std::uint64_t>(x.backlog);
  return to;
}

inspection::message_row message_of(const console::message_row& x) {
  return {x.name,    x.type,  x.state,     x.pressed_ms, x.done,
          x.ignored, x.error, x.no_answer, x.expired,    x.open};
}

inspection::floor_snapshot snapshot_of(const console::book& from) {
  inspection::floor_snapshot to;
  const auto& floor = from.floor();
  to.seq = from.looks();
  to.at_ms = from.looked_at_ms();
  to.floor = {floor.name,      floor.version,
              floor.halt,      floor.started_ms,
              floor.pid,       floor.rss_bytes,
              {floor.bots.begin(), floor.bots.end()},
              floor.handled,   floor.dead_letters};
  for (const auto& x : from.actors().all()) to.actors.emplace(x.row.name, actor_of(x.row));
  for (const auto& x : from.pits().all()) to.pits.emplace(x.row.name, pit_of(x.row));
  for (const auto& x : from.links().all()) to.links.emplace(x.row.name, link_of(x.row));
  for (const auto& x : from.messages().all()) to.messages.emplace(x.row.name, message_of(x.row));
  for (auto x = from.graves().rbegin(); x != from.graves().rend(); ++x)
    to.graves.push_back({x->name, x->kind, x->reason, x->died_ms, x->lived_ms});
  return to;
}

console::verdict verdict_of(const inspection::verdict& x) {
  console::verdict to;
  to.level = to_string(x.level);
  to.headline = x.headline;
  for (const auto& line : x.lines)
    to.lines.push_back(
        {line.rule, line.subject, line.what, line.cost, line.advice, line.since_ms});
  return to;
}

}  // namespace

std::function<console::verdict(const console::book&, std::int64_t)> make_judge() {
  auto judge = std::make_shared<inspection::examiner>();
  return [judge](const console::book& at, std::int64_t heard_ms) {
    return verdict_of(judge->examine(snapshot_of(at), heard_ms));
  };
}

}  // namespace outcry::cli
