#include "actors/bots/strategies/strategy.hpp"

#include "actors/bots/strategies/counter.hpp"
#include "actors/bots/strategies/follow/follow.hpp"
#include "actors/bots/strategies/scale_t/scale_t.hpp"

namespace outcry {

std::unique_ptr<strategy> make_strategy(std::string_view name, const std::string& ticker) {
  if (name == "counter") return std::make_unique<counter>();
  if (name == "scale_t") return std::make_unique<scale_t>(ticker);
  if (name == "follow") return std::make_unique<follow>(ticker);
  return nullptr;
}

}  // namespace outcry
