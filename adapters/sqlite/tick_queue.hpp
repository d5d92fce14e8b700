#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "messages/market.hpp"

namespace outcry::sqlite {

/// Ticks of many tickers in their order of arrival, packed: a run of ticks of one ticker costs its
/// name once. Taken from the front in runs.
class tick_queue {
public:
  /// Ticks of one ticker that stand next to each other.
  struct run {
    const std::string& ticker;
    std::span<const price_tick> ticks;
  };

  void push(const std::string& ticker, std::span<const price_tick> ticks);
  /// Puts all of `other` behind ours and empties it.
  void append(tick_queue& other);

  bool empty() const { return size() == 0; }
  std::int64_t size() const { return static_cast<std::int64_t>(ticks_.size() - first_tick_); }

  /// The runs at the front, of at most `most` ticks together; nothing is removed.
  std::vector<run> front(std::int64_t most) const;
  /// Removes `count` ticks, at most `size()`, from the front.
  void pop(std::int64_t count);

private:
  struct section {
    std::string ticker;
    std::size_t count = 0;  // not yet removed
  };

  std::vector<section> sections_;
  std::vector<price_tick> ticks_;
  std::size_t first_section_ = 0;
  std::size_t first_tick_ = 0;
};

}  // namespace outcry::sqlite
