#include "apps/outcry/console/grid.hpp"

#include <algorithm>
#include <array>

namespace outcry::console {

namespace {

struct span_of_glyphs {
  char32_t first;
  char32_t last;
};

/// Two columns wide in every terminal we know: East Asian wide forms and pictures.
constexpr std::array wide_glyphs = {
    span_of_glyphs{0x1100, 0x115F},   span_of_glyphs{0x2E80, 0x303E},
    span_of_glyphs{0x3041, 0xA4CF},   span_of_glyphs{0xAC00, 0xD7A3},
    span_of_glyphs{0xF900, 0xFAFF},   span_of_glyphs{0xFE30, 0xFE6F},
    span_of_glyphs{0xFF00, 0xFF60},   span_of_glyphs{0xFFE0, 0xFFE6},
    span_of_glyphs{0x1F300, 0x1F64F}, span_of_glyphs{0x1F680, 0x1F6FF},
    span_of_glyphs{0x1F900, 0x1F9FF}, span_of_glyphs{0x20000, 0x3FFFD},
};

/// Controls, marks without a width of their own, and what turns the direction of writing.
constexpr std::array unsafe_glyphs = {
    span_of_glyphs{0x00, 0x1F},        span_of_glyphs{0x7F, 0x9F},
    span_of_glyphs{0xAD, 0xAD},        span_of_glyphs{0x0300, 0x036F},
    span_of_glyphs{0x0483, 0x0489},    span_of_glyphs{0x0591, 0x05C7},
    span_of_glyphs{0x0610, 0x061C},    span_of_glyphs{0x064B, 0x065F},
    span_of_glyphs{0x0E31, 0x0E3A},    span_of_glyphs{0x1AB0, 0x1AFF},
    span_of_glyphs{0x1DC0, 0x1DFF},    span_of_glyphs{0x200B, 0x200F},
    span_of_glyphs{0x2028, 0x202E},    span_of_glyphs{0x2060, 0x206F},
    span_of_glyphs{0x20D0, 0x20FF},    span_of_glyphs{0xD800, 0xF8FF},
    span_of_glyphs{0xFE00, 0xFE0F},    span_of_glyphs{0xFE20, 0xFE2F},
    span_of_glyphs{0xFEFF, 0xFEFF},    span_of_glyphs{0xFFF9, 0xFFFB},
    span_of_glyphs{0xE0000, 0x10FFFF},
};

template <std::size_t Size>
bool among(char32_t x, const std::array<span_of_glyphs, Size>& spans) {
  return std::any_of(spans.begin(), spans.end(),
                     [x](const span_of_glyphs& y) { return x >= y.first && x <= y.last; });
}

char32_t harmless_glyph(char32_t x) {
  if (x >= 0x20 && x < 0x7F) return x;
  return among(x, unsafe_glyphs) ? U'?' : x;
}

int columns_of(char32_t x) {
  return x >= 0x1100 && among(x, wide_glyphs) ? 2 : 1;
}

}  // namespace

char32_t next_glyph(std::string_view text, std::size_t& at) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto lead = byte(at++);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 && lead < 0xF5 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : 0;
  if (more == 0 || lead >= 0xF5) return 0xFFFD;
  char32_t result = lead & (0x3F >> more);
  for (int i = 0; i < more; ++i) {
    if (at >= text.size() || (byte(at) & 0xC0) != 0x80) return 0xFFFD;
    result = (result << 6) | (byte(at++) & 0x3F);
  }
  return result;
}

void append_glyph(std::string& to, char32_t x) {
  if (x < 0x80) {
    to += static_cast<char>(x);
    return;
  }
  if (x < 0x800) {
    to += static_cast<char>(0xC0 | (x >> 6));
  } else {
    if (x < 0x10000) {
      to += static_cast<char>(0xE0 | (x >> 12));
    } else {
      to += static_cast<char>(0xF0 | (x >> 18));
      to += static_cast<char>(0x80 | ((x >> 12) & 0x3F));
    }
    to += static_cast<char>(0x80 | ((x >> 6) & 0x3F));
  }
  to += static_cast<char>(0x80 | (x & 0x3F));
}

grid::grid(int rows, int columns)
    : rows_(std::max(rows, 0)),
      columns_(std::max(columns, 0)),
      spots_(static_cast<std::size_t>(rows_) * static_cast<std::size_t>(columns_)) {}

spot grid::at(int row, int column) const {
  if (row < 0 || column < 0 || row >= rows_ || column >= columns_) return {};
  return spots_[static_cast<std::size_t>(row * columns_ + column)];
}

void grid::set(int row, int column, char32_t glyph, ink paint) {
  if (row < 0 || column < 0 || row >= rows_ || column >= columns_) return;
  auto& x = spots_[static_cast<std::size_t>(row * columns_ + column)];
  x.glyph = glyph;
  x.paint = paint;
}

int grid::put(int row, int column, std::string_view text, ink paint, int width) {
  const int end = width < columns_ - column ? column + width : columns_;
  std::size_t at = 0;
  while (at < text.size() && column < end) {
    auto glyph = harmless_glyph(next_glyph(text, at));
    const int wide = columns_of(glyph);
    if (column + wide > end) break;
    set(row, column, glyph, paint);
    if (wide == 2) set(row, column + 1, 0, paint);
    column += wide;
  }
  return column;
}

void grid::put_right(int row, int column, std::string_view text, ink paint, int width) {
  put(row, column - std::min(width_of(text), width), text, paint, width);
}

void grid::blank(int row, ink paint, int column) {
  for (; column < columns_; ++column) set(row, column, U' ', paint);
}

void grid::pick(int row) {
  for (int column = 0; row >= 0 && row < rows_ && column < columns_; ++column)
    spots_[static_cast<std::size_t>(row * columns_ + column)].picked = true;
}

std::string grid::text(int row) const {
  std::string result;
  for (int column = 0; column < columns_; ++column)
    if (auto glyph = at(row, column).glyph; glyph != 0) append_glyph(result, glyph);
  result.erase(result.find_last_not_of(' ') + 1);
  return result;
}

int width_of(std::string_view text) {
  int result = 0;
  for (std::size_t at = 0; at < text.size();)
    result += columns_of(harmless_glyph(next_glyph(text, at)));
  return result;
}

}  // namespace outcry::console
