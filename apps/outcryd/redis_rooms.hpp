#pragma once

#include <memory>

#include "adapters/redis/connection.hpp"
#include "adapters/redis/redis_source.hpp"
#include "apps/config/config.hpp"
#include "apps/outcryd/house_plan.hpp"
#include "messages/interfaces/trading.hpp"

namespace outcry::app {

/// How the configuration reaches Redis. Throws std::invalid_argument for people.
redis::connection_options choose_redis(const config::config& settings);

/// The source of prices for feed.source "redis", to be attached to the feed. Throws as above.
std::unique_ptr<redis::redis_source> make_redis_source(const open_house& at);

/// Starts what tells programs on Redis what was earned; invalid without redis.url.
performance_listener_actor open_performance_outlet(open_house& at);

/// Starts what the floor has to do with Redis; nothing without redis.url. After the desk.
void open_redis(open_house& at);

}  // namespace outcry::app
