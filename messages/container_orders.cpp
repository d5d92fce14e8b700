#include "messages/container_orders.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "messages/detail/json_reader.hpp"
#include "messages/detail/json_writer.hpp"
#include "messages/detail/trading_fields.hpp"
#include "messages/keys.hpp"

namespace outcry {

namespace {

using detail::decimal_json;
using detail::object_reader;
using detail::object_writer;

constexpr detail::input_bounds order_bounds{std::size_t{4} << 10U, 2};
constexpr std::uint64_t highest_number = INT64_MAX;

constexpr std::array<std::string_view, 2> name_fields{"bot", "number"};
constexpr std::array<std::string_view, 10> order_fields{
    "bot", "number",   "side",       "type",      "timeInForce",
    "qty", "notional", "limitPrice", "stopPrice", "extendedHours"};

template <class Names>
void refuse_unknown(object_reader& in, const Names& names) {
  for (const auto& [name, value] : in.members())
    if (std::find(names.begin(), names.end(), name) == names.end())
      in.refuse(name, "no field of that name");
}

template <class Decimal>
Decimal optional_decimal(object_reader& in, std::string_view key) {
  return in.has(key) ? detail::read_decimal<Decimal>(in, key) : Decimal{};
}

order_terms read_wish(object_reader& in) {
  order_terms x;
  x.side = in.word("side", {order_side::buy, order_side::sell});
  x.type = in.word(
      "type", {order_type::market, order_type::limit, order_type::stop, order_type::stop_limit});
  if (in.has("timeInForce"))
    x.lasts = in.word("timeInForce", {time_in_force::day, time_in_force::gtc, time_in_force::ioc,
                                      time_in_force::fok});
  x.qty = optional_decimal<Quantity>(in, "qty");
  x.notional = optional_decimal<Money>(in, "notional");
  x.limit_price = optional_decimal<Price>(in, "limitPrice");
  x.stop_price = optional_decimal<Price>(in, "stopPrice");
  x.extended_hours = in.optional_boolean("extendedHours");
  return x;
}

object_writer& write_terms(object_writer& out, const order_terms& x) {
  return out.text("side", to_string(x.side))
      .text("type", to_string(x.type))
      .text("timeInForce", to_string(x.lasts))
      .raw("qty", decimal_json(x.qty))
      .raw("notional", decimal_json(x.notional))
      .raw("limitPrice", decimal_json(x.limit_price))
      .raw("stopPrice", decimal_json(x.stop_price))
      .boolean("extendedHours", x.extended_hours);
}

std::string open_json(std::uint64_t number, const container_account::open_order& x) {
  object_writer out;
  out.count("number", number);
  return write_terms(out, x.terms)
      .text("status", to_string(x.status))
      .raw("filledQty", decimal_json(x.filled_qty))
      .raw("averagePrice", decimal_json(x.filled_avg_price))
      .finish();
}

}  // namespace

std::string to_json(const container_order& x) {
  object_writer out;
  out.text("bot", x.bot_id).count("number", x.number);
  if (x.what == container_order::wish::order) write_terms(out, x.terms);
  return out.finish();
}

tl::expected<container_order, invalid_field> parse_container_order(std::string_view name,
                                                                   std::string_view json) {
  using wish = container_order::wish;
  detail::reading to;
  object_reader in{to, json, order_bounds};
  in.names_once();
  container_order x;
  x.what = name == "cancel" ? wish::cancel : name == "settle" ? wish::settle : wish::order;
  x.bot_id = in.name("bot", check_bot_id, "a bot id");
  x.number = in.count("number", highest_number);
  if (x.number == 0) in.refuse("number", "a whole number from 1 on");
  if (x.what == wish::order) {
    x.terms = read_wish(in);
    refuse_unknown(in, order_fields);
  } else {
    refuse_unknown(in, name_fields);
  }
  return to.finish(std::move(x));
}

container_order salvage_container_order(std::string_view json) {
  detail::reading to;
  object_reader in{to, json, order_bounds};
  container_order x;
  x.what = container_order::wish::settle;
  x.bot_id = in.name("bot", check_bot_id, "a bot id");
  x.number = in.count("number", highest_number);
  if (to.error) return {};
  return x;
}

std::string container_order_answer(const order_record& x) {
  return object_writer{}
      .count("number", x.number)
      .text("status", to_string(x.status))
      .raw("filledQty", decimal_json(x.order.filled_qty))
      .raw("averagePrice", decimal_json(x.order.filled_avg_price))
      .text("code", x.code)
      .text("reason", x.reason)
      .finish();
}

std::string container_order_event(const order_event& x, std::int64_t after) {
  return object_writer{}
      .number("seq", x.seq)
      .number("after", after)
      .count("number", x.number)
      .text("event", x.event)
      .text("side", to_string(x.terms.side))
      .text("type", to_string(x.terms.type))
      .text("status", to_string(x.status))
      .raw("price", decimal_json(x.price))
      .raw("qty", decimal_json(x.qty))
      .raw("filledQty", decimal_json(x.filled_qty))
      .raw("averagePrice", decimal_json(x.filled_avg_price))
      .text("code", x.code)
      .text("reason", x.reason)
      .number("at", x.at_ns / ns_per_ms)
      .finish();
}

bool container_account::take(const order_event& x) {
  if (x.seq <= seq) return false;
  seq = x.seq;
  number = std::max(number, x.number);
  position += x.terms.side == order_side::buy ? x.qty : -x.qty;
  if (is_closed(x.status))
    open.erase(x.number);
  else
    open[x.number] = {x.terms, x.status, x.filled_qty, x.filled_avg_price};
  return true;
}

std::string to_json(const container_account& x) {
  return object_writer{}
      .number("seq", x.seq)
      .count("number", x.number)
      .raw("position", decimal_json(x.position))
      .raw("open",
           detail::json_array(
               x.open, [](const auto& entry) { return open_json(entry.first, entry.second); }))
      .finish();
}

}  // namespace outcry
