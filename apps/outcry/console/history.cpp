#include "apps/outcry/console/history.hpp"

#include <algorithm>
#include <limits>

namespace outcry::console {

namespace {

constexpr auto kept_seconds = static_cast<std::int64_t>(history_seconds);

}  // namespace

void history::set(std::int64_t at_ms, std::int64_t before_ms, double value) {
  const auto second = std::max<std::int64_t>(at_ms, 0) / 1000;
  if (last_ < 0 || second < last_) {
    first_ = last_ = second;
    slot(second) = static_cast<float>(value);
    return;
  }
  const auto rest = gap_ == untold::holds ? slot(last_) : 0.0f;
  const auto before = std::clamp(before_ms / 1000, last_, second);
  for (auto x = std::max(last_ + 1, second - kept_seconds + 1); x <= second; ++x)
    slot(x) = x <= before ? rest : static_cast<float>(value);
  slot(second) = static_cast<float>(value);
  last_ = second;
}

std::array<double, history_seconds> history::values(std::int64_t now_ms) const {
  std::array<double, history_seconds> result;
  const auto now = now_ms / 1000;
  const auto oldest = std::max(first_, last_ - kept_seconds + 1);
  for (std::size_t i = 0; i < history_seconds; ++i) {
    const auto second = now - kept_seconds + 1 + static_cast<std::int64_t>(i);
    if (first_ < 0 || second < oldest)
      result[i] = std::numeric_limits<double>::quiet_NaN();
    else if (second <= last_)
      result[i] = slot(second);
    else
      result[i] = gap_ == untold::holds ? slot(last_) : 0.0;
  }
  return result;
}

}  // namespace outcry::console
