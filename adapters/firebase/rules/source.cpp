#include "adapters/firebase/rules/source.hpp"

#include <algorithm>

#include "adapters/firebase/rules/rule_error.hpp"

namespace outcry::firebase::rules {

void append_utf8(std::string& to, char32_t point) {
  const auto add = [&](char32_t byte) { to += static_cast<char>(byte); };
  if (point < 0x80) return add(point);
  if (point < 0x800) {
    add(0xC0 | (point >> 6));
  } else {
    if (point < 0x10000) {
      add(0xE0 | (point >> 12));
    } else {
      add(0xF0 | (point >> 18));
      add(0x80 | ((point >> 12) & 0x3F));
    }
    add(0x80 | ((point >> 6) & 0x3F));
  }
  add(0x80 | (point & 0x3F));
}

void source::fail(std::size_t offset, const std::string& problem) const {
  const auto before = text_.substr(0, std::min(offset, text_.size()));
  const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const auto start = before.rfind('\n');
  const auto row = start == std::string_view::npos ? before : before.substr(start + 1);
  const auto column = std::count_if(row.begin(), row.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0u) != 0x80;
  });
  throw rule_error(place_, line, static_cast<std::size_t>(column) + 1, problem);
}

void source::skip_blanks() {
  for (;;) {
    at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
    const auto rest = text_.substr(at_);
    if (rest.substr(0, 2) == "//") {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (rest.substr(0, 2) == "/*") {
      const auto end = text_.find("*/", at_ + 2);
      if (end == std::string_view::npos) fail("this comment has no end");
      at_ = end + 2;
    } else {
      return;
    }
  }
}

char source::peek() {
  skip_blanks();
  return at_ < text_.size() ? text_[at_] : '\0';
}

std::size_t source::next() {
  skip_blanks();
  return at_;
}

bool source::take(char c) {
  if (peek() != c || at_ == text_.size()) return false;
  ++at_;
  return true;
}

void source::expect(char c, const std::string& after) {
  if (!take(c)) fail(std::string("expected '") + c + "' " + after);
}

bool source::boolean(bool& value) {
  skip_blanks();
  for (const bool word : {true, false}) {
    const std::string_view name = word ? "true" : "false";
    if (text_.substr(at_, name.size()) != name) continue;
    at_ += name.size();
    value = word;
    return true;
  }
  return false;
}

quoted source::string() {
  skip_blanks();
  const auto start = at_;
  if (!take('"')) fail("expected a string");
  quoted result;
  for (;;) {
    if (at_ >= text_.size()) fail(start, "this string has no end");
    const char c = text_[at_];
    if (c == '"') break;
    if (c == '\\') {
      escape(result);
      continue;
    }
    const bool blank = c == '\n' || c == '\r' || c == '\t';
    if (static_cast<unsigned char>(c) < 0x20 && !blank) fail("a control character in a string");
    result.text += c;
    result.offsets.push_back(at_++);
  }
  result.offsets.push_back(at_++);
  return result;
}

void source::escape(quoted& into) {
  const auto start = at_++;
  const char c = at_ < text_.size() ? text_[at_++] : '\0';
  constexpr std::string_view names = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  if (const auto found = names.find(c); c != '\0' && found != std::string_view::npos) {
    into.text += meanings[found];
  } else if (c == 'u') {
    char32_t point = code_unit();
    if (point >= 0xD800 && point < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      at_ += 2;
      const auto low = code_unit();
      if (low < 0xDC00 || low >= 0xE000) fail(start, "half of a surrogate pair");
      point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
    }
    if (point >= 0xD800 && point < 0xE000) fail(start, "half of a surrogate pair");
    append_utf8(into.text, point);
  } else {
    fail(start, "JSON knows no such escape");
  }
  into.offsets.resize(into.text.size(), start);
}

unsigned source::code_unit() {
  unsigned value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = at_ < text_.size() ? text_[at_++] : '\0';
    constexpr std::string_view digits = "0123456789abcdefABCDEF";
    const auto digit = digits.find(c);
    if (c == '\0' || digit == std::string_view::npos) fail("expected four hexadecimal digits");
    value = value * 16 + static_cast<unsigned>(digit < 16 ? digit : digit - 6);
  }
  return value;
}

}  // namespace outcry::firebase::rules
