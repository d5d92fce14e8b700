#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/firebase/rules/expression.hpp"

namespace outcry::firebase::rules {

/// What a file of rules says of one place and those below.
struct rule_node {
  std::optional<expression> read;
  std::optional<expression> write;
  std::optional<expression> validate;
  std::vector<std::string> index_on;
  std::map<std::string, std::unique_ptr<rule_node>, std::less<>> children;
  std::string wildcard;               ///< "$id": what `others` calls its key
  std::unique_ptr<rule_node> others;  ///< of every child that `children` does not name

  /// The rules of the child `key`, or nullptr if there are none.
  const rule_node* child(std::string_view key) const {
    const auto found = children.find(key);
    return found != children.end() ? found->second.get() : others.get();
  }
};

/// Reads a file of rules: `{"rules": {...}}`. Throws rule_error.
std::unique_ptr<rule_node> read_rules(std::string_view text);

}  // namespace outcry::firebase::rules
