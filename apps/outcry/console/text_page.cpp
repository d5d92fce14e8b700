#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "apps/outcry/console/page.hpp"
#include "apps/outcry/console/words.hpp"

namespace outcry::console {

void text_page::draw(grid& on, const area& where, const look& at) {
  const auto all = lines(at, where.columns);
  height_ = std::max(where.rows, 1);
  last_top_ = std::max(static_cast<int>(all.size()) - height_, 0);
  top_ = follows_ ? last_top_ : std::clamp(top_, 0, last_top_);
  for (int i = 0; i < where.rows && top_ + i < static_cast<int>(all.size()); ++i) {
    int column = where.column;
    for (const auto& x : all[static_cast<std::size_t>(top_ + i)])
      column = on.put(where.row + i, column, x.text, x.paint);
  }
  if (top_ < last_top_ && where.rows > 0)
    on.put_right(where.row + where.rows - 1, where.column + where.columns, " more below ", ink::bar,
                 12);
}

void text_page::scroll(int by) {
  top_ = std::clamp(top_ + by, 0, last_top_);
  follows_ = may_follow_ && top_ == last_top_;
}

bool text_page::press_key(const key& x, const look&) {
  switch (x.what) {
    case press::up:
      return scroll(-1), true;
    case press::down:
      return scroll(1), true;
    case press::page_up:
      return scroll(-height_), true;
    case press::page_down:
      return scroll(height_), true;
    case press::home:
      return scroll(-last_top_), true;
    case press::end:
      return scroll(last_top_), true;
    default:
      break;
  }
  if (x.is('k')) return scroll(-1), true;
  if (x.is('j')) return scroll(1), true;
  return false;
}

bool text_page::press_mouse(const mouse& x, const look&) {
  if (x.button == mouse_button::wheel_up) scroll(-3);
  if (x.button == mouse_button::wheel_down) scroll(3);
  return false;
}

void add_wrapped(std::vector<text_line>& to, const std::string& text, ink paint, int indent,
                 int columns) {
  const auto most = static_cast<std::size_t>(std::max(columns - indent, 8));
  std::size_t at = 0;
  while (at < text.size()) {
    auto end = std::min(at + most, text.size());
    if (end < text.size())
      if (auto blank = text.rfind(' ', end); blank != std::string::npos && blank > at) end = blank;
    to.push_back(
        {{std::string(static_cast<std::size_t>(indent), ' ')}, {text.substr(at, end - at), paint}});
    at = text.find_first_not_of(' ', end);
  }
}

namespace {

class verdict_page final : public text_page {
public:
  explicit verdict_page(const inspection::verdict& said) : said_(said) {}

protected:
  std::vector<text_line> lines(const look& at, int columns) override {
    std::vector<text_line> result;
    add_wrapped(result, said_.headline, ink::strong, 0, columns);
    for (const auto& x : said_.lines) {
      result.emplace_back();
      text_line head{{x.subject, ink::strong}, {"  " + x.rule, ink::dim}};
      if (x.since_ms > 0)
        head.push_back(
            {"  since " + clock_words(x.since_ms) + " (" + span_words(at.now_ms - x.since_ms) + ")",
             ink::dim});
      result.push_back(head);
      add_wrapped(result, x.what, ink::bad, 2, columns);
      add_wrapped(result, x.cost.empty() ? "" : "costs: " + x.cost, ink::plain, 2, columns);
      add_wrapped(result, x.advice.empty() ? "" : "do: " + x.advice, ink::good, 2, columns);
    }
    return result;
  }

private:
  const inspection::verdict& said_;
};

/// Keys and what they do stand on one line.
constexpr int wide_help = 80;

struct help_line {
  const char* keys;
  const char* what;
};

constexpr std::array help_lines = {
    help_line{"1 to 7, Tab", "the pages; with the mouse, too"},
    help_line{"arrows PgUp PgDn Home End", "move; Home stays at the top, whoever is there"},
    help_line{"Enter", "open the actor, the pit, the message"},
    help_line{"Esc, Backspace", "back; takes the filter away"},
    help_line{"/", "filter as you type: words to hold, !words not to"},
    help_line{"left right, < >", "sort by another column; so does its title"},
    help_line{"r", "turn the order around"},
    help_line{"H", "show or hide the system's own actors"},
    help_line{"f, space", "freeze the view, and let it go on"},
    help_line{"+ -", "look more often, less often"},
    help_line{"t", "trace the actor or pit: at most 200 messages or 60 s"},
    help_line{"s", "on an actor's page: ask for its state as JSON"},
    help_line{"d", "what is wrong, line by line"},
    help_line{"q, Ctrl-C", "leave"},
};

class help_page final : public text_page {
public:
  explicit help_page(bool allow_actions) : allow_actions_(allow_actions) {}

protected:
  std::vector<text_line> lines(const look&, int columns) override {
    std::vector<text_line> result{{{"Keys", ink::strong}}};
    for (const auto& x : help_lines) {
      if (columns >= wide_help) {
        result.push_back({{fmt::format("  {:<24} ", x.keys), ink::title}, {x.what}});
        continue;
      }
      result.push_back({{std::string{"  "} + x.keys, ink::title}});
      add_wrapped(result, x.what, ink::plain, 6, columns);
    }
    result.push_back({{"  a, L", ink::title}});
    add_wrapped(result,
                allow_actions_
                    ? "act on the actor, change its log level: each asks once and wants to know why"
                    : "not here: start with --allow-actions to restart, pause or stop actors",
                ink::plain, 6, columns);
    result.emplace_back();
    result.push_back({{"Figures", ink::strong}});
    for (const char* x :
         {"Rates are of the time between the floor's last two looks; +n is what came in it.",
          "Columns with ~ are sampled: some handlers are timed, not all. MEAN~ is of those sampled "
          "last, MAX~ the longest sampled of the last 60 s. How long a handler has been at its "
          "message is true to 0.2 s, the longest wait to that or a sixteenth of itself.",
          "CAF does not tell an actor's memory: rss is the whole floor's."})
      add_wrapped(result, x, ink::plain, 2, columns);
    return result;
  }

private:
  bool allow_actions_;
};

}  // namespace

std::unique_ptr<page> make_verdict_page(const inspection::verdict& said) {
  return std::make_unique<verdict_page>(said);
}

std::unique_ptr<page> make_help_page(bool allow_actions) {
  return std::make_unique<help_page>(allow_actions);
}

}  // namespace outcry::console
