#pragma once

#include <cstdint>
#include <vector>

#include "actors/bots/strategies/trader.hpp"

namespace outcry {

/// What a strategy asked for.
struct order_ask {
  std::uint64_t number = 0;
  order_terms terms;
  std::uint64_t parent = 0;             ///< of a later exit
  std::vector<order_terms> exits = {};  ///< sent along; numbers number + 1, ...

  /// Whether `x` is its number or one of its exits'.
  bool has_number(std::uint64_t x) const { return x >= number && x - number <= exits.size(); }
};

/// The trader a ticker bot hands to its strategy: writes down what it is asked for, in order.
class order_pad final : public trader {
public:
  /// Before each call of the strategy.
  void set_time(timestamp_ns now) { now_ = now; }
  void set_phase(session_phase phase) { phase_ = phase; }

  /// The number of the bot's last order; the next one asked for is one higher.
  void set_last_number(std::uint64_t number) { last_number_ = number; }
  std::uint64_t last_number() const { return last_number_; }

  /// A number for an order that is not the strategy's.
  std::uint64_t take_number() { return ++last_number_; }

  /// Nothing has been asked for since the last take_asks and take_cancels.
  bool is_blank() const { return asks_.empty() && cancels_.empty(); }

  std::vector<order_ask> take_asks();
  std::vector<std::uint64_t> take_cancels();

  std::uint64_t submit(const order_terms& terms) override;
  std::uint64_t submit(const order_terms& terms, const std::vector<order_terms>& exits) override;
  std::uint64_t submit_exit(std::uint64_t parent, const order_terms& terms) override;
  void cancel(std::uint64_t number) override { cancels_.push_back(number); }
  timestamp_ns now() const override { return now_; }
  session_phase phase() const override { return phase_; }

private:
  std::vector<order_ask> asks_;
  std::vector<std::uint64_t> cancels_;
  std::uint64_t last_number_ = 0;
  timestamp_ns now_ = 0;
  session_phase phase_ = session_phase::closed;
};

}  // namespace outcry
