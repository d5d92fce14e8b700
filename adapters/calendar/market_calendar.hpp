#pragma once

#include "messages/timestamp.hpp"
#include "messages/trading.hpp"

namespace outcry::calendar {

/// When a market trades. Answers may be cached inside: one thread at a time per object.
class market_calendar {
public:
  market_calendar() = default;
  market_calendar(const market_calendar&) = delete;
  market_calendar& operator=(const market_calendar&) = delete;
  virtual ~market_calendar() = default;

  /// The session at `t`. It holds from its own border up to, not including, `next_change_ns`, where
  /// the phase or the trading day is another one. `next_change_ns` is always later than `t`.
  virtual market_session session_at(timestamp_ns t) const = 0;
};

}  // namespace outcry::calendar
