#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "actors/bots/strategies/scale_t/decide.hpp"
#include "actors/bots/strategies/scale_t/ladder.hpp"
#include "actors/bots/strategies/scale_t/outside.hpp"

namespace outcry::ladders {

/// Everything a ladder's bot must know to go on after a restart.
struct ladder_state {
  std::string plan;  ///< what the ladder was made of; empty = there is none
  ladder rows;
  std::optional<ladder_order> pending;   ///< the one order that may still fill
  std::optional<ladder_order> previous;  ///< the one before it: a late fill finds its rows
  outside_shares outside;
  Quantity declared;                 ///< of `outside`, put there by the parameter outside_shares
  Price mark;                        ///< the last price seen; 0 = none
  Price decided;                     ///< the last price looked at; 0 = none
  timestamp_ns paused_until_ns = 0;  ///< no new order before this: one was refused

  bool operator==(const ladder_state&) const = default;
};

/// The state as one line of JSON. A row is one text of blank-separated numbers: buy, sell, target,
/// held, improvement, profit, last action, 1 = last; zeros at the end are left out.
std::string write_state(const ladder_state& x);

/// Reads it again. Throws std::runtime_error naming the field when it is none.
ladder_state read_state(std::string_view text);

}  // namespace outcry::ladders
