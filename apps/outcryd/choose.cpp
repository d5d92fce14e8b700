#include "apps/outcryd/choose.hpp"

#include <stdexcept>

#include "actors/market/simulated_market.hpp"
#include "adapters/firebase/credentials.hpp"
#include "adapters/firebase/service_account.hpp"
#include "adapters/http/token_file.hpp"
#include "adapters/replay/replay_source.hpp"

namespace outcry::app {

namespace {

trading_session to_session(const config::session_hours& hours) {
  using kind = config::session_hours::kind;
  if (hours.when == kind::always) return {};
  if (hours.when == kind::closed) return {0, 0};
  return {static_cast<std::uint16_t>(hours.from_minute),
          static_cast<std::uint16_t>(hours.to_minute)};
}

std::unique_ptr<price_source> make_simulated(const config::simulated_section& section) {
  simulated_options options;
  options.seed = static_cast<std::uint64_t>(section.seed);
  options.interval_ns = section.interval_ms * ns_per_ms;
  options.session = to_session(section.session);
  options.start_prices = section.prices;
  return std::make_unique<simulated_market>(std::move(options));
}

std::shared_ptr<firebase::credentials> choose_identity(const config::config& settings) {
  if (!settings.firebase.credentials_file.empty()) {
    firebase::service_account_options options;
    options.key_file = settings.firebase.credentials_file.string();
    options.ca_file = settings.firebase.ca_file.string();
    return firebase::service_account(std::move(options));
  }
  auto file = config::firebase_token_file(settings);
  if (file.empty()) return firebase::no_credentials();
  // The local Firebase and the floor share the file; whoever starts first makes it.
  if (settings.firebase.url == "local") http::ensure_token(file);
  return firebase::token_file(file.string());
}

}  // namespace

std::unique_ptr<price_source> choose_source(const config::config& settings) {
  switch (settings.feed.source) {
    case config::feed_source::simulated:
      return make_simulated(settings.feed.simulated);
    case config::feed_source::replay: {
      const auto& section = settings.feed.replay;
      return std::make_unique<replay::replay_source>(
          replay::replay_options{section.dir.string(), section.speed, section.loop});
    }
    case config::feed_source::redis:
      break;
  }
  throw std::runtime_error("feed.source: this floor has no such source");
}

firebase::bridge_options choose_mirror(const config::config& settings, const house_ptr& house,
                                       bool in_container_network) {
  firebase::url_options allowed;
  allowed.container_network = in_container_network;
  firebase::bridge_options options{
      firebase::database_url::parse(config::firebase_base_url(settings), allowed),
      choose_identity(settings),
      {},
      std::chrono::seconds(60),
      house};
  options.client.ca_file = settings.firebase.ca_file.string();
  return options;
}

}  // namespace outcry::app
