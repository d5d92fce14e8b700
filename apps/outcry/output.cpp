#include "apps/outcry/output.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <fmt/format.h>

#include <unistd.h>

namespace outcry::cli {

namespace {

const char* code_of(colour x) {
  switch (x) {
    case colour::green:
      return "\x1b[32m";
    case colour::yellow:
      return "\x1b[33m";
    case colour::red:
      return "\x1b[31m";
    case colour::dim:
      return "\x1b[2m";
    case colour::bold:
      return "\x1b[1m";
    case colour::none:
      break;
  }
  return "";
}

bool wants_colours() {
  auto* no = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (no == nullptr || *no == '\0');
}

}  // namespace

output::output() : colours_(wants_colours()) {}

void output::write(std::string text) {
  if (closed_) return;
  text += '\n';
  closed_ =
      std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0;
}

std::string output::painted(const cell& x) const {
  auto text = harmless(x.text);
  if (!colours_ || x.paint == colour::none) return text;
  return code_of(x.paint) + text + "\x1b[0m";
}

void output::line(std::string_view text) {
  write(harmless(text));
}

void output::line(const std::vector<cell>& cells, const std::vector<std::size_t>& widths) {
  std::string text;
  std::size_t owed = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    // Blanks are only written when something follows: no line ends in them.
    if (!cells[i].text.empty()) {
      text.append(owed, ' ');
      text += painted(cells[i]);
      owed = 0;
    }
    auto wanted = i < widths.size() ? widths[i] : 0;
    auto have = width(harmless(cells[i].text));
    owed += (wanted > have ? wanted - have : 0) + 2;
  }
  write(std::move(text));
}

void output::table(const std::vector<std::string>& header,
                   const std::vector<std::vector<cell>>& rows) {
  std::vector<std::size_t> widths;
  std::vector<cell> titles;
  for (const auto& title : header) {
    widths.push_back(width(title));
    titles.push_back({title, colour::dim});
  }
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i)
      widths[i] = std::max(widths[i], width(harmless(row[i].text)));
  line(titles, widths);
  for (const auto& row : rows) line(row, widths);
}

colour colour_of(std::string_view word) {
  for (auto good : {"done", "running", "live", "ok"})
    if (word == good) return colour::green;
  for (auto bad : {"error", "failed", "no_answer", "expired", "absent", "down", "fail", "refused"})
    if (word == bad) return colour::red;
  for (auto grey : {"ignored", "closed"})
    if (word == grey) return colour::dim;
  return colour::yellow;
}

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

std::string harmless(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    if (c < 0x20 || c == 0x7f) {
      result += '?';
    } else if (c == 0xC2 && next >= 0x80 && next < 0xA0) {  // the C1 controls
      result += '?';
      ++i;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string local_time(std::int64_t unix_ms) {
  if (unix_ms == 0) return "-";
  auto at = static_cast<std::time_t>(unix_ms / 1000);
  auto now = std::time(nullptr);
  std::tm then{};
  std::tm today{};
  if (::localtime_r(&at, &then) == nullptr || ::localtime_r(&now, &today) == nullptr) return "?";
  bool same_day = then.tm_year == today.tm_year && then.tm_yday == today.tm_yday;
  char text[32];
  std::strftime(text, sizeof text, same_day ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &then);
  return text;
}

void complain(std::string_view text) {
  // Several lines are wanted here: every error of a configuration has its own.
  fmt::print(stderr, "outcry: {}\n", text);
}

}  // namespace outcry::cli
