#include "actors/inspection/link_down.hpp"

#include <fmt/format.h>

#include "actors/inspection/wording.hpp"

namespace outcry::inspection {

namespace {

constexpr std::int64_t grace_ms = 10'000;
constexpr std::int64_t a_minute_ms = 60'000;
constexpr std::uint64_t often = 3;

/// Without them nothing is traded.
bool is_vital(const std::string& link) {
  return link == "broker" || link == "feed";
}

}  // namespace

void link_down::judge(const look& at, findings& said) {
  std::erase_if(known_, [&](const auto& x) { return at.now.link(x.first) == nullptr; });
  for (const link_row& link : at.now.links) {
    const auto& name = link.name;
    auto [found, fresh] = known_.try_emplace(name);
    auto& past = found->second;
    const auto broke = link.reconnects > past.reconnects ? link.reconnects - past.reconnects : 0;
    if (fresh || at.heard_ms - past.heard_ms > a_minute_ms)
      past = {link.reconnects, at.heard_ms, at.at_ms(), !fresh && broke >= often};
    const bool flaps = past.flaps || (!fresh && broke >= often);
    const bool away = link.state == "down" || link.state == "refused" || link.state == "connecting";
    const bool long_gone =
        away && (link.state == "refused" || at.age_of(link.since_ms) >= grace_ms);
    if ((!long_gone && !flaps) || is_store(name) || is_named(said, name)) continue;
    verdict_line line;
    line.rule = "link_down";
    line.subject = name;
    line.level =
        long_gone && (is_vital(name) || link.state == "refused") ? severity::bad : severity::warn;
    line.since_ms = long_gone ? link.since_ms : past.at_ms;
    line.what = long_gone ? fmt::format("{} is {}", name, link.state)
                          : fmt::format("the connection to {} breaks again and again", name);
    if (!link.last_error.empty()) line.what += ": " + link.last_error;
    line.cost = harm_of_link(name);
    line.advice = link.state == "refused"
                      ? "it will not let the floor in as it is: check credentials and address"
                      : "the floor tries again by itself; check that it runs, and the network";
    said.push_back(std::move(line));
  }
}

}  // namespace outcry::inspection
