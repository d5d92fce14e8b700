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

growing_mailbox::trouble growing_mailbox::trouble_of(const look& at, const actor_row& actor,
                                                     const followed& past) {
  trouble found;
  found.grows = past.depth.grows();
  found.full = past.full_since_ms != 0;
  found.turns_away =
      past.refused_heard_ms >= 0 && at.heard_ms - past.refused_heard_ms <= refusals_matter_ms;
  found.behind = actor.oldest_wait_ms >= behind_ms;
  if (found.grows && !found.full && actor.mailbox_bound > actor.mailbox)
    found.full_in_s = static_cast<double>(actor.mailbox_bound - actor.mailbox) /
                      std::max(past.depth.per_second(), 0.001);
  return found;
}

verdict_line growing_mailbox::line_of(const look& at, const actor_row& actor, const followed& past,
                                      const trouble& found) {
  verdict_line line;
  line.rule = "growing_mailbox";
  line.subject = actor.name;
  line.since_ms = found.behind && !found.grows ? at.at_ms() - actor.oldest_wait_ms
                  : found.full && !found.grows ? past.full_since_ms
                                               : past.depth.since_ms();
  // Who came only now saw little of its growth; what has waited longer tells of the time before.
  if (found.behind) line.since_ms = std::min(line.since_ms, at.at_ms() - actor.oldest_wait_ms);
  const bool soon = found.full_in_s > 0 && found.full_in_s <= soon_full_s;
  const bool far_behind = actor.oldest_wait_ms >= far_behind_ms;
  line.level =
      found.full || found.turns_away || soon || far_behind ? severity::bad : severity::warn;
  return line;
}

void growing_mailbox::put_into_words(verdict_line& to, const actor_row& actor, const growth& depth,
                                     const trouble& found) {
  const auto waiting = counted(actor.mailbox, "message");
  if (found.full || found.turns_away)
    to.what = fmt::format("the mailbox of {} is full: {} of {}", actor.name, waiting,
                          thousands(actor.mailbox_bound));
  else if (found.grows)
    to.what = fmt::format("the mailbox of {} grows: {} wait, {} more than {} ago", actor.name,
                          waiting, thousands(depth.gained()), lasting(depth.span_ms()));
  else
    to.what = fmt::format("{} is behind: {} wait", actor.name, waiting);
  if (found.turns_away)
    to.cost = fmt::format("{} turned away so far; ", counted(actor.refused, "message"));
  to.cost += fmt::format("what reaches it is {} old", lasting(actor.oldest_wait_ms));
  if (actor.mailbox_bound == 0) to.cost += "; without a bound it costs memory, too";
  if (found.full_in_s > 0 && found.full_in_s < 3600)
    to.cost += fmt::format("; full in about {}, then messages are turned away",
                           lasting(static_cast<std::int64_t>(found.full_in_s * 1000)));
  to.cost += "; " + harm_of_actor(actor.kind);
  to.advice = advice_for(actor);
}

void growing_mailbox::judge(const look& at, findings& said) {
  std::unordered_set<std::string> explained;
  for (const auto& x : said) explained.insert(x.line.subject);
  for (auto& [name, x] : followed_) x.seen = false;
  for (const actor_row& actor : at.now.actors) {
    const auto least = depth_to_follow(actor);
    auto found = followed_.find(actor.name);
    const bool known = found != followed_.end();
    if (actor.mailbox < (known ? least / 2 : least) && actor.oldest_wait_ms < behind_ms) continue;
    if (!known) {
      found = followed_.try_emplace(actor.name).first;
      found->second.refused = actor.refused;
    }
    follow(at, actor, found->second);
    if (explained.contains(actor.name)) continue;
    const auto& past = found->second;
    const auto wrong = trouble_of(at, actor, past);
    if (!wrong.grows && !wrong.full && !wrong.turns_away && !wrong.behind) continue;
    said.emplace_back(line_of(at, actor, past, wrong), [&actor, &past, wrong](verdict_line& to) {
      put_into_words(to, actor, past.depth, wrong);
    });
  }
  std::erase_if(followed_, [](const auto& x) { return !x.second.seen; });
}

}  // namespace outcry::inspection
