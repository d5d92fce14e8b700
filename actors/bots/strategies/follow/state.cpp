#include "actors/bots/strategies/follow/state.hpp"

#include <stdexcept>

#include "messages/detail/json_reader.hpp"
#include "messages/detail/json_writer.hpp"

namespace outcry::following {

namespace {

using detail::object_reader;
using detail::object_writer;

constexpr int version = 1;
constexpr detail::input_bounds state_bounds{std::size_t{1} << 20U, 8};

template <class Number>
Number read_decimal(object_reader& in, std::string_view key) {
  if (!in.has(key)) return {};
  const auto value = Number::parse(in.text(key));
  if (value) return *value;
  in.refuse(key, "a decimal number");
  return {};
}

/// Zeros are left out.
template <class Number>
void write_decimal(object_writer& out, std::string_view key, Number x) {
  if (!x.is_zero()) out.text(key, to_string(x));
}

std::string write_order(const trade_order& x) {
  object_writer out;
  out.count("number", x.number).text("role", to_string(x.role));
  if (x.parent != 0) out.count("parent", x.parent);
  if (x.target != 0) out.count("target", x.target);
  write_decimal(out, "price", x.price);
  write_decimal(out, "qty", x.qty);
  write_decimal(out, "filled", x.filled);
  write_decimal(out, "money", x.money);
  if (x.taken) out.boolean("taken", true);
  if (x.over) out.boolean("over", true);
  if (x.cancel_asked_ns != 0) out.number("cancel_asked", x.cancel_asked_ns);
  if (x.replaces != 0) out.count("replaces", x.replaces);
  if (x.task != 0) out.count("task", x.task);
  if (x.asked_ns != 0) out.number("asked", x.asked_ns);
  return out.finish();
}

trade_order read_order(object_reader in) {
  trade_order x;
  x.number = in.count("number");
  x.role =
      in.word("role", {order_role::entry, order_role::stop, order_role::target, order_role::close});
  if (in.has("parent")) x.parent = in.count("parent");
  if (in.has("target")) x.target = static_cast<std::uint8_t>(in.count("target", 255));
  x.price = read_decimal<Price>(in, "price");
  x.qty = read_decimal<Quantity>(in, "qty");
  x.filled = read_decimal<Quantity>(in, "filled");
  x.money = read_decimal<Money>(in, "money");
  x.taken = in.optional_boolean("taken");
  x.over = in.optional_boolean("over");
  x.cancel_asked_ns = in.optional_integer("cancel_asked");
  if (in.has("replaces")) x.replaces = in.count("replaces");
  if (in.has("task")) x.task = in.count("task");
  x.asked_ns = in.optional_integer("asked");
  return x;
}

std::string write_trade(const trade& x) {
  object_writer out;
  out.text("source", x.source).text("source_id", x.source_id).text("side", to_string(x.side));
  write_decimal(out, "wanted", x.wanted);
  write_decimal(out, "sold_elsewhere", x.sold_elsewhere);
  write_decimal(out, "sold_elsewhere_money", x.sold_elsewhere_money);
  write_decimal(out, "stop", x.stop);
  write_decimal(out, "first_stop", x.first_stop);
  if (x.stop_task != 0) out.count("stop_task", x.stop_task);
  if (!x.again.empty()) out.raw("again", detail::json_array(x.again, write_order));
  out.raw("orders", detail::json_array(x.orders, write_order))
      .boolean("closing", x.closing)
      .boolean("entries_end", x.entries_end)
      .text("reason", x.reason)
      .number("entry_until", x.entry_until_ns)
      .number("retry", x.retry_ns)
      .number("opened", x.opened_ns)
      .number("closed", x.closed_ns)
      .count("version", x.version);
  return out.finish();
}

template <class Element, class Read>
void read_array(object_reader& in, std::string_view key, Element& to, Read read) {
  if (!in.has(key)) return;
  std::size_t i = 0;
  for (const auto raw : in.array(key))
    to.push_back(
        read(object_reader{in.outcome(), raw, in.path_of(key) + '[' + std::to_string(i++) + ']'}));
}

trade read_trade(object_reader in) {
  trade x;
  x.source = in.text("source");
  x.source_id = in.text("source_id");
  x.side = in.word("side", {order_side::buy, order_side::sell});
  x.wanted = read_decimal<Quantity>(in, "wanted");
  x.sold_elsewhere = read_decimal<Quantity>(in, "sold_elsewhere");
  x.sold_elsewhere_money = read_decimal<Money>(in, "sold_elsewhere_money");
  x.stop = read_decimal<Price>(in, "stop");
  x.first_stop = read_decimal<Price>(in, "first_stop");
  if (in.has("stop_task")) x.stop_task = in.count("stop_task");
  read_array(in, "orders", x.orders, read_order);
  read_array(in, "again", x.again, read_order);
  x.closing = in.boolean("closing");
  x.entries_end = in.boolean("entries_end");
  x.reason = in.text("reason");
  x.entry_until_ns = in.integer("entry_until");
  x.retry_ns = in.integer("retry");
  x.opened_ns = in.integer("opened");
  x.closed_ns = in.integer("closed");
  x.version = in.count("version");
  return x;
}

std::string write_record(const trade_record& x) {
  object_writer out;
  out.text("source", x.source)
      .text("source_id", x.source_id)
      .text("bot", x.bot_id)
      .count("version", x.version)
      .text("state", to_string(x.state))
      .text("side", x.side);
  write_decimal(out, "wanted", x.wanted);
  write_decimal(out, "entered", x.entered);
  write_decimal(out, "exited", x.exited);
  write_decimal(out, "entry_price", x.entry_price);
  write_decimal(out, "exit_price", x.exit_price);
  write_decimal(out, "stop", x.stop);
  write_decimal(out, "first_stop", x.first_stop);
  write_decimal(out, "profit", x.profit);
  out.text("reason", x.reason)
      .number("opened", x.opened_ns)
      .number("closed", x.closed_ns)
      .number("updated", x.updated_ns);
  return out.finish();
}

trade_record read_record(object_reader in) {
  trade_record x;
  x.source = in.text("source");
  x.source_id = in.text("source_id");
  x.bot_id = in.text("bot");
  x.version = in.count("version");
  x.state = in.word("state", {signal_state::closed, signal_state::cancelled});
  x.side = in.text("side");
  x.wanted = read_decimal<Quantity>(in, "wanted");
  x.entered = read_decimal<Quantity>(in, "entered");
  x.exited = read_decimal<Quantity>(in, "exited");
  x.entry_price = read_decimal<Price>(in, "entry_price");
  x.exit_price = read_decimal<Price>(in, "exit_price");
  x.stop = read_decimal<Price>(in, "stop");
  x.first_stop = read_decimal<Price>(in, "first_stop");
  x.profit = read_decimal<Money>(in, "profit");
  x.reason = in.text("reason");
  x.opened_ns = in.integer("opened");
  x.closed_ns = in.integer("closed");
  x.updated_ns = in.integer("updated");
  return x;
}

std::string write_task(const taken_task& x) {
  object_writer out;
  out.text("source", x.source)
      .text("source_id", x.source_id)
      .number("edited", x.edited_ns)
      .boolean("taken", x.taken)
      .text("code", x.code)
      .text("reason", x.reason);
  if (x.id != 0) out.count("id", x.id).count("parts", x.parts);
  return out.finish();
}

taken_task read_task(object_reader in) {
  taken_task x;
  x.source = in.text("source");
  x.source_id = in.text("source_id");
  x.edited_ns = in.integer("edited");
  x.taken = in.boolean("taken");
  x.code = in.text("code");
  x.reason = in.text("reason");
  if (in.has("id")) x.id = in.count("id");
  if (in.has("parts")) x.parts = static_cast<std::uint32_t>(in.count("parts", 1000));
  return x;
}

std::string write_past(const past_order& x) {
  return object_writer{}
      .text("source", x.source)
      .text("source_id", x.source_id)
      .text("side", to_string(x.side))
      .text("stop", to_string(x.stop))
      .raw("order", write_order(x.order))
      .finish();
}

past_order read_past(object_reader in) {
  past_order x;
  x.source = in.text("source");
  x.source_id = in.text("source_id");
  x.side = in.word("side", {order_side::buy, order_side::sell});
  x.stop = read_decimal<Price>(in, "stop");
  x.order = read_order(in.object("order"));
  return x;
}

}  // namespace

std::string write_state(const follow_state& x) {
  object_writer out;
  out.number("version", version);
  if (x.current) out.raw("trade", write_trade(*x.current));
  out.raw("ended", detail::json_array(x.ended, write_record))
      .raw("tasks", detail::json_array(x.tasks, write_task))
      .raw("past", detail::json_array(x.past, write_past));
  write_decimal(out, "outside", x.outside);
  write_decimal(out, "outside_paid", x.outside_paid);
  write_decimal(out, "realized", x.realized);
  write_decimal(out, "mark", x.mark);
  out.count("last_version", x.last_version);
  if (x.last_task != 0) out.count("last_task", x.last_task);
  return out.finish();
}

follow_state read_state(std::string_view text) {
  detail::reading outcome;
  follow_state x;
  object_reader in{outcome, text, state_bounds};
  if (!outcome.error && in.integer("version") != version)
    in.refuse("version", "version " + std::to_string(version));
  if (!outcome.error) {
    if (in.has("trade")) x.current = read_trade(in.object("trade"));
    read_array(in, "ended", x.ended, read_record);
    read_array(in, "tasks", x.tasks, read_task);
    read_array(in, "past", x.past, read_past);
    x.outside = read_decimal<Quantity>(in, "outside");
    x.outside_paid = read_decimal<Money>(in, "outside_paid");
    x.realized = read_decimal<Money>(in, "realized");
    x.mark = read_decimal<Price>(in, "mark");
    x.last_version = in.count("last_version");
    if (in.has("last_task")) x.last_task = in.count("last_task");
  }
  if (outcome.error) throw std::runtime_error{"follow snapshot: " + to_string(*outcome.error)};
  return x;
}

}  // namespace outcry::following
