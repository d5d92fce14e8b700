#include "messages/detail/trading_fields.hpp"

#include <fmt/format.h>

namespace outcry::detail {

std::string time_json(timestamp_ns t) {
  if (t == 0) return "null";
  constexpr duration_ns ns_per_us = 1000;
  auto text = to_iso(t);
  // to_iso ends in microseconds and "+00:00".
  text.insert(text.size() - 6, fmt::format("{:03}", t % ns_per_us));
  return '"' + text + '"';
}

timestamp_ns read_time(object_reader& in, std::string_view key) {
  const auto raw = in.raw(key);
  if (raw == "null") return 0;
  const auto text = string_of(raw);
  const auto time = text ? parse_iso(*text) : tl::unexpected{std::string{}};
  if (!time) in.refuse(key, "a time in ISO 8601, or null");
  return time.value_or(0);
}

order_purpose read_purpose(object_reader& in, std::string_view key) {
  using enum order_purpose;
  return in.word(key, {strategy, enter, exit});
}

order_status read_status(object_reader& in, std::string_view key) {
  using enum order_status;
  return in.word(
      key, {intended, unknown, never_sent, pending_new, accepted, working, partially_filled, filled,
            done_for_day, canceled, expired, replaced, pending_cancel, pending_replace, rejected,
            stopped, suspended, calculated, held});
}

std::string terms_json(const order_terms& x) {
  return object_writer{}
      .text("ticker", x.ticker)
      .text("side", to_string(x.side))
      .text("type", to_string(x.type))
      .text("lasts", to_string(x.lasts))
      .raw("qty", decimal_json(x.qty))
      .raw("notional", decimal_json(x.notional))
      .raw("limitPrice", decimal_json(x.limit_price))
      .raw("stopPrice", decimal_json(x.stop_price))
      .boolean("extendedHours", x.extended_hours)
      .finish();
}

order_terms read_terms(object_reader in) {
  order_terms x;
  x.ticker = in.text("ticker");
  x.side = in.word("side", {order_side::buy, order_side::sell});
  x.type = in.word(
      "type", {order_type::market, order_type::limit, order_type::stop, order_type::stop_limit});
  x.lasts = in.word(
      "lasts", {time_in_force::day, time_in_force::gtc, time_in_force::ioc, time_in_force::fok});
  x.qty = read_decimal<Quantity>(in, "qty");
  x.notional = read_decimal<Money>(in, "notional");
  x.limit_price = read_decimal<Price>(in, "limitPrice");
  x.stop_price = read_decimal<Price>(in, "stopPrice");
  x.extended_hours = in.boolean("extendedHours");
  return x;
}

std::string figures_json(const profit_figures& x) {
  return object_writer{}
      .raw("total", decimal_json(x.total))
      .raw("unrealized", decimal_json(x.unrealized))
      .raw("realized", decimal_json(x.realized))
      .raw("converted", decimal_json(x.converted))
      .raw("profit", decimal_json(x.profit))
      .raw("open", decimal_json(x.open))
      .finish();
}

profit_figures read_figures(object_reader in) {
  profit_figures x;
  x.total = read_decimal<Money>(in, "total");
  x.unrealized = read_decimal<Money>(in, "unrealized");
  x.realized = read_decimal<Money>(in, "realized");
  x.converted = read_decimal<Money>(in, "converted");
  x.profit = read_decimal<Money>(in, "profit");
  x.open = read_decimal<Money>(in, "open");
  return x;
}

}  // namespace outcry::detail
