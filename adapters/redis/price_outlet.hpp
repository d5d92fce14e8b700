#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "actors/floor/house.hpp"
#include "adapters/redis/publisher.hpp"
#include "messages/market.hpp"

namespace outcry::redis {

/// Where prices and orders leave for Redis; shared by the publishers of all tickers. Any thread.
class price_outlet {
public:
  price_outlet(publisher_options options, std::string sender, house_ptr house);

  publisher& wire() { return wire_; }

  /// A price that cannot leave now is dropped and counted: nobody wants it later. Said once per
  /// outage. `full` is told apart for those who can wait.
  enum class sent : std::uint8_t { queued, full, down };
  sent price(const std::string& channel, const std::string& ticker, const price_tick& tick);

  /// Counts one that was not sent.
  void drop(sent why);

  /// An order waits through an outage; it is lost, counted and said only when there is no room.
  void order(const std::string& channel, const order_update& update);

  /// The connection is back: says what was dropped meanwhile.
  void back();

  std::uint64_t dropped_prices() const { return dropped_prices_; }
  std::uint64_t lost_orders() const { return lost_orders_; }

private:
  publisher wire_;
  std::string sender_;
  house_ptr house_;
  std::atomic<std::uint64_t> dropped_prices_ = 0;
  std::atomic<std::uint64_t> told_prices_ = 0;
  std::atomic<std::uint64_t> lost_orders_ = 0;
  std::atomic<bool> said_ = false;
};

}  // namespace outcry::redis
