#pragma once

#include <climits>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace outcry::console {

/// What a piece of the screen means; the screen knows the colours.
enum class ink : std::uint8_t { plain, dim, strong, good, warn, bad, title, bar, alarm };

struct spot {
  char32_t glyph = U' ';  ///< 0 = the right half of the wide glyph before it
  ink paint = ink::plain;
  bool picked = false;  ///< the selected row
  bool operator==(const spot&) const = default;
};

/// What stands on a screen. Writing beyond its edges is cut off.
class grid {
public:
  grid(int rows, int columns);

  int rows() const { return rows_; }
  int columns() const { return columns_; }

  /// A blank for what is outside.
  spot at(int row, int column) const;

  /// Writes UTF-8 text, at most `width` columns of it, and returns the column behind it. What could
  /// steer a terminal, or has no width of its own, becomes '?'.
  int put(int row, int column, std::string_view text, ink paint = ink::plain, int width = INT_MAX);

  /// The same, ending before `column`; the text's end is cut off when it is wider than `width`.
  void put_right(int row, int column, std::string_view text, ink paint, int width);

  void set(int row, int column, char32_t glyph, ink paint);

  /// A row from `column` on in one ink, blank.
  void blank(int row, ink paint, int column = 0);

  /// Marks a whole row as selected.
  void pick(int row);

  /// A row as UTF-8 without the blanks at its end.
  std::string text(int row) const;

private:
  int rows_;
  int columns_;
  std::vector<spot> spots_;
};

/// Columns that `text` takes when it is put.
int width_of(std::string_view text);

/// The next code point of UTF-8 at `at`, which moves behind it; U+FFFD for what is none.
char32_t next_glyph(std::string_view text, std::size_t& at);

void append_glyph(std::string& to, char32_t glyph);

}  // namespace outcry::console
