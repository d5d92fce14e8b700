#include "actors/inspection/clock_jump.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "actors/inspection/wording.hpp"

namespace outcry::inspection {

namespace {

constexpr std::int64_t told_for_ms = 600'000;
constexpr std::int64_t least_future_ms = 2000;
constexpr std::int64_t refused_from_ms = 60'000;  ///< floor.clock_skew_limit_s by default

/// The latest time that the floor has stamped on anybody.
std::int64_t latest_stamp(const floor_rows& now) {
  auto result = now.floor.started_ms;
  for (const actor_row& actor : now.actors)
    result = std::max({result, actor.since_ms, actor.started_ms});
  for (const grave_row& x : now.graves) result = std::max(result, x.died_ms);
  return result;
}

verdict_line line_of(std::int64_t by_ms, std::int64_t since_ms) {
  verdict_line line;
  line.rule = "clock_jump";
  line.subject = "clock";
  line.level = std::llabs(by_ms) >= refused_from_ms ? severity::bad : severity::warn;
  line.since_ms = since_ms;
  line.what = by_ms > 0
                  ? fmt::format("this machine's clock jumped {} ahead, or it slept", lasting(by_ms))
                  : fmt::format("this machine's clock was set back by {}", lasting(-by_ms));
  line.cost = by_ms > 0
                  ? "messages that waited may have expired, and prices look older than they are"
                  : "times of orders, prices and messages overlap; what is due waits longer";
  if (line.level == severity::bad)
    line.cost +=
        "; while it differs from your phone's by more than a minute, only stop and kill are "
        "taken";
  line.advice =
      "let it keep its time by NTP (`timedatectl` shows whether it does), and never sleep "
      "while a floor is open";
  return line;
}

}  // namespace

void clock_jump::judge(const look& at, findings& said) {
  const auto& jump = at.time.last_jump();
  if (jump && at.heard_ms - jump->heard_ms <= told_for_ms)
    return said.push_back(line_of(jump->by_ms, jump->last_good_ms));
  if (auto ahead = latest_stamp(at.now) - at.at_ms(); ahead >= least_future_ms)
    said.push_back(line_of(-ahead, 0));
}

}  // namespace outcry::inspection
