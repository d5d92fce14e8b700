#include "apps/outcryd/signals.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/signals/desk/signal_desk.hpp"
#include "adapters/discord/bot_token.hpp"
#include "adapters/discord/bridge.hpp"
#include "adapters/http/token_file.hpp"
#include "adapters/postgres/bridge.hpp"
#include "adapters/signal_api/bridge.hpp"
#include "adapters/sqlite/signal_bridge.hpp"
#include "apps/config/endpoint.hpp"
#include "apps/config/secret.hpp"
#include "apps/outcryd/make_spec.hpp"
#include "apps/outcryd/version.hpp"

namespace outcry::app {

namespace {

bool follows(const config::bot_section& bot) {
  return bot.strategy == "follow";
}

signals::asset_kind asset_named(const std::string& word) {
  using enum signals::asset_kind;
  for (const auto x : {stock, option, crypto, forex, metal, future, index})
    if (word == to_string(x)) return x;
  return unknown;
}

source_rules rules_of(const config::signal_source_section& section) {
  source_rules rules;
  rules.source = section.source;
  rules.name = section.name;
  rules.trade = section.trade;
  rules.confirm = section.confirm;
  rules.tickers = section.tickers;
  rules.reading.asset = asset_named(section.asset);
  rules.reading.needs_stop = section.needs_stop;
  rules.reading.needs_target = section.needs_target;
  rules.reading.least_confidence = static_cast<std::uint8_t>(section.least_confidence);
  rules.reading.maximum_age = section.max_age_s * ns_per_s;
  return rules;
}

signal_desk_options choose_desk(const config::signals_section& section) {
  signal_desk_options options;
  options.assets.clear();
  for (const auto& word : section.assets) options.assets.push_back(asset_named(word));
  options.confirm_ns = section.confirm_s * ns_per_s;
  options.quarantine_ns = section.quarantine_s * ns_per_s;
  options.repost_ns = section.repost_s * ns_per_s;
  for (const auto& source : section.sources) options.sources.push_back(rules_of(source));
  return options;
}

/// From the environment, else from the file. Throws std::runtime_error that names the key.
std::string secret_of(const std::string& given, const std::filesystem::path& file,
                      const char* key) {
  if (!given.empty()) return given;
  auto read = config::read_secret(file);
  if (!read) throw std::runtime_error(std::string(key) + ": " + read.error());
  return *read;
}

void open_discord(open_house& at) {
  const auto& section = at.settings.discord;
  if (section.channels.empty()) return;
  discord::bridge_options options;
  options.client.token = secret_of(section.token, section.token_file, "discord.token_file");
  if (const auto problem = discord::token_problem(options.client.token))
    throw std::runtime_error("discord.token_file: " + *problem);
  options.client.api = section.api;
  options.client.identify_file = (at.settings.floor.data_dir / "discord.identifies").string();
  for (const auto& channel : section.channels) {
    discord::channel_rule rule;
    rule.channel = channel.id;
    rule.authors = channel.authors;
    rule.roles = channel.roles;
    options.channels.push_back(std::move(rule));
  }
  options.desk = caf::actor_cast<discord::message_reader_actor>(at.signals);
  options.store = caf::actor_cast<discord::cursor_store_actor>(at.signal_store);
  options.house = at.house;
  at.links["discord"] =
      place(at, floor_tier::bridges, make_spec("discord", "discord", discord::bridge, options));
}

void open_signal_page(open_house& at) {
  const auto& section = at.settings.signals;
  if (section.listen.empty()) return;
  signal_api::bridge_options options;
  const auto where = config::parse_endpoint(section.listen);
  if (!where) throw std::runtime_error("signals.listen: " + section.listen);
  options.address = where->address;
  options.port = where->port;
  options.guard.hosts = section.hosts;
  options.guard.origins = section.origins;
  options.version = version;
  options.alert_folder = at.settings.floor.data_dir / "alerts";
  for (const auto& token : section.tokens) {
    signal_api::api_token allowed;
    allowed.name = token.name;
    allowed.read = std::ranges::find(token.scopes, "read") != token.scopes.end();
    allowed.contribute = std::ranges::find(token.scopes, "contribute") != token.scopes.end();
    allowed.token = http::ensure_token(config::signal_token_file(at.settings, token));
    options.tokens.push_back(std::move(allowed));
  }
  for (const auto& alerts : section.tradingview)
    options.tradingview.push_back(
        {alerts.name, http::ensure_token(config::tradingview_secret_file(at.settings, alerts))});
  options.desk = at.signals;
  options.store = at.signal_store;
  options.house = at.house;
  options.on_open = [address = options.address](std::uint16_t port) {
    spdlog::info("signals are served at http://{}:{}", address, port);
  };
  place(at, floor_tier::bridges,
        make_spec("signal_api", "signal_api", signal_api::bridge, options));
}

void open_shared_signals(open_house& at) {
  const auto& section = at.settings.signals;
  if (!config::has_signal_database(at.settings)) return;
  postgres::bridge_options options;
  options.target = postgres::connection_string{
      secret_of(section.database, section.database_file, "signals.database_file")};
  options.contribute = section.contribute;
  options.read = section.source == config::signal_feed::postgres;
  options.contributors = section.contributors;
  options.store = at.signal_store;
  options.desk = at.signals;
  options.house = at.house;
  at.links["postgres"] =
      place(at, floor_tier::bridges, make_spec("postgres", "postgres", postgres::bridge, options));
}

}  // namespace

bool wants_signals(const config::config& settings) {
  const auto& section = settings.signals;
  return !section.sources.empty() || !section.listen.empty() ||
         !settings.discord.channels.empty() || config::has_signal_database(settings) ||
         std::ranges::any_of(settings.bots, follows);
}

void open_signal_desk(open_house& at) {
  if (!wants_signals(at.settings)) return;
  sqlite::signal_options store;
  store.data_dir = at.settings.floor.data_dir.string();
  store.keep_messages_ns = at.settings.signals.keep_messages_days * 24 * 3600 * ns_per_s;
  store.house = at.house;
  // Opened once here: what is wrong with it is told to people instead of to a supervisor.
  sqlite::signal_engine{store.data_dir};
  at.signal_store = caf::actor_cast<signal_store_actor>(
      place(at, floor_tier::store,
            make_spec("signal_store", "signal_store", sqlite::signal_bridge, store)));
  signal_desk_services services;
  services.store = at.signal_store;
  services.market = at.market;
  services.journal = at.journal;
  services.house = at.house;
  services.options = choose_desk(at.settings.signals);
  at.followers = std::make_shared<signal_book>();
  auto desk = place(at, floor_tier::desk,
                    make_spec("signals", "signals", signal_desk, at.followers, services));
  at.signals = caf::actor_cast<signal_desk_actor>(desk);
  at.book->bots[config::signals_bot] = {config::signals_bot, "SIGNALS", "signals", "floor",
                                        bot_kind::desk};
  at.book->addresses[config::signals_bot] = desk;
}

void open_followers(open_house& at) {
  if (!at.followers) return;
  for (const auto& bot : at.settings.bots)
    if (follows(bot))
      at.followers->followers[bot.ticker] = {bot.id, at.book->addresses[bot.id].address()};
  at.followers->complete.store(true, std::memory_order_release);
}

void open_signal_sources(open_house& at) {
  if (!at.signals) return;
  open_shared_signals(at);
  open_signal_page(at);
  open_discord(at);
}

}  // namespace outcry::app
