#include "actors/bots/bot_words.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "messages/detail/json_reader.hpp"
#include "messages/detail/json_writer.hpp"
#include "messages/trading_codec.hpp"

namespace outcry {

namespace {

using detail::object_reader;
using json = nlohmann::json;

constexpr detail::input_bounds config_bounds{std::size_t{64} << 10U, 8};

/// A JSON number or a decimal text above 0, read exactly; 0 if the field is missing.
template <class Number>
Number number(object_reader& in, std::string_view key, const char* expected) {
  if (!in.has(key)) return {};
  const auto raw = in.raw(key);
  const auto text = raw.starts_with('"') ? detail::string_of(raw).value_or("") : std::string{raw};
  const auto value = Number::parse(text);
  if (value && value->is_positive()) return *value;
  in.refuse(key, expected);
  return {};
}

template <std::size_t N>
void refuse_others(object_reader& in, const std::array<std::string_view, N>& names,
                   const char* expected) {
  in.names_once();
  for (const auto& [name, value] : in.members())
    if (std::ranges::find(names, name) == names.end() && name != "expires_s")
      in.refuse(name, expected);
}

/// The reader of a config, whose fields are called "config.name".
object_reader open_config(detail::reading& outcome, std::string_view config) {
  object_reader whole{outcome, config, config_bounds};
  if (outcome.error) {
    outcome.error->field = "config";
    return whole;
  }
  return {outcome, config.substr(config.find('{')), std::string{"config"}};
}

bool is_limit(std::string_view name) {
  static constexpr std::array<std::string_view, 5> names = {"max_position", "max_order_notional",
                                                            "max_orders_per_minute",
                                                            "daily_loss_limit", "price_collar"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

own_order_event told_to_strategy(const order_event& event) {
  return {event.event, view_of(event).order, event.price, event.qty, event.reason, event.at_ns};
}

own_order_event refused_event(const order_view& order, timestamp_ns at_ns) {
  own_order_event result;
  result.event = "refused";
  result.order = order.order;
  result.order.status = order_status::never_sent;
  result.reason = order.reason;
  result.at_ns = at_ns;
  return result;
}

order_view view_of(const order_ask& ask, order_purpose purpose) {
  order_view result;
  result.order.number = ask.number;
  result.order.terms = ask.terms;
  result.order.parent = ask.parent;
  result.purpose = purpose;
  return result;
}

std::vector<order_view> exits_of(const order_ask& ask, order_purpose purpose) {
  std::vector<order_view> result;
  auto number = ask.number;
  for (const auto& terms : ask.exits)
    result.push_back(view_of({++number, terms, ask.number, {}}, purpose));
  return result;
}

order_view view_of(const order_event& event) {
  return {{event.number, event.terms, event.status, event.filled_qty, event.filled_avg_price,
           event.parent},
          event.purpose,
          event.code,
          event.reason};
}

order_view view_of(const order_record& record) {
  return {{record.number, record.order.request.terms, record.status, record.order.filled_qty,
           record.order.filled_avg_price, record.parent},
          record.purpose,
          record.code,
          record.reason};
}

Quantity signed_fill(const order_event& event) {
  return event.terms.side == order_side::buy ? event.qty : -event.qty;
}

tl::expected<exit_wish, invalid_field> read_exit(std::string_view config) {
  detail::reading outcome;
  auto in = open_config(outcome, config);
  exit_wish result;
  if (!outcome.error) {
    refuse_others(in, std::array<std::string_view, 2>{"limit_price", "then"},
                  "no other argument than limit_price and then");
    result.limit_price = number<Price>(in, "limit_price", "a price above 0");
    if (in.has("then")) {
      if (in.text("then") != "start") in.refuse("then", "start");
      result.starts_again = true;
    }
  }
  return outcome.finish(result);
}

tl::expected<order_terms, invalid_field> read_enter(std::string_view config,
                                                    const std::string& ticker) {
  detail::reading outcome;
  auto in = open_config(outcome, config);
  order_terms result;
  result.ticker = ticker;
  if (!outcome.error) {
    refuse_others(in, std::array<std::string_view, 4>{"side", "qty", "notional", "limit_price"},
                  "no other argument than side, qty, notional and limit_price");
    result.side = in.word("side", {order_side::buy, order_side::sell});
    result.qty = number<Quantity>(in, "qty", "a number of shares above 0");
    result.notional = number<Money>(in, "notional", "an amount of money above 0");
    result.limit_price = number<Price>(in, "limit_price", "a price above 0");
    if (in.has("qty") == in.has("notional")) in.refuse("qty", "either qty or notional");
    if (in.has("notional") && in.has("limit_price"))
      in.refuse("limit_price", "none beside notional, which is for market orders");
    if (in.has("limit_price")) {
      result.type = order_type::limit;
      result.extended_hours = true;
    }
  }
  return outcome.finish(std::move(result));
}

bool says_yes(std::string_view config, std::string_view name) {
  const auto given = json::parse(config, nullptr, false);
  return given.is_object() && given.value(std::string(name), json()) == true;
}

bool takes_protective(std::string_view config) {
  const auto given = json::parse(config, nullptr, false);
  return given.is_object() && given.value("protective", json()) == "cancel";
}

set_wish read_set(const std::string& config) {
  detail::reading outcome;
  auto in = open_config(outcome, config);
  if (outcome.error) return {config, {}};
  set_wish result;
  const auto members = in.members();
  result.limits_apart = std::any_of(members.begin(), members.end(),
                                    [](const auto& member) { return member.first == "limits"; });
  detail::object_writer rest;
  detail::object_writer limits;
  bool limited = false;
  for (const auto& [name, value] : members) {
    if (name == "limits") {
      result.limits = value;
    } else if (!result.limits_apart && is_limit(name)) {
      limits.raw(name, value);
      limited = true;
    } else if (name != "expires_s") {
      rest.raw(name, value);
    }
  }
  if (limited) result.limits = limits.finish();
  result.parameters = rest.finish();
  return result;
}

tl::expected<risk_limits, invalid_field> read_limits(const set_wish& wish, const risk_limits& now) {
  auto limits = read_risk_limits(wish.limits, now);
  if (limits) return limits;
  auto error = limits.error();
  const std::string where = wish.limits_apart ? "config.limits" : "config";
  error.field = where + (error.field.empty() ? "" : "." + error.field);
  return tl::make_unexpected(std::move(error));
}

std::uint64_t noted_number(std::string_view result, std::string_view name) {
  const auto given = json::parse(result, nullptr, false);
  if (!given.is_object()) return 0;
  const auto value = given.value(std::string(name), json());
  return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

std::string in_words(const order_terms& terms) {
  auto result = fmt::format(
      "{} {} {}", to_string(terms.side),
      terms.qty.is_zero() ? to_string(terms.notional) + " of" : to_string(terms.qty), terms.ticker);
  if (terms.stop_price.is_positive()) result += " stop " + to_string(terms.stop_price);
  if (terms.limit_price.is_positive()) result += " at " + to_string(terms.limit_price);
  if (terms.type == order_type::market) result += " at the market";
  return result;
}

std::string remaining_words(const gate_report& report, Quantity position) {
  std::string orders;
  for (const auto& order : report.open) {
    if (!orders.empty()) orders += ", ";
    orders += in_words(order.order.request.terms);
  }
  const auto held = position.is_zero() ? std::string{} : "position " + to_string(position);
  if (orders.empty()) return held.empty() ? "nothing remains" : held + " remains";
  const auto n = report.open.size();
  return fmt::format("{} order{} left resting: {}{}{}", n, n == 1 ? " is" : "s are", orders,
                     held.empty() ? "" : "; ", held);
}

std::string remaining_json(const gate_report& report, Quantity position) {
  auto orders = json::array();
  for (const auto& order : report.open) orders.push_back(json::parse(to_json(order)));
  return json{{"remaining", std::move(orders)}, {"position", to_string(position)}}.dump();
}

}  // namespace outcry
