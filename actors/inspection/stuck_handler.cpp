#include "actors/inspection/stuck_handler.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "actors/inspection/wording.hpp"

namespace outcry::inspection {

namespace {

constexpr std::int64_t long_ms = 1000;
constexpr std::int64_t endless_ms = 10'000;

/// Actors that would have something to do and get no turn.
std::uint64_t without_a_turn(const floor_rows& now) {
  return static_cast<std::uint64_t>(
      std::count_if(now.actors.begin(), now.actors.end(), [](const actor_row& actor) {
        return !actor.serving && actor.state == "running" && actor.oldest_wait_ms >= long_ms;
      }));
}

void say_stuck(verdict_line& to, const actor_row& actor, std::uint64_t waiting) {
  to.what = fmt::format("{} is stuck in one {}", actor.name, actor.serving->message);
  to.cost = harm_of_actor(actor.kind);
  if (actor.mailbox > 1)
    to.cost += fmt::format("; {} behind it", counted(actor.mailbox - 1, "message") +
                                                 (actor.mailbox == 2 ? " waits" : " wait"));
  if (waiting > 0)
    to.cost +=
        fmt::format("; {} no turn, since it holds one of the floor's threads",
                    waiting == 1 ? "1 other actor gets" : thousands(waiting) + " other actors get");
  to.advice = fmt::format(
      "`outcry actor {}` shows what it was given before. It cannot be ended from outside: if it "
      "does not come back, restart the floor; what is journalled stays",
      actor.name);
}

}  // namespace

void stuck_handler::judge(const look& at, findings& said) {
  std::optional<std::uint64_t> waiting;
  for (const actor_row& actor : at.now.actors) {
    if (!actor.serving || is_store(actor.kind)) continue;
    const auto age = at.age_of(actor.serving->since_ms);
    if (age < long_ms) continue;
    verdict_line line;
    line.rule = "stuck_handler";
    line.subject = actor.name;
    line.level = age >= endless_ms ? severity::bad : severity::warn;
    line.since_ms = actor.serving->since_ms;
    if (!waiting) waiting = without_a_turn(at.now);
    said.emplace_back(std::move(line),
                      [&actor, n = *waiting](verdict_line& to) { say_stuck(to, actor, n); });
  }
}

}  // namespace outcry::inspection
