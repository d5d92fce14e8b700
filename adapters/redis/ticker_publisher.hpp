#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "adapters/redis/price_outlet.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry::redis {

/// A pit's listener, and the bridge's word that somebody new listens (timer `repeat_timer`).
using ticker_publisher_interface = price_subscriber_actor::extend<caf::reacts_to<wake>>;

inline constexpr std::uint8_t repeat_timer = 1;

class ticker_publisher_state;
using ticker_publisher_actor = observed_actor<ticker_publisher_interface, ticker_publisher_state>;

/// Publishes one ticker's prices and orders. An actor for each ticker, so that a quick one does not
/// have the others conflated.
class ticker_publisher_state {
public:
  static inline const char* name = "ticker_publisher";

  explicit ticker_publisher_state(ticker_publisher_actor* self) : self_(self) {}
  ~ticker_publisher_state();

  void open(std::string ticker, std::shared_ptr<price_outlet> outlet);
  void on_prices(const price_batch& batch);
  caf::result<batch_receipt> on_lockstep(const lockstep_batch& step);
  void on_order(const order_update& update);
  void on_feed(const feed_status& status) { fresh_ = status.state == feed_state::live; }
  void on_timer(const wake& timer);

private:
  struct waiting_batch {
    price_batch batch;
    std::size_t next = 0;
    caf::typed_response_promise<batch_receipt> promise;
  };

  void send_or_drop(const price_tick& tick);
  void repeat();
  void go_on();

  ticker_publisher_actor* self_;
  std::string ticker_;
  std::string channel_;
  std::shared_ptr<price_outlet> outlet_;
  std::optional<price_tick> last_;
  bool fresh_ = false;
  std::deque<waiting_batch> waiting_;
};

/// The publisher of one ticker. The pit conflates prices for it; its mailbox takes 10,000 messages.
ticker_publisher_interface::behavior_type ticker_publisher(ticker_publisher_actor* self,
                                                           std::string ticker,
                                                           std::shared_ptr<price_outlet> outlet);

}  // namespace outcry::redis
