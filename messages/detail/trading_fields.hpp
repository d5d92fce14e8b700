#pragma once

#include <string>
#include <string_view>

#include "messages/detail/json_reader.hpp"
#include "messages/detail/json_writer.hpp"
#include "messages/orders.hpp"
#include "messages/performance.hpp"
#include "messages/timestamp.hpp"

/// Pieces that the documents of trading share.
namespace outcry::detail {

/// A decimal as a JSON text: "107.5".
template <class Tag>
std::string decimal_json(const decimal<Tag>& x) {
  return '"' + to_string(x) + '"';
}

/// A time with all its nanoseconds; null when it is not known (0).
std::string time_json(timestamp_ns t);

/// The field's decimal number, from a text or a JSON number.
template <class Decimal>
Decimal read_decimal(object_reader& in, std::string_view key) {
  const auto raw = in.raw(key);
  const auto text = string_of(raw);
  if (text || (!raw.empty() && (raw[0] == '-' || (raw[0] >= '0' && raw[0] <= '9')))) {
    const auto value = Decimal::parse(text ? std::string_view{*text} : raw);
    if (value) return *value;
  }
  in.refuse(key, "a decimal number");
  return {};
}

/// The field's time; 0 when null.
timestamp_ns read_time(object_reader& in, std::string_view key);

order_purpose read_purpose(object_reader& in, std::string_view key);
order_status read_status(object_reader& in, std::string_view key);

std::string terms_json(const order_terms& x);
order_terms read_terms(object_reader in);

std::string figures_json(const profit_figures& x);
profit_figures read_figures(object_reader in);

}  // namespace outcry::detail
