#include "adapters/http/detail/unfinished_input.hpp"

#include <algorithm>

namespace outcry::http::detail {

bool unfinished_input::set(peer* who, std::size_t bytes) {
  const auto [place, fresh] = held_.try_emplace(who, 0);
  total_ += bytes;
  total_ -= place->second;
  place->second = bytes;
  if (bytes == 0) held_.erase(place);
  return fresh;
}

peer* unfinished_input::excess() const {
  if (total_ <= most_) return nullptr;
  return std::max_element(held_.begin(), held_.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

}  // namespace outcry::http::detail
