#include "adapters/firebase/local/key.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "adapters/firebase/local/refusal.hpp"
#include "adapters/http/message.hpp"

namespace outcry::firebase::local {

namespace {

using byte = unsigned char;

// The key of a priority: mark, end. The end is one that no other key has.
constexpr byte priority_mark = 0x01;
static_assert(priority_key.front() == priority_mark);
// An integer: mark, value + 2^31 (4 bytes), length of the text (2 bytes), 1 if it has a '-'.
constexpr byte integer_mark = 0x02;
static_assert(child_mark == integer_mark);
constexpr std::size_t integer_size = 8;
// Any other text: mark, its bytes in UTF-16 order, 0. No key holds a 0.
constexpr byte text_mark = 0x03;

// UTF-8 sorts by code point, UTF-16 sorts U+10000 and above (surrogates) before U+E000 to U+FFFF.
// Moving the leading bytes of these two ranges past each other turns one order into the other.
constexpr byte to_utf16_order(byte b) {
  if (b >= 0xF0 && b <= 0xF4) return static_cast<byte>(b - 2);
  if (b == 0xEE || b == 0xEF) return static_cast<byte>(b + 5);
  return b;
}

constexpr byte from_utf16_order(byte b) {
  if (b >= 0xEE && b <= 0xF2) return static_cast<byte>(b + 2);
  if (b == 0xF3 || b == 0xF4) return static_cast<byte>(b - 5);
  return b;
}

constexpr std::string_view priority_name = ".priority";

/// True if `key` counts as an integer for the order: "-7", "007", but not "+7" or "2147483648".
bool integer_value(std::string_view key, std::int64_t& value) {
  const bool negative = !key.empty() && key.front() == '-';
  const std::string_view digits = key.substr(negative ? 1 : 0);
  if (digits.empty()) return false;
  value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return false;
    value = std::min<std::int64_t>(value * 10 + (c - '0'), std::int64_t{1} << 40);
  }
  if (negative) value = -value;
  return value >= INT32_MIN && value <= INT32_MAX;
}

struct integer_key {
  std::int64_t value;
  std::size_t length;
  bool negative;
};

integer_key read_integer(std::string_view place) {
  std::uint32_t biased = 0;
  for (std::size_t i = 1; i <= 4; ++i) biased = (biased << 8) | static_cast<byte>(place[i]);
  const std::size_t length =
      (std::size_t{static_cast<byte>(place[5])} << 8) | static_cast<byte>(place[6]);
  return {static_cast<std::int64_t>(biased) + INT32_MIN, length, place[7] == 1};
}

}  // namespace

std::string key_fault(std::string_view key) {
  if (key.empty()) return "Key value can't be empty";
  if (key.size() > longest_key) {
    return "Key is too long: at most " + std::to_string(longest_key) + " bytes, found " +
           std::to_string(key.size());
  }
  for (const char c : key) {
    if (std::strchr(".#$[]/", c) != nullptr || static_cast<byte>(c) < 0x20 || c == 0x7f) {
      return "Key value can't contain $ # [ ] / . or control characters";
    }
  }
  return {};
}

void append_key(std::string& place, std::string_view key) {
  std::int64_t value = 0;
  if (integer_value(key, value)) {
    const auto biased = static_cast<std::uint32_t>(value - INT32_MIN);
    place.push_back(static_cast<char>(integer_mark));
    for (int shift = 24; shift >= 0; shift -= 8) {
      place.push_back(static_cast<char>((biased >> shift) & 0xff));
    }
    place.push_back(static_cast<char>(key.size() >> 8));
    place.push_back(static_cast<char>(key.size() & 0xff));
    place.push_back(key.front() == '-' ? '\1' : '\0');
    return;
  }
  place.push_back(static_cast<char>(text_mark));
  for (const char c : key) place.push_back(static_cast<char>(to_utf16_order(static_cast<byte>(c))));
  place.push_back('\0');
}

std::string encode_key(std::string_view key) {
  std::string place;
  append_key(place, key);
  return place;
}

std::size_t first_key_size(std::string_view place) {
  if (static_cast<byte>(place.front()) == priority_mark) return priority_key.size();
  if (static_cast<byte>(place.front()) == integer_mark) return integer_size;
  return place.find('\0') + 1;
}

std::string first_key(std::string_view place) {
  if (static_cast<byte>(place.front()) == priority_mark) return std::string(priority_name);
  if (static_cast<byte>(place.front()) == integer_mark) {
    const integer_key key = read_integer(place);
    const std::string digits = std::to_string(key.value < 0 ? -key.value : key.value);
    const std::size_t width = key.length - (key.negative ? 1 : 0);
    std::string text(key.negative ? 1 : 0, '-');
    text.append(width - digits.size(), '0');
    return text.append(digits);
  }
  std::string key(place.substr(1, first_key_size(place) - 2));
  for (char& c : key) c = static_cast<char>(from_utf16_order(static_cast<byte>(c)));
  return key;
}

bool first_key_is_index(std::string_view place, std::size_t& index) {
  if (static_cast<byte>(place.front()) != integer_mark) return false;
  const integer_key key = read_integer(place);
  if (key.negative || key.length != std::to_string(key.value).size()) return false;
  index = static_cast<std::size_t>(key.value);
  return true;
}

std::size_t depth(std::string_view place) {
  std::size_t levels = 0;
  if (is_priority(place)) place.remove_suffix(priority_key.size());
  for (; !place.empty(); ++levels) place.remove_prefix(first_key_size(place));
  return levels;
}

std::string to_text(std::string_view place) {
  std::string text;
  while (!place.empty()) {
    if (!text.empty()) text.push_back('/');
    text += first_key(place);
    place.remove_prefix(first_key_size(place));
  }
  return text;
}

std::string end_of(std::string_view place) {
  std::string end(place);
  end.push_back(end_mark);
  return end;
}

std::string first_child_of(std::string_view place) {
  std::string first(place);
  first.push_back(child_mark);
  return first;
}

std::string parse_place(std::string_view text, bool percent_encoded, std::size_t above) {
  std::string place;
  std::string key;
  std::size_t levels = above;
  while (!text.empty()) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    const std::string_view part = text.substr(0, slash);
    text.remove_prefix(std::min(slash + 1, text.size()));
    if (part.empty()) continue;
    if (!percent_encoded) {
      key = part;
    } else if (!http::percent_decode(part, false, key)) {
      throw refusal(400, "Invalid path: broken % escape");
    }
    if (is_priority(place)) throw refusal(400, "Invalid path: nothing lies below .priority");
    if (key == priority_name) {
      place += priority_key;
      continue;
    }
    if (const std::string fault = key_fault(key); !fault.empty()) {
      throw refusal(400, "Invalid path: Invalid token in path. " + fault);
    }
    if (++levels > deepest_place) {
      throw refusal(400, "Path is too deep: at most " + std::to_string(deepest_place) + " levels");
    }
    append_key(place, key);
  }
  return place;
}

int compare_utf16(std::string_view left, std::string_view right) {
  const std::size_t common = std::min(left.size(), right.size());
  for (std::size_t i = 0; i < common; ++i) {
    const byte a = to_utf16_order(static_cast<byte>(left[i]));
    const byte b = to_utf16_order(static_cast<byte>(right[i]));
    if (a != b) return a < b ? -1 : 1;
  }
  if (left.size() == right.size()) return 0;
  return left.size() < right.size() ? -1 : 1;
}

}  // namespace outcry::firebase::local
