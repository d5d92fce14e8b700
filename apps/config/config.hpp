#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
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

/// [dead_man]
struct dead_man_section {
  double hours = 0;  ///< of silence until all bots are stopped; 0 = off

  bool operator==(const dead_man_section&) const = default;
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
  std::filesystem::path page;             ///< the built phone page; "" = none is served
  std::filesystem::path rules;            ///< security rules; "" = none
  std::string cloud_project;  ///< id of the Firebase project whose ID tokens are taken; "" = none
  std::vector<std::string> cloud_operators;  ///< uids there that may command

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
  bool penny_prices = true;                      ///< as American stock exchanges take them
  bool fractional = false;                       ///< fractions in every kind of order
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

/// Whose calls are read and followed.
enum class signal_feed : std::uint8_t {
  local,    ///< those of this floor's own channels
  postgres  ///< also those others put into the shared database
};

/// One of [[signals.sources]]: what may be done with the calls of a source.
struct signal_source_section {
  std::string source;   ///< "discord:<id>", "http:<token>", "tradingview:<name>"; "*" may end it
  std::string name;     ///< for people
  bool trade = false;   ///< false: calls are read and kept, nobody follows them
  bool confirm = true;  ///< the operator says yes to each
  std::string asset = "unknown";       ///< of a bare ticker; "unknown" or one of asset_words
  bool needs_stop = true;              ///< a call without one is refused
  bool needs_target = false;           ///< likewise
  std::int64_t least_confidence = 60;  ///< below: quarantine; 0 to 100
  std::int64_t max_age_s = 600;        ///< of a message
  std::vector<std::string> tickers;    ///< only these, as calls name them; empty = any

  bool operator==(const signal_source_section&) const = default;
};

/// One of [[signals.tokens]]: who may ask the HTTP page.
struct signal_token_section {
  std::string name;                  ///< unique; the source of what it brings is "http:<name>"
  std::vector<std::string> scopes;   ///< of "read" and "contribute"; at least one
  std::filesystem::path token_file;  ///< see signal_token_file

  bool operator==(const signal_token_section&) const = default;
};

/// One of [[signals.tradingview]]: whose alerts are taken.
struct tradingview_section {
  std::string name;                   ///< unique; their source is "tradingview:<name>"
  std::filesystem::path secret_file;  ///< see tradingview_secret_file

  bool operator==(const tradingview_section&) const = default;
};

/// What a call may be about, as `assets` and `asset` spell it.
inline constexpr std::string_view asset_words[] = {"stock", "crypto", "forex",
                                                   "metal", "future", "index"};

/// [signals]
struct signals_section {
  std::vector<std::string> assets = {"stock"};  ///< what the broker can trade; each once
  std::int64_t confirm_s = 600;                 ///< a call waits so long for the operator
  std::int64_t quarantine_s = 3600;             ///< one in doubt may be accepted for so long
  std::int64_t repost_s = 3600;                 ///< the same call within this time is a repost
  std::filesystem::path database_file;          ///< holds the connection string; "" = none
  std::string database;  ///< the string itself, only from the environment; wins over the file
  signal_feed source = signal_feed::local;
  std::int64_t keep_messages_days = 365;  ///< 0 = for ever
  bool contribute = true;                 ///< what is read here goes into the shared database
  std::vector<std::string> contributors;  ///< roles whose rows are read there; empty = anybody's
  std::string listen;                     ///< "address:port" on loopback; "" = no HTTP page
  std::vector<std::string> hosts;         ///< Host headers taken beside loopback's names
  std::vector<std::string> origins;       ///< web origins taken beside its own
  std::vector<signal_source_section> sources;
  std::vector<signal_token_section> tokens;
  std::vector<tradingview_section> tradingview;

  bool operator==(const signals_section&) const = default;
};

/// One of [[discord.channels]]. Ids are 64-bit numbers in decimal, not 0.
struct discord_channel_section {
  std::uint64_t id = 0;
  std::string name;                    ///< for people
  std::vector<std::uint64_t> authors;  ///< whose calls are trusted,
  std::vector<std::uint64_t> roles;    ///< or who has one of these; both empty = anybody

  bool operator==(const discord_channel_section&) const = default;
};

/// [discord]
struct discord_section {
  std::filesystem::path token_file;  ///< a bot's token; "" = none
  std::string token;                 ///< only from the environment; wins over the file
  std::string api = "https://discord.com/api/v10";  ///< https, or http on this machine
  std::vector<discord_channel_section> channels;

  bool operator==(const discord_section&) const = default;
};

/// [notifications]
struct notifications_section {
  std::string url;                   ///< server and topic; "" = nobody is told anything
  std::filesystem::path token_file;  ///< "tk_..." or "user:password"; "" = none
  std::string token;                 ///< only from the environment; wins over the file
  std::filesystem::path ca_file;     ///< extra certificate authority; "" = the system's
  std::string click;                 ///< address of the phone page; "" = none
  std::int64_t budget_per_hour = 6;  ///< of what is not urgent, one by one
  std::int64_t digest_minutes = 15;
  std::int64_t escalate_after_minutes = 5;
  std::int64_t escalations = 3;  ///< how often one that is not acknowledged is said again
  int quiet_from = 0;            ///< minute of the local day, 0 to 1439
  int quiet_to = 0;              ///< first minute after it; as quiet_from = never
  bool fills = true;
  bool orders_rejected = true;
  bool bots = true;
  bool commands = true;
  bool halts = true;
  bool broker = true;
  bool prices = true;
  bool databases = true;
  bool dead_man = true;
  bool signals = true;
  bool day_result = true;

  bool operator==(const notifications_section&) const = default;
};

/// [inspection]
struct inspection_section {
  std::string listen;                      ///< "address:port"; "" = no HTTP endpoint
  std::vector<std::string> hosts;          ///< Host headers taken beside loopback's names
  std::filesystem::path token_file;        ///< see inspection_token_file
  std::filesystem::path certificate_file;  ///< "" = no TLS
  std::filesystem::path key_file;          ///< beside the certificate

  bool operator==(const inspection_section&) const = default;
};

/// The order desk's name among the bots: whoever addresses it means the whole account.
constexpr const char* account_bot = "account";

/// The signal desk's, to whom the verb confirm is said.
constexpr const char* signals_bot = "signals";

/// One of [[bots]]
struct bot_section {
  std::string ticker;             ///< normalised
  std::string strategy;           ///< "counter", "scale_t" or "follow"
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
  dead_man_section dead_man;
  redis_section redis;
  feed_section feed;
  firebase_section firebase;
  local_firebase_section local_firebase;
  broker_section broker;
  risk_section risk;
  signals_section signals;
  discord_section discord;
  notifications_section notifications;
  inspection_section inspection;
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

/// True when there is a shared database of signals: by its file or by the environment.
bool has_signal_database(const config& x);

/// True when there is a token for Discord: by its file or by the environment.
bool has_discord_token(const config& x);

/// True when there is a secret for the notifications' server: by its file or by the environment.
bool has_notification_token(const config& x);

/// Where a token of the HTTP page is kept: `token_file`, or data_dir/signals-<name>.token.
std::filesystem::path signal_token_file(const config& x, const signal_token_section& token);

/// Where a TradingView secret is kept: `secret_file`, or data_dir/tradingview-<name>.secret.
std::filesystem::path tradingview_secret_file(const config& x, const tradingview_section& page);

/// Where the token of the floor's figures is kept: `token_file`, or data_dir/inspection.token.
std::filesystem::path inspection_token_file(const config& x);

/// True for a bot whose strategy orders by itself.
bool trades(const bot_section& x);

/// "always", "closed" or "HH:MM-HH:MM".
std::string to_string(const session_hours& x);

}  // namespace outcry::config
