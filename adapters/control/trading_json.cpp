#include "adapters/control/trading_json.hpp"

#include "messages/detail/json_writer.hpp"
#include "messages/trading_codec.hpp"

namespace outcry::control {

namespace {

using detail::json_array;
using detail::object_writer;

std::string status_json(const risk_status& x) {
  return object_writer{}
      .text("owner", x.owner)
      .raw("limits", to_json(x.limits))
      .text("position", to_string(x.position))
      .text("today", to_string(x.today))
      .count("orders_last_minute", x.orders_last_minute)
      .boolean("gate_closed", x.gate_closed)
      .text("blocked", x.blocked)
      .finish();
}

std::string account_json(const broker_account& x) {
  return object_writer{}
      .text("cash", to_string(x.cash))
      .text("buying_power", to_string(x.buying_power))
      .text("equity", to_string(x.equity))
      .boolean("blocked", x.blocked)
      .finish();
}

std::string session_json(const market_session& x) {
  return object_writer{}
      .text("phase", to_string(x.phase))
      .text("trading_day", x.trading_day)
      .number("next_change_ns", x.next_change_ns)
      .finish();
}

std::string holding_json(const owned_position& x) {
  const auto& held = x.holding;
  return object_writer{}
      .text("bot", held.bot_id)
      .text("ticker", held.ticker)
      .text("qty", to_string(held.qty))
      .text("claimed", to_string(x.claimed))
      .text("spent", to_string(held.spent))
      .text("mark", to_string(held.mark))
      .finish();
}

std::string ticker_json(const ticker_account& x) {
  return object_writer{}
      .text("ticker", x.ticker)
      .text("outside", to_string(x.outside))
      .text("halted", x.halted)
      .finish();
}

std::string position_json(const broker_position& x) {
  return object_writer{}
      .text("ticker", x.ticker)
      .text("qty", to_string(x.qty))
      .text("average_price", to_string(x.average_price))
      .finish();
}

std::string day_json(const performance_record& x) {
  return object_writer{}
      .text("bot", x.bot_id)
      .text("ticker", x.ticker)
      .text("day", x.day)
      .raw("today", to_json(x.latest - x.base))
      .raw("ever", to_json(x.latest))
      .number("at_ns", x.at_ns)
      .finish();
}

}  // namespace

std::string positions_json(const position_list& x) {
  return object_writer{}
      .raw("bots", json_array(x.bots, holding_json))
      .raw("tickers", json_array(x.tickers, ticker_json))
      .raw("at_broker", json_array(x.at_broker, position_json))
      .boolean("reconciled", x.reconciled)
      .finish();
}

std::string performance_json(const performance_list& x) {
  return object_writer{}.text("day", x.day).raw("bots", json_array(x.bots, day_json)).finish();
}

std::string risk_json(const risk_report& x) {
  return object_writer{}
      .raw("account", status_json(x.account))
      .raw("bots", json_array(x.bots, status_json))
      .raw("broker", account_json(x.broker))
      .raw("session", session_json(x.session))
      .boolean("broker_connected", x.broker_connected)
      .count("unknown_orders", x.unknown_orders)
      .finish();
}

std::string record_json(const bot_record& x) {
  return object_writer{}
      .text("bot", x.bot_id)
      .text("desired", to_string(x.desired))
      .text("parameters", x.parameters)
      .text("snapshot", x.snapshot)
      .text("limits", x.limits)
      .text("claimed", to_string(x.claimed))
      .finish();
}

}  // namespace outcry::control
