#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/paper/exchange.hpp"

namespace outcry::test {

/// Decimals from literals; std::invalid_argument for any other text.
Price price(std::string_view text);
Quantity qty(std::string_view text);
Money money(std::string_view text);

/// 10:00 in New York on Monday, 2024-07-15: the regular session.
extern const timestamp_ns monday_10;

constexpr timestamp_ns second = ns_per_s;
constexpr timestamp_ns hour = 3600 * ns_per_s;

/// Orders in short words; each with a client_order_id of its own ("c1", "c2", ...).
class order_maker {
public:
  order_request market(order_side side, std::string_view n);
  order_request limit(order_side side, std::string_view n, std::string_view at);
  order_request stop(order_side side, std::string_view n, std::string_view at);
  order_request stop_limit(order_side side, std::string_view n, std::string_view stop_at,
                           std::string_view limit_at);
  order_request of_money(order_side side, std::string_view amount);

private:
  order_request make(order_side side, order_type type);
  int made_ = 0;
};

/// A paper broker in memory with one ticker, SPY, in a US market whose clock stands until moved.
class trader : public order_maker {
public:
  explicit trader(paper::exchange_options options = {}, timestamp_ns start = monday_10);

  paper::exchange broker;
  timestamp_ns now;

  /// The order's id; std::logic_error when it is refused.
  std::string place(const order_request& request);
  /// The refusal's reason; "" when it is taken.
  std::string refused(const order_request& request);
  void print(std::string_view at, std::string_view volume = "0");
  /// Holds `n` shares bought elsewhere.
  void hold(std::string_view n, std::string_view at);

  /// What happened since the last call: "new", "partial_fill 3 @ 100 [3]", ... in order.
  std::vector<std::string> events();

  broker_order order(const std::string& id) const;
  std::string position() const;
  std::string cash() const { return to_string(broker.account().cash); }
  std::string buying_power() const { return to_string(broker.account().buying_power); }
};

using lines = std::vector<std::string>;

/// One update as a line of text, as `trader::events` says it.
std::string line_of(const broker_update& update);

}  // namespace outcry::test
