#include "actors/trading/exit_cover.hpp"

#include <algorithm>

namespace outcry {

namespace {

bool is_open_exit(const live_order& order, std::string_view ticker, order_side side) {
  const auto& record = order.record;
  const auto& terms = record.order.request.terms;
  return record.parent != 0 && !is_closed(record.status) && terms.ticker == ticker &&
         terms.side == side;
}

/// Exits have higher numbers than what they close.
template <class Do>
void for_each_open_exit(const live_orders& all, const std::string& bot_id, std::uint64_t entry,
                        Do what) {
  for (auto i = all.upper_bound({bot_id, entry}); i != all.end() && i->first.first == bot_id; ++i)
    if (i->second.record.parent == entry && !is_closed(i->second.record.status)) what(*i);
}

}  // namespace

Quantity closable(const live_orders& all, const std::string& bot_id, std::uint64_t entry) {
  Quantity left;
  for_each_open_exit(all, bot_id, entry, [&](const auto& x) { left += left_of(x.second.record); });
  const auto found = all.find({bot_id, entry});
  if (found == all.end()) return left;
  const auto& record = found->second.record;
  return std::min(left, std::max(record.order.filled_qty - record.exited, Quantity{}));
}

bool has_exits(const live_orders& all, const std::string& bot_id, std::string_view ticker,
               order_side side) {
  return std::any_of(all.begin(), all.end(), [&](const auto& x) {
    return x.first.first == bot_id && is_open_exit(x.second, ticker, side);
  });
}

std::vector<live_orders::key_type> uncovered_exits(const live_orders& all,
                                                   const std::string& bot_id,
                                                   std::string_view ticker, order_side side,
                                                   Quantity there) {
  std::map<std::uint64_t, Quantity> by_entry;
  Quantity sum;
  for (const auto& [key, order] : all) {
    const auto entry = order.record.parent;
    const bool goes_already = order.cancel_wanted;
    if (key.first != bot_id || !is_open_exit(order, ticker, side) || goes_already) continue;
    if (all.count({bot_id, entry}) == 0 || by_entry.count(entry) != 0) continue;
    sum += by_entry[entry] = closable(all, bot_id, entry);
  }
  std::vector<live_orders::key_type> result;
  for (const auto& [entry, qty] : by_entry) {
    if (sum <= there) break;
    if (!qty.is_positive()) continue;
    for_each_open_exit(all, bot_id, entry, [&](const auto& x) { result.push_back(x.first); });
    sum -= qty;
  }
  return result;
}

}  // namespace outcry
