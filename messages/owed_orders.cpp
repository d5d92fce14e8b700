#include "messages/owed_orders.hpp"

#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "messages/detail/json_writer.hpp"
#include "messages/detail/trading_fields.hpp"
#include "messages/paths.hpp"

namespace outcry {

namespace {

using namespace detail;

constexpr const char* none = "null";

std::string text_or_null(std::string_view text) {
  return text.empty() ? none : json_string(text);
}

template <class Tag>
std::string number_or_null(const decimal<Tag>& x) {
  return x.is_zero() ? none : decimal_json(x);
}

/// As Alpaca's client library prints times.
std::string blank_time(timestamp_ns t) {
  if (t == 0) return none;
  auto text = to_iso(t);
  text[text.find('T')] = ' ';
  return '"' + text + '"';
}

std::uint64_t fnv_1a(std::uint64_t hash, std::string_view text) {
  constexpr std::uint64_t prime = 0x100000001b3;
  for (const auto c : text) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  return hash;
}

/// In the form of a UUID of version 8 (RFC 9562: bits of one's own choice), from the ticker alone.
std::string asset_id(std::string_view ticker) {
  constexpr std::uint64_t basis = 0xcbf29ce484222325;
  const auto high = fnv_1a(basis, ticker);
  const auto low = fnv_1a(high, "asset");
  return fmt::format("{:08x}-{:04x}-8{:03x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xffffU,
                     high & 0xfffU, 0x8000U | ((low >> 48U) & 0x3fffU), low & 0xffff'ffff'ffffU);
}

std::string id_of(const broker_order& x) {
  return x.id.empty() ? x.request.client_order_id : x.id;
}

std::string order_json(const broker_order& x) {
  const auto& terms = x.request.terms;
  return object_writer{}
      .text("id", id_of(x))
      .text("client_order_id", x.request.client_order_id)
      .raw("created_at", blank_time(x.created_ns))
      .raw("updated_at", blank_time(x.updated_ns))
      .raw("submitted_at", blank_time(x.submitted_ns))
      .raw("filled_at", blank_time(x.filled_ns))
      .raw("expired_at", blank_time(x.expired_ns))
      .raw("canceled_at", blank_time(x.canceled_ns))
      .raw("failed_at", blank_time(x.failed_ns))
      .raw("replaced_at", blank_time(x.replaced_ns))
      .raw("replaced_by", text_or_null(x.replaced_by))
      .raw("replaces", text_or_null(x.replaces))
      .text("asset_id", asset_id(terms.ticker))
      .text("symbol", terms.ticker)
      .text("asset_class", "us_equity")
      .raw("notional", number_or_null(terms.notional))
      .raw("qty", number_or_null(terms.qty))
      .raw("filled_qty", decimal_json(x.filled_qty))
      .raw("filled_avg_price", number_or_null(x.filled_avg_price))
      .text("order_class", "simple")
      .text("order_type", to_string(terms.type))
      .text("side", to_string(terms.side))
      .text("time_in_force", to_string(terms.lasts))
      .raw("limit_price", number_or_null(terms.limit_price))
      .raw("stop_price", number_or_null(terms.stop_price))
      .text("status", to_string(x.status))
      .boolean("extended_hours", terms.extended_hours)
      .raw("legs", none)
      .raw("trail_percent", none)
      .raw("trail_price", none)
      .raw("hwm", none)
      .text("source", "outcry")
      .finish();
}

struct field {
  std::string_view name;
  std::string json;
};

/// What is the last state of an order in Firebase, and of `order_data` all but the execution_id.
std::array<field, 6> fields_of(const broker_update& x) {
  const bool fill = !x.qty.is_zero();
  return {{{"event", json_string(x.event)},
           {"timestamp", blank_time(x.at_ns)},
           {"order", order_json(x.order)},
           {"price", number_or_null(x.price)},
           {"qty", number_or_null(x.qty)},
           {"position_qty", fill ? decimal_json(x.position_qty) : none}}};
}

}  // namespace

std::string order_data_json(const broker_update& x) {
  object_writer out;
  out.raw("execution_id", text_or_null(x.execution_id));
  for (const auto& [name, json] : fields_of(x)) out.raw(name, json);
  return out.finish();
}

std::vector<owed_value> owed_order(const broker_update& x, std::string_view key) {
  const auto& ticker = x.order.request.terms.ticker;
  const auto id = id_of(x.order);
  std::vector<owed_value> owed;
  for (auto& [name, json] : fields_of(x)) {
    owed.push_back({paths::ticker_order_value(ticker, id, name), json});
  }
  owed.push_back({paths::ticker_order_event(ticker, id, key), order_data_json(x)});
  return owed;
}

owed_value owed_service_order(const broker_update& x) {
  object_writer out;
  for (const auto& [name, json] : fields_of(x)) out.raw(name, json);
  return {paths::service_order(x.order.request.terms.ticker, id_of(x.order)), out.finish()};
}

}  // namespace outcry
