#include "actors/floor/inspector.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

#include <unistd.h>

namespace outcry {

namespace {

enum inspector_timer : std::uint8_t { look_timer, patience_timer };

/// Looks stay close together for so long after somebody asked: through the usual pause between a
/// console's questions, and not through those of the phone's page and of Prometheus.
constexpr std::int64_t attention_ms = 3'000;

std::uint64_t resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::uint64_t whole = 0;
  std::uint64_t resident = 0;
  file >> whole >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

void inspector_state::open(inspector_options options) {
  options_ = std::move(options);
  board_ = board_of(self_->system());
  if (!board_) board_ = std::make_shared<seat_board>();
  if (auto mine = board_->known("inspector")) mine->hide();
  started_ms_ = now_ms();
  outlook_.open(options_.people, [this] { answer_those_ready(); });
  on_timer(wake{look_timer, 0});
}

void inspector_state::on_timer(const wake& timer) {
  if (timer.timer == patience_timer) {
    const auto due = std::any_of(waiting_.begin(), waiting_.end(), [&](const waiting& x) {
      return x.generation <= timer.generation;
    });
    if (due) outlook_.give_up();
    return answer_those_ready();
  }
  self_->delayed_send(self_, options_.look, wake{look_timer, 0});
  const auto now = now_ms();
  coarse_now_ms.store(now, std::memory_order_relaxed);
  const bool watched = now < watched_until_ms_;
  if (watched || now - looked_ms_ >= options_.idle_look.count() || now < looked_ms_) look_at_all();
}

void inspector_state::look_at_all() {
  looked_ms_ = now_ms();
  const auto seats = board_->all();
  for (const auto& place : *seats)
    if (auto counters = place->counters()) place->looks.look(*counters, looked_ms_);
}

caf::result<floor_seen> inspector_state::on_inspect(const inspect_floor& asked) {
  const auto now = now_ms();
  if (now >= watched_until_ms_) look_at_all();
  watched_until_ms_ = now + attention_ms;
  outlook_.ask(asked.parts, now);
  if (!outlook_.expects(asked.parts)) return snapshot(asked.parts);
  auto promise = self_->make_response_promise<floor_seen>();
  waiting_.push_back({promise, asked.parts, ++generation_});
  self_->delayed_send(self_, options_.patience, wake{patience_timer, generation_});
  return promise;
}

void inspector_state::answer_those_ready() {
  auto ready = std::stable_partition(waiting_.begin(), waiting_.end(), [this](const waiting& x) {
    return outlook_.expects(x.parts);
  });
  for (auto x = ready; x != waiting_.end(); ++x) x->promise.deliver(snapshot(x->parts));
  waiting_.erase(ready, waiting_.end());
}

std::vector<actor_row> inspector_state::rows(std::int64_t at_ms) {
  const auto seats = board_->all();
  std::vector<actor_row> result;
  result.reserve(seats->size());
  for (const auto& place : *seats) {
    auto row = place->row(at_ms);
    row.oldest_wait_ms = row.status.mailbox == 0 ? 0 : place->looks.oldest_wait_ms(at_ms);
    row.handler.max_ns = place->looks.longest_ns(at_ms);
    result.push_back(std::move(row));
  }
  return result;
}

floor_row inspector_state::whole(const std::vector<actor_row>& actors, std::int64_t at_ms) {
  floor_row result;
  result.name = options_.floor_name;
  result.version = options_.version;
  result.started_ms = started_ms_;
  result.now_ms = at_ms;
  result.pid = ::getpid();
  result.rss_bytes = resident_bytes();
  result.halt = outlook_.halt;
  result.bots = outlook_.bots;
  result.dead_man = outlook_.dead_man;
  result.look_ms = options_.look.count();
  result.dead_letters = board_->lost();
  for (const auto& x : actors) {
    result.handled += x.status.handled;
    result.dead_letters += x.lost;
  }
  return result;
}

floor_seen inspector_state::snapshot(std::uint32_t parts) {
  auto result = std::make_shared<floor_snapshot>();
  result->at_ms = now_ms();
  if ((parts & (part::floor | part::actors | part::pits)) != 0)
    result->actors = rows(result->at_ms);
  if ((parts & part::floor) != 0) result->floor = whole(result->actors, result->at_ms);
  if ((parts & part::pits) != 0) result->pits = pit_rows(result->actors, result->at_ms);
  if ((parts & part::actors) == 0) result->actors.clear();
  if ((parts & part::links) != 0)
    for (const auto& [label, link] : outlook_.links) result->links.push_back(link);
  if ((parts & part::messages) != 0) result->messages = outlook_.messages;
  std::tie(result->graves, result->buried) = board_->graves();
  if ((parts & part::graves) == 0) result->graves.clear();
  return {std::move(result)};
}

std::vector<pit_row> inspector_state::pit_rows(const std::vector<actor_row>& actors,
                                               std::int64_t at_ms) const {
  std::vector<pit_row> result;
  result.reserve(outlook_.pits.size());
  for (const auto& status : outlook_.pits) {
    pit_row row{status, -1, 0};
    if (status.has_price)
      row.age_ms = std::max<std::int64_t>(at_ms - status.last.init_ns / ns_per_ms, 0);
    const auto label = "pit:" + status.ticker;
    auto seat = std::lower_bound(
        actors.begin(), actors.end(), label,
        [](const actor_row& x, const std::string& y) { return x.status.name < y; });
    // What the market said may be a little older than who is there.
    if (seat == actors.end() || seat->status.name != label) continue;
    row.dropped = seat->status.refused;
    result.push_back(std::move(row));
  }
  return result;
}

inspector_impl::behavior_type inspector(inspector_self* self, inspector_options options) {
  self->observe({"inspector", "inspector", 1000});
  self->state.open(std::move(options));
  return {
      // The floor as it is now.
      [self](const inspect_floor& asked) { return self->state.on_inspect(asked); },
      // One actor from near.
      [self](const inspect_actor& asked) { return self->state.on_inspect(asked); },
      // The operator's hand.
      [self](const act_on_actor& asked) { return self->state.on_act(asked); },
      // What is kept of an actor's lines.
      [self](const set_log_level& asked) { return self->state.on_level(asked); },
      // Time to look, or the end of patience.
      [self](const wake& timer) { self->state.on_timer(timer); },
  };
}

}  // namespace outcry
