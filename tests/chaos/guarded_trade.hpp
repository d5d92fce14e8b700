#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "actors/bots/strategies/strategy.hpp"

namespace outcry::test {

/// One trade after the other on one ticker, each an entry with a stop and two targets. Every third
/// entry is cancelled at its first fill; each stop is moved up once, the new one asked for before
/// the old one is cancelled; every fourth trade is closed at the market while its stop rests. So
/// at no time a position is without a stop at the broker.
///
/// Keeps books of its own: which of its numbers have no fate yet, and what it was told that cannot
/// be. Both stand in its snapshot: {"position","open":{number: fate},"wrong":[...],"trades"}.
class guarded_trade final : public strategy {
public:
  explicit guarded_trade(std::string ticker) : ticker_(std::move(ticker)) {}

  bool trades() const override { return true; }
  void on_price(const price_tick& tick, trader& floor) override;
  void on_own_order(const own_order_event& event, trader& floor) override;
  tl::expected<std::string, invalid_field> check_parameters(
      std::string_view changes) const override;
  void set_parameters(std::string_view) override {}
  std::string snapshot() const override;
  void restore(std::string_view snapshot) override;
  std::string details() const override { return snapshot(); }
  Quantity position() const override { return position_; }

private:
  order_terms terms(order_side side, order_type type, std::int64_t qty, Price price) const;
  void enter(Price price, trader& floor);

  std::string ticker_;
  std::map<std::uint64_t, std::string> open_;  ///< without a fate yet: the last event
  std::vector<std::string> wrong_;
  Quantity position_;
  Price limit_;                ///< of the entry
  std::uint64_t trade_ = 0;    ///< how many there were
  std::uint64_t entry_ = 0;    ///< its number; its stop's is the next
  std::uint64_t stop_ = 0;     ///< the stop that counts
  std::uint64_t moved_ = 0;    ///< the one that takes its place; 0 = none yet
  std::uint64_t closing_ = 0;  ///< the exit at the market; 0 = none yet
};

}  // namespace outcry::test
