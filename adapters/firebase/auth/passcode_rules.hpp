#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace outcry::firebase::auth {

constexpr std::size_t shortest_passcode = 8;   ///< characters
constexpr std::size_t longest_passcode = 256;  ///< bytes

/// Why `passcode` is too easily guessed, or cannot be typed again, as a sentence for its owner that
/// does not repeat it; empty = it is good. Attempts are limited, so that what matters is not to be
/// among the first thousands anybody would try.
std::string why_not_a_passcode(std::string_view passcode);

}  // namespace outcry::firebase::auth
