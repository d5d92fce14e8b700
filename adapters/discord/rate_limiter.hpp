#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

namespace outcry::discord {

/// What an answer of Discord's says about limits; missing headers are nothing.
struct limit_headers {
  long status = 0;
  std::string bucket;                   ///< X-RateLimit-Bucket
  std::optional<int> remaining;         ///< X-RateLimit-Remaining
  std::optional<double> reset_after_s;  ///< X-RateLimit-Reset-After
  std::optional<double> retry_after_s;  ///< of a 429: its body's, else the header's
  bool global = false;                  ///< of a 429: for all requests
  bool shared = false;                  ///< of a 429: others used it up, it is not held against us
};

/// Keeps requests within Discord's limits (docs.discord.com/developers/topics/rate-limits): those
/// of each bucket as the server tells them, 50 requests a second in all, and no more than a tenth
/// of the 10000 invalid answers (401, 403, 429) in 10 minutes that would have the address banned.
/// Pure: times are ms of a monotonic clock. Not thread-safe.
///
/// A route is a method and path without its ids ("GET /channels/messages"), and the major id in it
/// (the channel's): buckets are counted for each of them.
class rate_limiter {
public:
  static constexpr int per_second = 50;
  static constexpr std::size_t most_invalid = 1000;
  static constexpr std::int64_t invalid_span_ms = 10 * 60000;

  /// ms until a request of this route may be sent; 0 = now.
  std::int64_t wait_ms(const std::string& route, std::uint64_t major, std::int64_t now);
  void sent(const std::string& route, std::uint64_t major, std::int64_t now);
  void answered(const std::string& route, std::uint64_t major, const limit_headers& answer,
                std::int64_t now);

  std::size_t invalid_answers() const { return invalid_.size(); }

private:
  struct bucket {
    int remaining = 1;
    std::int64_t reset_at = 0;
  };
  std::string key(const std::string& route, std::uint64_t major) const;
  void forget_old(std::int64_t now);

  std::map<std::string, std::string> bucket_of_route_;
  std::map<std::string, bucket> buckets_;
  std::deque<std::int64_t> sent_;     ///< of the last second
  std::deque<std::int64_t> invalid_;  ///< of the last 10 minutes
  std::int64_t blocked_until_ = 0;    ///< by a global 429
};

}  // namespace outcry::discord
