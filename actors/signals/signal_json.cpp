#include "actors/signals/signal_json.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "messages/detail/json_reader.hpp"
#include "messages/keys.hpp"

namespace outcry::signals {

namespace {

using detail::object_reader;

constexpr detail::input_bounds whole_input{longest_signal_json, 4};

/// Above these a number is a mistake, and products of two still fit a decimal.
constexpr std::int64_t highest_price = 1'000'000'000'000;
constexpr std::int64_t highest_factor = 1'000'000;

enum class least : std::uint8_t { zero, above_zero };

struct range {
  least from = least::above_zero;
  std::int64_t to = highest_price;
};

constexpr range a_price{};
constexpr range a_factor{least::above_zero, highest_factor};
constexpr range a_hint{least::zero, highest_factor};
constexpr range a_share{least::zero, 100};
constexpr range a_part{least::above_zero, 100};

void only(object_reader& in, std::initializer_list<std::string_view> known) {
  in.names_once();
  for (const auto& [name, value] : in.members())
    if (std::ranges::find(known, name) == known.end())
      in.outcome().refuse(in.path_of(name), "no field of this name", value);
}

/// Unlike `has`, true of null: nothing here may be null.
bool is_there(object_reader& in, std::string_view key) {
  return !in.raw(key).empty();
}

bool is_number(std::string_view raw) {
  return !raw.empty() && (raw[0] == '-' || (raw[0] >= '0' && raw[0] <= '9'));
}

template <class Decimal>
Decimal number(detail::reading& to, std::string_view raw, const std::string& path, range allowed) {
  const auto text = detail::string_of(raw);
  if (text || is_number(raw)) {
    const auto value = Decimal::parse(text ? std::string_view{*text} : raw);
    const bool enough =
        value && (allowed.from == least::zero ? *value >= Decimal{} : value->is_positive());
    if (enough && *value <= Decimal::from_integer(allowed.to)) return *value;
  }
  const auto* from = allowed.from == least::zero ? "from 0" : "above 0";
  to.refuse(path, fmt::format("a decimal number {} and up to {}", from, allowed.to),
            raw.empty() ? "nothing" : raw);
  return {};
}

template <class Decimal>
void take(object_reader& in, std::string_view key, range allowed, std::optional<Decimal>& into) {
  const auto raw = in.raw(key);
  if (!raw.empty()) into = number<Decimal>(in.outcome(), raw, in.path_of(key), allowed);
}

void take(object_reader& in, std::string_view key, std::string& into) {
  if (!is_there(in, key)) return;
  into = in.text(key);
  // A database's text may hold no NUL.
  if (into.size() > longest_signal_text || into.find('\0') != std::string::npos)
    in.refuse(key, fmt::format("a text of at most {} bytes without NUL", longest_signal_text));
}

void take(object_reader& in, std::string_view key, bool& into) {
  if (is_there(in, key)) into = in.boolean(key);
}

void take(object_reader& in, std::string_view key, timestamp_ns& into) {
  if (!is_there(in, key)) return;
  const auto text = detail::string_of(in.raw(key));
  if (const auto time = text ? parse_iso(*text) : tl::unexpected{std::string{}}) {
    into = *time;
  } else {
    in.refuse(key, "a time like 2026-01-31T09:30:00Z");
  }
}

template <class Enum>
void take(object_reader& in, std::string_view key, std::initializer_list<Enum> words, Enum& into) {
  if (is_there(in, key)) into = in.word(key, words);
}

/// A ticker, or the other half of a pair: in capitals, so that it has one form only.
std::string symbol(object_reader& in, std::string_view key) {
  const auto text = detail::string_of(in.raw(key));
  if (text)
    if (const auto name = normalise_ticker(*text); name && *name == *text) return *text;
  in.refuse(key, "1 to 32 of A-Z 0-9 . / - _ : ^ =");
  return {};
}

std::vector<Price> prices(object_reader& in, std::string_view key, std::size_t most) {
  std::vector<Price> result;
  if (!is_there(in, key)) return result;
  const auto all = in.array(key);
  if (all.size() > most) {
    in.outcome().refuse(in.path_of(key), fmt::format("a list of at most {} prices", most),
                        fmt::format("{} elements", all.size()));
    return result;
  }
  for (const auto raw : all)
    result.push_back(number<Price>(in.outcome(), raw,
                                   fmt::format("{}[{}]", in.path_of(key), result.size()), a_price));
  return result;
}

Price price(object_reader& in, std::string_view key) {
  return number<Price>(in.outcome(), in.raw(key), in.path_of(key), a_price);
}

std::optional<stop_rule> stop(object_reader& outer, std::string_view key) {
  if (!is_there(outer, key)) return std::nullopt;
  auto in = outer.object(key);
  only(in, {"price", "trigger", "timeframe"});
  stop_rule x;
  x.price = price(in, "price");
  take(in, "trigger", {stop_trigger::touch, stop_trigger::candle_close}, x.trigger);
  take(in, "timeframe", x.timeframe);
  return x;
}

/// "0DTE", "MM-DD" or "YYYY-MM-DD".
std::optional<expiry_date> read_date(std::string_view text) {
  if (text == "0DTE") return expiry_date{};
  const bool with_year = text.size() == 10;
  if (!with_year && text.size() != 5) return std::nullopt;
  int year = 0;
  int month = 0;
  int day = 0;
  const std::string_view form = with_year ? "yyyy-mm-dd" : "mm-dd";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (form[i] == '-') {
      if (c != '-') return std::nullopt;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    int& part = form[i] == 'y' ? year : form[i] == 'm' ? month : day;
    part = part * 10 + (c - '0');
  }
  constexpr std::array<int, 12> days = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (with_year && (year < 1970 || year > 2199)) return std::nullopt;
  if (month < 1 || month > 12 || day < 1 || day > days[static_cast<std::size_t>(month - 1)])
    return std::nullopt;
  return expiry_date{static_cast<std::uint16_t>(year), static_cast<std::uint8_t>(month),
                     static_cast<std::uint8_t>(day)};
}

std::optional<option_contract> option(object_reader& outer) {
  if (!is_there(outer, "option")) return std::nullopt;
  auto in = outer.object("option");
  only(in, {"strike", "right", "expiry"});
  option_contract x;
  x.strike = price(in, "strike");
  x.right = in.word("right", {option_right::call, option_right::put});
  const auto text = detail::string_of(in.raw("expiry"));
  if (const auto date = text ? read_date(*text) : std::nullopt) {
    x.expiry = *date;
  } else {
    in.refuse("expiry", R"(a date like "2026-01-16" or "01-16", or "0DTE")");
  }
  return x;
}

size_hint size(object_reader& outer) {
  size_hint x;
  if (!is_there(outer, "size")) return x;
  auto in = outer.object("size");
  only(in, {"quantity", "percent", "risk_percent", "risk_r", "risky"});
  take(in, "quantity", {least::zero, highest_price}, x.quantity);
  take(in, "percent", a_share, x.percent);
  take(in, "risk_percent", a_share, x.risk_percent);
  take(in, "risk_r", a_hint, x.risk_r);
  take(in, "risky", x.risky);
  return x;
}

trade_side side(object_reader& in) {
  return in.word("side", {trade_side::long_side, trade_side::short_side});
}

/// What stands in signals and updates alike.
template <class T>
void take_origin(object_reader& in, T& x) {
  if (is_there(in, "quote")) x.quote = symbol(in, "quote");
  take(in, "source", x.source);
  take(in, "author", x.author);
  take(in, "message_time", x.message_time);
}

update_step step(detail::reading& to, std::string_view raw, std::string path) {
  using enum update_kind;
  object_reader in{to, raw, std::move(path)};
  only(in, {"kind", "target", "all", "breakeven", "price", "percent", "leverage", "factor"});
  update_step x;
  x.kind = in.word(
      "kind", {target_hit, stop_hit, filled, partial_fill, closed, close, close_partial, cancel,
               move_stop, trailing_stop, stop_rule_changed, set_target, set_leverage, scale});
  if (is_there(in, "target")) {
    x.target = static_cast<std::uint8_t>(in.count("target", UINT8_MAX));
    if (x.target == 0) in.refuse("target", "a whole number of 1 to 255");
  }
  take(in, "all", x.all);
  take(in, "breakeven", x.breakeven);
  take(in, "price", a_price, x.price);
  take(in, "percent", a_part, x.percent);
  take(in, "leverage", a_factor, x.leverage);
  take(in, "factor", a_factor, x.factor);
  return x;
}

}  // namespace

tl::expected<signal, invalid_field> parse_signal(std::string_view json) {
  detail::reading to;
  object_reader in{to, json, whole_input};
  only(in, {"action",  "side",     "ticker",          "quote",  "asset",  "order",
            "venue",   "entries",  "entry_range",     "add_at", "stop",   "second_stop",
            "targets", "leverage", "isolated_margin", "size",   "option", "timeframe",
            "source",  "author",   "message_time"});
  signal x;
  x.action = in.word("action", {trade_action::open, trade_action::close});
  x.side = side(in);
  x.ticker = symbol(in, "ticker");
  {
    using enum asset_kind;
    take(in, "asset", {unknown, stock, option, crypto, forex, metal, future, index}, x.asset);
  }
  {
    using enum entry_order;
    take(in, "order", {unsaid, market, limit, stop}, x.order);
  }
  take(in, "venue", {venue_kind::unsaid, venue_kind::spot, venue_kind::futures}, x.venue);
  x.entries = prices(in, "entries", most_entries);
  if (x.entries.empty() && x.order != entry_order::market)
    in.refuse("entries", "at least one price, unless the order is market");
  take(in, "entry_range", x.entry_range);
  if (x.entry_range && x.entries.size() != 2)
    in.refuse("entry_range", "true only with two entries, the ends of the zone");
  take(in, "add_at", a_price, x.add_at);
  x.stop = stop(in, "stop");
  x.second_stop = stop(in, "second_stop");
  x.targets = prices(in, "targets", most_targets);
  take(in, "leverage", a_factor, x.leverage);
  take(in, "isolated_margin", x.isolated_margin);
  x.size = size(in);
  x.option = option(in);
  take(in, "timeframe", x.timeframe);
  take_origin(in, x);
  return to.finish(std::move(x));
}

tl::expected<update, invalid_field> parse_update(std::string_view json) {
  detail::reading to;
  object_reader in{to, json, whole_input};
  only(in, {"ticker", "quote", "side", "steps", "source", "author", "message_time"});
  update x;
  if (is_there(in, "ticker")) x.ticker = symbol(in, "ticker");
  if (is_there(in, "side")) x.side = side(in);
  const auto steps = in.array("steps");
  if (steps.empty() || steps.size() > most_steps) {
    to.refuse("steps", fmt::format("a list of 1 to {} steps", most_steps),
              fmt::format("{} elements", steps.size()));
  } else {
    for (const auto raw : steps)
      x.steps.push_back(step(to, raw, fmt::format("steps[{}]", x.steps.size())));
  }
  take_origin(in, x);
  return to.finish(std::move(x));
}

}  // namespace outcry::signals
