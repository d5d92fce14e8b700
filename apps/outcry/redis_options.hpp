#pragma once

#include "adapters/redis/connection.hpp"
#include "apps/config/config.hpp"

namespace outcry::cli {

/// How this program reaches the configured Redis. Throws std::invalid_argument for people when
/// there is none or its password cannot be read.
redis::connection_options redis_options(const config::config& settings);

}  // namespace outcry::cli
