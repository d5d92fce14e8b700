#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace outcry::firebase::rules {

// Texts are UTF-8 here and UTF-16 in the rules language. Bytes that are no UTF-8 count as U+FFFD.

std::u16string to_utf16(std::string_view text);

/// The number of UTF-16 code units.
std::size_t utf16_length(std::string_view text);

/// By UTF-16 code units: below, equal to or above 0.
int compare_utf16(std::string_view left, std::string_view right);

/// Nothing if `text` holds other characters than ASCII: what these become is a matter of Unicode's
/// tables, which this program does not carry.
std::optional<std::string> to_lower(std::string_view text);
std::optional<std::string> to_upper(std::string_view text);

/// `text` with every `part` replaced from left to right; unchanged if `part` is empty. Nothing if
/// the result would be longer than `most` bytes.
std::optional<std::string> replace_all(std::string_view text, std::string_view part,
                                       std::string_view by, std::size_t most);

/// As JavaScript writes a number: 5, 0.1, -3, 1e+21, NaN.
std::string number_text(double number);

}  // namespace outcry::firebase::rules
