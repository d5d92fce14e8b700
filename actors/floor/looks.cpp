#include "actors/floor/looks.hpp"

#include <algorithm>

namespace outcry {

namespace {

constexpr std::size_t most_marks = 32;
constexpr std::int64_t span_ms = 10'000;
constexpr std::int64_t worth_seeing_ms = 1000;

/// For how long the handler has been seen at the message of this number: a long one is known even
/// if nobody times it. 0 = not long.
std::uint64_t under_way_ns(const gauge& who, std::uint64_t number, std::int64_t at_ms) {
  if (!who.serving.load(std::memory_order_relaxed)) return 0;
  const auto& slot = who.recent[number % remembered_messages];
  if (slot.type.load(std::memory_order_relaxed) == nullptr) return 0;
  const auto took_ms = at_ms - whole_ms(slot.began.load(std::memory_order_relaxed), at_ms);
  return took_ms < worth_seeing_ms ? 0 : static_cast<std::uint64_t>(took_ms) * 1'000'000;
}

}  // namespace

void actor_looks::look(gauge& who, std::int64_t at_ms) {
  if (who_ != &who) {
    who_ = &who;
    marks_.clear();
    handled_ = sampled_ = 0;
  }
  const auto handled = who.handled.load(std::memory_order_relaxed);
  const auto enqueued = who.enqueued.load(std::memory_order_relaxed);
  const auto sampled = who.sampled.load(std::memory_order_relaxed);
  const auto gone = std::find_if(marks_.begin(), marks_.end(),
                                 [&](const mark& x) { return x.enqueued > handled; });
  marks_.erase(marks_.begin(), gone);
  if (enqueued > handled && (marks_.empty() || marks_.back().enqueued != enqueued))
    marks_.push_back({at_ms, enqueued});
  if (marks_.size() > most_marks) thin_out();

  auto longest = who.take_longest();
  // At the same number as a look ago: what the slot says is of this message, not of a former one.
  if (handled == handled_) longest = std::max(longest, under_way_ns(who, handled, at_ms));
  if (longest > 0) {
    const auto number = at_ms / span_ms;
    auto& slot = longest_[static_cast<std::size_t>(number) % longest_.size()];
    if (slot.number != number) slot = {number, 0};
    slot.longest_ns = std::max(slot.longest_ns, longest);
  }
  if (handled != handled_ && sampled == sampled_)
    who.wishes.fetch_or(gauge_wish::sample, std::memory_order_relaxed);
  handled_ = handled;
  sampled_ = sampled;
}

// Gives up the one whose neighbours stand closest: what came until then counts as the next one's.
void actor_looks::thin_out() {
  std::size_t closest = 1;
  for (std::size_t i = 1; i + 1 < marks_.size(); ++i) {
    const auto room = marks_[i + 1].at_ms - marks_[i - 1].at_ms;
    if (room < marks_[closest + 1].at_ms - marks_[closest - 1].at_ms) closest = i;
  }
  marks_.erase(marks_.begin() + static_cast<std::ptrdiff_t>(closest));
}

std::int64_t actor_looks::oldest_wait_ms(std::int64_t now_ms) const {
  if (marks_.empty()) return 0;
  return std::max<std::int64_t>(now_ms - marks_.front().at_ms, 0);
}

std::uint64_t actor_looks::longest_ns(std::int64_t now_ms) const {
  const auto now = now_ms / span_ms;
  std::uint64_t result = 0;
  for (const auto& x : longest_)
    if (x.number > now - 7 && x.number <= now) result = std::max(result, x.longest_ns);
  return result;
}

serving_now serving_of(const gauge& who, std::int64_t now_ms) {
  if (!who.serving.load(std::memory_order_relaxed)) return {};
  const auto& slot = who.recent[who.handled.load(std::memory_order_relaxed) % remembered_messages];
  const auto* type = slot.type.load(std::memory_order_relaxed);
  if (type == nullptr) return {};
  return {message_name(*type), whole_ms(slot.began.load(std::memory_order_relaxed), now_ms)};
}

std::int64_t whole_ms(std::uint32_t coarse, std::int64_t now_ms) {
  const auto ago = static_cast<std::int32_t>(static_cast<std::uint32_t>(now_ms) - coarse);
  return now_ms - ago;
}

}  // namespace outcry
