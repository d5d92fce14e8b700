#pragma once

#include <stdexcept>

#include "adapters/redis/connection.hpp"
#include "apps/config/config.hpp"

namespace outcry::cli {

/// Redis cannot be reached, or no more. The text is one sentence for people.
class redis_unreachable : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// How this program reaches the configured Redis. Throws std::invalid_argument for people when
/// there is none or its password cannot be read.
redis::connection_options redis_options(const config::config& settings);

}  // namespace outcry::cli
