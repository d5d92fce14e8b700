#include "actors/inspection/crash_loop.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actors/inspection/wording.hpp"

namespace outcry::inspection {

namespace {

constexpr std::int64_t window_ms = 60'000;
constexpr std::uint64_t a_loop = 3;

std::string why(const std::string& reason) {
  return reason.empty() ? "no reason is known" : reason;
}

constexpr const char* correct_the_cause =
    "correct the cause, which the floor's log tells; then restart it in `outcry console "
    "--allow-actions`, or restart the floor";

/// `times`: how often it died within a minute; 0 = not too often.
void say_crashed(verdict_line& to, const actor_row& actor, std::uint64_t times,
                 const std::string& reason) {
  to.cost = harm_of_actor(actor.kind);
  to.advice = correct_the_cause;
  if (actor.state == "failed") {
    to.what = fmt::format("{} crashed too often and stays down: {}", actor.name, why(reason));
  } else if (times > 0) {
    to.what = fmt::format("{} dies again and again, {} times in a minute: {}", actor.name, times,
                          why(reason));
    to.cost += "; after six crashes within a minute it stays down";
  } else {
    to.what = fmt::format("{} has died and is started again: {}", actor.name, why(reason));
    to.advice = "the floor starts it again by itself; if it stays so, look at the floor's log";
  }
}

}  // namespace

void crash_loop::note_restarts(const look& at) {
  for (auto& [name, x] : restarted_) x.seen = false;
  for (const actor_row& actor : at.now.actors) {
    if (actor.restarts == 0) continue;
    auto [found, fresh] = restarted_.try_emplace(actor.name);
    auto& past = found->second;
    past.seen = true;
    // When the restarts of the first look were, nobody knows.
    if (!fresh && actor.restarts > past.restarts)
      past.crashes.push_back({at.heard_ms, at.at_ms(), actor.restarts - past.restarts});
    past.restarts = actor.restarts;
    std::erase_if(past.crashes,
                  [&](const crash& x) { return at.heard_ms - x.heard_ms > window_ms; });
    // Looks may come several times a second.
    while (past.crashes.size() > 64) {
      past.crashes[1].times += past.crashes[0].times;
      past.crashes.pop_front();
    }
  }
  std::erase_if(restarted_, [](const auto& x) { return !x.second.seen; });
}

void crash_loop::judge(const look& at, findings& said) {
  note_restarts(at);
  std::unordered_map<std::string, buried> graves;
  for (const grave_row& x : at.now.graves) {
    if (at.age_of(x.died_ms) > window_ms) continue;
    auto& one = graves[x.name];
    if (one.times++ == 0) one.first_ms = x.died_ms;
    one.reason = x.reason;
  }
  for (const actor_row& actor : at.now.actors) {
    std::uint64_t times = 0;
    std::int64_t first_ms = 0;
    auto reason = actor.last_exit;
    const auto past = restarted_.find(actor.name);
    if (past != restarted_.end())
      for (const auto& x : past->second.crashes) {
        if (times == 0) first_ms = x.at_ms;
        times += x.times;
      }
    if (auto dead = graves.find(actor.name); dead != graves.end()) {
      if (dead->second.times >= times) first_ms = dead->second.first_ms;
      times = std::max(times, dead->second.times);
      if (reason.empty()) reason = dead->second.reason;
    }
    const bool failed = actor.state == "failed";
    const bool loops = times >= a_loop;
    const bool down = actor.state == "restarting";
    if (past != restarted_.end()) {
      auto& since = past->second.since_ms;
      since = !loops ? 0 : since == 0 ? first_ms : since;
      if (loops) first_ms = since;
    }
    if (!failed && !loops && !down) continue;
    verdict_line line;
    line.rule = "crash_loop";
    line.subject = actor.name;
    line.level = failed || loops ? severity::bad : severity::warn;
    line.since_ms = failed || !loops ? actor.since_ms : first_ms;
    said.emplace_back(std::move(line),
                      [&actor, often = loops ? times : 0, reason](verdict_line& to) {
                        say_crashed(to, actor, often, reason);
                      });
  }
}

}  // namespace outcry::inspection
