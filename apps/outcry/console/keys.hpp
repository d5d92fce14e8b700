#pragma once

#include <cstdint>

namespace outcry::console {

/// What was pressed.
enum class press : std::uint8_t {
  glyph,  ///< a character
  enter,
  escape,
  backspace,
  tab,
  back_tab,
  up,
  down,
  left,
  right,
  page_up,
  page_down,
  home,
  end,
  help,  ///< F1
  other,
};

struct key {
  press what = press::other;
  char32_t glyph = 0;  ///< of a character

  bool is(char32_t x) const { return what == press::glyph && glyph == x; }
};

enum class mouse_button : std::uint8_t { click, double_click, wheel_up, wheel_down };

struct mouse {
  mouse_button button = mouse_button::click;
  int row = 0;
  int column = 0;
};

}  // namespace outcry::console
