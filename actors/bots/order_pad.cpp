#include "actors/bots/order_pad.hpp"

#include <utility>

namespace outcry {

std::vector<order_ask> order_pad::take_asks() {
  return std::exchange(asks_, {});
}

std::vector<std::uint64_t> order_pad::take_cancels() {
  return std::exchange(cancels_, {});
}

std::uint64_t order_pad::submit(const order_terms& terms) {
  asks_.push_back({take_number(), terms});
  return asks_.back().number;
}

}  // namespace outcry
