#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/trading/live_order.hpp"

namespace outcry {

/// Orders as the order desk follows them, by bot and number.
using live_orders = std::map<std::pair<std::string, std::uint64_t>, live_order>;

/// How much the open exits of one entry may close together: no more than is left of what it has
/// filled, nor than they ask for. Of an entry that is not there: what they ask for.
Quantity closable(const live_orders& all, const std::string& bot_id, std::uint64_t entry);

/// Whether the bot has open exits of that side.
bool has_exits(const live_orders& all, const std::string& bot_id, std::string_view ticker,
               order_side side);

/// The exits that must go, so that those of that side do not close more than is `there`: those of
/// the oldest entries first. Exits whose entry is not there are not judged.
std::vector<live_orders::key_type> uncovered_exits(const live_orders& all,
                                                   const std::string& bot_id,
                                                   std::string_view ticker, order_side side,
                                                   Quantity there);

}  // namespace outcry
