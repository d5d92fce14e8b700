#include "apps/outcryd/redis_rooms.hpp"

#include <stdexcept>
#include <utility>

#include "adapters/redis/container_bridge.hpp"
#include "adapters/redis/market_bridge.hpp"
#include "adapters/redis/performance_outlet.hpp"
#include "apps/config/secret.hpp"

namespace outcry::app {

redis::connection_options choose_redis(const config::config& settings) {
  std::string password;
  if (!settings.redis.password_file.empty()) {
    auto read = config::read_secret(settings.redis.password_file);
    if (!read) throw std::invalid_argument("redis.password_file: " + read.error());
    password = *read;
  }
  auto where = redis::parse_url(settings.redis.url, password);
  if (!where) throw std::invalid_argument("redis.url: " + where.error().text);
  redis::connection_options options;
  options.address = *where;
  options.client_name = "outcryd";
  return options;
}

std::unique_ptr<redis::redis_source> make_redis_source(const open_house& at) {
  redis::redis_source_options options;
  options.connection = choose_redis(at.settings);
  options.house = at.house;
  return std::make_unique<redis::redis_source>(std::move(options));
}

performance_listener_actor open_performance_outlet(open_house& at) {
  if (at.settings.redis.url.empty()) return {};
  redis::performance_outlet_options options;
  options.connection = choose_redis(at.settings);
  options.house = at.house;
  child_spec spec;
  spec.name = "redis.performance";
  spec.kind = "redis";
  spec.start = [options](caf::actor_system& system) {
    return caf::actor_cast<caf::actor>(system.spawn(redis::performance_outlet, options));
  };
  at.links["redis.performance"] = place(at, floor_tier::bridges, std::move(spec));
  return caf::actor_cast<performance_listener_actor>(at.links["redis.performance"]);
}

void open_redis(open_house& at) {
  if (at.settings.redis.url.empty()) return;
  auto wire = choose_redis(at.settings);
  bool prices_come_from_there = at.settings.feed.source == config::feed_source::redis;
  if (!prices_come_from_there) {
    redis::market_bridge_options options;
    options.connection = wire;
    options.market = at.market;
    options.relay = at.relay;
    options.house = at.house;
    child_spec spec;
    spec.name = spec.kind = "redis";
    spec.start = [options](caf::actor_system& system) {
      return caf::actor_cast<caf::actor>(system.spawn(redis::market_bridge, options));
    };
    at.links["redis"] = place(at, floor_tier::bridges, std::move(spec));
  }
  redis::container_bridge_options options;
  options.connection = wire;
  options.journal = at.journal;
  options.desk = at.desk;
  options.roster = at.roster;
  options.relay = at.relay;
  options.orders = at.orders;
  options.performance = at.performance;
  options.market = at.market;
  options.house = at.house;
  options.floor_name = at.settings.floor.name;
  options.taken.insert(config::account_bot);
  options.taken.insert(config::signals_bot);
  for (const auto& bot : at.settings.bots) options.taken.insert(bot.id);
  child_spec spec;
  spec.name = "redis.bots";
  spec.kind = "redis";
  spec.start = [options](caf::actor_system& system) {
    return caf::actor_cast<caf::actor>(system.spawn(redis::container_bridge, options));
  };
  at.links["redis.bots"] = place(at, floor_tier::bridges, std::move(spec));
}

}  // namespace outcry::app
