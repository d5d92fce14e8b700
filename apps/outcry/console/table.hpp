#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apps/outcry/console/filter_words.hpp"
#include "apps/outcry/console/grid.hpp"
#include "apps/outcry/console/keys.hpp"

namespace outcry::console {

/// What stands in one place of a table.
struct field {
  std::string text;
  ink paint = ink::plain;
};

struct column {
  std::string_view title;
  int width = 0;            ///< 0 = what is left of the row; the last column only
  bool right = false;       ///< numbers
  int rank = 0;             ///< the higher, the sooner it gives way in a narrow terminal; 0 = never
  bool most_first = false;  ///< sorted so at first
};

/// What rows are sorted by: the number, then the text.
struct sort_key {
  double number = 0;
  std::string_view text;
};

/// Rows to show. Valid while the data they are of are.
class row_source {
public:
  virtual ~row_source() = default;
  virtual std::size_t size() const = 0;
  virtual std::string_view name(std::size_t row) const = 0;
  virtual field show(std::size_t row, std::size_t column) const = 0;
  virtual sort_key key(std::size_t row, std::size_t column) const = 0;
  /// Appends, in lower case, what a filter looks at.
  virtual void searched(std::size_t row, std::string& to) const = 0;
  /// Not shown unless wanted: the system's own.
  virtual bool hidden(std::size_t) const { return false; }
};

/// Where something may be drawn.
struct area {
  int row = 0;
  int column = 0;
  int rows = 0;
  int columns = 0;
};

/// The rows a person has chosen, in the order they wish, and which of them they are at. Sorts and
/// filters ten thousand rows in a few milliseconds; only those on the screen are put into words.
class table {
public:
  table(std::vector<column> columns, std::size_t sorted_by);

  /// Sorts and filters anew; call it whenever the rows or the wishes changed, before `draw`.
  void arrange(const row_source& from);

  /// Title, rows, and the row the cursor is at.
  void draw(grid& on, const area& where, const row_source& from);

  /// Moves the cursor, sorts; false when the key means nothing here. `from` as last arranged.
  bool press_key(const key& x, const row_source& from);

  /// A press of the mouse inside the area drawn last; true when the row under it was already chosen
  /// or pressed twice: it is to be opened.
  bool press_mouse(const mouse& x, const row_source& from);

  void set_filter(const std::string& words) { words_ = filter_words{words}; }
  const std::string& filter() const { return words_.text(); }

  void show_hidden(bool yes) { show_hidden_ = yes; }
  bool shows_hidden() const { return show_hidden_; }

  /// The name of the row the cursor is at; "" = there is none.
  const std::string& chosen() const { return chosen_; }
  std::size_t shown() const { return order_.size(); }
  std::size_t left_out() const { return left_out_; }
  std::string_view sorted_by() const { return columns_[sorted_].title; }

private:
  void move(std::int64_t rows, const row_source& from);
  void sort_by(std::size_t column);
  void next_sort(int step);
  int width_needed(const std::vector<std::size_t>& columns) const;
  std::vector<std::size_t> fitting(int width) const;
  void draw_title(grid& on, const area& where, const std::vector<std::size_t>& columns);

  struct title_place {
    int begin;
    int end;
    std::size_t column;
  };

  std::vector<column> columns_;
  std::size_t sorted_;
  bool reversed_ = false;
  bool show_hidden_ = true;
  filter_words words_;
  std::vector<std::uint32_t> order_;
  std::size_t left_out_ = 0;
  std::string chosen_;
  std::size_t cursor_ = 0;
  std::size_t top_ = 0;
  std::size_t page_ = 1;
  bool follows_ = false;  ///< the cursor stays with its row, not with its place
  area drawn_;
  std::vector<title_place> titles_;
};

}  // namespace outcry::console
