#pragma once

#include <cstdint>

#include "actors/bots/strategies/strategy.hpp"

namespace outcry {

/// Counts prices and never trades: the bot to try a floor with. Parameter `step` (1 to 1000): how
/// much one price counts.
class counter final : public strategy {
public:
  void on_price(const price_tick& tick, trader& floor) override;
  void on_order(const order_update& update) override;
  tl::expected<std::string, invalid_field> check_parameters(
      std::string_view changes) const override;
  void set_parameters(std::string_view parameters) override;
  std::string snapshot() const override;
  void restore(std::string_view snapshot) override;
  std::string details() const override;

  std::uint64_t count() const { return count_; }

private:
  std::uint64_t count_ = 0;
  std::uint64_t prices_ = 0;
  std::uint64_t orders_ = 0;
  std::uint32_t step_ = 1;
  Price last_;
};

}  // namespace outcry
