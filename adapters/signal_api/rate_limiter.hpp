#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "messages/timestamp.hpp"

namespace outcry::signal_api {

/// A token bucket for each key. Remembers the latest `most_keys` keys; who is forgotten starts with
/// a full bucket. Not thread-safe.
class rate_limiter {
public:
  struct options {
    std::uint32_t per_minute = 600;  ///< how fast a bucket fills, 1 or more
    std::uint32_t burst = 60;        ///< how much it holds, 1 or more
    std::size_t most_keys = 10'000;  ///< 1 or more
  };

  explicit rate_limiter(options opts);

  /// Takes one from the key's bucket; if it is empty, takes nothing and says after what time there
  /// will be one. A clock that was set back costs a key no more than an empty bucket.
  std::optional<duration_ns> refuse(const std::string& key, timestamp_ns now);

private:
  using entry = std::pair<std::string, timestamp_ns>;  // when its bucket will be full again

  duration_ns interval_;
  duration_ns depth_;
  std::size_t most_keys_;
  std::list<entry> entries_;  // latest first
  std::unordered_map<std::string, std::list<entry>::iterator> places_;
};

}  // namespace outcry::signal_api
