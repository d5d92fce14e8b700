#include "actors/floor/trace_tap.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace outcry {

namespace {

// Few are traced at a time: a gauge need not have room for it.
std::mutex taps_mutex;
std::map<const gauge*, std::weak_ptr<trace_tap>> taps;

}  // namespace

void trace_tap::refill(std::size_t room) {
  std::lock_guard lock{mutex_};
  room_ = std::min(room_ + room, limit_);
}

bool trace_tap::wants_one() {
  std::lock_guard lock{mutex_};
  if (room_ == 0) {
    ++dropped_;
    return false;
  }
  --room_;
  return true;
}

void trace_tap::put(traced_message one) {
  std::lock_guard lock{mutex_};
  waiting_.push_back(std::move(one));
}

std::vector<traced_message> trace_tap::take(std::uint64_t& dropped) {
  std::lock_guard lock{mutex_};
  dropped = std::exchange(dropped_, 0);
  return std::exchange(waiting_, {});
}

void set_tap(gauge& who, std::shared_ptr<trace_tap> tap) {
  std::lock_guard lock{taps_mutex};
  if (tap) {
    taps[&who] = std::move(tap);
    who.wishes.fetch_or(gauge_wish::trace, std::memory_order_relaxed);
  } else {
    taps.erase(&who);
    who.wishes.fetch_and(~gauge_wish::trace, std::memory_order_relaxed);
  }
}

std::shared_ptr<trace_tap> tap_of(const gauge& who) {
  std::lock_guard lock{taps_mutex};
  auto found = taps.find(&who);
  return found == taps.end() ? nullptr : found->second.lock();
}

}  // namespace outcry
