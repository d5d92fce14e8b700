#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "messages/invalid_field.hpp"

namespace outcry::detail {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Length in bytes of the well-formed UTF-8 sequence at the start of `text`, 0 if there is none.
/// Refuses overlong forms, surrogates and code points above U+10FFFF (Unicode 15, table 3-7).
std::size_t utf8_sequence(std::string_view text);

/// True if all of `text` is well-formed UTF-8.
bool is_utf8(std::string_view text);

/// Number of code points; a byte that is not UTF-8 counts as one.
std::size_t utf8_length(std::string_view text);

/// `text` as it may stand in an error: one line of well-formed UTF-8, at most its first 80
/// characters. Control characters become "?" and ill-formed bytes U+FFFD.
std::string shown(std::string_view text);

/// Upper case for the letters a-z, everything else unchanged.
std::string upper_ascii(std::string_view text);

/// An error whose `found` is `shown(found)`.
invalid_field refusal(std::string field, std::string expected, std::string_view found);

}  // namespace outcry::detail
