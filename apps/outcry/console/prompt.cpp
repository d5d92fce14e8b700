#include "apps/outcry/console/prompt.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "apps/outcry/console/talk.hpp"

namespace outcry::console {

namespace {

/// Bytes.
constexpr std::size_t longest_line = 200;

struct deed_words {
  const char* what;
  const char* words;
};

constexpr std::array actions = {
    deed_words{"restart", "restart"},
    deed_words{"pause", "pause"},
    deed_words{"resume", "resume"},
    deed_words{"stop", "stop the actor"},
    deed_words{"reset_backoff", "reset the backoff of"},
};

constexpr std::array verbs = {
    deed_words{"stop", "send stop to"},
    deed_words{"start", "send start to"},
    deed_words{"exit", "send exit (sell what it owns) to"},
    deed_words{"status", "send status to"},
};

constexpr std::array levels = {"default", "trace", "debug", "info", "warning", "error", "off"};

std::size_t glyphs_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

std::vector<deed> deeds_for(const std::string& actor) {
  std::vector<deed> result;
  for (const auto& x : actions)
    result.push_back({"act", x.what, actor, fmt::format("{} {}", x.words, actor), true});
  if (!actor.starts_with("bot:")) return result;
  const auto bot = actor.substr(4);
  for (const auto& x : verbs)
    result.push_back({"send", x.what, bot, fmt::format("{} {}", x.words, bot), true});
  return result;
}

std::vector<deed> levels_for(const std::string& actor) {
  std::vector<deed> result;
  for (const auto* x : levels)
    result.push_back({"log_level", x, actor, fmt::format("log of {}: {}", actor, x), false});
  return result;
}

std::string arguments_of(const deed& x, std::string_view why) {
  if (x.op == "act")
    return fmt::format("\"name\":{},\"action\":{},\"why\":{}", json_text(x.target),
                       json_text(x.what), json_text(why));
  if (x.op == "send")
    return fmt::format("\"type\":{},\"to\":[{}],\"description\":{},\"wait_s\":10",
                       json_text(x.what), json_text(x.target), json_text(why));
  return fmt::format("\"name\":{},\"level\":{}", json_text(x.target), json_text(x.what));
}

bool typed_line::press_key(const key& x) {
  if (x.what == press::backspace) {
    while (!text_.empty() && (static_cast<unsigned char>(text_.back()) & 0xC0) == 0x80)
      text_.pop_back();
    if (!text_.empty()) text_.pop_back();
    return true;
  }
  if (x.what != press::glyph) return false;
  auto longer = text_;
  append_glyph(longer, x.glyph);
  if (longer.size() <= longest_line) text_ = std::move(longer);
  return true;
}

bool typed_line::said() const {
  return text_.find_first_not_of(' ') != std::string::npos;
}

deed_prompt::outcome deed_prompt::choose(std::size_t which) {
  at_ = which;
  if (!deeds_[at_].needs_why) return outcome::decided;
  asks_why_ = true;
  return outcome::open;
}

deed_prompt::outcome deed_prompt::press_key(const key& x) {
  if (x.what == press::escape) return outcome::dropped;
  if (asks_why_) {
    if (x.what == press::enter && why_.said()) return outcome::decided;
    why_.press_key(x);
    return outcome::open;
  }
  if (x.what == press::up && at_ > 0) --at_;
  if (x.what == press::down && at_ + 1 < deeds_.size()) ++at_;
  if (x.what == press::enter) return choose(at_);
  if (x.what == press::glyph && x.glyph >= '1' && x.glyph < '1' + deeds_.size())
    return choose(x.glyph - '1');
  if (x.is('q')) return outcome::dropped;
  return outcome::open;
}

int deed_prompt::draw(grid& on) const {
  const int wanted = asks_why_ ? 3 : static_cast<int>(deeds_.size()) + 1;
  const int rows = std::min(wanted, on.rows());
  const int first = on.rows() - rows;
  for (int row = first; row < on.rows(); ++row) on.blank(row, ink::plain);
  if (asks_why_) {
    on.blank(first, ink::alarm);
    on.put(first, 0, fmt::format(" {}?", chosen().words), ink::alarm);
    // Its end is what one is typing.
    const auto room = static_cast<std::size_t>(std::max(on.columns() - 7, 1));
    auto text = why_.text();
    while (glyphs_in(text) > room) {
      std::size_t at = 0;
      next_glyph(text, at);
      text.erase(0, at);
    }
    const int column = on.put(first + 1, on.put(first + 1, 0, " why: ", ink::title), text);
    on.put(first + 1, column, "_", ink::strong);
    on.put(first + 2, 0,
           why_.said() ? " Enter does it, Esc does not" : " say why; Esc does nothing", ink::dim);
    return rows;
  }
  on.blank(first, ink::bar);
  on.put(first, 0, " which? Esc: none", ink::bar);
  // The chosen one stays on the smallest screen.
  const auto shown = static_cast<std::size_t>(std::max(rows - 1, 1));
  const std::size_t top = at_ >= shown ? at_ - shown + 1 : 0;
  for (std::size_t i = 0; i < shown && top + i < deeds_.size(); ++i) {
    const int row = first + 1 + static_cast<int>(i);
    on.put(row, 0, fmt::format(" {} {}", top + i + 1, deeds_[top + i].words));
    if (top + i == at_) on.pick(row);
  }
  return rows;
}

}  // namespace outcry::console
