#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "actors/floor/house.hpp"
#include "actors/floor/lag_meter.hpp"
#include "actors/floor/observed.hpp"
#include "actors/market/price_source.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry {

struct feed_options {
  duration_ns stale_after_ns = 30 * ns_per_s;  ///< of silence in session
  std::int64_t watch_interval_ms = 500;        ///< how often that is looked at
};

/// What the feed knows of one ticker.
struct watched_ticker {
  std::uint32_t wanted_by = 0;
  timestamp_ns last_heard_ns = 0;  ///< when its last tick came, or when it was first wanted
  bool heard = false;
  feed_state told = feed_state::waiting;  ///< the state its pit knows
  bool told_once = false;
  pit_actor pit;  ///< the pit's present actor: a restarted one makes itself known
};

/// The feed's own timers beside its interface.
using feed_impl = feed_actor::extend<caf::reacts_to<wake>>;

class feed_state_machine;
using feed_self = observed_actor<feed_impl, feed_state_machine>;

/// What outlives a crash of the feed actor: the source and who wants what.
struct feed_book {
  std::unique_ptr<price_source> source;
  std::map<std::string, watched_ticker> tickers;
  bool open = false;
  bool ended = false;
  std::uint64_t unreadable = 0;  ///< of the source, as far as counted
  link_status link{"feed", link_state::connecting, 0, "", 0};
  lag_meter lag;  ///< of prices from outside: from the source's time to ours
};

/// The one market-data connection: pulls ticks from its source for the tickers that somebody wants
/// (counted by the pits), hands them to the pits, and watches for silence.
class feed_state_machine {
public:
  static inline const char* name = "feed";

  explicit feed_state_machine(feed_self* self) : self_(self) {}

  void open(std::shared_ptr<feed_book> book, feed_options options, house_ptr house);
  void on_demand(const demand& request);
  void on_open();
  void on_external_prices(const price_batch& batch);
  void on_external_order(const order_update& update);
  void on_link(const link_status& link);
  void on_timer(const wake& timer);
  link_list links() const;

private:
  void forget(const std::string& ticker);
  void poll();
  void send_lockstep(std::shared_ptr<std::vector<price_batch>> batches, std::size_t next,
                     std::optional<timestamp_ns> again);
  void schedule_poll(std::optional<timestamp_ns> at);
  void send_batch(const price_batch& batch);
  void note_heard(const std::string& ticker);
  void note_lag(const price_batch& batch);
  void watch();
  void arm_watch();
  void tell(const std::string& ticker, watched_ticker& watched);
  feed_state judge(const watched_ticker& watched) const;

  feed_self* self_;
  std::shared_ptr<feed_book> book_;
  feed_options options_;
  house_ptr house_;
  std::uint64_t poll_generation_ = 0;
};

/// The feed actor. Its mailbox takes 100,000 messages; a bridge's batches beyond that are refused
/// and counted.
feed_impl::behavior_type broker_feed(feed_self* self, std::shared_ptr<feed_book> book,
                                     feed_options options, house_ptr house);

}  // namespace outcry
