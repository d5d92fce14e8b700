#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "messages/decimal.hpp"
#include "messages/orders.hpp"

namespace outcry::config {

/// [floor]
struct floor_section {
  std::string name = "outcry";                 ///< shown to people; 1 to 64 characters
  std::filesystem::path data_dir = ".outcry";  ///< journal, history, socket, tokens
  std::int64_t stale_after_s = 30;             ///< silence in session until a ticker is stale
  std::int64_t answer_deadline_s = 10;         ///< until a silent bot gets `no_answer`
  std::int64_t clock_skew_limit_s = 60;        ///< beyond it only stop and kill are taken

  bool operator==(const floor_section&) const = default;
};

/// [redis]
struct redis_section {
  std::string url;  ///< "" = no Redis. May hold a password only when it came from the environment
  std::filesystem::path password_file;  ///< "" = none

  bool operator==(const redis_section&) const = default;
};

/// Where prices come from.
enum class feed_source : std::uint8_t { simulated, replay, redis };

/// When the simulated market trades.
struct session_hours {
  enum class kind : std::uint8_t { always, closed, daily };
  kind when = kind::always;
  int from_minute = 0;  ///< of the day, UTC, 0 to 1439; only for daily
  int to_minute = 0;    ///< first minute after the session; below from_minute = over midnight

  bool operator==(const session_hours&) const = default;
};

/// [feed.simulated]
struct simulated_section {
  std::int64_t seed = 1;           ///< the same seed gives the same prices
  std::int64_t interval_ms = 250;  ///< between two prices of one ticker
  session_hours session;
  std::map<std::string, Price> prices;  ///< first price by ticker; others get one made from seed

  bool operator==(const simulated_section&) const = default;
};

/// [feed.replay]
struct replay_section {
  std::filesystem::path dir;  ///< holds <TICKER>.csv or <TICKER>.csv.gz
  double speed = 1;           ///< times the original pace; 0 = as fast as possible
  bool loop = false;          ///< start again at the end

  bool operator==(const replay_section&) const = default;
};

/// [feed]
struct feed_section {
  feed_source source = feed_source::simulated;
  simulated_section simulated;
  replay_section replay;

  bool operator==(const feed_section&) const = default;
};

/// Which prices are kept in Firebase beside the current one.
enum class history_kind : std::uint8_t { all, none };

/// [firebase]
struct firebase_section {
  std::string url = "local";                 ///< "local", "" (none) or an http(s) URL
  std::filesystem::path credentials_file;    ///< a service account; "" = none
  std::filesystem::path token_file;          ///< a database token; "" = none
  history_kind history = history_kind::all;  ///< "auto" is resolved when the file is read
  std::filesystem::path ca_file;             ///< extra certificate authority; "" = the system's
  bool services_mirror = false;              ///< performance also where today's page reads it

  bool operator==(const firebase_section&) const = default;
};

/// [local_firebase]
struct local_firebase_section {
  std::string listen = "127.0.0.1:9000";  ///< "address:port"
  std::vector<std::string> hosts;         ///< Host headers taken beside loopback's names
  std::vector<std::string> origins;       ///< web origins taken beside its own

  bool operator==(const local_firebase_section&) const = default;
};

/// Who takes orders.
enum class broker_kind : std::uint8_t { none, paper };

/// When the paper broker's market trades. `automatic` is resolved when the file is read.
enum class market_hours : std::uint8_t { always, us_equity };

/// [broker]
struct broker_section {
  broker_kind kind = broker_kind::paper;
  Money cash = Money::from_integer(100'000);     ///< of an account that is opened anew; above 0
  std::int64_t seed = 0;                         ///< as above; 0 = a random one
  bool shorting = false;                         ///< sales beyond what is held
  Ratio participation = Ratio::from_integer(1);  ///< part of each print; above 0, at most 1
  std::int64_t slippage_bps = 0;                 ///< of market orders; 0 to 9999
  Money fee_per_order;                           ///< with its first fill
  Price fee_per_share;
  std::int64_t fee_bps = 0;  ///< of what a fill costs; 0 to 9999
  market_hours calendar = market_hours::always;
  std::int64_t timeout_s = 10;     ///< for an answer; then the outcome is unknown
  std::int64_t quarantine_s = 60;  ///< not known to the broker for so long: never sent
  std::int64_t reconcile_s = 60;   ///< between two comparisons with the broker

  bool operator==(const broker_section&) const = default;
};

/// [risk]
struct risk_section {
  risk_limits each_bot = default_bot_limits();  ///< for what a bot has no limit of its own
  risk_limits account;                          ///< until the verb `set` changes them

  static risk_limits default_bot_limits() {
    risk_limits limits;
    limits.price_collar = Ratio::from_units(50'000'000'000);  // 5 %
    return limits;
  }

  bool operator==(const risk_section&) const = default;
};

/// The order desk's name among the bots: whoever addresses it means the whole account.
constexpr const char* account_bot = "account";

/// One of [[bots]]
struct bot_section {
  std::string ticker;             ///< normalised
  std::string strategy;           ///< "counter" or "scale_t"
  std::string id;                 ///< unique; default "<strategy>-<ticker>"
  std::string parameters = "{}";  ///< JSON object
  std::string limits = "{}";      ///< JSON of its own risk_limits
  std::size_t line = 0;           ///< of its parameters in the file; 0 = it has none

  bool operator==(const bot_section&) const = default;
};

/// Everything a configuration file says. Paths are absolute, or relative to the working directory
/// when there is no file.
struct config {
  floor_section floor;
  redis_section redis;
  feed_section feed;
  firebase_section firebase;
  local_firebase_section local_firebase;
  broker_section broker;
  risk_section risk;
  std::vector<bot_section> bots;

  bool operator==(const config&) const = default;
};

/// The floor's Unix socket: data_dir/outcry.sock.
std::filesystem::path socket_path(const config& x);

/// Where the floor finds its Realtime Database: "http://127.0.0.1:9000" for "local" (an address
/// that means every interface becomes loopback); "" for none.
std::string firebase_base_url(const config& x);

/// The token for that database: `token_file`, or data_dir/floor.token for "local"; "" = none.
std::filesystem::path firebase_token_file(const config& x);

/// True for a bot whose strategy orders by itself.
bool trades(const bot_section& x);

/// "always", "closed" or "HH:MM-HH:MM".
std::string to_string(const session_hours& x);

}  // namespace outcry::config
