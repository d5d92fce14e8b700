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
  return submit(terms, {});
}

std::uint64_t order_pad::submit(const order_terms& terms, const std::vector<order_terms>& exits) {
  const auto number = take_number();
  last_number_ += exits.size();
  asks_.push_back({number, terms, 0, exits});
  return number;
}

std::uint64_t order_pad::submit_exit(std::uint64_t parent, const order_terms& terms) {
  asks_.push_back({take_number(), terms, parent, {}});
  return asks_.back().number;
}

}  // namespace outcry
