#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "adapters/firebase/rules/regex.hpp"

namespace outcry::firebase::rules {

/// What is known of a value before a rule runs.
enum class types : std::uint8_t {
  boolean,
  number,
  text,
  null,
  value,     ///< from the tree: null, boolean, number, text, or a node with children
  member,    ///< of auth: anything JSON has
  snapshot,  ///< a place in the tree, before or after the write
  pattern,
  list,
};

enum class operators : std::uint8_t {
  equal,
  unequal,
  less,
  less_equal,
  greater,
  greater_equal,
  plus,
  minus,
  times,
  divide,
  modulo,
  both,
  either,
};

enum class methods : std::uint8_t {
  // of snapshots
  val,
  child,
  parent,
  has_child,
  has_children,
  exists,
  get_priority,
  is_number,
  is_string,
  is_boolean,
  // of texts
  contains,
  begins_with,
  ends_with,
  replace,
  to_lower_case,
  to_upper_case,
  matches,
};

/// A rule as a tree. After `parse` it is complete but for `type` and `method`, which `check` fills
/// in.
struct expression {
  enum class kinds : std::uint8_t {
    boolean,      ///< `flag`
    number,       ///< `amount`
    text,         ///< `name`
    null,         //
    pattern,      ///< `compiled`
    list,         ///< parts
    variable,     ///< `name`: auth, data, newData, now, root, $key
    negation,     ///< !parts[0]
    minus,        ///< -parts[0]
    binary,       ///< parts[0] `operation` parts[1]; with && and || more may follow
    conditional,  ///< parts[0] ? parts[1] : parts[2]
    member,       ///< parts[0].name
    index,        ///< parts[0][parts[1]]
    call,         ///< parts[0].name(parts[1], ...)
  };

  kinds kind = kinds::null;
  types type = types::null;
  operators operation = operators::equal;
  methods method = methods::val;
  bool flag = false;
  double amount = 0;
  std::size_t at = 0;  ///< the byte of the rule's text it begins at
  int depth = 1;       ///< levels from here to the deepest part
  std::string name;
  std::shared_ptr<const regex> compiled;
  std::vector<expression> parts;
};

/// Where and why a rule cannot be read.
class expression_error : public std::runtime_error {
public:
  expression_error(std::size_t at, const std::string& problem)
      : std::runtime_error(problem), at_(at) {}
  std::size_t at() const { return at_; }

private:
  std::size_t at_;
};

}  // namespace outcry::firebase::rules
