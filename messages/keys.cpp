#include "messages/keys.hpp"

#include <algorithm>

#include "messages/detail/text.hpp"

namespace outcry {

namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

bool must_be_escaped(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F ||
         std::string_view{".#$[]/%"}.find(c) != std::string_view::npos;
}

bool is_name_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         (c != '\0' && std::string_view{"./-_:^="}.find(c) != std::string_view::npos);
}

tl::unexpected<std::string> refuse(std::string_view what, std::string_view text) {
  return tl::unexpected{std::string{what} + ": \"" + detail::shown(text) + '"'};
}

}  // namespace

std::string escape_key(std::string_view text) {
  if (text.empty()) return "%";
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    if (!must_be_escaped(c)) {
      result += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    result += '%';
    result += hex_digits[byte >> 4U];
    result += hex_digits[byte & 0xFU];
  }
  return result;
}

tl::expected<std::string, std::string> unescape_key(std::string_view key) {
  if (key == "%") return std::string{};
  if (key.empty() || !detail::is_utf8(key)) return refuse("not an escaped key", key);
  std::string result;
  result.reserve(key.size());
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (key[i] != '%') {
      if (must_be_escaped(key[i])) return refuse("not an escaped key", key);
      result += key[i];
      continue;
    }
    if (key.size() - i < 3) return refuse("not an escaped key", key);
    const auto high = hex_digits.find(key[i + 1]);
    const auto low = hex_digits.find(key[i + 2]);
    if (high == std::string_view::npos || low == std::string_view::npos) {
      return refuse("not an escaped key", key);
    }
    const auto c = static_cast<char>(high * 16 + low);
    // Two keys for one text would be two places for one value.
    if (!must_be_escaped(c)) return refuse("not an escaped key", key);
    result += c;
    i += 2;
  }
  return result;
}

tl::expected<std::string, std::string> normalise_ticker(std::string_view text) {
  if (text.empty() || text.size() > 32 || !std::ranges::all_of(text, is_name_character)) {
    return refuse("not a ticker", text);
  }
  return detail::upper_ascii(text);
}

tl::expected<std::string, std::string> check_bot_id(std::string_view text) {
  if (text.empty() || text.size() > 96 || !std::ranges::all_of(text, is_name_character)) {
    return refuse("not a bot id", text);
  }
  return std::string{text};
}

tl::expected<std::string, std::string> check_message_id(std::string_view text) {
  const auto printable = [](char c) { return c > 0x20 && c < 0x7F; };
  if (text.empty() || text.size() > 128 || !std::ranges::all_of(text, printable)) {
    return refuse("not a message id", text);
  }
  return std::string{text};
}

}  // namespace outcry
