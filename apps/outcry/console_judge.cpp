#include "apps/outcry/console_judge.hpp"

#include <memory>
#include <vector>

#include "actors/inspection/examiner.hpp"

namespace outcry::cli {

namespace {

void copy(const console::actor_row& x, inspection::actor_row& to) {
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
  to.serving.reset();
  if (!x.serving.empty()) to.serving = {x.serving, x.serving_since_ms};
  to.handler = {x.sampled, x.busy_ns, x.max_ns};
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

/// The floor as the rules see it. Kept from look to look: ten thousand rows that are made anew
/// each time cost more than all the rules.
class seen_floor {
public:
  const inspection::floor_snapshot& look(const console::book& from) {
    const auto& floor = from.floor();
    now_.seq = from.looks();
    now_.at_ms = from.looked_at_ms();
    now_.floor = {floor.name,
                  floor.version,
                  floor.halt,
                  floor.started_ms,
                  floor.pid,
                  floor.rss_bytes,
                  {floor.bots.begin(), floor.bots.end()},
                  floor.handled,
                  floor.dead_letters};
    take_actors(from);
    now_.pits.clear();
    for (const auto& x : from.pits().all()) now_.pits.emplace(x.row.name, pit_of(x.row));
    now_.links.clear();
    for (const auto& x : from.links().all()) now_.links.emplace(x.row.name, link_of(x.row));
    now_.messages.clear();
    for (const auto& x : from.messages().all())
      now_.messages.emplace(x.row.name, message_of(x.row));
    now_.graves.clear();
    for (auto x = from.graves().rbegin(); x != from.graves().rend(); ++x)
      now_.graves.push_back({x->name, x->kind, x->reason, x->died_ms, x->lived_ms});
    return now_;
  }

private:
  void take_actors(const console::book& from) {
    const auto& all = from.actors().all();
    places_.resize(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto& row = all[i].row;
      auto*& place = places_[i];
      if (place == nullptr || place->name != row.name) place = &now_.actors[row.name];
      copy(row, *place);
    }
    if (now_.actors.size() == all.size()) return;
    std::erase_if(now_.actors,
                  [&](const auto& x) { return from.actors().find(x.first) == nullptr; });
    places_.assign(all.size(), nullptr);
  }

  inspection::floor_snapshot now_;
  std::vector<inspection::actor_row*> places_;  ///< where the book's n-th actor stands
};

console::verdict verdict_of(const inspection::verdict& x) {
  console::verdict to;
  to.level = to_string(x.level);
  to.headline = x.headline;
  for (const auto& line : x.lines)
    to.lines.push_back({line.rule, line.subject, line.what, line.cost, line.advice, line.since_ms});
  return to;
}

}  // namespace

std::function<console::verdict(const console::book&, std::int64_t)> make_judge() {
  auto floor = std::make_shared<seen_floor>();
  auto judge = std::make_shared<inspection::examiner>();
  return [floor, judge](const console::book& at, std::int64_t heard_ms) {
    return verdict_of(judge->examine(floor->look(at), heard_ms));
  };
}

}  // namespace outcry::cli
