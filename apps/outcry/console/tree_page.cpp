#include <algorithm>

#include <fmt/format.h>

#include "apps/outcry/console/page.hpp"
#include "apps/outcry/console/sources.hpp"
#include "apps/outcry/console/tree.hpp"
#include "apps/outcry/console/words.hpp"

namespace outcry::console {

namespace {

constexpr int most_graves_shown = 8;

class tree_page final : public page {
public:
  void arrange(const look& at) override {
    actor_source from{at.data, at.now_ms};
    all_ = from.size();
    std::string text;
    auto wanted = [&](std::size_t i) {
      if (!show_hidden_ && from.hidden(i)) return false;
      text.clear();
      if (words_.any()) from.searched(i, text);
      return words_.match(text);
    };
    rows_ = make_tree(at.data, wanted, turned_, words_.any());
    std::size_t found = rows_.size();
    for (std::size_t i = 0; i < rows_.size(); ++i)
      if (from.name(rows_[i].actor) == chosen_) found = i;
    if (found < rows_.size()) cursor_ = found;
    choose(cursor_, at);
  }

  void draw(grid& on, const area& where, const look& at) override {
    const int graves = std::min(
        {static_cast<int>(at.data.graves().size()), most_graves_shown, (where.rows - 1) / 3});
    const int rows = where.rows - (graves > 0 ? graves + 1 : 0);
    drawn_ = {where.row, where.column, rows, where.columns};
    page_ = static_cast<std::size_t>(std::max(rows - 1, 1));
    if (cursor_ < top_) top_ = cursor_;
    if (cursor_ >= top_ + page_) top_ = cursor_ - page_ + 1;
    if (where.rows > 0) draw_floor(on, where, at);
    for (std::size_t i = 0; i < page_ && top_ + i < rows_.size() && static_cast<int>(i) + 1 < rows;
         ++i) {
      const int row = where.row + 1 + static_cast<int>(i);
      draw_row(on, row, where, rows_[top_ + i], at);
      if (top_ + i == cursor_) on.pick(row);
    }
    if (graves > 0) draw_graves(on, where.row + rows, graves, at);
  }

  bool press_key(const key& x, const look& at) override {
    const auto height = static_cast<std::int64_t>(page_);
    const auto all = static_cast<std::int64_t>(rows_.size());
    switch (x.what) {
      case press::up:
        return move(-1, at), true;
      case press::down:
        return move(1, at), true;
      case press::page_up:
        return move(-height, at), true;
      case press::page_down:
        return move(height, at), true;
      case press::home:
        return move(-all, at), true;
      case press::end:
        return move(all, at), true;
      case press::left:
        return fold(true), true;
      case press::right:
        return fold(false), true;
      default:
        break;
    }
    if (x.is('k')) return move(-1, at), true;
    if (x.is('j')) return move(1, at), true;
    return false;
  }

  bool press_mouse(const mouse& x, const look& at) override {
    if (x.button == mouse_button::wheel_up) return move(-3, at), false;
    if (x.button == mouse_button::wheel_down) return move(3, at), false;
    const int line = x.row - drawn_.row - 1;
    if (line < 0 || line + 1 >= drawn_.rows) return false;
    const auto row = top_ + static_cast<std::size_t>(line);
    if (row >= rows_.size()) return false;
    const bool again = row == cursor_;
    choose(row, at);
    return again;
  }

  std::string actor() const override { return chosen_; }
  bool can_filter() const override { return true; }
  void set_filter(const std::string& words) override { words_ = filter_words{words}; }
  std::string filter() const override { return words_.text(); }
  void show_hidden(bool yes) override { show_hidden_ = yes; }
  std::string remark() const override { return fmt::format("{} of {}", rows_.size(), all_); }

private:
  void choose(std::size_t row, const look& at) {
    cursor_ = rows_.empty() ? 0 : std::min(row, rows_.size() - 1);
    chosen_ = rows_.empty() ? std::string{} : at.data.actors().all()[rows_[cursor_].actor].row.name;
  }

  void move(std::int64_t by, const look& at) {
    const auto to = static_cast<std::int64_t>(cursor_) + by;
    choose(static_cast<std::size_t>(std::max<std::int64_t>(to, 0)), at);
  }

  void fold(bool yes) {
    if (cursor_ >= rows_.size() || rows_[cursor_].children == 0 || rows_[cursor_].folded == yes)
      return;
    if (auto found = turned_.find(chosen_); found != turned_.end())
      turned_.erase(found);
    else
      turned_.insert(chosen_);
  }

  static void draw_floor(grid& on, const area& where, const look& at) {
    on.blank(where.row, ink::bar);
    on.put(where.row, where.column, at.data.floor().name.empty() ? "floor" : at.data.floor().name,
           ink::bar);
    if (where.columns >= 60)
      on.put(where.row, where.columns - 34, "STATE      MAILBOX  RST  LAST EXIT", ink::bar);
  }

  void draw_row(grid& on, int row, const area& where, const tree_row& x, const look& at) const {
    const auto& actor = at.data.actors().all()[x.actor].row;
    const int details = where.columns >= 60 ? where.columns - 34 : where.columns;
    int column = on.put(row, where.column, tree_lines(x), ink::dim, details);
    column = on.put(row, column, actor.name, actor.hidden ? ink::dim : ink::strong,
                    details - column - 1);
    if (x.folded)
      on.put(row, column, fmt::format(" +{} below", x.children), ink::title, details - column - 1);
    const auto state = state_of(actor, at.now_ms);
    if (where.columns < 60) {
      on.put_right(row, where.columns, " " + state.text, state.paint, 12);
      return;
    }
    on.put(row, details, state.text, state.paint, 10);
    on.put_right(row, details + 18, count_words(actor.mailbox),
                 actor.mailbox > 0 ? ink::plain : ink::dim, 7);
    on.put_right(row, details + 23, count_words(actor.restarts),
                 actor.restarts > 0 ? ink::warn : ink::dim, 5);
    on.put(row, details + 25, actor.last_exit, ink::bad);
  }

  static void draw_graves(grid& on, int row, int count, const look& at) {
    on.blank(row, ink::bar);
    on.put(row, 0, "the last dead", ink::bar);
    for (int i = 0; i < count; ++i) {
      const auto& x = at.data.graves()[static_cast<std::size_t>(i)];
      int column = on.put(row + 1 + i, 0, "\u2020 ", ink::dim);
      column = on.put(row + 1 + i, column, x.name, ink::strong);
      column = on.put(row + 1 + i, column,
                      fmt::format("  {} ago, lived {}: ", span_words(at.now_ms - x.died_ms),
                                  span_words(x.lived_ms)),
                      ink::dim);
      on.put(row + 1 + i, column, x.reason, ink::bad);
    }
  }

  std::vector<tree_row> rows_;
  std::set<std::string, std::less<>> turned_;
  filter_words words_;
  std::string chosen_;
  std::size_t all_ = 0;
  std::size_t cursor_ = 0;
  std::size_t top_ = 0;
  std::size_t page_ = 1;
  bool show_hidden_ = false;
  area drawn_;
};

}  // namespace

std::unique_ptr<page> make_tree_page() {
  return std::make_unique<tree_page>();
}

}  // namespace outcry::console
