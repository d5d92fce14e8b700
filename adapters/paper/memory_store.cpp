#include "adapters/paper/store.hpp"

namespace outcry::paper {

void memory_store::save(const changes& what) {
  for (const auto* record : what.orders) {
    if (!is_closed(record->order.status)) continue;
    const auto& kept = closed_.insert_or_assign(record->order.id, *record).first->second;
    by_client_id_[kept.order.request.client_order_id] = &kept;
  }
}

std::optional<order_record> memory_store::find(std::string_view id) {
  const auto found = closed_.find(std::string{id});
  if (found == closed_.end()) return std::nullopt;
  return found->second;
}

std::optional<order_record> memory_store::find_by_client_id(std::string_view client_order_id) {
  const auto found = by_client_id_.find(client_order_id);
  if (found == by_client_id_.end()) return std::nullopt;
  return *found->second;
}

}  // namespace outcry::paper
