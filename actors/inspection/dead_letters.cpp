#include "actors/inspection/dead_letters.hpp"

#include <set>

#include <fmt/format.h>

#include "actors/inspection/wording.hpp"

namespace outcry::inspection {

namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::uint64_t a_few = 10;
constexpr std::uint64_t very_many = 1000;
constexpr std::size_t most_bursts = 64;

/// Who died within the minute, each once, the latest first.
std::vector<std::string> lately_dead(const look& at) {
  std::vector<std::string> result;
  std::set<std::string> known;
  for (auto x = at.now.graves.rbegin(); x != at.now.graves.rend(); ++x)
    if (const grave_row& dead = *x;
        at.age_of(dead.died_ms) <= minute_ms && known.insert(dead.name).second)
      result.push_back(dead.name);
  return result;
}

}  // namespace

void dead_letters::judge(const look& at, findings& said) {
  const auto total = at.now.floor.dead_letters;
  if (before_ && total > *before_) recent_.push_back({at.heard_ms, at.at_ms(), total - *before_});
  before_ = total;
  std::erase_if(recent_, [&](const burst& x) { return at.heard_ms - x.heard_ms > minute_ms; });
  while (recent_.size() > most_bursts) {
    recent_[1].letters += recent_[0].letters;
    recent_.pop_front();
  }
  std::uint64_t lost = 0;
  for (const auto& x : recent_) lost += x.letters;
  if (lost < a_few) {
    since_ms_ = 0;
    return;
  }
  if (since_ms_ == 0) since_ms_ = recent_.front().at_ms;
  verdict_line line;
  line.rule = "dead_letters";
  line.level = lost >= very_many ? severity::bad : severity::warn;
  line.since_ms = since_ms_;
  line.what = fmt::format("{} reached nobody in the last minute", counted(lost, "message"));
  line.cost = "whoever asked hears that nobody is there; what was only told is gone";
  const auto dead = lately_dead(at);
  line.advice =
      dead.empty()
          ? "somebody still writes to an actor that has ended: `outcry actors --sort lost` "
            "shows to whom"
          : fmt::format("these have ended meanwhile: {}; `outcry tree` shows why", some_of(dead));
  said.push_back(std::move(line));
}

}  // namespace outcry::inspection
