#include "actors/inspection/outbox_growing.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actors/inspection/wording.hpp"

namespace outcry::inspection {

namespace {

constexpr std::uint64_t much = 10'000;
constexpr std::int64_t old_ms = 60'000;

std::string advice_on(const link_row& link) {
  if (link.state == "refused")
    return link.name == "firebase" ? "it lets the floor in no more: `outcry doctor --firebase` "
                                     "checks credentials and rules"
                                   : "it lets the floor in no more: check its credentials";
  if (link.state != "live")
    return "the floor tries again by itself; check the network and its address. Nothing is lost "
           "meanwhile";
  if (link.name == "firebase")
    return "it takes less than the floor makes: history = \"none\" under [firebase] leaves the old "
           "prices out";
  return "it takes less than the floor makes: look at its load";
}

}  // namespace

void outbox_growing::judge(const look& at, findings& said) {
  std::erase_if(owed_, [&](const auto& x) { return at.now.link(x.first) == nullptr; });
  for (const link_row& link : at.now.links) {
    const auto& name = link.name;
    if (!link.backlog || is_store(name)) continue;
    const auto owed = *link.backlog;
    if (owed == 0) {
      owed_.erase(name);
      continue;
    }
    auto& trend = owed_[name];
    trend.note(owed, at.heard_ms, at.at_ms());
    const bool grows = trend.grows();
    const auto lag_ms = link.lag_ms.value_or(0);
    if (!grows && owed <= much && lag_ms < old_ms) continue;
    verdict_line line;
    line.rule = "outbox_growing";
    line.subject = name;
    const bool away = link.state != "live";
    line.level = away || (grows && owed > much) ? severity::bad : severity::warn;
    line.since_ms = away     ? link.since_ms
                    : grows  ? trend.since_ms()
                    : lag_ms ? at.at_ms() - lag_ms
                             : 0;
    if (!away && lag_ms > 0) line.since_ms = std::min(line.since_ms, at.at_ms() - lag_ms);
    line.what = fmt::format("{} owed to {}", counted(owed, "value"), name);
    if (grows)
      line.what +=
          fmt::format(", {} more than {} ago", thousands(trend.gained()), lasting(trend.span_ms()));
    if (away) {
      line.what += ", which is " + link.state;
      if (!link.last_error.empty()) line.what += ": " + link.last_error;
    }
    line.cost = lag_ms > 0 ? fmt::format("what is seen there is {} old", lasting(lag_ms))
                           : std::string{"what is seen there is old"};
    line.cost += away ? "; " + harm_of_link(name) : "; nothing is lost: it is kept on disk";
    line.advice = advice_on(link);
    said.push_back(std::move(line));
  }
}

}  // namespace outcry::inspection
