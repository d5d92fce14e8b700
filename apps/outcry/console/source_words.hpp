#pragma once

#include <cstdint>
#include <string>

#include "apps/outcry/console/sources.hpp"
#include "apps/outcry/console/words.hpp"

namespace outcry::console {

/// Dim when there is nothing to see.
inline field quiet(std::string text, bool nothing, ink paint = ink::plain) {
  return {std::move(text), nothing ? ink::dim : paint};
}

inline field number_words(std::uint64_t x, ink paint = ink::plain) {
  return quiet(count_words(x), x == 0, paint);
}

/// "-" for a span that there is not, -1.
inline field span_or_none(std::int64_t ms) {
  return quiet(ms < 0 ? "-" : span_words(ms), ms < 0);
}

template <class Number>
double as_number(Number x) {
  return static_cast<double>(x);
}

/// The states people should look at first sort highest.
inline double worst_first(std::string_view state) {
  const auto paint = ink_of(state);
  return paint == ink::bad ? 3 : paint == ink::warn ? 2 : paint == ink::dim ? 0 : 1;
}

}  // namespace outcry::console
