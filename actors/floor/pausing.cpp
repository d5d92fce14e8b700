#include "actors/floor/pausing.hpp"

#include <caf/actor_cast.hpp>

#include "actors/floor/seen_from_near.hpp"

namespace outcry {

bool pause(seat& place, std::int64_t at_ms) {
  return place.pause(pause_bound, at_ms);
}

bool resume(seat& place, std::int64_t at_ms) {
  if (!place.resume(at_ms)) return false;
  auto counters = place.counters();
  if (auto who = caf::actor_cast<caf::actor>(place.occupant())) send_end_of_pause(*counters, who);
  return true;
}

void expect_question(seat& place) {
  if (auto counters = place.counters())
    counters->wishes.fetch_add(gauge_wish::question, std::memory_order_relaxed);
}

}  // namespace outcry
