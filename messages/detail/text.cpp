#include "messages/detail/text.hpp"

#include <algorithm>
#include <utility>

namespace outcry::detail {

namespace {

constexpr std::size_t shown_characters = 80;

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

}  // namespace

std::size_t utf8_sequence(std::string_view text) {
  if (text.empty()) return 0;
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  if (!continues(text, 1)) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  if (first < 0xE0) return 2;
  if (first < 0xF0) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return !overlong && !surrogate && continues(text, 2) ? 3 : 0;
  }
  const bool overlong = first == 0xF0 && second < 0x90;
  const bool too_large = first == 0xF4 && second > 0x8F;
  return !overlong && !too_large && continues(text, 2) && continues(text, 3) ? 4 : 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = utf8_sequence(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::size_t utf8_length(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    text.remove_prefix(std::max<std::size_t>(utf8_sequence(text), 1));
    ++count;
  }
  return count;
}

std::string shown(std::string_view text) {
  std::string result;
  for (std::size_t count = 0; count < shown_characters && !text.empty(); ++count) {
    const auto length = utf8_sequence(text);
    if (length == 0) {
      result += "\xEF\xBF\xBD";
    } else if (length == 1 && (static_cast<unsigned char>(text[0]) < 0x20 || text[0] == 0x7F)) {
      result += '?';
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

std::string upper_ascii(std::string_view text) {
  std::string result{text};
  for (auto& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

invalid_field refusal(std::string field, std::string expected, std::string_view found) {
  return {std::move(field), std::move(expected), shown(found)};
}

}  // namespace outcry::detail
