#include "apps/outcry/console/table.hpp"

#include <algorithm>
#include <cmath>

namespace outcry::console {

namespace {

struct placed {
  sort_key key;
  std::string_view name;
  std::uint32_t row;
};

}  // namespace

table::table(std::vector<column> columns, std::size_t sorted_by)
    : columns_(std::move(columns)), sorted_(sorted_by) {
  reversed_ = columns_[sorted_].most_first;
}

void table::arrange(const row_source& from) {
  std::vector<placed> rows;
  rows.reserve(from.size());
  left_out_ = 0;
  std::string text;
  for (std::size_t row = 0; row < from.size(); ++row) {
    if (!show_hidden_ && from.hidden(row)) {
      ++left_out_;
      continue;
    }
    if (words_.any()) {
      text.clear();
      from.searched(row, text);
      if (!words_.match(text)) continue;
    }
    auto key = from.key(row, sorted_);
    // What is not known stands with nothing.
    if (std::isnan(key.number)) key.number = -1;
    rows.push_back({key, from.name(row), static_cast<std::uint32_t>(row)});
  }
  std::sort(rows.begin(), rows.end(), [this](const placed& a, const placed& b) {
    if (a.key.number != b.key.number) return (a.key.number < b.key.number) != reversed_;
    if (auto way = a.key.text.compare(b.key.text); way != 0) return (way < 0) != reversed_;
    return a.name < b.name;
  });
  order_.clear();
  std::size_t found = rows.size();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (follows_ && rows[i].name == chosen_) found = i;
    order_.push_back(rows[i].row);
  }
  if (found < rows.size()) cursor_ = found;
  if (cursor_ >= rows.size()) cursor_ = rows.empty() ? 0 : rows.size() - 1;
  chosen_ = rows.empty() ? std::string_view{} : rows[cursor_].name;
}

int table::width_needed(const std::vector<std::size_t>& columns) const {
  int result = -1;
  for (auto i : columns) result += 1 + (columns_[i].width > 0 ? columns_[i].width : 6);
  return result;
}

std::vector<std::size_t> table::fitting(int width) const {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < columns_.size(); ++i) result.push_back(i);
  auto rank = [&](std::size_t i) { return i == sorted_ ? 0 : columns_[i].rank; };
  while (result.size() > 1 && width_needed(result) > width) {
    auto first = std::max_element(result.begin(), result.end(),
                                  [&](auto a, auto b) { return rank(a) < rank(b); });
    if (rank(*first) == 0) break;
    result.erase(first);
  }
  return result;
}

void table::draw_title(grid& on, const area& where, const std::vector<std::size_t>& columns) {
  titles_.clear();
  for (int i = 0; i < where.columns; ++i) on.set(where.row, where.column + i, U' ', ink::bar);
  int at = where.column;
  const int end = where.column + where.columns;
  // In the narrowest terminals names are cut before anything else.
  const int missing = std::max(width_needed(columns) - where.columns, 0);
  for (auto i : columns) {
    const auto& x = columns_[i];
    const int wanted = i == 0 ? std::max(x.width - missing, std::min(x.width, 8)) : x.width;
    const int width = wanted > 0 ? std::min(wanted, end - at) : end - at;
    if (width <= 0) break;
    std::string title{x.title};
    if (i == sorted_) title += reversed_ ? "\u25be" : "\u25b4";
    const auto paint = i == sorted_ ? ink::title : ink::bar;
    if (x.right)
      on.put_right(where.row, at + width, title, paint, width);
    else
      on.put(where.row, at, title, paint, width);
    titles_.push_back({at, at + width + 1, i});
    at += width + 1;
  }
}

void table::draw(grid& on, const area& where, const row_source& from) {
  drawn_ = where;
  if (where.rows <= 0) return;
  const auto columns = fitting(where.columns);
  draw_title(on, where, columns);
  page_ = static_cast<std::size_t>(std::max(where.rows - 1, 1));
  if (cursor_ < top_) top_ = cursor_;
  if (cursor_ >= top_ + page_) top_ = cursor_ - page_ + 1;
  if (top_ + page_ > order_.size()) top_ = order_.size() > page_ ? order_.size() - page_ : 0;
  for (std::size_t i = 0; i + 1 < static_cast<std::size_t>(where.rows); ++i) {
    if (top_ + i >= order_.size()) break;
    const int row = where.row + 1 + static_cast<int>(i);
    const int end = where.column + where.columns;
    for (const auto& title : titles_) {
      auto x = from.show(order_[top_ + i], title.column);
      const int width = std::min(title.end - 1, end) - title.begin;
      if (columns_[title.column].right)
        on.put_right(row, title.begin + width, x.text, x.paint, width);
      else
        on.put(row, title.begin, x.text, x.paint, width);
    }
    if (top_ + i == cursor_) on.pick(row);
  }
}

void table::move(std::int64_t rows, const row_source& from) {
  if (order_.empty()) return;
  follows_ = true;
  auto last = static_cast<std::int64_t>(order_.size()) - 1;
  cursor_ = static_cast<std::size_t>(
      std::clamp<std::int64_t>(static_cast<std::int64_t>(cursor_) + rows, 0, last));
  chosen_ = from.name(order_[cursor_]);
}

void table::sort_by(std::size_t which) {
  reversed_ = which == sorted_ ? !reversed_ : columns_[which].most_first;
  sorted_ = which;
}

void table::next_sort(int step) {
  const auto count = static_cast<int>(columns_.size());
  sorted_ = static_cast<std::size_t>((static_cast<int>(sorted_) + step + count) % count);
  reversed_ = columns_[sorted_].most_first;
}

bool table::press_key(const key& x, const row_source& from) {
  const auto page = static_cast<std::int64_t>(page_);
  const auto all = static_cast<std::int64_t>(order_.size());
  switch (x.what) {
    case press::up:
      return move(-1, from), true;
    case press::down:
      return move(1, from), true;
    case press::page_up:
      return move(-page, from), true;
    case press::page_down:
      return move(page, from), true;
    case press::home:
      // At the top one looks at whoever comes there.
      return move(-all, from), follows_ = false, true;
    case press::end:
      return move(all, from), true;
    default:
      break;
  }
  if (x.is('k')) return move(-1, from), true;
  if (x.is('j')) return move(1, from), true;
  if (x.is('<') || x.is(',') || x.what == press::left) return next_sort(-1), true;
  if (x.is('>') || x.is('.') || x.what == press::right) return next_sort(1), true;
  if (x.is('r')) return sort_by(sorted_), true;
  return false;
}

bool table::press_mouse(const mouse& x, const row_source& from) {
  const int line = x.row - drawn_.row;
  if (x.button == mouse_button::wheel_up || x.button == mouse_button::wheel_down) {
    move(x.button == mouse_button::wheel_up ? -3 : 3, from);
    return false;
  }
  if (line == 0) {
    for (const auto& title : titles_)
      if (x.column >= title.begin && x.column < title.end) return sort_by(title.column), false;
    return false;
  }
  const auto row = top_ + static_cast<std::size_t>(std::max(line - 1, 0));
  if (line < 1 || line >= drawn_.rows || row >= order_.size()) return false;
  const bool again = follows_ && row == cursor_;
  move(static_cast<std::int64_t>(row) - static_cast<std::int64_t>(cursor_), from);
  return again || x.button == mouse_button::double_click;
}

}  // namespace outcry::console
