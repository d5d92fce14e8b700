#pragma once

#include <string>

#include "messages/performance.hpp"

namespace outcry {

/// As under /tickers/<T>/performance and /performance: {"day","today":figures,"ever":figures,
/// "at"}; figures are {"total","unrealized","realized","converted","profit","open"} as decimal
/// texts, `at` UNIX milliseconds.
std::string to_json(const performance_update& x);

/// The day's figures as programs of today read them on TICKER_PERFORMANCE channels and under
/// /services: {"symbol","total","unrealized","realized","converted","timestamp"}, the figures as
/// JSON numbers, the time in ISO 8601. Of all tickers together the symbol is "aggregate".
std::string service_performance_json(const performance_update& x);

}  // namespace outcry
