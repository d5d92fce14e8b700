#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "messages/interfaces/signals.hpp"
#include "messages/signals.hpp"

namespace outcry::signal_api {

// The body that TradingView posts is whatever the user wrote into the alert, its placeholders
// filled in: JSON, or plain text. Numbers may come unquoted, or as NaN.
// Source: TradingView's help, "How to configure webhook alerts" and "How to use a variable value in
// alert".

/// An alert as it came.
struct alert {
  std::string name;       ///< of the secret it came with
  std::string source_id;  ///< the same for an alert that is sent again
  std::string body;       ///< UTF-8
  timestamp_ns received_ns = 0;

  bool operator==(const alert&) const = default;
};

/// What can be told of an alert's body.
struct alert_facts {
  std::string secret;           ///< of the field "secret"; empty = none
  bool names_its_time = false;  ///< it has a field "timenow": the same body is the same alert
};

/// Throws refusal (400) if the body is empty or no UTF-8.
alert_facts look_at_alert(std::string_view body);

/// 32 hex digits that only the same body has.
std::string alert_digest(std::string_view body);

/// What the desk is given: a call if the alert's fields say one without doubt (action, ticker and
/// price; a strategy's order with its market_position), else a message: its field "text",
/// "message" or "alert_message", or the whole body without the secret. Never throws for a body
/// that `look_at_alert` took.
std::variant<raw_message, contributed_signal> read_alert(const alert& x);

}  // namespace outcry::signal_api
