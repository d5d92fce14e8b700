#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/rules/regex.hpp"

namespace outcry::firebase::rules {

/// Reads a pattern into the program of a `regex` (Thompson's construction).
class regex_compiler {
public:
  regex_compiler(regex& into, std::string_view pattern) : into_(into), pattern_(pattern) {}

  /// Throws regex_error.
  void compile();

private:
  enum class kinds : std::uint8_t { set, sequence, alternatives, repeat };
  struct part {
    kinds kind = kinds::sequence;
    std::size_t set = 0;
    unsigned least = 0;
    unsigned most = 0;  ///< `endless` for no limit
    std::vector<part> parts;
  };
  static constexpr unsigned endless = ~0u;

  part alternatives(int depth);
  part sequence(int depth);
  part atom(int depth);
  part repeated(part what);
  unsigned count();
  regex::set brackets();
  regex::set escape();
  void add_member(regex::set& to);
  char16_t character();
  part of(regex::set units);

  void emit(const part& what);
  void emit_repeat(const part& what);
  std::size_t add(regex::instruction step);

  char peek() const { return at_ < pattern_.size() ? pattern_[at_] : '\0'; }
  bool done() const { return at_ == pattern_.size(); }
  [[noreturn]] void fail(const std::string& problem) const;

  regex& into_;
  std::string_view pattern_;
  std::size_t at_ = 0;
  std::size_t emitted_ = 0;  ///< parts; those repeated no times leave no instruction behind
};

}  // namespace outcry::firebase::rules
