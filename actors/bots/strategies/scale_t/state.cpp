#include "actors/bots/strategies/scale_t/state.hpp"

#include <array>
#include <charconv>
#include <stdexcept>

#include <fmt/format.h>

#include "messages/detail/decimal_text.hpp"
#include "messages/detail/json_reader.hpp"
#include "messages/detail/json_writer.hpp"

namespace outcry::ladders {

namespace {

using detail::object_reader;
using detail::object_writer;

constexpr int version = 1;
/// Of a row's fields, those that are decimals; they come first.
constexpr std::size_t decimal_fields = 6;
constexpr detail::input_bounds state_bounds{std::size_t{4} << 20U, 8};

/// Fields of a row in the order they are written; zeros at the end are left out.
void append_row(std::string& out, const ladder_row& row) {
  const std::array<int128, 8> fields{
      row.buy_price.units(),   row.sell_price.units(), row.target.units(), row.held.units(),
      row.improvement.units(), row.profit.units(),     row.last_action_s,  row.last ? 1 : 0};
  auto n = fields.size();
  while (fields[n - 1] == 0) --n;
  out += '"';
  for (std::size_t i = 0; i < n; ++i) {
    if (i > 0) out += ' ';
    if (i < decimal_fields)
      detail::append_decimal_units(out, fields[i]);
    else
      out += std::to_string(static_cast<std::int64_t>(fields[i]));
  }
  out += '"';
}

std::string write_rows(const std::vector<ladder_row>& rows) {
  std::string result = "[";
  result.reserve(rows.size() * 64);
  for (const auto& row : rows) {
    if (result.size() > 1) result += ',';
    append_row(result, row);
  }
  return result += ']';
}

std::string write_order(const ladder_order& x) {
  object_writer out;
  out.count("number", x.number)
      .text("side", to_string(x.side))
      .boolean("market", x.market)
      .count("row", x.row)
      .text("qty", to_string(x.qty))
      .text("limit", to_string(x.limit))
      .text("reference", to_string(x.reference))
      .text("booked", to_string(x.booked))
      .text("booked_money", to_string(x.booked_money));
  if (x.cancelling) out.number("cancel_asked_ns", x.cancel_asked_ns);
  return out.finish();
}

template <class Number>
Number read_decimal(object_reader& in, std::string_view key) {
  const auto value = Number::parse(in.text(key));
  if (value) return *value;
  in.refuse(key, "a decimal number");
  return {};
}

ladder_order read_order(object_reader in) {
  ladder_order x;
  x.number = in.count("number");
  x.side = in.word("side", {order_side::buy, order_side::sell});
  x.market = in.boolean("market");
  x.row = static_cast<std::size_t>(in.count("row", max_rows));
  x.qty = read_decimal<Quantity>(in, "qty");
  x.limit = read_decimal<Price>(in, "limit");
  x.reference = read_decimal<Price>(in, "reference");
  x.booked = read_decimal<Quantity>(in, "booked");
  x.booked_money = read_decimal<Money>(in, "booked_money");
  x.cancelling = in.has("cancel_asked_ns");
  x.cancel_asked_ns = in.optional_integer("cancel_asked_ns");
  return x;
}

/// The numbers of a row's text, one after the other; what is missing is 0.
class row_reader {
public:
  explicit row_reader(std::string_view text) : rest_{text} {}

  template <class Number>
  Number decimal() {
    const auto text = next();
    if (text.empty()) return {};
    const auto value = Number::parse(text);
    if (!value) good_ = false;
    return value.value_or(Number{});
  }

  std::int64_t integer() {
    const auto text = next();
    std::int64_t value = 0;
    const auto end = text.data() + text.size();
    if (!text.empty() && std::from_chars(text.data(), end, value).ptr != end) good_ = false;
    return value;
  }

  bool good() const { return good_ && rest_.empty(); }

private:
  std::string_view next() {
    const auto n = std::min(rest_.find(' '), rest_.size());
    const auto result = rest_.substr(0, n);
    rest_.remove_prefix(std::min(n + 1, rest_.size()));
    return result;
  }

  std::string_view rest_;
  bool good_ = true;
};

bool read_row(std::string_view text, ladder_row& row) {
  row_reader in{text};
  row.buy_price = in.decimal<Price>();
  row.sell_price = in.decimal<Price>();
  row.target = in.decimal<Quantity>();
  row.held = in.decimal<Quantity>();
  row.improvement = in.decimal<Money>();
  row.profit = in.decimal<Money>();
  row.last_action_s = in.integer();
  row.last = in.integer() != 0;
  return in.good() && row.buy_price.is_positive() && row.buy_price < row.sell_price;
}

}  // namespace

std::string write_state(const ladder_state& x) {
  object_writer out;
  out.number("version", version)
      .text("plan", x.plan)
      .text("deposited", to_string(x.rows.deposited))
      .text("spare", to_string(x.rows.spare))
      .text("cash", to_string(x.rows.cash))
      .text("realized", to_string(x.rows.realized))
      .text("converted", to_string(x.rows.converted))
      .text("outside", to_string(x.outside.shares))
      .text("outside_cost", to_string(x.outside.cost))
      .text("outside_realized", to_string(x.outside.realized))
      .text("declared", to_string(x.declared))
      .text("mark", to_string(x.mark))
      .text("decided", to_string(x.decided))
      .number("paused_until_ns", x.paused_until_ns);
  if (x.pending) out.raw("order", write_order(*x.pending));
  if (x.previous) out.raw("previous", write_order(*x.previous));
  return out.raw("rows", write_rows(x.rows.rows)).finish();
}

ladder_state read_state(std::string_view text) {
  detail::reading outcome;
  object_reader in{outcome, text, state_bounds};
  in.names_once();
  ladder_state x;
  if (in.count("version") != version) in.refuse("version", std::to_string(version));
  x.plan = in.text("plan");
  x.rows.deposited = read_decimal<Money>(in, "deposited");
  x.rows.spare = read_decimal<Money>(in, "spare");
  x.rows.cash = read_decimal<Money>(in, "cash");
  x.rows.realized = read_decimal<Money>(in, "realized");
  x.rows.converted = read_decimal<Money>(in, "converted");
  x.outside.shares = read_decimal<Quantity>(in, "outside");
  x.outside.cost = read_decimal<Money>(in, "outside_cost");
  x.outside.realized = read_decimal<Money>(in, "outside_realized");
  x.declared = read_decimal<Quantity>(in, "declared");
  x.mark = read_decimal<Price>(in, "mark");
  x.decided = read_decimal<Price>(in, "decided");
  x.paused_until_ns = in.integer("paused_until_ns");
  if (in.has("order")) x.pending = read_order(in.object("order"));
  if (in.has("previous")) x.previous = read_order(in.object("previous"));
  const auto rows = in.array("rows");
  if (rows.size() > max_rows) in.refuse("rows", fmt::format("at most {} rows", max_rows));
  x.rows.rows.resize(std::min(rows.size(), max_rows));
  for (std::size_t i = 0; i < x.rows.rows.size(); ++i) {
    const auto row = detail::string_of(rows[i]);
    if (!row || !read_row(*row, x.rows.rows[i]))
      outcome.refuse(fmt::format("rows[{}]", i), "a row of the ladder", rows[i]);
  }
  if (outcome.error) throw std::runtime_error{"scale_t snapshot: " + to_string(*outcome.error)};
  return x;
}

}  // namespace outcry::ladders
