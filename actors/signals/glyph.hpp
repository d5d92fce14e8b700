#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace outcry::signals {

enum class glyph_class : std::uint8_t {
  space,
  newline,
  letter,        ///< `c` is a-z
  other_letter,  ///< of another script or with an accent; `code` is the small one
  digit,         ///< `c` is 0-9
  punctuation,   ///< `c` is the plain sign
  bullet,        ///< a number in a circle or on a key: `c` is the number itself, 0 to 20
  half,          ///< the sign for one half
  check,         ///< a tick: something was reached
  emoji,         ///< any other picture
};

/// One sign of a message after folding: look-alikes made plain (full width, mathematical and
/// circled letters; all dashes, quotes and blanks), invisible signs left out.
struct glyph {
  glyph_class kind = glyph_class::space;
  char c = ' ';
  bool upper = false;        ///< a capital letter
  std::uint8_t length = 1;   ///< bytes
  std::uint32_t offset = 0;  ///< byte in the message
  char32_t code = 0;         ///< of a picture or another script's letter
};

/// The UTF-8 of a letter of another script, in small, which stands in `text`.
void append_letter(const glyph& g, std::string_view text, std::vector<char>& into);

/// Any bytes; what is no UTF-8 counts as a picture, byte by byte.
std::vector<glyph> fold_text(std::string_view text);

}  // namespace outcry::signals
