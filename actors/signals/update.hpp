#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/signals/signal.hpp"

namespace outcry::signals {

/// What an author says about a call that stands. Reports (`target_hit`, `stop_hit`, `filled`,
/// `closed`) say what happened; none of them asks to close anything. Only `close` and
/// `close_partial` do.
enum class update_kind : std::uint8_t {
  target_hit,         ///< report; `target` or `all`
  stop_hit,           ///< report; `breakeven` if the stop stood there
  filled,             ///< report: an entry was filled
  partial_fill,       ///< report
  closed,             ///< report: the author is out; `breakeven` if so
  close,              ///< wish: close the position; `all`: every position
  close_partial,      ///< wish: close `percent` of it (nothing = the author does not say how much)
  cancel,             ///< wish: the call no longer stands; unfilled entries are withdrawn
  move_stop,          ///< wish: to `price`, to `breakeven` or to where target `target` is
  trailing_stop,      ///< wish: `percent` behind the price, or from `price`
  stop_rule_changed,  ///< wish a person must read: the stop follows a rule that names no price
  set_target,         ///< wish: target number `target` (0 = not said) is `price`
  set_leverage,       ///< wish: `leverage`
  scale,              ///< wish: the position becomes `factor` times what it is
};

std::string_view to_string(update_kind x);

/// One thing said.
struct update_step {
  update_kind kind = update_kind::target_hit;
  std::uint8_t target = 0;  ///< which, from 1; 0 = not said
  bool all = false;         ///< every target, entry or position
  bool breakeven = false;   ///< at the entry price
  std::optional<Price> price;
  std::optional<Ratio> percent;
  std::optional<Ratio> leverage;
  std::optional<Ratio> factor;

  bool operator==(const update_step&) const = default;
};

/// A message about a call that stands. Without a ticker it is about the author's only open call,
/// or nobody knows which.
struct update {
  std::string ticker;  ///< "" = not said
  std::string quote;
  std::optional<trade_side> side;
  std::vector<update_step> steps;  ///< never empty; in the order said
  std::string source;
  std::string author;
  timestamp_ns message_time = 0;

  bool operator==(const update&) const = default;
};

}  // namespace outcry::signals
