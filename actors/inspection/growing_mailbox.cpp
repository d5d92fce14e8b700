#include "actors/inspection/growing_mailbox.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "actors/inspection/wording.hpp"

namespace outcry::inspection {

namespace {

constexpr std::uint64_t worth_following = 100;
constexpr std::int64_t behind_ms = 5000;
constexpr std::int64_t far_behind_ms = 30'000;
constexpr double soon_full_s = 60;
constexpr std::int64_t refusals_matter_ms = 60'000;

/// An actor with a small bound is in trouble with less.
std::uint64_t depth_to_follow(const actor_row& x) {
  return x.mailbox_bound == 0 ? worth_following
                              : std::clamp<std::uint64_t>(x.mailbox_bound / 2, 5, worth_following);
}

bool is_full(const actor_row& x) {
  return x.mailbox_bound > 0 && x.mailbox >= x.mailbox_bound - x.mailbox_bound / 10;
}

std::string advice_for(const actor_row& x) {
  if (x.state == "paused")
    return fmt::format(
        "it is paused: resume it in `outcry console --allow-actions`, or its mailbox "
        "fills up");
  if (x.state != "running")
    return "it is not running: see above, or `outcry actors`, why; it is served when it is back";
  if (x.kind == "bot")
    return "its strategy is slower than its prices: simplify it, or let the ticker send less";
  return fmt::format("`outcry trace {} --count 50` shows what is sent to it, and by whom", x.name);
}

}  // namespace

void growing_mailbox::follow(const look& at, const actor_row& actor, followed& to) {
  to.depth.note(actor.mailbox, at.heard_ms, at.at_ms());
  if (actor.refused > to.refused) to.refused_heard_ms = at.heard_ms;
  to.refused = actor.refused;
  if (!is_full(actor))
    to.full_since_ms = 0;
  else if (to.full_since_ms == 0)
    to.full_since_ms = at.at_ms();
  to.seen = true;
}

std::optional<verdict_line> growing_mailbox::line_for(const look& at, const actor_row& actor,
                                                      const followed& trouble) {
  const auto& depth = trouble.depth;
  const bool grows = depth.grows();
  const bool full = trouble.full_since_ms != 0;
  const bool turns_away =
      trouble.refused_heard_ms >= 0 && at.heard_ms - trouble.refused_heard_ms <= refusals_matter_ms;
  const bool behind = actor.oldest_wait_ms >= behind_ms;
  if (!grows && !full && !turns_away && !behind) return std::nullopt;
  verdict_line line;
  line.rule = "growing_mailbox";
  line.subject = actor.name;
  line.since_ms = behind && !grows ? at.at_ms() - actor.oldest_wait_ms
                  : full && !grows ? trouble.full_since_ms
                                   : depth.since_ms();
  const auto waiting = counted(actor.mailbox, "message");
  if (full || turns_away)
    line.what = fmt::format("the mailbox of {} is full: {} of {}", actor.name, waiting,
                            thousands(actor.mailbox_bound));
  else if (grows)
    line.what = fmt::format("the mailbox of {} grows: {} wait, {} more than {} ago", actor.name,
                            waiting, thousands(depth.gained()), lasting(depth.span_ms()));
  else
    line.what = fmt::format("{} is behind: {} wait", actor.name, waiting);
  if (turns_away)
    line.cost = fmt::format("{} turned away so far; ", counted(actor.refused, "message"));
  line.cost += fmt::format("what reaches it is {} old", lasting(actor.oldest_wait_ms));
  if (actor.mailbox_bound == 0) line.cost += "; without a bound it costs memory, too";
  double full_in_s = 0;
  if (grows && !full && actor.mailbox_bound > actor.mailbox) {
    full_in_s = static_cast<double>(actor.mailbox_bound - actor.mailbox) /
                std::max(depth.per_second(), 0.001);
    if (full_in_s < 3600)
      line.cost += fmt::format("; full in about {}, then messages are turned away",
                               lasting(static_cast<std::int64_t>(full_in_s * 1000)));
  }
  line.cost += "; " + harm_of_actor(actor.kind);
  const bool soon = full_in_s > 0 && full_in_s <= soon_full_s;
  line.level = full || turns_away || soon || actor.oldest_wait_ms >= far_behind_ms ? severity::bad
                                                                                   : severity::warn;
  line.advice = advice_for(actor);
  return line;
}

void growing_mailbox::judge(const look& at, verdict_lines& said) {
  std::unordered_set<std::string> explained;
  for (const auto& x : said) explained.insert(x.subject);
  for (auto& [name, x] : followed_) x.seen = false;
  for (const auto& [name, actor] : at.now.actors) {
    const auto least = depth_to_follow(actor);
    auto found = followed_.find(name);
    const bool known = found != followed_.end();
    if (actor.mailbox < (known ? least / 2 : least) && actor.oldest_wait_ms < behind_ms) continue;
    if (!known) {
      found = followed_.try_emplace(name).first;
      found->second.refused = actor.refused;
    }
    follow(at, actor, found->second);
    if (explained.contains(name)) continue;
    if (auto line = line_for(at, actor, found->second)) said.push_back(std::move(*line));
  }
  std::erase_if(followed_, [](const auto& x) { return !x.second.seen; });
}

}  // namespace outcry::inspection
