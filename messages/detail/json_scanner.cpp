#include "messages/detail/json_scanner.hpp"

#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "messages/detail/text.hpp"

namespace outcry::detail {

namespace {

/// Characters that stand for themselves inside a string and need no further look.
constexpr auto plain = [] {
  std::array<bool, 256> result{};
  for (std::size_t c = 0x20; c < 0x80; ++c) result[c] = c != '"' && c != '\\';
  return result;
}();

}  // namespace

bool json_scanner::value(std::string_view& raw) {
  skip_blanks();
  const auto* first = at_;
  if (!skip()) return false;
  raw = {first, static_cast<std::size_t>(at_ - first)};
  return true;
}

bool json_scanner::finish() {
  if (expected_ != nullptr) return false;
  return peek() == '\0' && at_ == end_ ? true : fail("nothing more");
}

invalid_field json_scanner::error() const {
  const std::string_view rest{at_, static_cast<std::size_t>(end_ - at_)};
  return refusal(
      "", fmt::format("{} at byte {}", expected_ == nullptr ? "JSON" : expected_, at_ - begin_),
      rest.empty() ? "the end" : rest);
}

bool json_scanner::fail(const char* expected) {
  if (expected_ == nullptr) expected_ = expected;
  return false;
}

bool json_scanner::expect(char c, const char* expected) {
  skip_blanks();
  if (at_ == end_ || *at_ != c) return fail(expected);
  ++at_;
  return true;
}

bool json_scanner::open(char c, const char* expected) {
  skip_blanks();
  if (at_ == end_ || *at_ != c) return fail(expected);
  if (depth_left_ == 0) return fail("less nesting");
  --depth_left_;
  ++at_;
  return true;
}

bool json_scanner::close() {
  ++depth_left_;
  ++at_;
  return true;
}

bool json_scanner::string(std::string_view& raw) {
  const auto* first = at_;
  if (at_ == end_ || *at_ != '"') return fail("a string");
  ++at_;
  for (;;) {
    while (at_ != end_ && plain[static_cast<unsigned char>(*at_)]) ++at_;
    if (at_ == end_) return fail("'\"'");
    if (*at_ == '"') break;
    if (*at_ == '\\') {
      if (!escape()) return false;
      continue;
    }
    if (static_cast<unsigned char>(*at_) < 0x20) return fail("no bare control character");
    const auto length = utf8_sequence({at_, static_cast<std::size_t>(end_ - at_)});
    if (length == 0) return fail("UTF-8");
    at_ += length;
  }
  ++at_;
  raw = {first, static_cast<std::size_t>(at_ - first)};
  return true;
}

bool json_scanner::escape() {
  ++at_;
  if (at_ == end_) return fail("an escape");
  if (*at_ != 'u') {
    if (*at_ == '\0' || std::string_view{"\"\\/bfnrt"}.find(*at_) == std::string_view::npos) {
      return fail("an escape");
    }
    ++at_;
    return true;
  }
  unsigned unit = 0;
  if (!code_unit(unit)) return false;
  if (unit >= 0xDC00 && unit <= 0xDFFF) return fail("a leading surrogate before this");
  if (unit < 0xD800 || unit > 0xDBFF) return true;
  if (end_ - at_ < 2 || at_[0] != '\\' || at_[1] != 'u') return fail("a trailing surrogate");
  ++at_;
  if (!code_unit(unit)) return false;
  return unit >= 0xDC00 && unit <= 0xDFFF ? true : fail("a trailing surrogate before this");
}

bool json_scanner::code_unit(unsigned& unit) {
  ++at_;
  unit = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    if (at_ == end_) return fail("4 hex digits");
    const char c = *at_;
    unit *= 16;
    if (is_digit(c)) {
      unit += static_cast<unsigned>(c - '0');
    } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
      unit += static_cast<unsigned>((c & ~0x20) - 'A' + 10);
    } else {
      return fail("4 hex digits");
    }
  }
  return true;
}

bool json_scanner::digits() {
  if (at_ == end_ || !is_digit(*at_)) return fail("a digit");
  while (at_ != end_ && is_digit(*at_)) ++at_;
  return true;
}

bool json_scanner::number() {
  if (*at_ == '-') ++at_;
  if (at_ != end_ && *at_ == '0') {
    ++at_;
  } else if (!digits()) {
    return false;
  }
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    if (!digits()) return false;
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (!digits()) return false;
  }
  return true;
}

bool json_scanner::word(std::string_view text) {
  if (std::string_view{at_, static_cast<std::size_t>(end_ - at_)}.substr(0, text.size()) != text) {
    return fail("a value");
  }
  at_ += text.size();
  return true;
}

// Recursion ends at the depth limit.
bool json_scanner::skip() {
  if (at_ == end_) return fail("a value");
  std::string_view ignored;
  switch (*at_) {
    case '"':
      return string(ignored);
    case '{':
      return object([&](std::string_view) { return value(ignored); });
    case '[':
      return array([&] { return value(ignored); });
    case 't':
      return word("true");
    case 'f':
      return word("false");
    case 'n':
      return word("null");
    default:
      break;
  }
  return *at_ == '-' || is_digit(*at_) ? number() : fail("a value");
}

std::string json_text(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) return std::string{raw.substr(1, raw.size() - 2)};
  return nlohmann::json::parse(raw).get<std::string>();
}

bool json_text_is(std::string_view raw, std::string_view text) {
  if (raw.find('\\') == std::string_view::npos) return raw.substr(1, raw.size() - 2) == text;
  return json_text(raw) == text;
}

}  // namespace outcry::detail
