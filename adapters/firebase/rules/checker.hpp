#pragma once

#include <string>
#include <vector>

#include "adapters/firebase/rules/expression.hpp"

namespace outcry::firebase::rules {

/// What a rule may speak of.
struct known_names {
  bool write = false;                  ///< newData exists
  std::vector<std::string> wildcards;  ///< "$id" of the rule's place and those above
};

/// Finds what cannot work whatever the data is: unknown names and methods, operators and arguments
/// of the wrong type, a result that is no boolean. Fills in the types and methods. Where the type
/// is only known when the rule runs, the rule is then false.
/// Throws expression_error.
void check(expression& rule, const known_names& names);

}  // namespace outcry::firebase::rules
