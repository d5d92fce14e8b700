#pragma once

#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace outcry::firebase::rules {

/// What a file of rules holds that is wrong or outside the subset; `what()` says all of it.
class rule_error : public std::runtime_error {
public:
  /// `place`: the rule in words, such as "/messages/$id/.write"; empty outside of rules. `line` and
  /// `column` count from 1, columns in characters.
  rule_error(const std::string& place, std::size_t line, std::size_t column,
             const std::string& problem)
      : std::runtime_error("line " + std::to_string(line) + ", column " + std::to_string(column) +
                           (place.empty() ? "" : " (" + place + ")") + ": " + problem),
        place_(place),
        line_(line),
        column_(column) {}

  /// The same, of a file with a name.
  rule_error(const std::filesystem::path& file, const rule_error& problem)
      : std::runtime_error(file.string() + ", " + problem.what()),
        place_(problem.place_),
        line_(problem.line_),
        column_(problem.column_) {}

  /// About the file as a whole.
  rule_error(const std::filesystem::path& file, const std::string& problem)
      : std::runtime_error(file.string() + ": " + problem) {}

  const std::string& place() const { return place_; }
  std::size_t line() const { return line_; }
  std::size_t column() const { return column_; }

private:
  std::string place_;
  std::size_t line_ = 0;
  std::size_t column_ = 0;
};

}  // namespace outcry::firebase::rules
