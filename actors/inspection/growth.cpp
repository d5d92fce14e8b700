#include "actors/inspection/growth.hpp"

#include <algorithm>

namespace outcry::inspection {

namespace {

constexpr std::int64_t step_ms = 30'000;

}  // namespace

void growth::start::go(std::uint64_t from, std::uint64_t to) {
  if (to > from)
    risen += to - from;
  else
    fallen += from - to;
  peak = std::max(peak, to);
}

void growth::note(std::uint64_t value, std::int64_t heard_ms, std::int64_t at_ms) {
  const start here{value, heard_ms, 0, 0, value};
  const auto before = value_;
  value_ = value;
  heard_ms_ = heard_ms;
  if (!base_ || value < base_->peak / 2) {
    base_ = next_ = here;
    since_ms_ = at_ms;
    return;
  }
  base_->go(before, value);
  next_.go(before, value);
  if (!grows() && value <= base_->value + base_->value / 50) since_ms_ = at_ms;
  if (heard_ms - next_.heard_ms < step_ms) return;
  base_ = next_;
  next_ = here;
}

bool growth::grows() const {
  return base_ && span_ms() >= least_ms && gained() >= base_->value / 50 + 10 &&
         value_ >= base_->peak - base_->peak / 10 && base_->risen >= base_->fallen * 2;
}

std::uint64_t growth::gained() const {
  return base_ && value_ > base_->value ? value_ - base_->value : 0;
}

std::int64_t growth::span_ms() const {
  return base_ ? heard_ms_ - base_->heard_ms : 0;
}

double growth::per_second() const {
  return span_ms() > 0 ? static_cast<double>(gained()) * 1000.0 / static_cast<double>(span_ms())
                       : 0;
}

}  // namespace outcry::inspection
