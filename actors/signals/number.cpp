#include "actors/signals/number.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace outcry::signals {

namespace {

constexpr std::size_t most_digits = 18;

bool is_digit(const glyph& g) {
  return g.kind == glyph_class::digit;
}

bool is_sign(const glyph& g, char c) {
  return g.kind == glyph_class::punctuation && g.c == c;
}

/// Digits in groups: "16", "990" with ',' between.
struct groups {
  std::array<std::size_t, 16> length{};
  std::array<char, 16> separator{};  ///< before the group
  std::size_t count = 0;
  std::size_t glyphs = 0;
  bool too_many = false;
};

groups split_groups(std::span<const glyph> in) {
  groups result;
  std::size_t at = 0;
  char before = 0;
  if (is_sign(in[0], '.')) {
    result.count = 1;  // an empty group: ".5"
    before = '.';
    at = 1;
  }
  while (true) {
    std::size_t digits = 0;
    while (at + digits < in.size() && is_digit(in[at + digits])) ++digits;
    if (result.count == result.length.size()) {
      result.too_many = true;
      result.count = 0;
    }
    result.length[result.count] = digits;
    result.separator[result.count] = before;
    ++result.count;
    at += digits;
    const bool more = at + 1 < in.size() && is_digit(in[at + 1]) &&
                      (is_sign(in[at], '.') || is_sign(in[at], ',') || is_sign(in[at], '\''));
    if (!more) break;
    before = in[at].c;
    ++at;
  }
  result.glyphs = at;
  return result;
}

bool all_of_three(const groups& g, std::size_t first, std::size_t last) {
  return std::all_of(g.length.begin() + static_cast<std::ptrdiff_t>(first),
                     g.length.begin() + static_cast<std::ptrdiff_t>(last),
                     [](std::size_t n) { return n == 3; });
}

/// Commas between groups too long for thousands and for decimals.
bool is_list(const groups& g) {
  constexpr std::size_t shortest = 4;
  if (g.too_many || g.count < 2) return false;
  for (std::size_t i = 0; i < g.count; ++i)
    if (g.length[i] < shortest || (i > 0 && g.separator[i] != ',')) return false;
  return true;
}

/// "1.0856,1.0859": prices with a comma and no blank between.
bool is_list_of_fractions(const groups& g) {
  if (g.too_many || g.count < 4 || g.count % 2 != 0) return false;
  for (std::size_t i = 1; i < g.count; ++i)
    if (g.separator[i] != (i % 2 == 1 ? '.' : ',')) return false;
  return true;
}

/// Which group is the fraction; `count` = none; nothing = no number.
std::optional<std::size_t> fraction_group(const groups& g, bool leading_zero, bool& one_comma) {
  if (g.count == 1) return 1;
  const auto last = g.count - 1;
  const char final_separator = g.separator[last];
  if (g.count == 2) {
    if (final_separator == '.') return 1;
    if (g.length[1] != 3 || leading_zero || g.length[0] > 3) {
      if (final_separator == '\'') return std::nullopt;
      return 1;
    }
    one_comma = final_separator == ',';
    return 2;
  }
  const char first_separator = g.separator[1];
  for (std::size_t i = 1; i < last; ++i)
    if (g.separator[i] != first_separator) return std::nullopt;
  if (g.length[0] == 0 || g.length[0] > 3 || !all_of_three(g, 1, last)) return std::nullopt;
  if (final_separator != first_separator) return last;
  return g.length[last] == 3 ? std::optional<std::size_t>{g.count} : std::nullopt;
}

/// The letters stuck to a number, at most 6; empty when there are more or others.
std::string_view letters_behind(std::span<const glyph> in, std::array<char, 6>& room) {
  std::size_t n = 0;
  while (n < in.size() && (in[n].kind == glyph_class::letter || is_digit(in[n]) ||
                           in[n].kind == glyph_class::other_letter)) {
    if (n == room.size() || in[n].kind == glyph_class::other_letter) {
      room[0] = '?';
      return {room.data(), 1};
    }
    room[n] = in[n].c;
    ++n;
  }
  return {room.data(), n};
}

/// Applies the unit `letters`; false = it is none.
bool apply_unit(std::string_view letters, token& t) {
  using enum number_unit;
  if (letters.empty() || letters == "usdt" || letters == "usd" || letters == "usdc") return true;
  if (letters == "k") {
    t.multiplied = true;
    return true;
  }
  const bool whole = t.fraction_digits == 0;
  if (letters == "x") return t.unit = times, true;
  if (letters == "r" || letters == "rr") return t.unit = r, true;
  if (letters == "c" || letters == "call" || letters == "calls") return t.unit = call, true;
  if (letters == "p" || letters == "put" || letters == "puts") return t.unit = put, true;
  if (letters == "pip" || letters == "pips") return t.unit = pips, true;
  if (letters == "sat" || letters == "sats") return t.unit = sats, true;
  if (!whole) return letters == "ish";
  if (letters == "st" || letters == "nd" || letters == "rd" || letters == "th")
    return t.unit = ordinal, true;
  if (letters == "h" || letters == "hr" || letters == "hrs" || letters == "d" || letters == "w" ||
      letters == "m" || letters == "min" || letters == "mn")
    return t.unit = timeframe, true;
  return letters == "ish";
}

/// The value of the digits, fraction included; nothing = it does not fit.
std::optional<Price> value_of(std::span<const glyph> digits, std::size_t fraction_start) {
  constexpr std::size_t places = 12;
  int128 units = 0;
  std::size_t whole = 0;
  std::size_t fraction = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (!is_digit(digits[i])) continue;
    const bool in_fraction = i >= fraction_start;
    const int digit = digits[i].c - '0';
    if (in_fraction && fraction == places) {
      if (digit != 0) return std::nullopt;
      continue;
    }
    units = units * 10 + digit;
    if (in_fraction)
      ++fraction;
    else if (units != 0 && ++whole > most_digits)
      return std::nullopt;
  }
  for (; fraction < places; ++fraction) units *= 10;
  return Price::from_units(units);
}

}  // namespace

std::size_t read_number(std::span<const glyph> glyphs, token& into) {
  const auto g = split_groups(glyphs);
  std::array<char, 6> room{};
  const auto behind = glyphs.subspan(g.glyphs);
  const auto letters = letters_behind(behind, room);
  into.kind = token_kind::other;
  if (is_list(g)) {
    // "61000,62000": two prices; the comma and the rest are tokens of their own.
    const auto value = value_of(glyphs.first(g.length[0]), g.length[0]);
    if (!value) return g.glyphs;
    into.kind = token_kind::number;
    into.value = *value;
    into.whole_digits = static_cast<std::uint8_t>(g.length[0]);
    return g.length[0];
  }
  if (is_list_of_fractions(g)) {
    const auto first = g.length[0] + 1 + g.length[1];
    const auto value = value_of(glyphs.first(first), g.length[0] + 1);
    if (!value) return g.glyphs;
    into.kind = token_kind::number;
    into.value = *value;
    into.whole_digits = static_cast<std::uint8_t>(std::min<std::size_t>(g.length[0], 255));
    into.fraction_digits = static_cast<std::uint8_t>(std::min<std::size_t>(g.length[1], 255));
    return first;
  }
  const bool leading_zero = glyphs[0].c == '0' && g.length[0] == 1;
  bool one_comma = false;
  const auto fraction = g.too_many ? std::nullopt : fraction_group(g, leading_zero, one_comma);
  // Several groups are never the beginning of a word.
  if (!fraction) return letters == "?" && g.count <= 2 ? 0 : g.glyphs;
  std::size_t fraction_start = g.glyphs;
  into.fraction_digits = 0;
  std::size_t whole = 0;
  if (*fraction < g.count) {
    into.fraction_digits =
        static_cast<std::uint8_t>(std::min<std::size_t>(g.length[*fraction], 255));
    fraction_start = g.glyphs - g.length[*fraction];
  }
  for (std::size_t i = 0; i < *fraction; ++i) whole += g.length[i];
  into.whole_digits = static_cast<std::uint8_t>(std::min<std::size_t>(whole, 255));
  const auto value = value_of(glyphs.first(g.glyphs), fraction_start);
  if (!value) return g.glyphs;
  into.one_comma = one_comma;
  into.kind = token_kind::number;
  into.value = *value;
  // "1.25TP: 1.3": letters that are no unit begin the next word.
  const bool unit = apply_unit(letters, into);
  const bool word = letters.size() > 1 || letters == "?";
  if (!unit && (into.fraction_digits == 0 || !word || is_digit(behind[0]))) {
    into.kind = token_kind::other;
    return 0;
  }
  if (!unit) return g.glyphs;
  if (into.multiplied) into.value = Price::from_units(value->units() * 1000);
  auto used = g.glyphs + letters.size();
  if (letters.empty() && used < glyphs.size() && is_sign(glyphs[used], '%')) {
    into.unit = number_unit::percent;
    ++used;
  } else if (used < glyphs.size() && is_sign(glyphs[used], '$')) {
    into.currency = true;
    ++used;
  }
  return used;
}

}  // namespace outcry::signals
