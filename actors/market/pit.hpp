#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/actor.hpp>
#include <caf/system_messages.hpp>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "messages/interfaces/journal.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

/// One listener of a pit.
struct pit_subscriber {
  caf::actor handle;
  bool counts_as_demand = true;
  std::unique_ptr<price_tick> held_back;  ///< the latest tick it was too slow for; rare
  std::uint32_t conflated = 0;            ///< ticks left out since it last got any
};

/// What a pit knows of its ticker. It outlives a crash of the pit's actor: the next one goes on
/// with it. Touched by that one actor only.
struct pit_book {
  std::string ticker;
  std::vector<pit_subscriber> subscribers;
  std::optional<price_tick> last;
  feed_status status;
  std::uint64_t ticks = 0;
  std::uint64_t conflated = 0;
  timestamp_ns relay_told_ns = 0;  ///< when the relay heard that there is a new price; 0 = not
};

/// Who a pit talks to.
struct pit_neighbours {
  feed_actor feed;
  history_actor history;  ///< invalid: no history is kept
  relay_actor relay;      ///< invalid: there is no relay
};

/// A subscriber with more waiting messages than this gets only the latest price, later.
constexpr std::uint64_t slow_subscriber_depth = 64;

/// A pit's own timer beside its interface.
using pit_impl = pit_actor::extend<caf::reacts_to<wake>>;

class pit_state;
using pit_self = observed_actor<pit_impl, pit_state>;

/// The only place where one ticker's prices and orders are fanned out.
///
/// Orders and commands are never conflated. Prices for a subscriber that is behind are: it gets the
/// latest one as soon as it has caught up, with the count of those left out.
class pit_state {
public:
  static inline const char* name = "pit";

  explicit pit_state(pit_self* self) : self_(self) {}

  void open(std::shared_ptr<pit_book> book, pit_neighbours neighbours, house_ptr house);

  void on_prices(const price_batch& batch);
  caf::result<batch_receipt> on_lockstep(const lockstep_batch& step);
  void on_order(const order_update& update);
  void on_feed(const feed_status& status);
  void subscribe(const subscribe_pit& request);
  void forget(const caf::actor_addr& subscriber);
  void flush_held_back();
  pit_status status() const;
  price_update take_price();

private:
  void note(const price_batch& batch);
  void fan_out(const price_batch& batch);
  void deliver(pit_subscriber& to, const price_batch& batch, const caf::message& shared);
  void hold_back(pit_subscriber& from, const price_batch& batch);
  void release(pit_subscriber& to);
  void record(const price_batch& batch);
  void note_missed(std::size_t ticks, const caf::error& reason);
  void tell_relay();
  void tell_demand();
  void arm_timer();

  pit_self* self_;
  std::shared_ptr<pit_book> book_;
  pit_neighbours neighbours_;
  house_ptr house_;
  bool timer_armed_ = false;
  std::uint64_t missed_ = 0;        ///< ticks that the log has not been told of
  timestamp_ns complained_ns_ = 0;  ///< when it was told last; 0 = never
};

/// The pit actor. Prices from the feed come in batches and are handled as they come; its mailbox
/// takes 100,000 messages, beyond which the feed's batches are refused and counted.
pit_impl::behavior_type pit(pit_self* self, std::shared_ptr<pit_book> book,
                            pit_neighbours neighbours, house_ptr house);

}  // namespace outcry
