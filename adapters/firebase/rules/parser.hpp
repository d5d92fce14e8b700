#pragma once

#include <string>
#include <string_view>

#include "adapters/firebase/rules/expression.hpp"
#include "adapters/firebase/rules/lexer.hpp"

namespace outcry::firebase::rules {

/// Reads a rule: JavaScript's expressions, their precedence included, as far as the rules language
/// has them.
class parser {
public:
  static constexpr int deepest = 60;                 ///< levels of a rule, brackets included
  static constexpr std::size_t most_parts = 10'000;  ///< of one rule

  explicit parser(std::string_view text) : lexer_(text) {}

  /// Throws expression_error.
  expression parse();

private:
  /// Counts how deep the parser stands in the rule.
  class level;

  expression conditional();
  expression binary(std::size_t precedence);
  expression unary();
  expression postfix();
  expression primary();
  std::vector<expression> arguments(const char* end);

  void step(bool operand_expected) { next_ = lexer_.take(operand_expected); }
  bool is(std::string_view sign) const;
  bool take(std::string_view sign, bool operand_expected);
  expression make(expression::kinds kind, std::size_t at);
  void adopt(expression& whole, expression part);
  [[noreturn]] void fail(const std::string& problem) const;
  [[noreturn]] void fail_at_next(const std::string& wanted) const;

  lexer lexer_;
  token next_;
  int depth_ = 0;
  std::size_t parts_ = 0;
};

}  // namespace outcry::firebase::rules
