#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "actors/bots/strategies/follow/parameters.hpp"
#include "actors/signals/signal.hpp"
#include "messages/trading.hpp"

namespace outcry::following {

/// Why something is not done: a constant word and a sentence.
struct refusal {
  std::string code;
  std::string reason;

  bool operator==(const refusal&) const = default;
};

/// A target of a trade and which part of each entry it takes.
struct planned_target {
  Price price;
  std::uint8_t number = 0;  ///< as the call counts, from 1

  bool operator==(const planned_target&) const = default;
};

/// One entry order with the exits that go to the broker along with it: the stop first, then one for
/// each target that gets a lot, in their order.
struct planned_entry {
  order_terms terms;
  std::vector<order_terms> exits;
  std::vector<std::uint8_t>
      targets;  ///< the targets' numbers, in the order of `exits` after the stop
};

struct trade_plan {
  order_side side = order_side::buy;  ///< of the entries
  Quantity wanted;
  Price stop;
  std::vector<planned_entry> entries;
};

/// How a call is traded: quantity by the money management, entries as limits no worse than the call
/// says, a call at market as a limit `slippage` beyond `last`, for every entry one stop over all of
/// it and its targets in equal parts. Refused, with a code: "not_an_opening", "option", "no_size",
/// "no_price", "no_stop", "short_not_allowed", "too_late" (the market is beyond the stop or the
/// first target), "too_small", "levels" (they contradict each other).
///
/// `last`: the last trade of the ticker; 0 = not known.
tl::expected<trade_plan, refusal> make_plan(const signals::signal& call, const parameters& money,
                                            std::string_view ticker, Price last);

/// The exits of `qty` shares: a stop over all, and `targets` in equal parts, the last one with what
/// is left. Targets that would get less than a lot are left out, the farthest first.
void add_exits(planned_entry& entry, Price stop, const std::vector<planned_target>& targets,
               Quantity lot);

}  // namespace outcry::following
