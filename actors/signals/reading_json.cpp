#include "actors/signals/reading_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace outcry::signals {

namespace {

using nlohmann::json;

std::string written(const json& x) {
  return x.dump(-1, ' ', false, json::error_handler_t::replace);
}

template <class Decimal>
void put(json& x, const char* key, const std::optional<Decimal>& value) {
  if (value) x[key] = to_string(*value);
}

void put(json& x, const char* key, const std::string& value) {
  if (!value.empty()) x[key] = value;
}

json prices(const std::vector<Price>& all) {
  auto result = json::array();
  for (const auto price : all) result.push_back(to_string(price));
  return result;
}

json stop_json(const stop_rule& x) {
  json result = {{"price", to_string(x.price)}, {"trigger", to_string(x.trigger)}};
  put(result, "timeframe", x.timeframe);
  return result;
}

std::string date_text(const expiry_date& x) {
  if (x.month == 0) return "0DTE";
  if (x.year == 0) return fmt::format("{:02}-{:02}", x.month, x.day);
  return fmt::format("{:04}-{:02}-{:02}", x.year, x.month, x.day);
}

json size_json(const size_hint& x) {
  auto result = json::object();
  put(result, "quantity", x.quantity);
  put(result, "percent", x.percent);
  put(result, "risk_percent", x.risk_percent);
  put(result, "risk_r", x.risk_r);
  if (x.risky) result["risky"] = true;
  return result;
}

json as_json(const signal& x) {
  json result = {{"action", to_string(x.action)},
                 {"side", to_string(x.side)},
                 {"ticker", x.ticker},
                 {"asset", to_string(x.asset)},
                 {"order", to_string(x.order)},
                 {"entries", prices(x.entries)},
                 {"targets", prices(x.targets)}};
  put(result, "quote", x.quote);
  if (x.venue != venue_kind::unsaid) result["venue"] = to_string(x.venue);
  if (x.entry_range) result["entry_range"] = true;
  put(result, "add_at", x.add_at);
  if (x.stop) result["stop"] = stop_json(*x.stop);
  if (x.second_stop) result["second_stop"] = stop_json(*x.second_stop);
  put(result, "leverage", x.leverage);
  if (x.isolated_margin) result["isolated_margin"] = true;
  if (auto size = size_json(x.size); !size.empty()) result["size"] = std::move(size);
  if (x.option)
    result["option"] = {{"strike", to_string(x.option->strike)},
                        {"right", to_string(x.option->right)},
                        {"expiry", date_text(x.option->expiry)}};
  put(result, "timeframe", x.timeframe);
  put(result, "source", x.source);
  put(result, "author", x.author);
  if (x.message_time != 0) result["message_time"] = to_iso(x.message_time);
  return result;
}

json as_json(const update_step& x) {
  json result = {{"kind", to_string(x.kind)}};
  if (x.target != 0) result["target"] = x.target;
  if (x.all) result["all"] = true;
  if (x.breakeven) result["breakeven"] = true;
  put(result, "price", x.price);
  put(result, "percent", x.percent);
  put(result, "leverage", x.leverage);
  put(result, "factor", x.factor);
  return result;
}

json as_json(const update& x) {
  auto steps = json::array();
  for (const auto& step : x.steps) steps.push_back(as_json(step));
  json result = {{"steps", std::move(steps)}};
  put(result, "ticker", x.ticker);
  put(result, "quote", x.quote);
  if (x.side) result["side"] = to_string(*x.side);
  put(result, "source", x.source);
  put(result, "author", x.author);
  if (x.message_time != 0) result["message_time"] = to_iso(x.message_time);
  return result;
}

json as_json(const reading& x) {
  auto rules = json::array();
  for (const auto& rule : x.rules) rules.push_back({{"rule", rule.rule}, {"what", rule.what}});
  json result = {{"verdict", to_string(x.outcome)},
                 {"reason", x.reason},
                 {"rule", x.rule},
                 {"confidence", x.confidence},
                 {"rules", std::move(rules)}};
  if (x.call) result["signal"] = as_json(*x.call);
  if (x.follow_up) result["update"] = as_json(*x.follow_up);
  return result;
}

}  // namespace

std::string to_json(const signal& x) {
  return written(as_json(x));
}

std::string to_json(const update& x) {
  return written(as_json(x));
}

std::string to_json(const reading& x) {
  return written(as_json(x));
}

std::string to_json(const explanation& x) {
  auto result = as_json(x.result);
  auto& tokens = result["tokens"] = json::array();
  for (const auto& t : x.tokens)
    tokens.push_back({{"offset", t.offset},
                      {"length", t.length},
                      {"kind", t.kind},
                      {"text", t.text},
                      {"read", t.read}});
  return written(result);
}

}  // namespace outcry::signals
