#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace outcry::firebase::rules {

/// A text and where in the file each of its bytes came from, one more for the end.
struct quoted {
  std::string text;
  std::vector<std::size_t> offsets;
};

/// Steps through the JSON of a rules file from left to right. As in Google's files there may be
/// comments of both kinds and line breaks within strings. Every failure is a rule_error that names
/// the place, line and column.
class source {
public:
  explicit source(std::string_view text) : text_(text) {}

  /// The first character of the next token, '\0' at the end.
  char peek();
  /// Where the next token begins.
  std::size_t next();
  /// Steps over `c` if it is next.
  bool take(char c);
  /// Steps over `c`; `after` says behind what it is missing.
  void expect(char c, const std::string& after);
  /// Steps over a string and gives its content.
  quoted string();
  /// Steps over true or false; false if neither comes next.
  bool boolean(bool& value);

  /// The rule that errors are to name.
  void set_place(std::string place) { place_ = std::move(place); }

  [[noreturn]] void fail(std::size_t offset, const std::string& problem) const;
  [[noreturn]] void fail(const std::string& problem) const { fail(at_, problem); }

private:
  void skip_blanks();
  void escape(quoted& into);
  unsigned code_unit();

  std::string_view text_;
  std::size_t at_ = 0;
  std::string place_;
};

/// Appends `point` as UTF-8.
void append_utf8(std::string& to, char32_t point);

}  // namespace outcry::firebase::rules
