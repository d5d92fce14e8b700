#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "adapters/firebase/rules/expression.hpp"

namespace outcry::firebase::rules {

/// What a method is called on, with how many arguments, and what it gives.
struct method_signature {
  std::string_view name;
  methods method;
  types target;
  std::size_t arguments;  ///< hasChildren may have one less
  types result;
};

inline constexpr std::array<method_signature, 17> signatures = {
    {{"val", methods::val, types::snapshot, 0, types::value},
     {"child", methods::child, types::snapshot, 1, types::snapshot},
     {"parent", methods::parent, types::snapshot, 0, types::snapshot},
     {"hasChild", methods::has_child, types::snapshot, 1, types::boolean},
     {"hasChildren", methods::has_children, types::snapshot, 1, types::boolean},
     {"exists", methods::exists, types::snapshot, 0, types::boolean},
     {"getPriority", methods::get_priority, types::snapshot, 0, types::value},
     {"isNumber", methods::is_number, types::snapshot, 0, types::boolean},
     {"isString", methods::is_string, types::snapshot, 0, types::boolean},
     {"isBoolean", methods::is_boolean, types::snapshot, 0, types::boolean},
     {"contains", methods::contains, types::text, 1, types::boolean},
     {"beginsWith", methods::begins_with, types::text, 1, types::boolean},
     {"endsWith", methods::ends_with, types::text, 1, types::boolean},
     {"replace", methods::replace, types::text, 2, types::text},
     {"toLowerCase", methods::to_lower_case, types::text, 0, types::text},
     {"toUpperCase", methods::to_upper_case, types::text, 0, types::text},
     {"matches", methods::matches, types::text, 1, types::boolean}}};

}  // namespace outcry::firebase::rules
