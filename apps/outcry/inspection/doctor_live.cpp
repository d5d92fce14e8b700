#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "actors/inspection/examiner.hpp"
#include "actors/inspection/snapshot_json.hpp"
#include "actors/inspection/wording.hpp"
#include "adapters/control/client.hpp"
#include "apps/outcry/inspection/verbs.hpp"
#include "apps/outcry/output.hpp"
#include "apps/outcry/waiting.hpp"

namespace outcry::cli {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds look_interval{1000};
constexpr std::size_t page_width = 88;

struct examined {
  inspection::verdict verdict;
  inspection::floor_snapshot floor;
  int looks = 0;
};

/// Looks every second for so long, or until Ctrl-C.
examined watch(const session& at, std::chrono::seconds how_long) {
  progress waiting{"watching the floor"};
  examined result;
  inspection::examiner by;
  // The last look is made at the end, and a little is needed to bring it here.
  const auto end = steady_clock::now() + how_long + look_interval / 2;
  control::client::listener on;
  on.silence = std::chrono::seconds(8);
  on.go_on = [&] {
    waiting.tick();
    return !interrupted() && steady_clock::now() < end;
  };
  on.item = [&](const json& item) {
    if (!inspection::take_item(item, result.floor)) return;
    const auto heard = steady_clock::now().time_since_epoch();
    result.verdict =
        by.examine(result.floor, std::chrono::duration_cast<milliseconds>(heard).count());
    ++result.looks;
  };
  control::client floor{config::socket_path(at.settings), std::chrono::seconds(5)};
  floor.call("inspect", {{"interval_ms", look_interval.count()}, {"parts", json::array()}}, on);
  return result;
}

colour colour_of_severity(inspection::severity x) {
  return x == inspection::severity::ok     ? colour::green
         : x == inspection::severity::warn ? colour::yellow
                                           : colour::red;
}

void show_paragraph(output& out, const char* label, const std::string& text) {
  bool first = true;
  for (const auto& line : wrapped(text, page_width - 14)) {
    out.line({{first ? fmt::format("      {}", label) : "", colour::dim}, {line}}, {12});
    first = false;
  }
}

void show_verdict(output& out, const examined& x) {
  const auto& said = x.verdict;
  const std::vector<std::size_t> word_width{4};
  // One line is its own headline.
  bool first_line = said.lines.size() == 1;
  if (!first_line)
    out.line({{std::string{inspection::to_string(said.level)}, colour_of_severity(said.level)},
              {said.headline, colour::bold}},
             word_width);
  for (const auto& line : said.lines) {
    if (!std::exchange(first_line, false)) out.line("");
    bool first = true;
    for (const auto& part : wrapped(line.what, page_width - 6)) {
      out.line({{first ? std::string{inspection::to_string(line.level)} : "",
                 colour_of_severity(line.level)},
                {part, colour::bold}},
               word_width);
      first = false;
    }
    if (line.since_ms != 0)
      show_paragraph(out, "since",
                     fmt::format("{}, {} ago", local_time(line.since_ms),
                                 inspection::lasting(x.floor.at_ms - line.since_ms)));
    show_paragraph(out, "costs", line.cost);
    show_paragraph(out, "do", line.advice);
  }
}

}  // namespace

std::vector<std::string> wrapped(const std::string& text, std::size_t limit) {
  std::vector<std::string> result;
  std::string line;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find(' ', begin), text.size());
    const auto piece = text.substr(begin, end - begin);
    begin = end + 1;
    if (piece.empty()) continue;
    if (!line.empty() && width(line) + 1 + width(piece) > limit) {
      result.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += piece;
  }
  if (!line.empty()) result.push_back(std::move(line));
  return result;
}

exit_code doctor_live(const session& at, const std::vector<std::string>& problems,
                      std::chrono::seconds how_long) {
  for (const auto& x : problems) complain(x);
  if (!problems.empty()) return bad_usage;
  const auto x = watch(at, how_long);
  output out;
  if (x.looks == 0) {
    complain("the floor has told nothing of itself: try again");
    return not_done;
  }
  if (at.json)
    out.line(to_json(x.verdict));
  else
    show_verdict(out, x);
  return x.verdict.level == inspection::severity::bad ? not_done : all_done;
}

}  // namespace outcry::cli
