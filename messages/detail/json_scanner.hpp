#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "messages/invalid_field.hpp"

namespace outcry::detail {

/// Walks over JSON text once, from left to right, without building anything: the strict grammar
/// of RFC 8259 (no comments, no byte order mark, no lone surrogates), UTF-8 and depth included.
/// After the first failure every further step fails and `error()` says why. The views it hands
/// out point into the text.
class json_scanner {
public:
  /// `max_depth`: how many objects and arrays may be open at once.
  json_scanner(std::string_view text, int max_depth)
      : begin_{text.data()}, at_{begin_}, end_{begin_ + text.size()}, depth_left_{max_depth} {
    // nop
  }

  /// First character of the next token, '\0' at the end.
  char peek() {
    skip_blanks();
    return at_ == end_ ? '\0' : *at_;
  }

  /// Steps through an object: calls `on_member(name)` with each raw name token (quotes included),
  /// which must step over the value and say whether that went well.
  template <class OnMember>
  bool object(OnMember&& on_member) {
    if (!open('{', "'{'")) return false;
    if (peek() == '}') return close();
    for (;;) {
      std::string_view name;
      skip_blanks();
      if (!string(name) || !expect(':', "':'") || !on_member(name)) return false;
      if (peek() == '}') return close();
      if (!expect(',', "',' or '}'")) return false;
    }
  }

  /// Steps through an array: calls `on_element()`, which must step over the element and say
  /// whether that went well.
  template <class OnElement>
  bool array(OnElement&& on_element) {
    if (!open('[', "'['")) return false;
    if (peek() == ']') return close();
    for (;;) {
      if (!on_element()) return false;
      if (peek() == ']') return close();
      if (!expect(',', "',' or ']'")) return false;
    }
  }

  /// Steps over any value and gives its text.
  bool value(std::string_view& raw);

  /// True if nothing but blanks is left.
  bool finish();

  /// Why a step failed: `field` is empty, `expected` names the byte.
  invalid_field error() const;

private:
  void skip_blanks() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  bool fail(const char* expected);
  bool expect(char c, const char* expected);
  bool open(char c, const char* expected);
  bool close();
  bool string(std::string_view& raw);
  bool escape();
  bool code_unit(unsigned& unit);
  bool number();
  bool digits();
  bool word(std::string_view text);
  bool skip();

  const char* begin_;
  const char* at_;
  const char* end_;
  int depth_left_;
  const char* expected_ = nullptr;
};

/// The text of a raw string token that a scanner has accepted.
std::string json_text(std::string_view raw);

/// True if the raw string token means `text`.
bool json_text_is(std::string_view raw, std::string_view text);

}  // namespace outcry::detail
