#pragma once

#include <cstdint>

#include "actors/notify/notice.hpp"
#include "messages/journal.hpp"

namespace outcry {

/// Notices fills and refusals in the journal's order events.
class order_watch {
public:
  /// `after_seq`: what happened up to there is old.
  explicit order_watch(std::int64_t after_seq) : last_seq_(after_seq) {}

  /// Events of all bots, by `seq`; those known are passed over.
  news look(const order_event_list& events);

  std::int64_t last_seq() const { return last_seq_; }

private:
  std::int64_t last_seq_;
};

}  // namespace outcry
