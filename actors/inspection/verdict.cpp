#include "actors/inspection/verdict.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actors/inspection/wording.hpp"

namespace outcry::inspection {

namespace {

constexpr std::size_t most_of_a_rule = 5;

bool is_worse(const verdict_line& a, const verdict_line& b) {
  if (a.level != b.level) return a.level > b.level;
  // Who began is nearer to the cause; of whom it is not known comes last.
  if ((a.since_ms == 0) != (b.since_ms == 0)) return b.since_ms == 0;
  return a.since_ms < b.since_ms;
}

/// The line for those of one rule that are left out; they are sorted.
verdict_line the_rest(const verdict_line* first, std::size_t n) {
  verdict_line result;
  result.rule = first->rule;
  result.level = first->level;
  result.since_ms = first->since_ms;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < n; ++i) {
    names.push_back(first[i].subject);
    result.since_ms = std::min(result.since_ms, first[i].since_ms);
  }
  result.what = fmt::format("the same of {} more: {}", thousands(n), some_of(names));
  result.cost = "as above, for each of them";
  result.advice = "so many at once have one cause: begin with the first above";
  return result;
}

std::string all_well(const floor_snapshot& now) {
  std::uint64_t running = 0;
  std::uint64_t all = 0;
  for (const auto& [state, n] : now.floor.bots) {
    all += n;
    if (state == "running") running += n;
  }
  auto text = fmt::format("Nothing is wrong: {}", counted(now.actors.size(), "actor"));
  if (all > 0) text += fmt::format(", {} of {} running", thousands(running), counted(all, "bot"));
  if (!now.floor.halt.empty() && now.floor.halt != "none")
    text += fmt::format("; the floor is {} by your word", now.floor.halt);
  return text;
}

}  // namespace

std::string_view to_string(severity x) {
  switch (x) {
    case severity::ok:
      return "ok";
    case severity::warn:
      return "warn";
    case severity::bad:
      break;
  }
  return "bad";
}

bool is_named(const verdict_lines& lines, std::string_view subject) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const verdict_line& x) { return x.subject == subject; });
}

verdict sum_up(verdict_lines lines, const floor_snapshot& now) {
  std::map<std::string, verdict_lines> by_rule;
  for (auto& x : lines) by_rule[x.rule].push_back(std::move(x));
  const auto found = [&] {
    std::size_t n = 0;
    for (const auto& [rule, list] : by_rule) n += list.size();
    return n;
  }();
  verdict result;
  for (auto& [rule, list] : by_rule) {
    std::stable_sort(list.begin(), list.end(), is_worse);
    const auto shown = list.size() > most_of_a_rule + 1 ? most_of_a_rule : list.size();
    for (std::size_t i = 0; i < shown; ++i) result.lines.push_back(std::move(list[i]));
    if (shown < list.size()) result.lines.push_back(the_rest(&list[shown], list.size() - shown));
  }
  // A rest, which names nobody, stays behind the named ones of its level.
  std::stable_sort(result.lines.begin(), result.lines.end(), [](const auto& a, const auto& b) {
    if (a.level == b.level && a.subject.empty() != b.subject.empty()) return b.subject.empty();
    return is_worse(a, b);
  });
  if (result.lines.empty()) {
    result.headline = all_well(now);
    return result;
  }
  result.level = result.lines.front().level;
  result.headline = result.lines.front().what;
  if (found > 1) result.headline += fmt::format(" (and {} more)", thousands(found - 1));
  return result;
}

std::string to_json(const verdict& x) {
  auto lines = nlohmann::json::array();
  for (const auto& line : x.lines)
    lines.push_back({{"rule", line.rule},
                     {"subject", line.subject},
                     {"level", to_string(line.level)},
                     {"since_ms", line.since_ms},
                     {"what", line.what},
                     {"cost", line.cost},
                     {"advice", line.advice}});
  const nlohmann::json all = {
      {"level", to_string(x.level)}, {"headline", x.headline}, {"lines", std::move(lines)}};
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace outcry::inspection
