#include "adapters/sqlite/tick_queue.hpp"

#include <algorithm>
#include <utility>

namespace outcry::sqlite {

namespace {

// Memory that a burst took is given back above this; below it is kept for the next round.
constexpr std::size_t kept_capacity = 65'536;

template <class T>
void clear_and_trim(std::vector<T>& list) {
  list.clear();
  if (list.capacity() > kept_capacity) std::vector<T>().swap(list);
}

}  // namespace

void tick_queue::push(const std::string& ticker, std::span<const price_tick> ticks) {
  if (ticks.empty()) return;
  if (sections_.size() > first_section_ && sections_.back().ticker == ticker) {
    sections_.back().count += ticks.size();
  } else {
    sections_.push_back({ticker, ticks.size()});
  }
  ticks_.insert(ticks_.end(), ticks.begin(), ticks.end());
}

void tick_queue::append(tick_queue& other) {
  if (empty()) {
    std::swap(*this, other);
  } else {
    for (const auto& x : other.front(other.size())) push(x.ticker, x.ticks);
  }
  other.pop(other.size());
}

std::vector<tick_queue::run> tick_queue::front(std::int64_t most) const {
  std::vector<run> runs;
  auto left = static_cast<std::size_t>(std::min(most, size()));
  auto at = first_tick_;
  for (auto i = first_section_; left > 0; ++i) {
    const auto count = std::min(left, sections_[i].count);
    runs.push_back({sections_[i].ticker, std::span(ticks_).subspan(at, count)});
    at += count;
    left -= count;
  }
  return runs;
}

void tick_queue::pop(std::int64_t count) {
  auto left = static_cast<std::size_t>(std::min(count, size()));
  first_tick_ += left;
  while (left > 0) {
    auto& at = sections_[first_section_];
    const auto taken = std::min(left, at.count);
    at.count -= taken;
    left -= taken;
    if (at.count == 0) ++first_section_;
  }
  if (first_tick_ < ticks_.size()) return;
  clear_and_trim(ticks_);
  clear_and_trim(sections_);
  first_tick_ = 0;
  first_section_ = 0;
}

}  // namespace outcry::sqlite
