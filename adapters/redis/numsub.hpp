#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/redis/failure.hpp"
#include "adapters/redis/reply.hpp"
#include "adapters/redis/resp.hpp"

namespace outcry::redis {

/// One channel and how many connections subscribe to it (patterns do not count).
using channel_count = std::pair<std::string, std::int64_t>;

/// PUBSUB NUMSUB for these channels. Our own subscriptions are counted too.
arguments numsub(std::span<const std::string> channels);
result<std::vector<channel_count>> parse_numsub(reply_view answer);

/// PUBSUB CHANNELS: those with at least one subscriber whose name matches the glob `pattern`.
arguments active_channels(std::string_view pattern);
result<std::vector<std::string>> parse_active_channels(reply_view answer);

}  // namespace outcry::redis
