#include "adapters/firebase/rules/lexer.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <system_error>

#include "adapters/firebase/rules/expression.hpp"

namespace outcry::firebase::rules {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

}  // namespace

void lexer::fail(std::size_t at, const std::string& problem) const {
  throw expression_error(at, problem);
}

token lexer::take(bool operand_expected) {
  at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
  token next;
  next.at = at_;
  if (at_ == text_.size()) return next;
  const char c = text_[at_];
  if (c == '\'' || c == '"') return text();
  if (is_digit(c)) return number();
  if (c == '/' && operand_expected) return pattern();
  if (!begins_name(c)) return sign();
  while (at_ < text_.size() && (begins_name(text_[at_]) || is_digit(text_[at_]))) ++at_;
  next.kind = token::kinds::name;
  next.text = text_.substr(next.at, at_ - next.at);
  return next;
}

token lexer::text() {
  token result;
  result.kind = token::kinds::text;
  result.at = at_;
  const char quote = text_[at_++];
  for (;;) {
    if (at_ == text_.size()) fail(result.at, "this text has no end");
    const char c = text_[at_++];
    if (c == quote) return result;
    if (c == '\n' || c == '\r') fail(at_ - 1, "a line break within a text");
    if (c != '\\') {
      result.text += c;
      continue;
    }
    const char escaped = at_ < text_.size() ? text_[at_++] : '\0';
    constexpr std::string_view names = "\\'\"/bfnrt";
    constexpr std::string_view meanings = "\\'\"/\b\f\n\r\t";
    const auto found = names.find(escaped);
    if (escaped == '\0' || found == std::string_view::npos) {
      fail(at_ - 1, "no such escape; write characters beyond ASCII as they are");
    }
    result.text += meanings[found];
  }
}

token lexer::number() {
  token result;
  result.kind = token::kinds::number;
  result.at = at_;
  const auto rest = text_.substr(at_);
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), result.amount);
  if (error != std::errc{}) fail(at_, "this number cannot be represented");
  at_ += static_cast<std::size_t>(end - rest.data());
  if (rest.size() > 1 && rest[0] == '0' && is_digit(rest[1])) fail(result.at, "a leading zero");
  if (at_ < text_.size() && (begins_name(text_[at_]) || text_[at_] == '.')) {
    fail(at_, "this does not belong to a number");
  }
  return result;
}

token lexer::pattern() {
  token result;
  result.kind = token::kinds::pattern;
  result.at = at_++;
  bool in_set = false;
  for (;; ++at_) {
    if (at_ == text_.size()) fail(result.at, "this regular expression has no end");
    const char c = text_[at_];
    if (c == '/' && !in_set) break;
    if (c == '[') in_set = true;
    if (c == ']') in_set = false;
    result.text += c;
    if (c == '\\' && at_ + 1 < text_.size()) result.text += text_[++at_];
  }
  ++at_;
  if (at_ < text_.size() && text_[at_] == 'i') {
    result.ignore_case = true;
    ++at_;
  }
  if (at_ < text_.size() && begins_name(text_[at_])) {
    fail(at_, "regular expressions know the flag i only");
  }
  return result;
}

token lexer::sign() {
  // The longest first. What stands here only so that it is not read as two has no meaning.
  static constexpr std::string_view signs[] = {
      "===", "!==", "==", "!=", "<=", ">=", "&&", "||", "++", "--", "**", "<<", ">>", "<", ">", "+",
      "-",   "*",   "/",  "%",  "!",  "?",  ":",  "(",  ")",  "[",  "]",  ",",  ".",  "=", ";"};
  token result;
  result.kind = token::kinds::sign;
  result.at = at_;
  const auto found = std::find_if(std::begin(signs), std::end(signs), [&](std::string_view one) {
    return text_.substr(at_, one.size()) == one;
  });
  if (found == std::end(signs)) fail(at_, "a character that means nothing here");
  result.text = *found;
  at_ += found->size();
  return result;
}

}  // namespace outcry::firebase::rules
