#include "adapters/firebase/rules/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace outcry::firebase::rules {

namespace {

constexpr char32_t replacement = 0xFFFD;

/// Takes the first code point off `text`, which must not be empty.
char32_t take_code_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  if (first < 0x80) return first;
  const std::size_t more = first >= 0xF0 ? 3 : (first >= 0xE0 ? 2 : 1);
  if (first < 0xC2 || first > 0xF4 || text.size() < more) return replacement;
  char32_t point = first & (0x3Fu >> more);
  for (std::size_t i = 0; i < more; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0u) != 0x80) return replacement;
    point = (point << 6) | (next & 0x3Fu);
  }
  constexpr std::array<char32_t, 4> least = {0, 0x80, 0x800, 0x10000};
  if (point < least[more] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) {
    return replacement;
  }
  text.remove_prefix(more);
  return point;
}

template <class Change>
std::optional<std::string> changed(std::string_view text, Change change) {
  std::string result(text);
  for (char& c : result) {
    if (static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
    c = change(c);
  }
  return result;
}

}  // namespace

std::u16string to_utf16(std::string_view text) {
  std::u16string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const char32_t point = take_code_point(text);
    if (point >= 0x10000) {
      result += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10));
      result += static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FF));
    } else {
      result += static_cast<char16_t>(point);
    }
  }
  return result;
}

std::size_t utf16_length(std::string_view text) {
  std::size_t units = 0;
  while (!text.empty()) units += take_code_point(text) >= 0x10000 ? 2 : 1;
  return units;
}

int compare_utf16(std::string_view left, std::string_view right) {
  return to_utf16(left).compare(to_utf16(right));
}

std::optional<std::string> to_lower(std::string_view text) {
  return changed(text, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
}

std::optional<std::string> to_upper(std::string_view text) {
  return changed(text, [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
}

std::optional<std::string> replace_all(std::string_view text, std::string_view part,
                                       std::string_view by, std::size_t most) {
  if (part.empty()) return std::string(text);
  std::string result;
  for (;;) {
    const auto at = text.find(part);
    result += text.substr(0, at);
    if (result.size() > most) return std::nullopt;
    if (at == std::string_view::npos) return result;
    result += by;
    text.remove_prefix(at + part.size());
  }
}

std::string number_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  if (number == 0) return "0";
  std::array<char, 400> buffer{};
  const double size = std::abs(number);
  const bool plain = size >= 1e-6 && size < 1e21;
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                    plain ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(buffer.data(), end);
  // C++ writes at least two digits of an exponent, JavaScript as few as it can.
  if (const auto mark = text.find('e'); mark != std::string::npos && text[mark + 2] == '0')
    text.erase(mark + 2, 1);
  return text;
}

}  // namespace outcry::firebase::rules
