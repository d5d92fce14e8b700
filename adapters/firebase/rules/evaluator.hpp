#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "adapters/firebase/auth/identity.hpp"
#include "adapters/firebase/rules/expression.hpp"
#include "adapters/firebase/rules/step_budget.hpp"
#include "adapters/firebase/rules/tree_view.hpp"

namespace outcry::firebase::rules {

/// What a rule speaks of.
struct circumstances {
  const auth::identity& who;
  const node_source& before;
  const node_source* after = nullptr;  ///< of a write
  std::int64_t now_ms = 0;
  /// Where the rule stands, and what the $wildcards above it stand for.
  const path& place;
  std::span<const std::pair<std::string, std::string>> wildcards;
  step_budget& steps;
};

/// Whether a rule that `check` has passed is true. Any error on the way makes the whole rule false,
/// under ! and beside || too, as with Google.
bool holds(const expression& rule, const circumstances& in);

}  // namespace outcry::firebase::rules
