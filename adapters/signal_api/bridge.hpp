#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/behavior.hpp>
#include <caf/duration.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/floor/house.hpp"
#include "actors/floor/observed.hpp"
#include "adapters/http/gate.hpp"
#include "adapters/http/server.hpp"
#include "adapters/signal_api/alert_queue.hpp"
#include "adapters/signal_api/credentials.hpp"
#include "adapters/signal_api/feed.hpp"
#include "adapters/signal_api/front.hpp"
#include "messages/interfaces/signals.hpp"

namespace outcry::signal_api {

/// What the bridge needs of the floor.
struct bridge_options {
  std::string address = "127.0.0.1";  ///< an IPv4 or IPv6 address, not a name
  std::uint16_t port = 0;             ///< 0 = the kernel chooses
  std::vector<api_token> tokens;      ///< none: all is refused but /healthz (and alerts)
  std::vector<alert_secret> tradingview;
  std::filesystem::path alert_folder;  ///< keeps accepted alerts; empty: in memory, lost at the end
  http::gate::options guard;           ///< hosts under which it is reached, besides localhost
  std::string version;
  signal_desk_actor desk;
  signal_store_actor store;
  house_ptr house = std::make_shared<const outcry::house>();

  front_limits limits;
  std::size_t max_body = std::size_t{64} << 10U;  ///< bytes; more is answered 413
  std::size_t max_connections = 256;
  std::size_t max_stream_queue = std::size_t{4} << 20U;  ///< bytes; a slower reader is cut off
  std::size_t max_alerts = 1'000;                        ///< accepted and not yet delivered
  caf::duration desk_limit{std::chrono::seconds(10)};    ///< for the desk's answer to a request
  caf::duration store_limit{std::chrono::seconds(5)};    ///< for the store's
  std::chrono::milliseconds ping{15'000};                ///< between comments in a stream
  std::chrono::milliseconds retry{
      1'000};  ///< until what failed is asked again; alerts: up to 32 times

  std::function<std::uint64_t()> random_bits;  ///< for source_ids; empty = the system's
  std::function<void(std::uint16_t)> on_open;  ///< told the port, once; may be empty
};

/// What tells a contribution from all others, and from itself sent again.
struct contribution_key {
  std::string source;
  std::string source_id;
  timestamp_ns received_ns = 0;
};

class bridge_state;
using bridge_self = caf::stateful_actor<bridge_state, observed<caf::event_based_actor>>;

/// Translates HTTP requests into messages to desk and store, and answers them.
class bridge_state : public back {
public:
  static inline const char* name = "signal_api";

  explicit bridge_state(bridge_self* self) : self_(self) {}
  ~bridge_state() override;

  /// Throws std::runtime_error (address, folder) or std::invalid_argument (a token).
  void open(bridge_options options);

  void on_wake(std::uint8_t timer);
  void on_signal(const signal_record& x);
  void on_update(const signal_update_record& x);

  void take(raw_message what, reply_ptr to) override;
  void take(contributed_signal what, reply_ptr to) override;
  void find(find_messages what, reply_ptr to) override;
  void find(find_signals what, reply_ptr to) override;
  void show(std::int64_t id, reply_ptr to) override;
  void stream(stream_query what, reply_ptr to, slot place) override;

private:
  template <class Contribution>
  void hand_in(Contribution what, reply_ptr to, bool can_be_new);
  void show_known(desk_verdict x, const contribution_key& key, reply_ptr to);
  void watch();
  void serve_inbox();
  void deliver_alert();
  void on_delivered(std::uint64_t number);
  void on_undelivered(const waiting_alert& what, const caf::error& why);
  void retry_feed_soon();

  bridge_self* self_;
  bridge_options options_;
  std::shared_ptr<inbox> inbox_;
  std::unique_ptr<credentials> who_;
  std::unique_ptr<feed> feed_;
  std::unique_ptr<alert_queue> alerts_;
  std::unique_ptr<front> front_;
  std::unique_ptr<http::server> server_;
  bool delivering_ = false;
  bool alert_pause_ = false;
  bool feed_pause_ = false;
  unsigned alert_failures_ = 0;
};

/// The bridge actor; a `signal_watcher_actor`. Opens the port before it serves anything; when that
/// fails it quits with `ec::refused` and the reason. Ends its threads as it ends.
caf::behavior bridge(bridge_self* self, bridge_options options);

}  // namespace outcry::signal_api
