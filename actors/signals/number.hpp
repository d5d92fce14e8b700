#pragma once

#include <cstddef>
#include <span>

#include "actors/signals/glyph.hpp"
#include "actors/signals/token.hpp"

namespace outcry::signals {

/// Reads the number at the beginning of `glyphs` (a digit, or a dot before a digit) into `into`,
/// its unit included, and returns how many glyphs it takes. What is no single number ("1.1.1",
/// more than 12 decimal places, letters stuck to it that are no unit) becomes a token of kind
/// `other` or, with letters, is left to be a word: then 0 is returned.
///
/// Separators: "1,234.5" and "1.234,5" by their order; a single comma before exactly three digits
/// is thousands unless a 0 stands before it; any other single comma is a decimal comma.
std::size_t read_number(std::span<const glyph> glyphs, token& into);

}  // namespace outcry::signals
