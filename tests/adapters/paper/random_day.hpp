#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "adapters/paper/exchange.hpp"

namespace outcry::test {

/// One random thing that is done to an exchange, and what it was told.
struct random_step {
  std::function<std::string(paper::exchange&)> act;  ///< answers what the broker said
  std::optional<price_tick> print;                   ///< of `ticker`, if it is one
  std::string ticker;
  /// An outside trade, if it is one: `qty` below 0 for a sale.
  Quantity outside_qty;
  Price outside_price;
};

/// Orders, cancels, replacements, outside trades, prints and passing time in random order: the same
/// for the same seed, whatever broker they are done to, as long as it answers the same.
class random_day {
public:
  explicit random_day(std::uint32_t seed) : random_{seed} {}

  /// The next step; `broker` is only asked which orders are open.
  random_step next(const paper::exchange& broker);

  /// The last print of each ticker.
  const std::map<std::string, Price>& last_prices() const { return last_; }

private:
  int upto(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  Price near_price(const std::string& ticker);
  random_step print_step();
  random_step order_step();
  random_step cancel_step(const std::vector<broker_order>& open);
  random_step replace_step(const std::vector<broker_order>& open);
  random_step outside_step();

  std::mt19937 random_;
  timestamp_ns now_ = 0;
  int orders_ = 0;
  std::map<std::string, int> cents_;
  std::map<std::string, Price> last_;
};

}  // namespace outcry::test
