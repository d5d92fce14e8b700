#include "messages/detail/order_data.hpp"

#include <array>
#include <span>
#include <utility>

namespace outcry::detail {

namespace {

using namespace std::string_view_literals;

constexpr std::array outer_texts = {"execution_id"sv, "timestamp"sv};
constexpr std::array outer_numbers = {"position_qty"sv, "price"sv, "qty"sv};

constexpr std::array order_texts = {
    "client_order_id"sv, "created_at"sv,  "updated_at"sv,    "submitted_at"sv, "filled_at"sv,
    "expired_at"sv,      "canceled_at"sv, "failed_at"sv,     "replaced_at"sv,  "replaced_by"sv,
    "replaces"sv,        "asset_id"sv,    "symbol"sv,        "asset_class"sv,  "order_class"sv,
    "order_type"sv,      "side"sv,        "time_in_force"sv, "status"sv,       "source"sv};
constexpr std::array order_numbers = {"notional"sv,         "qty"sv,         "filled_qty"sv,
                                      "filled_avg_price"sv, "limit_price"sv, "stop_price"sv,
                                      "trail_percent"sv,    "trail_price"sv, "hwm"sv};

// id, extended_hours and legs have rules of their own.
static_assert(order_texts.size() + order_numbers.size() + 3 == 32);

void check_texts(object_reader& in, std::span<const std::string_view> keys) {
  for (const auto key : keys) {
    const auto raw = in.raw(key);
    if (raw != "null" && (raw.empty() || raw[0] != '"')) in.refuse(key, "a text or null");
  }
}

void check_numbers(object_reader& in, std::span<const std::string_view> keys) {
  for (const auto key : keys) {
    const auto raw = in.raw(key);
    if (raw == "null") continue;
    const auto text = string_of(raw);
    if (!parse_decimal_units(text ? std::string_view{*text} : raw)) {
      in.refuse(key, "a decimal number or null");
    }
  }
}

}  // namespace

order_facts read_order_data(reading& to, std::string_view raw, std::string path) {
  object_reader data{to, raw, std::move(path)};
  order_facts result;
  result.event = data.text("event", {1, 64});
  check_texts(data, outer_texts);
  check_numbers(data, outer_numbers);

  auto order = data.object("order");
  result.order_id = order.text("id", {1, 128});
  check_texts(order, order_texts);
  check_numbers(order, order_numbers);
  order.boolean("extended_hours");
  const auto legs = order.raw("legs");
  if (legs != "null" && (legs.empty() || legs[0] != '[')) order.refuse("legs", "a list or null");
  return result;
}

}  // namespace outcry::detail
