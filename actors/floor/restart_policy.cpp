#include "actors/floor/restart_policy.hpp"

#include <algorithm>

namespace outcry {

bool restart_window::note_crash(timestamp_ns now) {
  std::erase_if(crashes_, [&](timestamp_ns t) { return t + policy_.window_ns <= now; });
  crashes_.push_back(now);
  return crashes_.size() <= policy_.max_restarts;
}

duration_ns restart_window::backoff(double random) const {
  duration_ns wait = policy_.first_backoff_ns;
  for (std::size_t i = 1; i < crashes_.size() && wait < policy_.max_backoff_ns; ++i) wait *= 2;
  wait = std::min(wait, policy_.max_backoff_ns);
  return wait + static_cast<duration_ns>(static_cast<double>(wait) * policy_.jitter * random);
}

}  // namespace outcry
