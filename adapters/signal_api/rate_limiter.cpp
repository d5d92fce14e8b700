#include "adapters/signal_api/rate_limiter.hpp"

#include <algorithm>

namespace outcry::signal_api {

rate_limiter::rate_limiter(options opts)
    : interval_(60 * ns_per_s / opts.per_minute),
      depth_(interval_ * opts.burst),
      most_keys_(opts.most_keys) {}

std::optional<duration_ns> rate_limiter::refuse(const std::string& key, timestamp_ns now) {
  auto found = places_.find(key);
  if (found == places_.end()) {
    if (entries_.size() >= most_keys_) {
      places_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(key, now);
    found = places_.emplace(key, entries_.begin()).first;
  } else {
    entries_.splice(entries_.begin(), entries_, found->second);
  }
  auto& full_at = found->second->second;
  full_at = std::clamp(full_at, now, now + depth_);
  const auto wait = full_at + interval_ - depth_ - now;
  if (wait > 0) return wait;
  full_at += interval_;
  return std::nullopt;
}

}  // namespace outcry::signal_api
