#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "adapters/paper/costs.hpp"
#include "adapters/paper/exchange.hpp"
#include "adapters/paper/request_check.hpp"

// Orders that close what another one, their parent, has filled.

namespace outcry::paper {

namespace {

constexpr auto nothing_left = "nothing is left to protect";

}  // namespace

/// What a parent has filled and its exits have not closed yet. Never below 0: no exit is given
/// more.
Quantity exchange::pool_of(const order_record& parent) {
  return parent.order.filled_qty - parent.exited;
}

/// What an exit may take of the print that is being matched: nothing that this print brought.
Quantity exchange::share_of(const live_order& exit) const {
  const auto& parent = *exit.parent;
  const auto pool = pool_of(parent.record);
  return parent.filled_by == prints_ ? pool - parent.fresh : pool;
}

bool exchange::has_open_exits(const live_order& order) {
  return std::any_of(order.exits.begin(), order.exits.end(),
                     [](const auto* x) { return !is_closed(x->record.order.status); });
}

std::optional<order_record> exchange::record_of(std::string_view client_order_id) const {
  const auto found = by_client_id_.find(client_order_id);
  if (found != by_client_id_.end()) return found->second->record;
  return store_->find_by_client_id(client_order_id);
}

// A parent that closed long ago may get an exit, too.
exchange::live_order& exchange::parent_named(std::string_view client_order_id) {
  const auto found = by_client_id_.find(client_order_id);
  if (found != by_client_id_.end()) return *found->second;
  auto record = store_->find_by_client_id(client_order_id);
  if (!record) throw std::runtime_error{"paper broker: an exit's parent is not in its store"};
  return keep(std::move(*record));
}

std::optional<refusal> exchange::check_exits(const order_request& request) const {
  const auto& exits = request.exits;
  if (exits.empty()) return std::nullopt;
  if (!request.parent.empty()) return invalid("exits cannot have exits");
  if (exits.size() > most_exits) return invalid(fmt::format("at most {} exits", most_exits));
  std::vector<std::string_view> ids{request.client_order_id};
  for (const auto& exit : exits) {
    const order_request as_order{exit.client_order_id, exit.terms, request.client_order_id, {}};
    if (auto bad = check_new(as_order)) return bad;
    if (auto bad = check_exit(exit.terms, request.terms)) return bad;
    if (std::find(ids.begin(), ids.end(), exit.client_order_id) != ids.end()) {
      return invalid("client_order_id must be unique");
    }
    ids.push_back(exit.client_order_id);
  }
  return std::nullopt;
}

std::optional<refusal> exchange::check_later_exit(const order_request& request) const {
  const auto parent = record_of(request.parent);
  if (!parent) return invalid("parent order not found");
  const auto& its = parent->order;
  if (!its.request.parent.empty()) return invalid("exits cannot have exits");
  const auto& terms = request.terms;
  if (auto bad = check_exit(terms, its.request.terms)) return bad;
  const auto pool = pool_of(*parent);
  if (pool.is_zero()) {
    if (is_closed(its.status)) return not_possible(nothing_left);
    return std::nullopt;
  }
  const auto found = by_client_id_.find(request.parent);
  const bool counted = found != by_client_id_.end() && has_open_exits(*found->second);
  if (counted || terms.side == order_side::buy || options_.shorting) return std::nullopt;
  // Its shares may have been promised to plain sales, while no exit held them.
  const auto& at = tickers_[handles_.at(terms.ticker)];
  const auto available = at.position.qty - open_qty(at, order_side::sell, nullptr);
  if (available.is_positive()) return std::nullopt;
  return not_enough(
      fmt::format("insufficient qty available for order (requested: {}, available: 0)",
                  to_string(std::min(terms.qty, pool))));
}

/// What follows for the exits from a change of the pool or of their parent's status.
void exchange::settle(live_order& parent) {
  if (parent.exits.empty()) return;
  const bool is_empty = pool_of(parent.record).is_zero();
  const bool is_over = is_empty && is_closed(parent.record.order.status);
  for (auto* exit : parent.exits) {
    const auto status = exit->record.order.status;
    if (is_closed(status)) continue;
    if (is_over) {
      close(*exit, order_status::canceled, "canceled", nothing_left);
    } else if (is_empty && status != order_status::held) {
      hold(*exit);
    } else if (!is_empty && status == order_status::held) {
      wake(*exit);
    }
  }
}

void exchange::hold(live_order& exit) {
  exit.record.order.status = order_status::held;
  tell(exit, "held");
}

void exchange::wake(live_order& exit) {
  auto& x = exit.record.order;
  const bool waits = !is_eligible(x.request.terms);
  x.status = waits                    ? order_status::accepted
             : x.filled_qty.is_zero() ? order_status::working
                                      : order_status::partially_filled;
  exit.woken_by = prints_;
  tell(exit, waits ? "accepted" : "new");
}

}  // namespace outcry::paper
