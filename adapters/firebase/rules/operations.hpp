#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "adapters/firebase/rules/expression.hpp"
#include "adapters/firebase/rules/step_budget.hpp"
#include "adapters/firebase/rules/value.hpp"

namespace outcry::firebase::rules {

// The operators and the methods of strings. All of them throw `failed` where the language knows no
// result, and when the steps are used up.

/// Takes the steps that reading so many bytes costs.
void spend(step_budget& steps, std::size_t bytes);

/// Any operator but && and ||.
value apply(operators operation, const value& left, const value& right, step_budget& steps);

/// A method of strings but `matches`.
value apply(methods method, const std::string& target, const std::vector<std::string>& arguments);

bool matches(const regex& pattern, const std::string& target, step_budget& steps);

}  // namespace outcry::firebase::rules
