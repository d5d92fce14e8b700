#include "actors/bots/strategies/scale_t/ladder_csv.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "messages/detail/text.hpp"

namespace outcry::ladders {

namespace {

constexpr std::array<std::string_view, 10> columns{
    "index", "buy_price",         "sell_price",  "target_shares", "held_shares", "pending_order_id",
    "spc",   "unrealized_profit", "last_action", "profit"};

enum column : std::size_t {
  index_column,
  buy_price_column,
  sell_price_column,
  target_shares_column,
  held_shares_column,
  pending_order_id_column,
  spc_column,
  unrealized_profit_column,
  last_action_column,
  profit_column
};

constexpr std::string_view header =
    "index,buy_price,sell_price,target_shares,held_shares,pending_order_id,spc,unrealized_profit,"
    "last_action,profit";

constexpr std::string_view no_order = "None";

using csv_fields = std::array<std::string_view, columns.size()>;

std::string_view take_until(std::string_view& text, char separator) {
  const auto n = std::min(text.find(separator), text.size());
  const auto result = text.substr(0, n);
  text.remove_prefix(std::min(n + 1, text.size()));
  return result;
}

std::string_view take_line(std::string_view& text) {
  auto line = take_until(text, '\n');
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// `text` without what stands behind the 12th decimal place: Python prints up to 17 digits, of
/// which the last are noise. Text that is no number stays as it is.
std::string cut_to_places(std::string_view text) {
  const auto mantissa = text.substr(0, text.find_first_of("eE"));
  long exponent = 0;
  if (mantissa.size() < text.size()) {
    auto digits = text.substr(mantissa.size() + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (failure != std::errc{} || end != digits.data() + digits.size()) return std::string{text};
  }
  const auto keep = detail::decimal_places + exponent;
  const auto point = std::min(mantissa.find('.'), mantissa.size());
  if (point == mantissa.size() && keep < 0 && point <= 2 && Price::parse(mantissa)) return "0";
  if (point == mantissa.size() || exponent > 0) return std::string{text};
  if (keep >= static_cast<long>(mantissa.size() - point - 1)) return std::string{text};
  const auto noise = mantissa.substr(point + 1 + static_cast<std::size_t>(std::max(keep, 0L)));
  if (noise.find_first_not_of("0123456789") != std::string_view::npos) return std::string{text};
  if (keep < 0) {
    // A single digit before the point, as Python writes small numbers: nothing is left of it.
    if (point > 2 || !Price::parse(mantissa.substr(0, point))) return std::string{text};
    return "0";
  }
  auto result = std::string{
      mantissa.substr(0, keep == 0 ? point : point + 1 + static_cast<std::size_t>(keep))};
  if (exponent != 0) result += 'e' + std::to_string(exponent);
  return result;
}

/// Reads one line's fields; the first refusal counts.
class line_reader {
public:
  line_reader(std::size_t number, const csv_fields& found) : number_{number}, found_{found} {
    // nop
  }

  template <class Number>
  Number number(column which, std::string_view expected, Number min) {
    const auto value = Number::parse(cut_to_places(found_[which]));
    if (value && *value >= min) return *value;
    refuse(which, std::string{expected});
    return min;
  }

  Price price(column which) {
    const auto value = number<Price>(which, "a price above 0", Price{});
    const auto cents = to_cents(value);
    const auto noise = value > cents ? value - cents : cents - value;
    if (!cents.is_positive()) {
      refuse(which, "a price above 0");
    } else if (noise > Price::from_units(1'000'000)) {
      refuse(which, "a price in whole cents");
    }
    return cents;
  }

  Quantity shares(column which) {
    return rounded(number<Quantity>(which, "a number of shares, 0 or more", Quantity{}),
                   share_places, rounding::half_even);
  }

  std::string_view text(column which) const { return found_[which]; }

  void refuse(column which, std::string expected) {
    if (error_) return;
    error_ =
        detail::refusal(fmt::format("line {}, column {}", number_, columns[which]),
                        std::move(expected), found_[which].empty() ? "nothing" : found_[which]);
  }

  std::optional<invalid_field>& error() { return error_; }

private:
  std::size_t number_;
  const csv_fields& found_;
  std::optional<invalid_field> error_;
};

tl::expected<csv_fields, invalid_field> split(std::string_view line, std::size_t number) {
  csv_fields result;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (line.empty() && i > 0 && i + 1 < result.size())
      return tl::unexpected{invalid_field{fmt::format("line {}, column {}", number, columns[i]),
                                          fmt::format("{} columns", columns.size()), "nothing"}};
    result[i] = without_blanks(take_until(line, ','));
  }
  if (!line.empty())
    return tl::unexpected{
        detail::refusal(fmt::format("line {}, column {}", number, columns.size() + 1),
                        fmt::format("no more than {} columns", columns.size()), line)};
  return result;
}

std::optional<invalid_field> read_row(ladder_file& file, std::size_t number,
                                      const csv_fields& found) {
  line_reader in{number, found};
  auto& rows = file.rows.rows;
  ladder_row row;
  if (in.text(index_column) != std::to_string(rows.size()))
    in.refuse(index_column, fmt::format("the row's number, {}", rows.size()));
  row.buy_price = in.price(buy_price_column);
  row.sell_price = in.price(sell_price_column);
  if (row.sell_price <= row.buy_price)
    in.refuse(sell_price_column, "more than buy_price, " + to_string(row.buy_price));
  if (!rows.empty() && row.buy_price >= rows.back().buy_price)
    in.refuse(buy_price_column, "less than the row above, " + to_string(rows.back().buy_price));
  if (!rows.empty() && row.sell_price >= rows.back().sell_price)
    in.refuse(sell_price_column, "less than the row above, " + to_string(rows.back().sell_price));
  row.target = in.shares(target_shares_column);
  row.held = in.shares(held_shares_column);
  const auto lowest = Money::from_units(-Money::from_integer(1'000'000'000'000).units());
  row.improvement = in.number<Money>(unrealized_profit_column, "an amount of money", lowest);
  row.profit = in.number<Money>(profit_column, "an amount of money", lowest);
  const auto at = in.text(last_action_column) == no_order
                      ? Quantity{}
                      : in.number<Quantity>(last_action_column, "seconds since 1970", Quantity{});
  if (at > Quantity::from_integer(100'000'000'000))
    in.refuse(last_action_column, "seconds since 1970");
  row.last_action_s = static_cast<std::int64_t>(at.units() / detail::decimal_one);
  if (in.text(spc_column) != "N" && in.text(spc_column) != "last")
    in.refuse(spc_column, "N or last");
  row.last = in.text(spc_column) == "last";
  // Noise of rows that sold all they had.
  if (row.held.is_zero()) row.improvement = Money{};
  const auto order = in.text(pending_order_id_column);
  if (order.empty()) in.refuse(pending_order_id_column, "None or an order's id");
  if (order != no_order && !file.pending) file.pending = csv_order{rows.size(), std::string{order}};
  if (in.error()) return std::move(in.error());
  rows.push_back(row);
  return std::nullopt;
}

/// As Python prints a float: always with a point, so that a column stays one of floats.
template <class Tag>
std::string as_float(decimal<Tag> x) {
  auto result = to_string(x);
  if (result.find('.') == std::string::npos) result += ".0";
  return result;
}

}  // namespace

tl::expected<ladder_file, invalid_field> read_ladder_csv(std::string_view text) {
  if (text.size() > max_csv_bytes)
    return tl::unexpected{invalid_field{"", fmt::format("at most {} bytes", max_csv_bytes),
                                        fmt::format("{} bytes", text.size())}};
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto first = take_line(text);
  if (first != header)
    return tl::unexpected{
        detail::refusal("line 1", std::string{header}, first.empty() ? "nothing" : first)};

  ladder_file result;
  for (std::size_t number = 2; !text.empty(); ++number) {
    const auto line = take_line(text);
    // A last line may end twice.
    if (line.empty() && text.empty()) break;
    if (result.rows.rows.size() == max_rows)
      return tl::unexpected{invalid_field{fmt::format("line {}", number),
                                          fmt::format("at most {} rows", max_rows), "one more"}};
    const auto found = split(line, number);
    if (!found) return tl::unexpected{found.error()};
    if (auto error = read_row(result, number, *found)) return tl::unexpected{*std::move(error)};
  }
  auto& x = result.rows;
  if (x.rows.empty()) return tl::unexpected{invalid_field{"line 2", "at least one row", "nothing"}};
  for (const auto& row : x.rows) {
    const auto gap = row.target - row.held;
    if (gap.is_positive()) x.cash += multiply(row.buy_price, gap);
  }
  x.deposited = x.cash + cost_of_held(x);
  return result;
}

std::string write_ladder_csv(const ladder& x, const std::optional<csv_order>& pending) {
  auto result = std::string{header} + '\n';
  for (std::size_t i = 0; i < x.rows.size(); ++i) {
    const auto& row = x.rows[i];
    const bool waits = pending && pending->row == i;
    result += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", i, as_float(row.buy_price),
                          as_float(row.sell_price), as_float(row.target), as_float(row.held),
                          waits ? std::string_view{pending->id} : no_order, row.last ? "last" : "N",
                          as_float(row.improvement), row.last_action_s, as_float(row.profit));
  }
  return result;
}

}  // namespace outcry::ladders
