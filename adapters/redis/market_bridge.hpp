#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <caf/system_messages.hpp>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "adapters/redis/complaints.hpp"
#include "adapters/redis/inbox.hpp"
#include "adapters/redis/link_watch.hpp"
#include "adapters/redis/price_outlet.hpp"
#include "adapters/redis/questions.hpp"
#include "adapters/redis/subscriber.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/wake.hpp"
#include "messages/market_codec.hpp"

namespace outcry::redis {

struct market_bridge_options {
  connection_options connection;
  link_options link;
  market_actor market;
  relay_actor relay;  ///< invalid: there is no relay
  house_ptr house;
  std::string sender = "outcry";  ///< of every envelope
  std::chrono::milliseconds poll_interval{1000};
  /// How long a registration counts after it came or after its ticker was last seen subscribed.
  std::chrono::milliseconds lease{std::chrono::hours(1)};
  /// How long a ticker is kept after its last subscriber: one who reconnects finds it open.
  std::chrono::milliseconds linger{5000};
  std::size_t max_tickers = 2000;  ///< beyond these nobody's wish is heard; said once
};

using market_bridge_interface =
    caf::typed_actor<caf::reacts_to<wake>, caf::replies_to<get_links>::with<link_list>>;

class market_bridge_state;
using market_bridge_actor = observed_actor<market_bridge_interface, market_bridge_state>;

/// The floor's prices and orders for programs on Redis: publishes every ticker that somebody there
/// wants on its TICKER_UPDATES channel. Wanted is what has subscribers (polled; it needs nothing
/// from them, so they are found again after either side's restart) and what was registered on
/// BROKER_REGISTRATION, while its lease lasts.
///
/// Not for a floor that takes its prices from these very channels.
class market_bridge_state {
public:
  static inline const char* name = "market_bridge";

  explicit market_bridge_state(market_bridge_actor* self) : self_(self) {}
  ~market_bridge_state();

  void open(market_bridge_options options);
  void on_timer(const wake& timer);
  void on_down(const caf::down_msg& message);
  link_list links() const { return {{link_.status(outlet_->wire())}}; }

private:
  struct wanted_ticker {
    std::int64_t subscribers = 0;
    std::int64_t seen_until_ms = 0;
    std::int64_t leased_until_ms = 0;
    caf::actor publisher;
    bool opening = false;
  };

  void start_clients();
  void poll();
  void on_counts(const std::vector<channel_count>& counts);
  void on_registration(const registration& wish);
  void on_link(const link_report& report);
  void poll_later();
  void decide();
  wanted_ticker* find(const std::string& ticker);
  void open_ticker(const std::string& ticker, wanted_ticker& entry);
  void close_ticker(const std::string& ticker, wanted_ticker& entry);

  market_bridge_actor* self_;
  market_bridge_options options_;
  std::shared_ptr<inbox> inbox_;
  std::shared_ptr<price_outlet> outlet_;
  std::unique_ptr<questions> redis_;
  std::unique_ptr<subscriber> registrations_;
  std::shared_ptr<complaints> unreadable_ = std::make_shared<complaints>();
  link_watch link_{"redis"};
  std::map<std::string, wanted_ticker> tickers_;
  bool said_too_many_ = false;
};

/// The market bridge. What its clients' threads have for it is conflated to one wake.
market_bridge_interface::behavior_type market_bridge(market_bridge_actor* self,
                                                     market_bridge_options options);

}  // namespace outcry::redis
