#include "apps/outcry/console/verdict.hpp"

#include <fmt/format.h>

#include "apps/outcry/console/sources.hpp"
#include "apps/outcry/console/words.hpp"

namespace outcry::console {

namespace {

/// The worst actors are told one by one, so many.
constexpr std::size_t most_lines = 50;

void add_line(verdict& to, bool bad, verdict::line x) {
  if (to.lines.empty() || (bad && to.level != "bad")) to.headline = x.what;
  if (bad)
    to.level = "bad";
  else if (to.level != "bad")
    to.level = "warn";
  if (to.lines.size() < most_lines) to.lines.push_back(std::move(x));
}

void look_at(verdict& to, const actor_row& x, std::int64_t now_ms) {
  const auto at_it = serving_ms(x, now_ms);
  if (x.state == mode::failed)
    add_line(to, true,
             {"failed", x.name,
              fmt::format("{} has failed{}", x.name, x.last_exit.empty() ? "" : ": " + x.last_exit),
              "what it does is not done", "read its page, mend the cause, restart it", x.since_ms});
  else if (at_it >= busy_ms)
    add_line(to, at_it >= stuck_ms,
             {"stuck_handler", x.name,
              fmt::format("{} has been at {} for {}", x.name, x.serving, span_words(at_it)),
              fmt::format("{} messages wait", x.mailbox), "read its page: what does it wait for?",
              x.serving_since_ms});
  else if (x.state == mode::restarting)
    add_line(to, false,
             {"restarting", x.name,
              fmt::format("{} restarts{}", x.name, x.last_exit.empty() ? "" : ": " + x.last_exit),
              "its callers hear unavailable", "read its page", x.since_ms});
}

}  // namespace

verdict glance(const book& at, std::int64_t now_ms) {
  verdict result;
  if (at.looks() == 0) return result;
  if (const auto& halt = at.floor().halt; !halt.empty() && halt != "none")
    add_line(result, true,
             {"halt", "floor", fmt::format("the floor is {}", halt), "no bot trades",
              "outcry start ALL, when that is wanted", 0});
  for (const auto& x : at.actors().all()) look_at(result, x.row, now_ms);
  for (const auto& x : at.links().all()) {
    const auto paint = ink_of(x.row.state);
    if (paint != ink::bad && paint != ink::warn) continue;
    add_line(result, paint == ink::bad,
             {"link", x.row.name,
              fmt::format("{} is {}{}", x.row.name, x.row.state,
                          x.row.last_error.empty() ? "" : ": " + x.row.last_error),
              "nothing passes there", "look at the links", x.row.since_ms});
  }
  if (result.lines.size() > 1)
    result.headline += fmt::format(" (and {} more)", result.lines.size() - 1);
  if (result.lines.empty()) {
    result.level = "ok";
    result.headline = "nothing is wrong that can be seen";
  }
  return result;
}

ink ink_of_level(std::string_view level) {
  return level == "ok" ? ink::good : level == "bad" ? ink::alarm : ink::warn;
}

}  // namespace outcry::console
