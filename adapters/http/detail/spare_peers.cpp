#include "adapters/http/detail/spare_peers.hpp"

namespace outcry::http::detail {

void spare_peers::add(peer* who) {
  const auto [place, fresh] = places_.try_emplace(who);
  if (fresh) place->second = order_.insert(order_.end(), who);
}

void spare_peers::remove(peer* who) {
  const auto place = places_.find(who);
  if (place == places_.end()) return;
  order_.erase(place->second);
  places_.erase(place);
}

}  // namespace outcry::http::detail
