#include "adapters/signal_api/tradingview.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <openssl/sha.h>

#include "actors/signals/instruments.hpp"
#include "actors/signals/reading_json.hpp"
#include "actors/signals/signal_json.hpp"
#include "adapters/signal_api/refusal.hpp"
#include "messages/detail/json_reader.hpp"
#include "messages/detail/json_writer.hpp"
#include "messages/detail/text.hpp"
#include "messages/keys.hpp"

namespace outcry::signal_api {

namespace {

using detail::object_reader;

constexpr detail::input_bounds body_bounds{std::size_t{64} << 10U, 8};

bool is_word_sign(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The body with every bare NaN, na and Infinity a null, as JSON has none.
std::string without_nan(std::string_view body) {
  std::string result;
  bool quoted = false;
  for (std::size_t i = 0; i < body.size();) {
    const char c = body[i];
    if (quoted || !is_word_sign(c)) {
      result += c;
      if (quoted && c == '\\' && i + 1 < body.size()) result += body[++i];
      if (c == '"') quoted = !quoted;
      ++i;
      continue;
    }
    auto end = i;
    while (end < body.size() && is_word_sign(body[end])) ++end;
    const auto word = body.substr(i, end - i);
    if (word == "NaN" || word == "nan" || word == "na" || word == "Infinity") {
      if (!result.empty() && result.back() == '-') result.pop_back();
      result += "null";
    } else {
      result += word;
    }
    i = end;
  }
  return result;
}

std::string lower(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

/// A placeholder that TradingView left as it was says nothing.
bool is_said(std::string_view text) {
  return !text.empty() && lower(text) != "nan" && lower(text) != "na" && text.substr(0, 2) != "{{";
}

/// The fields of a body that is JSON.
class fields {
public:
  explicit fields(std::string_view body) : text_{without_nan(body)}, in_{to_, text_, body_bounds} {}
  fields(const fields&) = delete;
  fields& operator=(const fields&) = delete;

  bool good() const { return !to_.error; }

  /// The first of these that says something, as text.
  std::string any(std::initializer_list<std::string_view> keys) {
    for (const auto key : keys)
      for (const auto& [name, value] : in_.members()) {
        if (lower(name) != key || value == "null") continue;
        const auto text = detail::string_of(value);
        const std::string said{text ? *text : value};
        if (is_said(said)) return said;
      }
    return {};
  }

  /// The prices of the first of these that has any: one, or a list. Nothing if one is no price.
  std::optional<std::vector<Price>> prices(std::initializer_list<std::string_view> keys) {
    const auto text = any(keys);
    std::vector<Price> result;
    if (text.empty()) return result;
    std::vector<std::string> parts{text};
    if (text.front() == '[') {
      parts.clear();
      detail::reading to;
      const auto whole = "{\"list\":" + text + "}";
      object_reader in{to, whole, body_bounds};
      for (const auto raw : in.array("list")) {
        if (raw == "null") continue;
        const auto part = detail::string_of(raw);
        parts.emplace_back(part ? *part : raw);
      }
    }
    for (const auto& part : parts) {
      const auto value = Price::parse(part);
      if (!value || !value->is_positive()) return std::nullopt;
      result.push_back(*value);
    }
    return result;
  }

  std::string without_secret() {
    detail::object_writer out;
    for (const auto& [name, value] : in_.members())
      if (lower(name) != "secret") out.raw(name, value);
    return out.finish();
  }

private:
  detail::reading to_;
  std::string text_;
  object_reader in_;
};

/// What to do: a strategy's "sell" may open a short position or close a long one, so its action
/// alone says nothing unless the position it leads to is told as well.
std::optional<std::pair<signals::trade_action, signals::trade_side>> intent(
    const std::string& action, const std::string& position) {
  using enum signals::trade_action;
  using enum signals::trade_side;
  if (position == "long" && (action == "buy" || action == "long")) return {{open, long_side}};
  if (position == "short" && (action == "sell" || action == "short")) return {{open, short_side}};
  if (position == "flat" && action == "sell") return {{close, long_side}};
  if (position == "flat" && action == "buy") return {{close, short_side}};
  if (!position.empty()) return std::nullopt;
  if (action == "buy" || action == "long") return {{open, long_side}};
  if (action == "short") return {{open, short_side}};
  return std::nullopt;
}

/// The call that the fields say, if they leave no doubt.
std::optional<signals::signal> call_of(fields& in) {
  const auto what = intent(lower(in.any({"action", "side", "order_action"})),
                           lower(in.any({"market_position", "position"})));
  auto symbol = in.any({"ticker", "symbol", "pair"});
  symbol.erase(0, symbol.find(':') + 1);
  const auto ticker = normalise_ticker(symbol);
  const auto entries = in.prices({"entry", "entries", "price", "order_price", "close"});
  const auto stop = in.prices({"stop", "stop_loss", "stoploss", "sl"});
  const auto targets = in.prices({"targets", "target", "take_profit", "takeprofit", "tp"});
  if (!what || !ticker || !entries || !stop || stop->size() > 1 || !targets) return std::nullopt;
  signals::signal x;
  x.action = what->first;
  x.side = what->second;
  x.ticker = *ticker;
  if (const auto pair = signals::joined_pair(lower(*ticker), true)) {
    x.ticker = pair->ticker;
    x.quote = pair->quote;
    x.asset = pair->kind;
  }
  x.entries = *entries;
  if (x.entries.empty()) x.order = signals::entry_order::market;
  if (!stop->empty()) x.stop = signals::stop_rule{stop->front(), {}, {}};
  x.targets = *targets;
  return x;
}

/// When the alert went off, as far as it says; never later than it came.
timestamp_ns time_of(fields& in, timestamp_ns received) {
  const auto said = parse_iso(in.any({"timenow", "time_now"}));
  return said && *said > 0 && *said < received ? *said : received;
}

}  // namespace

alert_facts look_at_alert(std::string_view body) {
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos)
    throw refusal{400, "the body: expected the alert's message, found nothing"};
  if (!detail::is_utf8(body) || body.find('\0') != std::string_view::npos)
    throw refusal{400, "the body: expected UTF-8 without NUL"};
  fields in{body};
  if (!in.good()) return {};
  return {in.any({"secret"}), !in.any({"timenow", "time_now"}).empty()};
}

std::string alert_digest(std::string_view body) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data());
  std::string result;
  for (std::size_t i = 0; i < 16; ++i) result += fmt::format("{:02x}", digest[i]);
  return result;
}

std::variant<raw_message, contributed_signal> read_alert(const alert& x) {
  fields in{x.body};
  const auto source = "tradingview:" + x.name;
  const auto sent = in.good() ? time_of(in, x.received_ns) : x.received_ns;
  std::string text = x.body;
  if (in.good()) {
    text = in.any({"text", "message", "alert_message"});
    auto call = text.empty() ? call_of(in) : std::nullopt;
    if (call) {
      call->source = source;
      call->author = x.name;
      call->message_time = sent;
      auto json = signals::to_json(*call);
      if (signals::parse_signal(json)) {
        contributed_signal result;
        result.source = source;
        result.source_id = x.source_id;
        result.author_id = x.name;
        result.author = x.name;
        result.signal = std::move(json);
        result.contributor = source;
        result.said_ns = sent;
        result.received_ns = x.received_ns;
        return result;
      }
    }
    if (text.empty() || text.find('\0') != std::string::npos) text = in.without_secret();
  }
  raw_message result;
  result.source = source;
  result.source_id = x.source_id;
  result.author_id = x.name;
  result.author = x.name;
  result.text = std::move(text);
  result.sent_ns = sent;
  result.received_ns = x.received_ns;
  result.contributor = source;
  return result;
}

}  // namespace outcry::signal_api
