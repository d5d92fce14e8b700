#include "actors/inspection/no_answer.hpp"

#include <fmt/format.h>

#include "actors/inspection/wording.hpp"

namespace outcry::inspection {

namespace {

constexpr std::int64_t news_ms = 15 * 60'000;
constexpr std::int64_t at_work_ms = 30'000;

bool is_brake(const std::string& type) {
  return type == "stop" || type == "kill" || type == "exit";
}

}  // namespace

void no_answer::judge(const look& at, findings& said) {
  for (const message_row& message : at.now.messages) {
    const auto age = at.age_of(message.pressed_ms);
    const bool waits = message.open > 0 && age >= at_work_ms;
    if (age > news_ms || (message.no_answer == 0 && !waits)) continue;
    verdict_line line;
    line.rule = "no_answer";
    line.subject = message.id;
    line.level = is_brake(message.type) ? severity::bad : severity::warn;
    line.since_ms = message.pressed_ms;
    const auto silent = message.no_answer > 0 ? message.no_answer : message.open;
    line.what = fmt::format("\"{}\" is not confirmed by {}", message.type, counted(silent, "bot"));
    line.cost = is_brake(message.type)
                    ? "they may still trade: what they have at the broker is not known to be gone"
                    : "they go on as before";
    line.advice = fmt::format(
        "`outcry log {}` names them; then look at each: `outcry actor "
        "bot:ID`. `outcry kill` stops the whole floor",
        message.id);
    said.push_back(std::move(line));
  }
}

}  // namespace outcry::inspection
