#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "actors/floor/house.hpp"
#include "actors/floor/lag_meter.hpp"
#include "actors/floor/observed.hpp"
#include "adapters/calendar/market_calendar.hpp"
#include "adapters/paper/exchange.hpp"
#include "messages/interfaces/market.hpp"
#include "messages/interfaces/operator.hpp"
#include "messages/interfaces/trading.hpp"
#include "messages/interfaces/wake.hpp"

namespace outcry::paper {

/// How the paper broker is opened.
struct bridge_options {
  /// A `seed` of 0 takes a random one (of the house's chance) for an account that is opened anew.
  exchange_options exchange;

  std::string file;  ///< paper.db; empty = kept in memory only

  /// Where the state is instead of `file`; may throw. Called again after a failure.
  std::function<std::unique_ptr<store>()> open_store;

  /// When the market trades; none = always.
  std::function<std::unique_ptr<calendar::market_calendar>()> make_calendar;

  market_actor market;
  relay_actor relay;  ///< told whether the broker can be reached; invalid: there is none
  house_ptr house;

  /// Tickers to listen to from the start. Those of open orders and positions are added, and others
  /// with their first order.
  std::vector<std::string> tickers;
};

using bridge_interface = broker_actor::extend_with<price_subscriber_actor>::extend<
    // Its timers, and the word that requests are at hand.
    caf::reacts_to<wake>>;

class bridge_state;
using bridge_self = observed_actor<bridge_interface, bridge_state>;

/// The broker port over an `exchange`: hears the pits' prints, lets time pass, keeps its listener
/// informed.
class bridge_state {
public:
  static inline const char* name = "paper_broker";

  explicit bridge_state(bridge_self* self) : self_(self) {}
  ~bridge_state();

  using request = std::variant<order_request, cancel_at_broker, replace_at_broker>;

  void open(bridge_options options);
  caf::result<broker_answer> take(request wish);
  caf::result<broker_answer> on_find(const find_at_broker& question);
  caf::result<broker_state> on_state();
  void on_listener(const listen_to_broker& who);
  void on_prices(const price_batch& batch);
  void on_feed(const feed_status& status);
  void on_timer(const wake& timer);
  link_list links() const;

private:
  struct waiting_request {
    request what;
    caf::typed_response_promise<broker_answer> promise;
    std::int64_t since_ms;
  };
  struct heard_ticker {
    bool heard = false;  ///< its pit has answered
    bool asked = false;  ///< within the last second
    Price last;          ///< 0 = none yet
  };

  void open_exchange();
  template <class Work>
  bool attempt(Work work);
  void failed(const std::string& reason, bool unusable);
  void recovered();
  void try_again();
  void set_link(link_state state, const std::string& reason);

  void serve();
  broker_answer carry_out(const request& what, timestamp_ns now);
  broker_answer carry_out(const order_request& order, timestamp_ns now);
  broker_answer carry_out(const cancel_at_broker& wish, timestamp_ns now);
  broker_answer carry_out(const replace_at_broker& wish, timestamp_ns now);
  void print(const std::string& ticker, const price_tick& tick);
  void tell();
  void tell_session();

  void subscribe();
  void arm_border();
  caf::error unreachable() const;
  timestamp_ns now() const { return options_.house->time->now(); }

  bridge_self* self_;
  bridge_options options_;
  std::unique_ptr<exchange> exchange_;  ///< null while its store cannot be opened
  timestamp_ns opened_ns_ = 0;
  std::map<std::string, heard_ticker> tickers_;
  std::vector<waiting_request> waiting_;
  lag_meter lag_;
  broker_listener_actor listener_;
  market_session told_;
  link_status link_{"broker", link_state::connecting, 0, {}, 0};
  std::uint64_t border_generation_ = 0;
  bool subscribing_ = false;  ///< the timer is set
};

/// The paper broker as the floor's broker (see `broker_actor`).
///
/// What it answers is on the disk, so it is to be spawned detached. Requests that come together are
/// one transaction. While its file can be neither read nor written every request is answered
/// `ec::unreachable` and nothing changes; it tries again each second, and prints of that time fill
/// nothing. Prints count with the time they entered the floor: those from before it was opened, and
/// those from before the latest order of their ticker, fill nothing either. Orders survive its
/// restart; updates that were not sent before are lost, as on any broker's stream.
///
/// Mailbox: 100,000 messages; prices are conflated by the pits.
bridge_interface::behavior_type bridge(bridge_self* self, bridge_options options);

}  // namespace outcry::paper
