#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "apps/config/load.hpp"
#include "messages/invalid_field.hpp"

namespace outcry::config {

/// A value as it stands in the file, on one line, at most 80 characters.
std::string shown(const toml::node& node);

/// Reads one block of a list of tables. What is wrong is appended to the errors, and what it was to
/// set is left as it is.
class table_reader {
public:
  /// `name` stands in errors: "bots[0]". The references must outlive the reader.
  table_reader(const toml::table& table, std::string name, const std::string& file,
               std::vector<config_error>& errors)
      : table_(table), name_(std::move(name)), file_(file), errors_(errors) {}

  /// The key's value, null = none. From now on the key is a known one.
  const toml::node* find(const char* key);

  void refuse(const char* key, std::string expected);
  /// The same when the value is not what is wrong with it.
  void refuse(const char* key, std::string expected, std::string found);
  /// The same for a field within the value.
  void refuse_part(const char* key, const invalid_field& part);

  /// Nothing when there is none, or no text; `required`: then it is refused, too.
  std::optional<std::string> text(const char* key, const std::string& expected, bool required);
  /// A text of 0 to 64 printable characters.
  void label(const char* key, std::string& into);
  void flag(const char* key, bool& into);
  void number(const char* key, std::int64_t& into, std::int64_t least, std::int64_t most);
  void path(const char* key, std::filesystem::path& into);

  /// A list without doubles. `one` reads an element; nothing: it is refused.
  template <class T>
  void list(const char* key, const std::string& expected, std::vector<T>& into,
            const std::function<std::optional<T>(const toml::node&)>& one) {
    const auto* node = find(key);
    if (node == nullptr) return;
    const auto* elements = node->as_array();
    if (elements == nullptr) return refuse(key, "a list: each " + expected);
    std::vector<T> result;
    for (std::size_t i = 0; i < elements->size(); ++i) {
      const auto& element = (*elements)[i];
      auto value = one(element);
      const auto place = fmt::format("{}.{}[{}]", name_, key, i);
      if (!value)
        add(element, place, expected, shown(element));
      else if (std::find(result.begin(), result.end(), *value) != result.end())
        add(element, place, "each once", shown(element) + " a second time");
      else
        result.push_back(std::move(*value));
    }
    into = std::move(result);
  }

  /// Refuses every key that nobody has asked for.
  void refuse_others();

  std::size_t line() const { return table_.source().begin.line; }
  std::size_t line_of(const toml::node* node) const;
  const std::string& name() const { return name_; }

private:
  void add(const toml::node& at, std::string key, std::string expected, std::string found);

  const toml::table& table_;
  std::string name_;
  const std::string& file_;
  std::vector<config_error>& errors_;
  std::vector<std::string> known_;
};

/// Reads [[name]]: `one` reads a block.
template <class T>
std::vector<T> read_tables(const toml::node& node, const std::string& name, const std::string& file,
                           std::vector<config_error>& errors,
                           const std::function<T(table_reader&)>& one) {
  std::vector<T> result;
  const auto* list = node.as_array();
  if (list == nullptr) {
    errors.push_back(
        {file, node.source().begin.line, name, fmt::format("[[{}]] blocks", name), shown(node)});
    return result;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto& element = (*list)[i];
    auto block = fmt::format("{}[{}]", name, i);
    if (const auto* table = element.as_table()) {
      table_reader in{*table, std::move(block), file, errors};
      result.push_back(one(in));
      in.refuse_others();
    } else {
      errors.push_back(
          {file, element.source().begin.line, std::move(block), "a table", shown(element)});
    }
  }
  return result;
}

/// Names that must differ, and the lines they stand on.
class unique_names {
public:
  /// `what`: "an id no other bot has".
  explicit unique_names(const char* what) : what_(what) {}

  /// Refuses the second of two.
  void take(table_reader& in, const char* key, const std::string& name);

private:
  const char* what_;
  std::map<std::string, std::size_t> lines_;
};

}  // namespace outcry::config
