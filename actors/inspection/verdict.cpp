#include "actors/inspection/verdict.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
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

using findings_of_rule = std::vector<finding*>;

/// The line for those of one rule from the `shown`-th on; the first of them are sorted.
verdict_line the_rest(const findings_of_rule& all, std::size_t shown) {
  const auto& first = all[shown]->line;
  verdict_line result;
  result.rule = first.rule;
  result.level = first.level;
  result.since_ms = first.since_ms;
  std::vector<std::string> names;
  for (auto i = shown; i < all.size(); ++i) {
    const auto& line = all[i]->line;
    if (names.size() < most_names) names.push_back(line.subject);
    result.since_ms = std::min(result.since_ms, line.since_ms);
  }
  const auto n = all.size() - shown;
  result.what = fmt::format("the same of {} more: {}", thousands(n), some_of(names, n));
  result.cost = "as above, for each of them";
  result.advice = "so many at once have one cause: begin with the first above";
  return result;
}

std::string all_well(const floor_rows& now) {
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

verdict_line finding::in_words() && {
  if (words_) words_(line);
  return std::move(line);
}

bool is_named(const findings& said, std::string_view subject) {
  return std::any_of(said.begin(), said.end(),
                     [&](const finding& x) { return x.line.subject == subject; });
}

verdict sum_up(findings said, const floor_rows& now) {
  std::map<std::string, findings_of_rule> by_rule;
  for (auto& x : said) by_rule[x.line.rule].push_back(&x);
  verdict result;
  for (auto& [rule, all] : by_rule) {
    const auto shown = all.size() > most_of_a_rule + 1 ? most_of_a_rule : all.size();
    // No more than are named need an order. Rows may come in any.
    const auto named = static_cast<std::ptrdiff_t>(std::min(shown + most_names, all.size()));
    std::partial_sort(all.begin(), all.begin() + named, all.end(),
                      [](const auto* a, const auto* b) {
                        if (is_worse(a->line, b->line)) return true;
                        return !is_worse(b->line, a->line) && a->line.subject < b->line.subject;
                      });
    const auto rest = shown < all.size() ? std::optional{the_rest(all, shown)} : std::nullopt;
    for (std::size_t i = 0; i < shown; ++i) result.lines.push_back(std::move(*all[i]).in_words());
    if (rest) result.lines.push_back(*rest);
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
  if (said.size() > 1) result.headline += fmt::format(" (and {} more)", thousands(said.size() - 1));
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
