#include "messages/trading_codec.hpp"

#include <cstdint>
#include <limits>
#include <utility>

#include "messages/detail/json_reader.hpp"
#include "messages/detail/json_writer.hpp"
#include "messages/detail/trading_fields.hpp"

namespace outcry {

namespace {

using namespace detail;

// A reason may be long: the broker writes it.
constexpr input_bounds stored_bounds{std::size_t{1} << 20U, 16};
constexpr input_bounds limits_bounds{std::size_t{16} << 10U, 2};

std::string broker_json(const broker_order& x) {
  return object_writer{}
      .text("id", x.id)
      .text("status", to_string(x.status))
      .raw("filledQty", decimal_json(x.filled_qty))
      .raw("averagePrice", decimal_json(x.filled_avg_price))
      .text("replacedBy", x.replaced_by)
      .text("replaces", x.replaces)
      .text("reason", x.reason)
      .raw("created", time_json(x.created_ns))
      .raw("updated", time_json(x.updated_ns))
      .raw("submitted", time_json(x.submitted_ns))
      .raw("filled", time_json(x.filled_ns))
      .raw("expired", time_json(x.expired_ns))
      .raw("canceled", time_json(x.canceled_ns))
      .raw("failed", time_json(x.failed_ns))
      .raw("replaced", time_json(x.replaced_ns))
      .finish();
}

void read_broker(object_reader in, broker_order& x) {
  x.id = in.text("id");
  x.status = read_status(in, "status");
  x.filled_qty = read_decimal<Quantity>(in, "filledQty");
  x.filled_avg_price = read_decimal<Price>(in, "averagePrice");
  x.replaced_by = in.text("replacedBy");
  x.replaces = in.text("replaces");
  x.reason = in.text("reason");
  x.created_ns = read_time(in, "created");
  x.updated_ns = read_time(in, "updated");
  x.submitted_ns = read_time(in, "submitted");
  x.filled_ns = read_time(in, "filled");
  x.expired_ns = read_time(in, "expired");
  x.canceled_ns = read_time(in, "canceled");
  x.failed_ns = read_time(in, "failed");
  x.replaced_ns = read_time(in, "replaced");
}

template <class Decimal>
void read_limit(object_reader& in, std::string_view key, Decimal& x) {
  const auto value = read_decimal<Decimal>(in, key);
  if (value < Decimal{}) in.refuse(key, "a decimal number of at least 0; 0 is no limit");
  x = value;
}

void read_rate(object_reader& in, std::string_view key, std::uint32_t& x) {
  using limits = std::numeric_limits<std::uint32_t>;
  const auto value = read_decimal<Ratio>(in, key);
  if (value < Ratio{} || value > Ratio::from_integer(limits::max()) ||
      value.units() % decimal_one != 0) {
    in.refuse(key, "a whole number of at least 0; 0 is no limit");
    return;
  }
  x = static_cast<std::uint32_t>(value.units() / decimal_one);
}

}  // namespace

std::string to_json(const order_record& x) {
  object_writer out;
  out.text("bot", x.bot_id)
      .count("number", x.number)
      .text("purpose", to_string(x.purpose))
      .text("status", to_string(x.status))
      .raw("terms", terms_json(x.order.request.terms))
      .text("clientOrderId", x.order.request.client_order_id)
      .raw("broker", broker_json(x.order))
      .text("code", x.code)
      .text("reason", x.reason)
      .raw("asked", time_json(x.asked_ns))
      .raw("sent", time_json(x.sent_ns))
      .raw("updated", time_json(x.updated_ns));
  // Only where there is something to say: what others read of plain orders stays as it was.
  if (x.parent != 0) out.count("parent", x.parent);
  if (!x.order.request.parent.empty()) out.text("parentClientOrderId", x.order.request.parent);
  if (!x.exited.is_zero()) out.raw("exited", decimal_json(x.exited));
  return out.finish();
}

tl::expected<order_record, invalid_field> parse_order_record(std::string_view json) {
  reading to;
  object_reader in{to, json, stored_bounds};
  in.names_once();
  order_record x;
  x.bot_id = in.text("bot");
  x.number = in.count("number");
  x.purpose = read_purpose(in, "purpose");
  x.status = read_status(in, "status");
  x.order.request.terms = read_terms(in.object("terms"));
  x.order.request.client_order_id = in.text("clientOrderId");
  read_broker(in.object("broker"), x.order);
  x.code = in.text("code");
  x.reason = in.text("reason");
  x.asked_ns = read_time(in, "asked");
  x.sent_ns = read_time(in, "sent");
  x.updated_ns = read_time(in, "updated");
  if (in.has("parent")) x.parent = in.count("parent");
  x.order.request.parent = in.optional_text("parentClientOrderId");
  if (in.has("exited")) x.exited = read_decimal<Quantity>(in, "exited");
  return to.finish(std::move(x));
}

std::string to_json(const order_event& x) {
  object_writer out;
  out.number("seq", x.seq)
      .text("bot", x.bot_id)
      .count("number", x.number)
      .text("event", x.event)
      .text("executionId", x.execution_id)
      .text("purpose", to_string(x.purpose))
      .raw("terms", terms_json(x.terms))
      .text("status", to_string(x.status))
      .raw("filledQty", decimal_json(x.filled_qty))
      .raw("averagePrice", decimal_json(x.filled_avg_price))
      .raw("price", decimal_json(x.price))
      .raw("qty", decimal_json(x.qty))
      .text("code", x.code)
      .text("reason", x.reason)
      .raw("at", time_json(x.at_ns));
  if (x.parent != 0) out.count("parent", x.parent);
  return out.finish();
}

tl::expected<order_event, invalid_field> parse_order_event(std::string_view json) {
  reading to;
  object_reader in{to, json, stored_bounds};
  in.names_once();
  order_event x;
  x.seq = in.integer("seq");
  x.bot_id = in.text("bot");
  x.number = in.count("number");
  x.event = in.text("event");
  x.execution_id = in.text("executionId");
  x.purpose = read_purpose(in, "purpose");
  x.terms = read_terms(in.object("terms"));
  x.status = read_status(in, "status");
  x.filled_qty = read_decimal<Quantity>(in, "filledQty");
  x.filled_avg_price = read_decimal<Price>(in, "averagePrice");
  x.price = read_decimal<Price>(in, "price");
  x.qty = read_decimal<Quantity>(in, "qty");
  x.code = in.text("code");
  x.reason = in.text("reason");
  x.at_ns = read_time(in, "at");
  if (in.has("parent")) x.parent = in.count("parent");
  return to.finish(std::move(x));
}

std::string to_json(const profit_figures& x) {
  return figures_json(x);
}

std::string to_json(const performance_record& x) {
  return object_writer{}
      .text("bot", x.bot_id)
      .text("ticker", x.ticker)
      .text("day", x.day)
      .raw("base", figures_json(x.base))
      .raw("latest", figures_json(x.latest))
      .raw("at", time_json(x.at_ns))
      .finish();
}

tl::expected<performance_record, invalid_field> parse_performance_record(std::string_view json) {
  reading to;
  object_reader in{to, json, stored_bounds};
  in.names_once();
  performance_record x;
  x.bot_id = in.text("bot");
  x.ticker = in.text("ticker");
  x.day = in.text("day");
  x.base = read_figures(in.object("base"));
  x.latest = read_figures(in.object("latest"));
  x.at_ns = read_time(in, "at");
  return to.finish(std::move(x));
}

std::string to_json(const risk_limits& x) {
  return object_writer{}
      .raw("max_position", decimal_json(x.max_position))
      .raw("max_order_notional", decimal_json(x.max_order_notional))
      .count("max_orders_per_minute", x.max_orders_per_minute)
      .raw("daily_loss_limit", decimal_json(x.daily_loss_limit))
      .raw("price_collar", decimal_json(x.price_collar))
      .finish();
}

tl::expected<risk_limits, invalid_field> read_risk_limits(std::string_view changes,
                                                          const risk_limits& now) {
  auto x = now;
  if (changes.empty()) return x;
  reading to;
  object_reader in{to, changes, limits_bounds};
  in.names_once();
  for (const auto& member : in.members()) {
    const std::string_view name = member.first;
    if (name == "max_position") {
      read_limit(in, name, x.max_position);
    } else if (name == "max_order_notional") {
      read_limit(in, name, x.max_order_notional);
    } else if (name == "max_orders_per_minute") {
      read_rate(in, name, x.max_orders_per_minute);
    } else if (name == "daily_loss_limit") {
      read_limit(in, name, x.daily_loss_limit);
    } else if (name == "price_collar") {
      read_limit(in, name, x.price_collar);
    } else {
      in.refuse(name,
                "one of max_position, max_order_notional, max_orders_per_minute, "
                "daily_loss_limit, price_collar");
    }
  }
  return to.finish(std::move(x));
}

}  // namespace outcry
