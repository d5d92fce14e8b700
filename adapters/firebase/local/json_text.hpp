#pragma once

#include <cstddef>
#include <string_view>

namespace outcry::firebase::local {

/// Far more levels than a place may have, with the envelope around it.
inline constexpr std::size_t deepest_json = 100;

/// True if `text` opens more levels than `deepest_json`. To be asked before it is parsed: as a
/// parsed value, each level takes about a hundred times the one byte that it takes here.
inline bool too_deep(std::string_view text) {
  std::size_t levels = 0;
  bool within_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (within_string) {
      if (c == '\\') ++i;
      if (c == '"') within_string = false;
    } else if (c == '"') {
      within_string = true;
    } else if (c == '[' || c == '{') {
      if (++levels > deepest_json) return true;
    } else if ((c == ']' || c == '}') && levels > 0) {
      --levels;
    }
  }
  return false;
}

}  // namespace outcry::firebase::local
