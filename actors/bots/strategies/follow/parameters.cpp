#include "actors/bots/strategies/follow/parameters.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "messages/detail/json_reader.hpp"
#include "messages/detail/json_writer.hpp"

namespace outcry::following {

namespace {

using detail::object_reader;

constexpr detail::input_bounds change_bounds{4096, 2};

constexpr std::array<std::string_view, 9> names{"max_notional",  "risk",        "lot",
                                                "default_stop",  "slippage",    "max_chase",
                                                "entry_valid_s", "max_targets", "shorts"};

/// A JSON number or a decimal text of 0 or more, read exactly.
template <class Number>
Number number(object_reader& in, std::string_view key, const char* expected, Number max) {
  const auto raw = in.raw(key);
  const auto text = raw.starts_with('"') ? detail::string_of(raw).value_or("") : std::string{raw};
  const auto value = Number::parse(text);
  if (value && !(*value < Number{}) && (max.is_zero() || *value < max)) return *value;
  in.refuse(key, expected);
  return {};
}

std::uint32_t whole(object_reader& in, std::string_view key, std::int64_t min, std::int64_t max) {
  const auto value = in.integer(key);
  if (value >= min && value <= max) return static_cast<std::uint32_t>(value);
  in.refuse(key, fmt::format("a whole number from {} to {}", min, max));
  return static_cast<std::uint32_t>(min);
}

}  // namespace

parameters default_parameters() {
  parameters x;
  x.slippage = *Ratio::parse("0.005");
  x.max_chase = *Ratio::parse("0.02");
  return x;
}

tl::expected<parameters, invalid_field> read_changes(const parameters& now,
                                                     std::string_view changes) {
  detail::reading outcome;
  { object_reader all{outcome, changes, change_bounds}; }
  if (outcome.error) {
    outcome.error->field = "config";
    return tl::unexpected{std::move(*outcome.error)};
  }
  object_reader in{outcome, changes.substr(changes.find('{')), std::string{"config"}};
  in.names_once();
  for (const auto& [name, value] : in.members())
    if (std::ranges::find(names, name) == names.end())
      in.refuse(
          name,
          "no other parameter than max_notional, risk, lot, default_stop, slippage, max_chase, "
          "entry_valid_s, max_targets, shorts");
  constexpr auto money = "an amount of money, 0 or more";
  constexpr auto part = "a fraction from 0 to below 1";
  const auto one = Ratio::from_integer(1);
  parameters x = now;
  if (in.has("max_notional")) x.max_notional = number<Money>(in, "max_notional", money, {});
  if (in.has("risk")) x.risk = number<Money>(in, "risk", money, {});
  if (in.has("lot")) x.lot = number<Quantity>(in, "lot", "a quantity, 0 or more", {});
  if (in.has("default_stop")) x.default_stop = number<Ratio>(in, "default_stop", part, one);
  if (in.has("slippage")) x.slippage = number<Ratio>(in, "slippage", part, one);
  if (in.has("max_chase")) x.max_chase = number<Ratio>(in, "max_chase", part, one);
  if (in.has("entry_valid_s")) x.entry_valid_s = whole(in, "entry_valid_s", 10, 2'592'000);
  if (in.has("max_targets")) x.max_targets = whole(in, "max_targets", 1, 6);
  if (in.has("shorts")) x.shorts = in.boolean("shorts");
  return outcome.finish(std::move(x));
}

std::string write_parameters(const parameters& x) {
  return detail::object_writer{}
      .text("max_notional", to_string(x.max_notional))
      .text("risk", to_string(x.risk))
      .text("lot", to_string(x.lot))
      .text("default_stop", to_string(x.default_stop))
      .text("slippage", to_string(x.slippage))
      .text("max_chase", to_string(x.max_chase))
      .count("entry_valid_s", x.entry_valid_s)
      .count("max_targets", x.max_targets)
      .boolean("shorts", x.shorts)
      .finish();
}

}  // namespace outcry::following
