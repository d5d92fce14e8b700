#pragma once

#include <string>
#include <variant>

#include <nlohmann/json_fwd.hpp>

#include "adapters/firebase/rules/tree_view.hpp"

namespace outcry::firebase::rules {

/// A node with children, as `val()` gives it: known to be no null, and nothing else.
struct children {};

/// The variable auth of somebody.
struct someone {};

/// A part of auth.token that is no scalar.
using claim = const nlohmann::json*;

/// A place in the tree before or after a write.
struct snapshot {
  const node_source* in = nullptr;
  path at;
};

/// What a part of a rule is while it runs. The first four are those of `scalar`.
using value =
    std::variant<std::monostate, bool, double, std::string, children, someone, claim, snapshot>;

/// Thrown within an evaluation: the whole rule is false.
struct failed {};

}  // namespace outcry::firebase::rules
