#include "apps/outcry/console/json_cursor.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <limits>

namespace outcry::console {

namespace {

void append_utf8(std::string& to, std::uint32_t x) {
  if (x < 0x80) {
    to += static_cast<char>(x);
  } else if (x < 0x800) {
    to += static_cast<char>(0xC0 | (x >> 6));
    to += static_cast<char>(0x80 | (x & 0x3F));
  } else if (x < 0x10000) {
    to += static_cast<char>(0xE0 | (x >> 12));
    to += static_cast<char>(0x80 | ((x >> 6) & 0x3F));
    to += static_cast<char>(0x80 | (x & 0x3F));
  } else {
    to += static_cast<char>(0xF0 | (x >> 18));
    to += static_cast<char>(0x80 | ((x >> 12) & 0x3F));
    to += static_cast<char>(0x80 | ((x >> 6) & 0x3F));
    to += static_cast<char>(0x80 | (x & 0x3F));
  }
}

/// Four hexadecimal digits at `at`; 0xFFFD when they are none.
std::uint32_t hex4(const char* at, const char* end) {
  std::uint32_t value = 0;
  if (end - at < 4) return 0xFFFD;
  auto read = std::from_chars(at, at + 4, value, 16);
  return read.ptr == at + 4 ? value : 0xFFFD;
}

/// Appends what the text of a string between its quotes says.
void append_unescaped(std::string& to, const char* at, const char* end) {
  while (at < end) {
    const auto* stop = static_cast<const char*>(std::memchr(at, '\\', end - at));
    if (stop == nullptr) stop = end;
    to.append(at, stop);
    at = stop;
    if (end - at < 2) return;
    char c = at[1];
    at += 2;
    if (c == 'n') {
      to += '\n';
    } else if (c == 't') {
      to += '\t';
    } else if (c == 'r' || c == 'b' || c == 'f') {
      to += ' ';
    } else if (c == 'u') {
      auto x = hex4(at, end);
      at += end - at < 4 ? end - at : 4;
      if (x >= 0xD800 && x < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
        auto low = hex4(at + 2, end);
        if (low >= 0xDC00 && low < 0xE000) {
          x = 0x10000 + ((x - 0xD800) << 10) + (low - 0xDC00);
          at += 6;
        }
      }
      append_utf8(to, x >= 0xD800 && x < 0xE000 ? 0xFFFD : x);
    } else {
      to += c;
    }
  }
}

bool ends_number(char c) {
  return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

constexpr std::array<bool, 256> structural = [] {
  std::array<bool, 256> result{};
  for (unsigned char c : {'"', '{', '}', '[', ']'}) result[c] = true;
  return result;
}();

/// Most of a look is passed over here: megabytes on a large floor.
const char* next_structural(const char* at, const char* end) {
  while (at < end && !structural[static_cast<unsigned char>(*at)]) ++at;
  return at;
}

}  // namespace

bool json_cursor::fail() {
  ok_ = false;
  at_ = end_;
  return false;
}

bool json_cursor::blank_to(char& next) {
  while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) ++at_;
  if (at_ == end_) return fail();
  next = *at_;
  return true;
}

bool json_cursor::enter(char opening) {
  char c = 0;
  if (!blank_to(c)) return false;
  if (c != opening) {
    skip();
    return false;
  }
  ++at_;
  return true;
}

bool json_cursor::skip_string() {
  const char* at = at_ + 1;
  const char* const end = end_;
  while (at < end && *at != '"') at += *at == '\\' && end - at > 1 ? 2 : 1;
  if (at == end) return fail();
  at_ = at + 1;
  return true;
}

bool json_cursor::next_member(std::string_view& name) {
  char c = 0;
  if (!blank_to(c)) return false;
  if (c == ',') {
    ++at_;
    if (!blank_to(c)) return false;
  }
  if (c == '}') {
    ++at_;
    return false;
  }
  if (c != '"') return fail();
  const char* begin = at_ + 1;
  if (!skip_string()) return false;
  name = {begin, static_cast<std::size_t>(at_ - begin - 1)};
  if (!blank_to(c)) return false;
  if (c != ':') return fail();
  ++at_;
  return true;
}

bool json_cursor::next_element() {
  char c = 0;
  if (!blank_to(c)) return false;
  if (c == ',') {
    ++at_;
    if (!blank_to(c)) return false;
  }
  if (c != ']') return true;
  ++at_;
  return false;
}

void json_cursor::text(std::string& to) {
  to.clear();
  char c = 0;
  if (!blank_to(c)) return;
  if (c != '"') {
    skip();
    return;
  }
  const char* begin = at_ + 1;
  if (skip_string()) append_unescaped(to, begin, at_ - 1);
}

std::string json_cursor::text() {
  std::string result;
  text(result);
  return result;
}

std::int64_t json_cursor::integer() {
  char c = 0;
  if (!blank_to(c)) return 0;
  std::int64_t result = 0;
  auto whole = std::from_chars(at_, end_, result);
  if (whole.ec == std::errc{} && whole.ptr != end_ && ends_number(*whole.ptr)) {
    at_ = whole.ptr;
    return result;
  }
  auto value = skip();
  whole = std::from_chars(value.data(), value.data() + value.size(), result);
  if (whole.ec == std::errc{} && whole.ptr == value.data() + value.size()) return result;
  double fraction = 0;
  auto read = std::from_chars(value.data(), value.data() + value.size(), fraction);
  if (read.ptr == value.data()) return 0;
  if (fraction >= 9.2e18) return std::numeric_limits<std::int64_t>::max();
  if (fraction <= -9.2e18) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(fraction);
}

std::uint64_t json_cursor::count() {
  auto result = integer();
  return result < 0 ? 0 : static_cast<std::uint64_t>(result);
}

bool json_cursor::boolean() {
  return skip() == "true";
}

bool json_cursor::null() {
  char c = 0;
  if (!blank_to(c) || c != 'n') return false;
  return skip() == "null";
}

std::string_view json_cursor::skip() {
  char c = 0;
  if (!blank_to(c)) return {};
  const char* begin = at_;
  if (c == ']' || c == '}' || c == ',' || c == ':') return fail(), std::string_view{};
  std::size_t depth = 0;
  while (at_ < end_) {
    if (depth > 0) at_ = next_structural(at_, end_);
    if (at_ == end_) break;
    c = *at_;
    if (c == '"') {
      if (!skip_string()) return {};
      if (depth == 0) break;
      continue;
    }
    bool closes = c == '}' || c == ']';
    if (c == '{' || c == '[') ++depth;
    if (depth == 0 && (closes || c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t'))
      break;
    ++at_;
    if (closes && --depth == 0) break;
  }
  return {begin, static_cast<std::size_t>(at_ - begin)};
}

}  // namespace outcry::console
