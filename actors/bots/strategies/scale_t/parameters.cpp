#include "actors/bots/strategies/scale_t/parameters.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "actors/bots/strategies/scale_t/ladder_csv.hpp"
#include "messages/detail/json_reader.hpp"
#include "messages/detail/json_writer.hpp"

namespace outcry::ladders {

namespace {

using detail::object_reader;

constexpr detail::input_bounds parameter_bounds{max_csv_bytes * 2, 4};
constexpr std::int64_t max_cancel_retry_s = 3600;
constexpr std::int64_t max_risk = 5;
constexpr std::string_view csv_plan = "csv:";

constexpr std::array<std::string_view, 10> names{
    "cash", "add_cash", "start",          "step",  "rows",
    "risk", "ladder",   "outside_shares", "chase", "cancel_retry_s"};

/// FNV-1a, 64 bits (RFC draft-eastlake-fnv): tells texts apart, protects nothing.
std::uint64_t fingerprint(std::string_view text) {
  std::uint64_t result = 0xcbf29ce484222325U;
  for (const unsigned char c : text) result = (result ^ c) * 0x100000001b3U;
  return result;
}

void refuse(object_reader& in, std::string_view key, std::string expected) {
  in.refuse(key, std::move(expected));
}

/// A JSON number or a decimal text, read exactly.
template <class Number>
Number number(object_reader& in, std::string_view key, const char* expected, bool zero_allowed) {
  const auto raw = in.raw(key);
  const auto text = raw.starts_with('"') ? detail::string_of(raw).value_or("") : std::string{raw};
  const auto value = Number::parse(text);
  if (value && (value->is_positive() || (zero_allowed && value->is_zero()))) return *value;
  refuse(in, key, expected);
  return {};
}

std::uint32_t whole(object_reader& in, std::string_view key, std::int64_t min, std::int64_t max) {
  const auto value = in.integer(key);
  if (value >= min && value <= max) return static_cast<std::uint32_t>(value);
  refuse(in, key, fmt::format("a whole number from {} to {}", min, max));
  return static_cast<std::uint32_t>(min);
}

/// The fields that say the same in a change and in all parameters.
void read_fields(object_reader& in, parameters& x) {
  if (in.has("cash")) x.cash = number<Money>(in, "cash", "an amount of money, 0 or more", true);
  if (in.has("start")) x.start = number<Price>(in, "start", "a price, 0 or more", true);
  if (in.has("step")) x.step = number<Ratio>(in, "step", "a fraction above 0", false);
  if (in.has("rows")) x.rows = whole(in, "rows", 1, max_rows);
  if (in.has("outside_shares"))
    x.outside_shares =
        number<Quantity>(in, "outside_shares", "a number of shares, 0 or more", true);
  if (in.has("chase")) x.chase = in.boolean("chase");
  if (in.has("cancel_retry_s"))
    x.cancel_retry_s = whole(in, "cancel_retry_s", 1, max_cancel_retry_s);
  if (in.has("ladder")) x.csv = in.text("ladder");
}

/// An imported ladder brings its own rows and money.
void read_import(object_reader& in, const parameters& now, parameters& x) {
  for (const auto other : {"cash", "add_cash", "start", "step", "rows", "risk"}) {
    if (in.has(other)) refuse(in, other, "nothing beside ladder");
  }
  if (x.csv.starts_with(csv_plan)) {
    if (x.csv != now.csv) refuse(in, "ladder", "the text of a ladder's CSV file");
    return;
  }
  auto file = read_ladder_csv(x.csv);
  if (!file) {
    auto error = std::move(file).error();
    if (!in.outcome().error) {
      error.field = in.path_of("ladder") + (error.field.empty() ? "" : ", ") + error.field;
      in.outcome().error = std::move(error);
    }
    return;
  }
  if (file->pending && !in.outcome().error) {
    in.outcome().error =
        detail::refusal(fmt::format("{}, line {}, column pending_order_id", in.path_of("ladder"),
                                    file->pending->row + 2),
                        "None (cancel the other bot's order first)", file->pending->id);
  }
  x.cash = file->rows.deposited;
  x.start = Price{};
}

/// A ladder that could not be built as it is wanted.
void check_plan(object_reader& in, const parameters& x) {
  if (!x.csv.empty()) return;
  const auto top_start = Price::from_integer(10'000'000);
  const auto cash = x.cash.is_zero() ? Money::from_integer(1) : x.cash;
  const ladder_plan plan{cash, x.start.is_zero() ? top_start : x.start, x.step, x.rows};
  // Without cash or a start nobody knows yet how far down the rows reach.
  auto error = check_ranges(plan);
  if (!error && !x.start.is_zero() && !x.cash.is_zero()) {
    if (auto built = build_ladder(plan); !built) error = std::move(built).error();
  }
  if (!error || in.outcome().error) return;
  error->field = in.path_of(error->field);
  in.outcome().error = std::move(error);
}

}  // namespace

std::string plan_of(const parameters& x) {
  if (x.csv.starts_with(csv_plan)) return x.csv;
  if (!x.csv.empty()) return fmt::format("{}{:016x}", csv_plan, fingerprint(x.csv));
  return fmt::format("{} {} {}", x.start.is_zero() ? "first" : to_string(x.start),
                     to_string(x.step), x.rows);
}

tl::expected<parameters, invalid_field> read_changes(const parameters& now, const standing& at,
                                                     std::string_view changes) {
  detail::reading outcome;
  parameters x = now;
  { object_reader all{outcome, changes, parameter_bounds}; }
  if (outcome.error) {
    outcome.error->field = "config";
    return tl::unexpected{std::move(*outcome.error)};
  }
  object_reader in{outcome, changes.substr(changes.find('{')), std::string{"config"}};
  in.names_once();
  for (const auto& [name, value] : in.members()) {
    if (std::ranges::find(names, name) == names.end())
      refuse(in, name,
             "no other parameter than cash, add_cash, start, step, rows, risk, ladder, "
             "outside_shares, chase, cancel_retry_s");
  }
  read_fields(in, x);
  if (in.has("risk")) {
    if (in.has("rows")) refuse(in, "rows", "nothing beside risk, which stands for 100 rows each");
    x.rows = rows_per_risk * whole(in, "risk", 1, max_risk);
  }
  if (in.has("add_cash")) {
    if (in.has("cash")) refuse(in, "cash", "nothing beside add_cash");
    if (now.cash.is_zero() && !at.has_ladder) refuse(in, "add_cash", "a ladder to add it to");
    x.cash += number<Money>(in, "add_cash", "an amount of money above 0", false);
  }
  const bool is_remade = in.has("start") || in.has("step") || in.has("rows") || in.has("risk");
  if (in.has("ladder")) {
    read_import(in, now, x);
  } else if (is_remade) {
    x.csv.clear();
  }
  check_plan(in, x);
  const auto plan = plan_of(x);
  if (at.has_ladder && !at.is_flat && plan != at.plan && plan != plan_of(now)) {
    for (const auto key : {"ladder", "start", "step", "rows", "risk"}) {
      if (in.has(key))
        refuse(in, key, "no other ladder while this one holds shares or has an order");
    }
  }
  if (at.has_ladder && plan == at.plan && x.cash < at.deposited)
    refuse(in, "cash",
           fmt::format("at least {}: money is not taken out of a ladder", to_string(at.deposited)));
  return outcome.finish(std::move(x));
}

std::string write_parameters(const parameters& x) {
  detail::object_writer out;
  out.text("cash", to_string(x.cash))
      .text("start", to_string(x.start))
      .text("step", to_string(x.step))
      .count("rows", x.rows)
      .text("outside_shares", to_string(x.outside_shares))
      .boolean("chase", x.chase)
      .count("cancel_retry_s", x.cancel_retry_s);
  if (!x.csv.empty()) out.text("ladder", x.csv);
  return out.finish();
}

tl::expected<parameters, invalid_field> read_parameters(std::string_view text) {
  detail::reading outcome;
  parameters x;
  // A bot that was never given any.
  if (text.empty() || text == "null") return x;
  object_reader in{outcome, text, parameter_bounds};
  if (!outcome.error) read_fields(in, x);
  if (outcome.error) outcome.error->field.insert(0, "config ");
  return outcome.finish(std::move(x));
}

}  // namespace outcry::ladders
