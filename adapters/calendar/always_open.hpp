#pragma once

#include "adapters/calendar/market_calendar.hpp"

namespace outcry::calendar {

/// A market without a closing bell: crypto, the simulated market. Always in its regular session,
/// whose trading day changes at New York's midnight.
class always_open final : public market_calendar {
public:
  market_session session_at(timestamp_ns t) const override;

private:
  mutable market_session cached_;
  mutable timestamp_ns cached_from_ns_ = 0;
};

}  // namespace outcry::calendar
