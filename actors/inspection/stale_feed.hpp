#pragma once

#include "actors/inspection/rule.hpp"

namespace outcry::inspection {

/// Tickers that somebody wants and that have no fresh price while the market is open, and a price
/// source that is not connected. Out of session silence is normal. When several tickers are mute,
/// one line names them.
class stale_feed final : public rule {
public:
  void judge(const look& at, findings& said) override;
};

}  // namespace outcry::inspection
