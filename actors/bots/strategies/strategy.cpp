#include "actors/bots/strategies/strategy.hpp"

#include "actors/bots/strategies/counter.hpp"

namespace outcry {

std::unique_ptr<strategy> make_strategy(std::string_view name) {
  if (name == "counter") return std::make_unique<counter>();
  return nullptr;
}

}  // namespace outcry
