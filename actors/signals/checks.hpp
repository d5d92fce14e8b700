#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/signals/context.hpp"
#include "actors/signals/signal.hpp"

namespace outcry::signals {

/// What a check found. `certain`: the call cannot be right; otherwise a person must decide.
struct finding {
  std::string_view rule;
  std::string what;
  bool certain = false;
};

/// Every objection to trading `call`; empty = none.
/// Too old (certain) or from the future (not), where both times are known; nothing if neither.
std::optional<finding> check_age(const message_context& context);

std::vector<finding> check_call(const signal& call, const message_context& context);

}  // namespace outcry::signals
