#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace outcry::firebase::rules {

struct token {
  enum class kinds : std::uint8_t { end, name, number, text, pattern, sign };
  kinds kind = kinds::end;
  std::size_t at = 0;
  std::string text;  ///< name and sign: as written; text: its content; pattern: between the slashes
  double amount = 0;
  bool ignore_case = false;
};

/// Cuts a rule into tokens. Whether a slash divides or begins a pattern depends on what is
/// expected, so the parser says it.
class lexer {
public:
  explicit lexer(std::string_view text) : text_(text) {}

  /// Steps over a token. Throws expression_error.
  token take(bool operand_expected);

private:
  token text();
  token number();
  token pattern();
  token sign();
  [[noreturn]] void fail(std::size_t at, const std::string& problem) const;

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace outcry::firebase::rules
