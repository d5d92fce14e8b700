#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "actors/signals/signal.hpp"

namespace outcry::signals {

/// What is known about the calls of one channel; the defaults trust nothing beyond the text.
struct channel_rules {
  asset_kind asset = asset_kind::unknown;    ///< of a bare ticker whose text does not tell
  bool needs_stop = true;                    ///< except calls in the form BTO/STC, which have none
  bool needs_target = false;                 ///< forex and metals always need one
  std::uint8_t least_confidence = 60;        ///< below: quarantine. 0 to 100
  duration_ns maximum_age = 600 * ns_per_s;  ///< of a message, when both times are known
};

/// Where and when a message was said, and what is known about the market.
struct message_context {
  std::string source;
  std::string author;
  channel_rules rules;
  timestamp_ns message_time = 0;  ///< 0 = unknown
  timestamp_ns now = 0;           ///< 0 = unknown
  /// By ticker, upper case: "BTC", "AAPL", "EURUSD"; in the quote currency of the calls. Prices
  /// somebody else would call stale do not belong here.
  std::map<std::string, Price, std::less<>> last_prices;
};

}  // namespace outcry::signals
