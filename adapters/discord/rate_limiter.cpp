#include "adapters/discord/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace outcry::discord {

namespace {

constexpr std::size_t max_buckets = 4096;

/// Rounded up, and never longer than an hour: what a broken server asks for.
std::int64_t to_ms(double seconds) {
  if (!(seconds > 0)) return 0;
  return static_cast<std::int64_t>(std::ceil(std::min(seconds, 3600.0) * 1000.0));
}

}  // namespace

std::string rate_limiter::key(const std::string& route, std::uint64_t major) const {
  const auto known = bucket_of_route_.find(route);
  return (known == bucket_of_route_.end() ? route : known->second) + "/" + std::to_string(major);
}

void rate_limiter::forget_old(std::int64_t now) {
  while (!sent_.empty() && now - sent_.front() >= 1000) sent_.pop_front();
  while (!invalid_.empty() && now - invalid_.front() >= invalid_span_ms) invalid_.pop_front();
  if (buckets_.size() > max_buckets)
    std::erase_if(buckets_, [now](const auto& one) { return one.second.reset_at <= now; });
  if (buckets_.size() > max_buckets) buckets_.clear();
}

std::int64_t rate_limiter::wait_ms(const std::string& route, std::uint64_t major,
                                   std::int64_t now) {
  forget_old(now);
  auto until = std::max(now, blocked_until_);
  if (sent_.size() >= per_second) until = std::max(until, sent_.front() + 1000);
  if (invalid_.size() >= most_invalid) until = std::max(until, invalid_.front() + invalid_span_ms);
  const auto found = buckets_.find(key(route, major));
  if (found != buckets_.end() && found->second.remaining <= 0)
    until = std::max(until, found->second.reset_at);
  return until - now;
}

void rate_limiter::sent(const std::string& route, std::uint64_t major, std::int64_t now) {
  sent_.push_back(now);
  // Until the answer comes it counts as one less.
  if (auto found = buckets_.find(key(route, major)); found != buckets_.end())
    --found->second.remaining;
}

void rate_limiter::answered(const std::string& route, std::uint64_t major,
                            const limit_headers& answer, std::int64_t now) {
  forget_old(now);
  if (!answer.bucket.empty() && bucket_of_route_.size() < max_buckets)
    bucket_of_route_[route] = answer.bucket;
  const bool limited = answer.status == 429;
  if (answer.status == 401 || answer.status == 403 || (limited && !answer.shared))
    invalid_.push_back(now);
  auto& state = buckets_[key(route, major)];
  if (answer.remaining) state.remaining = *answer.remaining;
  if (answer.reset_after_s) state.reset_at = now + to_ms(*answer.reset_after_s);
  if (!answer.remaining && !limited) state = {};
  if (!limited) return;
  // A 429 that does not say how long is not an invitation to ask at once.
  const auto pause = std::max<std::int64_t>(to_ms(answer.retry_after_s.value_or(1.0)), 1);
  if (answer.global) {
    blocked_until_ = std::max(blocked_until_, now + pause);
  } else {
    state.remaining = 0;
    state.reset_at = std::max(state.reset_at, now + pause);
  }
}

}  // namespace outcry::discord
