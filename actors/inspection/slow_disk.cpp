#include "actors/inspection/slow_disk.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actors/inspection/wording.hpp"

namespace outcry::inspection {

namespace {

constexpr std::int64_t slow_ms = 500;
constexpr std::int64_t plainly_slow_ms = 2000;  ///< one look is enough
constexpr std::int64_t useless_ms = 5000;

/// One store, as it is seen through its actor and its link.
struct store_now {
  std::int64_t wait_ms = 0;
  std::uint64_t waiting = 0;
  std::string error;
};

by_name<store_now> stores_of(const look& at) {
  by_name<store_now> result;
  for (const actor_row& actor : at.now.actors) {
    if (!is_store(actor.kind)) continue;
    auto& to = result[actor.kind];
    to.wait_ms = std::max(to.wait_ms, actor.oldest_wait_ms);
    if (actor.serving) to.wait_ms = std::max(to.wait_ms, at.age_of(actor.serving->since_ms));
    to.waiting = std::max(to.waiting, actor.mailbox);
  }
  for (const link_row& link : at.now.links) {
    if (!is_store(link.name)) continue;
    auto& to = result[link.name];
    to.wait_ms = std::max(to.wait_ms, link.lag_ms.value_or(0));
    to.waiting = std::max(to.waiting, link.backlog.value_or(0));
    if (link.state == "down" || link.state == "refused")
      to.error = link.last_error.empty() ? link.state : link.last_error;
  }
  return result;
}

}  // namespace

void slow_disk::judge(const look& at, findings& said) {
  for (auto& [name, x] : slow_) x.seen = false;
  for (const auto& [name, store] : stores_of(at)) {
    const bool broken = !store.error.empty();
    if (store.wait_ms < slow_ms && !broken) continue;
    auto& past = slow_[name];
    past.seen = true;
    if (past.looks++ == 0) past.since_ms = at.at_ms() - store.wait_ms;
    if (past.looks < 2 && store.wait_ms < plainly_slow_ms && !broken) continue;
    verdict_line line;
    line.rule = "slow_disk";
    line.subject = name;
    line.level = broken || store.wait_ms >= useless_ms ? severity::bad : severity::warn;
    line.since_ms = past.since_ms;
    line.what = broken ? fmt::format("{} cannot be written: {}", name, store.error)
                       : fmt::format("{} waits {} for the disk", name, lasting(store.wait_ms));
    line.cost = harm_of_actor(name);
    if (store.waiting > 0)
      line.cost += fmt::format("; {} in line", counted(store.waiting, "request"));
    line.advice = broken
                      ? "look at the disk: `outcry doctor` tells how much room is left; stop and "
                        "kill work without it"
                      : "see who else writes to it (`iotop`), and its room (`outcry doctor`); or "
                        "move floor.data_dir to a faster disk";
    said.push_back(std::move(line));
  }
  std::erase_if(slow_, [](const auto& x) { return !x.second.seen; });
}

}  // namespace outcry::inspection
