#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/decimal.hpp"
#include "messages/timestamp.hpp"

namespace outcry::signals {

enum class trade_side : std::uint8_t { long_side, short_side };
enum class trade_action : std::uint8_t { open, close };
/// What is traded, as far as the message or the channel's rules tell.
enum class asset_kind : std::uint8_t {
  unknown,
  stock,
  option,
  crypto,
  forex,
  metal,
  future,
  index
};
/// How to enter. `unsaid`: the message names prices and leaves the kind of order to the reader.
/// `stop`: when the market gets there from the other side ("buy stop").
enum class entry_order : std::uint8_t { unsaid, market, limit, stop };
/// Where a crypto pair is traded.
enum class venue_kind : std::uint8_t { unsaid, spot, futures };
/// What must happen at the stop's price.
enum class stop_trigger : std::uint8_t { touch, candle_close };
enum class option_right : std::uint8_t { call, put };

std::string_view to_string(trade_side x);
std::string_view to_string(trade_action x);
std::string_view to_string(asset_kind x);
std::string_view to_string(entry_order x);
std::string_view to_string(venue_kind x);
std::string_view to_string(stop_trigger x);
std::string_view to_string(option_right x);

/// A stop-loss. `timeframe` is whose candle must close beyond it ("4H", "1D"; "" = not said).
struct stop_rule {
  Price price;
  stop_trigger trigger = stop_trigger::touch;
  std::string timeframe;

  bool operator==(const stop_rule&) const = default;
};

/// An option's expiry as it was written; `year` 0 = not said (the next such day is meant), `month`
/// 0 = "the day of the message" (0DTE).
struct expiry_date {
  std::uint16_t year = 0;
  std::uint8_t month = 0;
  std::uint8_t day = 0;

  bool operator==(const expiry_date&) const = default;
};

struct option_contract {
  Price strike;
  option_right right = option_right::call;
  expiry_date expiry;

  bool operator==(const option_contract&) const = default;
};

/// How much, as far as the author says. Percentages are of the account: 5 = 5 %.
struct size_hint {
  std::optional<Quantity> quantity;   ///< shares or contracts
  std::optional<Ratio> percent;       ///< of the account put in; closing: of the position
  std::optional<Ratio> risk_percent;  ///< of the account lost at the stop, the lower bound
  std::optional<Ratio> risk_r;        ///< in the author's own unit of risk
  bool risky = false;                 ///< "lotto", "high risk"

  bool operator==(const size_hint&) const = default;
};

/// A call to open or to close a position.
struct signal {
  trade_action action = trade_action::open;
  trade_side side = trade_side::long_side;  ///< of the position, also when it is closed
  std::string ticker;                       ///< upper case: "SOL", "AAPL", "EURUSD", "XAUUSD"
  std::string quote;                        ///< of a crypto pair: "USDT"; "" = not said
  asset_kind asset = asset_kind::unknown;
  entry_order order = entry_order::unsaid;
  venue_kind venue = venue_kind::unsaid;
  /// In the order written. Empty only with `order` market.
  std::vector<Price> entries;
  bool entry_range = false;     ///< two entries are the ends of a zone, not two orders
  std::optional<Price> add_at;  ///< where the author adds to the position (DCA)
  std::optional<stop_rule> stop;
  std::optional<stop_rule> second_stop;  ///< "... or daily close below 9"
  std::vector<Price> targets;            ///< in the order written
  std::optional<Ratio> leverage;
  bool isolated_margin = false;
  size_hint size;
  std::optional<option_contract> option;
  std::string timeframe;  ///< of the chart: "2H"; "" = not said
  std::string source;     ///< as the context says
  std::string author;
  timestamp_ns message_time = 0;

  bool operator==(const signal&) const = default;
};

}  // namespace outcry::signals
