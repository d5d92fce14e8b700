#include "actors/bots/strategies/scale_t/figures.hpp"

namespace outcry::ladders {

figures figures_of(const ladder& x, Price mark) {
  figures result;
  result.unrealized = improvement_of_held(x);
  result.realized = x.realized;
  result.converted = x.converted;
  result.total = result.unrealized + result.realized + result.converted;
  result.shares = held_shares(x);
  result.invested = cost_of_held(x);
  result.value = mark.is_zero() ? result.invested : multiply(mark, result.shares);
  result.open = result.value - result.invested;
  result.profit = result.realized + result.converted + result.open;
  result.cash = x.cash;
  return result;
}

}  // namespace outcry::ladders
