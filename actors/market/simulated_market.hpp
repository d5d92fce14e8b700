#pragma once

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "actors/market/price_source.hpp"

namespace outcry {

/// A daily trading session in UTC, in minutes after midnight; it may cross midnight.
struct trading_session {
  std::uint16_t open_minute = 0;
  std::uint16_t close_minute = 24 * 60;

  /// Never open when both are equal.
  bool contains(timestamp_ns t) const;
};

struct simulated_options {
  std::uint64_t seed = 1;
  duration_ns interval_ns = 250 * ns_per_ms;  ///< between two ticks of one ticker; above 0
  trading_session session;
  std::map<std::string, Price> start_prices;  ///< others start at a price made from their name
};

/// A seeded random walk for every ticker that is wanted: the same seed and the same times give the
/// same prices, whatever else is wanted. Steps are -3 to +3 cents around the last price, which
/// never falls below one cent.
class simulated_market final : public price_source {
public:
  explicit simulated_market(simulated_options options);

  source_pace pace() const override { return source_pace::timed; }
  void want(const std::string& ticker, bool wanted) override;
  std::optional<timestamp_ns> poll(timestamp_ns now, std::vector<price_batch>& out) override;
  bool in_session(timestamp_ns now) const override { return options_.session.contains(now); }
  std::string describe() const override;

private:
  struct walk {
    std::mt19937_64 random;
    Price last;
    bool wanted = false;
  };

  price_tick step(walk& w, timestamp_ns event, timestamp_ns now) const;

  simulated_options options_;
  std::map<std::string, walk> walks_;
  std::int64_t last_slot_ = -1;
};

}  // namespace outcry
