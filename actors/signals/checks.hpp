#pragma once

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
std::vector<finding> check_call(const signal& call, const message_context& context);

}  // namespace outcry::signals
