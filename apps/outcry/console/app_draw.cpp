#include <fmt/format.h>

#include "apps/outcry/console/app.hpp"

namespace outcry::console {

namespace {

/// Below this many rows only what matters most is shown.
constexpr int small_rows = 10;

struct foot_key {
  const char* shown;
  key means;
  const char* what;
};

constexpr foot_key foot_keys[] = {
    {"?", {press::glyph, '?'}, "help"},   {"/", {press::glyph, '/'}, "filter"},
    {"Enter", {press::enter, 0}, "open"}, {">", {press::glyph, '>'}, "sort"},
    {"r", {press::glyph, 'r'}, "turn"},   {"H", {press::glyph, 'H'}, "hidden"},
    {"f", {press::glyph, 'f'}, "freeze"}, {"t", {press::glyph, 't'}, "trace"},
    {"a", {press::glyph, 'a'}, "act"},    {"d", {press::glyph, 'd'}, "verdict"},
    {"q", {press::glyph, 'q'}, "quit"},
};

}  // namespace

void console_app::add_button(grid& on, int row, int& column, const std::string& text, ink paint,
                             key means) {
  const int begin = column;
  column = on.put(row, column, text, paint);
  buttons_.push_back({row, begin, column, means});
}

grid console_app::draw(int rows, int columns, std::int64_t now_ms) {
  now_ms_ = now_ms;
  arrange(now_ms);
  buttons_.clear();
  grid on{rows, columns};
  const auto seen = at(now_ms);
  standing how{main_.live(), main_.why_not(), main_.live() ? now_ms - main_.heard_ms() : 0,
               options_.interval_ms, frozen_ != nullptr};
  int row = draw_header(on,
                        rows < small_rows ? 1
                        : rows < 16       ? 3
                                          : 6,
                        seen.data, seen.now_ms, how, verdict_);
  const bool foot =
      rows >= small_rows || filter_ != nullptr || (rows > 2 && now_ms < notice_until_ms_);
  if (rows >= small_rows) row = draw_tabs(on, row);
  const area below{row, 0, rows - row - (foot ? 1 : 0), columns};
  top().draw(on, below, seen);
  if (foot) draw_foot(on, rows - 1);
  if (deeds_) {
    deeds_->draw(on);
    buttons_.clear();
  }
  return on;
}

int console_app::draw_tabs(grid& on, int row) {
  int column = 0;
  for (std::size_t i = 0; i < tabs_.size(); ++i) {
    const bool here = i == tab_;
    add_button(on, row, column, fmt::format("{} {} ", i + 1, tabs_[i].title),
               here ? ink::title : ink::dim, {press::glyph, static_cast<char32_t>('1' + i)});
  }
  auto remark = top().remark();
  if (auto filter = top().filter(); !filter.empty()) remark = "/" + filter + "  " + remark;
  if (on.columns() - column > 2)
    on.put_right(row, on.columns(), remark, ink::dim, on.columns() - column - 1);
  return row + 1;
}

void console_app::draw_foot(grid& on, int row) {
  if (filter_) {
    int column = on.put(row, 0, "filter: ", ink::title);
    column = on.put(row, column, filter_->text(), ink::strong);
    on.put(row, column, "_", ink::strong);
    return;
  }
  if (now_ms_ < notice_until_ms_) {
    on.put(row, 0, notice_.text, notice_.paint);
    return;
  }
  int column = 0;
  for (const auto& x : foot_keys) {
    const int begin = column;
    column = on.put(row, column, x.shown, ink::title);
    column = on.put(row, column, x.what, ink::bar);
    buttons_.push_back({row, begin, column, x.means});
    ++column;
  }
}

}  // namespace outcry::console
