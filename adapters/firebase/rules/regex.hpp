#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace outcry::firebase::rules {

/// A pattern outside of what `regex` understands.
class regex_error : public std::runtime_error {
public:
  /// `offset`: the byte of the pattern it is about.
  regex_error(std::size_t offset, const std::string& problem)
      : std::runtime_error(problem), offset_(offset) {}
  std::size_t offset() const { return offset_; }

private:
  std::size_t offset_;
};

/// A regular expression of the rules language, which says whether a text matches, in time linear in
/// the text. It knows . \d \w \s and their opposites, sets, groups, |, * + ? {n} {n,} {n,m}, ^ at
/// the beginning, $ at the end, and the flag i. What is left out means something else to Google's
/// server than to JavaScript, or is not known to mean the same: lazy and possessive repeats,
/// (?...), back references, \b, escaped letters and digits, anchors beside a | that is in no group,
/// letters outside of ASCII together with the flag i.
/// Facts: firebase.google.com/docs/database/security/regex.
class regex {
public:
  static constexpr std::size_t longest_program = 4000;  ///< instructions
  static constexpr unsigned most_repeats = 1000;        ///< in {n,m}
  static constexpr int deepest_group = 20;

  /// Throws regex_error.
  regex(std::string_view pattern, bool ignore_case);

  /// Whether some part of `text` matches; the whole of it if the pattern is anchored at both ends.
  bool matches(std::u16string_view text) const;

  /// The work of one character of a text, in instructions.
  std::size_t cost() const { return program_.size(); }

private:
  friend class regex_compiler;

  /// The UTF-16 code units from `first` to `last`.
  using ranges = std::vector<std::pair<char16_t, char16_t>>;
  struct set {
    ranges units;
    bool negated = false;
  };
  enum class kinds : std::uint8_t { unit, split, jump, match };
  struct instruction {
    kinds kind = kinds::match;
    std::size_t first = 0;   ///< unit: the set; split, jump: the next instruction
    std::size_t second = 0;  ///< split: the other next instruction
  };

  bool contains(const set& units, char16_t unit) const;
  class threads;
  void follow(threads& into, std::size_t at) const;

  std::vector<instruction> program_;
  std::vector<set> sets_;
  bool ignore_case_;
  bool from_start_ = false;
  bool to_end_ = false;
};

}  // namespace outcry::firebase::rules
