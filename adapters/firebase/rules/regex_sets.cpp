#include <string_view>

#include "adapters/firebase/rules/regex_compiler.hpp"
#include "adapters/firebase/rules/text.hpp"

namespace outcry::firebase::rules {

namespace {

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

/// One character that stands for itself.
char16_t regex_compiler::character() {
  auto size = std::size_t{1};
  while (at_ + size < pattern_.size() &&
         (static_cast<unsigned char>(pattern_[at_ + size]) & 0xC0u) == 0x80) {
    ++size;
  }
  const auto units = to_utf16(pattern_.substr(at_, size));
  if (units.size() != 1) fail("characters beyond U+FFFF are not supported");
  if (into_.ignore_case_ && units.front() >= 0x80) {
    fail("other letters than ASCII's are not supported together with the flag i");
  }
  at_ += size;
  return units.front();
}

regex::set regex_compiler::escape() {
  ++at_;
  if (done()) fail("a \\ at the end");
  const char c = peek();
  if (!is_letter_or_digit(c)) {
    const auto unit = character();
    return {{{unit, unit}}, false};
  }
  regex::set result;
  switch (c) {
    case 'd':
    case 'D':
      result.units = {{u'0', u'9'}};
      break;
    case 'w':
    case 'W':
      result.units = {{u'0', u'9'}, {u'A', u'Z'}, {u'_', u'_'}, {u'a', u'z'}};
      break;
    case 's':
    case 'S':
      result.units = {{u'\t', u'\r'}, {u' ', u' '}};
      break;
    default:
      fail(std::string("\\") + c + " is not supported");
  }
  result.negated = c >= 'A' && c <= 'Z';
  ++at_;
  return result;
}

regex::set regex_compiler::brackets() {
  ++at_;
  regex::set result;
  if (peek() == '^') {
    result.negated = true;
    ++at_;
  }
  if (peek() == ']') fail("an empty set");
  while (peek() != ']') {
    if (done()) fail("a [ without its ]");
    add_member(result);
  }
  ++at_;
  return result;
}

/// A character, a range or a class such as \d, which may be an opposite.
void regex_compiler::add_member(regex::set& to) {
  const auto single = [&]() -> regex::set {
    if (peek() == '\\') return escape();
    const auto unit = character();
    return {{{unit, unit}}, false};
  };
  const auto is_single = [](const regex::set& x) {
    return !x.negated && x.units.size() == 1 && x.units.front().first == x.units.front().second;
  };
  const auto first = single();
  if (peek() == '-' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']') {
    ++at_;
    const auto last = single();
    if (!is_single(first) || !is_single(last)) fail("a range needs a character at either end");
    if (last.units.front().first < first.units.front().first) fail("a range that runs backwards");
    to.units.emplace_back(first.units.front().first, last.units.front().first);
    return;
  }
  if (!first.negated) {
    to.units.insert(to.units.end(), first.units.begin(), first.units.end());
    return;
  }
  // The gaps between the ranges, which are in order.
  char32_t next = 0;
  for (const auto& [low, high] : first.units) {
    if (low > next) to.units.emplace_back(static_cast<char16_t>(next), low - 1);
    next = high + 1u;
  }
  if (next <= 0xFFFF) to.units.emplace_back(static_cast<char16_t>(next), u'\xFFFF');
}

}  // namespace outcry::firebase::rules
