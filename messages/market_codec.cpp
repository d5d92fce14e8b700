#include "messages/market_codec.hpp"

#include <array>
#include <utility>

#include "messages/detail/json_reader.hpp"
#include "messages/detail/json_scanner.hpp"
#include "messages/detail/json_writer.hpp"
#include "messages/detail/order_data.hpp"
#include "messages/detail/text.hpp"
#include "messages/keys.hpp"

namespace outcry {

namespace {

constexpr detail::input_bounds payload_bounds{};

/// The fields of an envelope and of a data object. Those of a bare data object stand on the same
/// level as an envelope's would.
enum class slot : std::uint8_t {
  data,
  sender,
  timestamp,
  type,
  symbol,
  price,
  volume,
  order_data,
  unknown,
};

constexpr std::size_t slots = static_cast<std::size_t>(slot::unknown);
constexpr std::array<std::string_view, slots> slot_names = {
    "data", "sender", "timestamp", "type", "symbol", "price", "volume", "order_data"};

slot slot_of(std::string_view name) {
  for (std::size_t i = 0; i < slots; ++i) {
    if (slot_names[i] == name) return static_cast<slot>(i);
  }
  return slot::unknown;
}

/// One object's known fields as raw JSON.
struct fields {
  std::array<std::string_view, slots> raw;
  std::array<bool, slots> twice{};

  std::string_view operator[](slot x) const { return raw[static_cast<std::size_t>(x)]; }
  bool is_twice(slot x) const { return twice[static_cast<std::size_t>(x)]; }
};

/// Steps over one object. `data` is gone into if it is an object and `inner` is given.
bool scan(detail::json_scanner& in, fields& out, fields* inner) {
  return in.object([&](std::string_view name) {
    const bool escaped = name.find('\\') != std::string_view::npos;
    const auto which =
        escaped ? slot_of(detail::json_text(name)) : slot_of(name.substr(1, name.size() - 2));
    const bool known = which != slot::unknown;
    const auto index = static_cast<std::size_t>(which);
    if (known && !out.raw[index].empty()) out.twice[index] = true;
    if (which == slot::data && inner != nullptr && in.peek() == '{') {
      out.raw[index] = "{";
      *inner = {};
      return scan(in, *inner, nullptr);
    }
    std::string_view value;
    if (!in.value(value)) return false;
    if (known) out.raw[index] = value;
    return true;
  });
}

/// The text inside a raw string token, without copying unless it holds escapes.
std::string_view text_of(std::string_view raw, std::string& buffer) {
  if (raw.find('\\') == std::string_view::npos) return raw.substr(1, raw.size() - 2);
  buffer = detail::json_text(raw);
  return buffer;
}

/// Builds refusals for one payload.
struct refuser {
  bool enveloped = false;

  tl::unexpected<invalid_field> operator()(slot field, std::string expected,
                                           std::string_view found) const {
    std::string path = enveloped ? "data." : "";
    path += slot_names[static_cast<std::size_t>(field)];
    return tl::unexpected{
        detail::refusal(std::move(path), std::move(expected), found.empty() ? "nothing" : found)};
  }
};

/// A decimal number, as a string or as a JSON number. (JSON's grammar lets no other bare token
/// pass for a number.)
template <class Decimal>
tl::expected<Decimal, std::string> read_decimal(std::string_view raw) {
  std::string buffer;
  return Decimal::parse(!raw.empty() && raw[0] == '"' ? text_of(raw, buffer) : raw);
}

tl::expected<market_update, invalid_field> read_price(const fields& in, refuser refuse,
                                                      price_update update) {
  const auto price = read_decimal<Price>(in[slot::price]);
  if (!price || !price->is_positive()) {
    return refuse(slot::price, "a decimal number above 0", in[slot::price]);
  }
  update.tick.price = *price;
  const auto volume = in[slot::volume];
  if (!volume.empty() && volume != "null") {
    const auto quantity = read_decimal<Quantity>(volume);
    if (!quantity || *quantity < Quantity{}) {
      return refuse(slot::volume, "a decimal number of at least 0, or null", volume);
    }
    update.tick.volume = *quantity;
  }
  return update;
}

tl::expected<market_update, invalid_field> read_order(const fields& in, const refuser& refuse,
                                                      order_update update) {
  detail::reading to;
  const auto facts = detail::read_order_data(to, in[slot::order_data],
                                             refuse.enveloped ? "data.order_data" : "order_data");
  if (to.error) return tl::unexpected{std::move(*to.error)};
  update.order_id = facts.order_id;
  update.event = facts.event;
  update.order_data = in[slot::order_data];
  return update;
}

std::string data_object(std::string_view type, timestamp_ns at, std::string_view rest) {
  std::string result;
  result.reserve(rest.size() + 80);
  result.append(R"({"type":")").append(type).append(R"(","timestamp":")").append(to_iso(at));
  return result.append("\",").append(rest) += '}';
}

}  // namespace

std::string to_json(const price_update& x) {
  std::string rest = "\"price\":\"" + to_string(x.tick.price) + "\",\"volume\":";
  rest += x.tick.volume.is_zero() ? "null" : '"' + to_string(x.tick.volume) + '"';
  rest += ",\"symbol\":" + detail::json_string(x.ticker);
  return data_object("price", x.tick.event_ns, rest);
}

std::string to_json(const order_update& x) {
  return data_object(
      "order", x.event_ns,
      "\"symbol\":" + detail::json_string(x.ticker) + ",\"order_data\":" + x.order_data);
}

std::string to_envelope(std::string_view data_json, std::string_view sender, timestamp_ns at) {
  std::string result;
  result.reserve(data_json.size() + sender.size() + 80);
  result.append("{\"data\":").append(data_json).append(",\"timestamp\":\"").append(to_iso(at));
  return result.append("\",\"sender\":").append(detail::json_string(sender)) += '}';
}

tl::expected<market_update, invalid_field> parse_market_update(std::string_view payload,
                                                               std::string_view ticker,
                                                               timestamp_ns init_ns) {
  if (payload.size() > payload_bounds.bytes) {
    return tl::unexpected{
        detail::refusal("", "at most 65536 bytes", std::to_string(payload.size()) + " bytes")};
  }
  detail::json_scanner scanner{payload, payload_bounds.depth};
  fields outer;
  fields inner;
  if (!scan(scanner, outer, &inner) || !scanner.finish()) return tl::unexpected{scanner.error()};

  const refuser refuse{!outer[slot::data].empty()};
  if (refuse.enveloped) {
    for (const auto x : {slot::data, slot::timestamp, slot::sender}) {
      if (outer.is_twice(x)) return refuser{}(x, "the field once", outer[x]);
    }
    if (outer[slot::data] != "{") return refuser{}(slot::data, "an object", outer[slot::data]);
  }
  const auto& in = refuse.enveloped ? inner : outer;
  for (const auto x :
       {slot::type, slot::timestamp, slot::symbol, slot::price, slot::volume, slot::order_data}) {
    if (in.is_twice(x)) return refuse(x, "the field once", in[x]);
  }

  const auto type = in[slot::type];
  const bool is_price = !type.empty() && type[0] == '"' && detail::json_text_is(type, "price");
  if (!is_price && (type.empty() || type[0] != '"' || !detail::json_text_is(type, "order"))) {
    return refuse(slot::type, "\"price\" or \"order\"", type);
  }
  std::string buffer;
  const auto symbol = in[slot::symbol];
  if (symbol.empty() || symbol[0] != '"') return refuse(slot::symbol, "a ticker", symbol);
  auto name = detail::upper_ascii(ticker);
  if (detail::upper_ascii(text_of(symbol, buffer)) != name) {
    return refuse(slot::symbol, "the channel's ticker " + detail::shown(name), symbol);
  }
  const auto timestamp = in[slot::timestamp];
  const auto at = timestamp.empty() || timestamp[0] != '"' ? tl::unexpected{std::string{}}
                                                           : parse_iso(text_of(timestamp, buffer));
  if (!at || *at < 0) return refuse(slot::timestamp, "an ISO 8601 time since 1970", timestamp);

  if (is_price) {
    price_update update;
    update.ticker = std::move(name);
    update.tick.event_ns = *at;
    update.tick.init_ns = init_ns;
    return read_price(in, refuse, std::move(update));
  }
  order_update update;
  update.ticker = std::move(name);
  update.event_ns = *at;
  update.init_ns = init_ns;
  return read_order(in, refuse, std::move(update));
}

tl::expected<registration, invalid_field> parse_registration(std::string_view payload) {
  detail::reading to;
  detail::object_reader outer{to, payload, payload_bounds};
  registration result;
  const auto read = [&](detail::object_reader& in) {
    const auto action = in.text("action");
    if (action != "subscribe" && action != "unsubscribe") {
      in.refuse("action", "\"subscribe\" or \"unsubscribe\"");
    }
    result.subscribe = action == "subscribe";
    result.ticker = in.name("ticker", normalise_ticker, "a ticker");
  };
  result.sender = "unknown";
  if (outer.raw("data").empty()) {
    read(outer);
  } else {
    auto data = outer.object("data");
    read(data);
    if (outer.has("sender")) result.sender = outer.text("sender");
  }
  return to.finish(std::move(result));
}

std::string to_json(const registration& x) {
  return detail::object_writer{}
      .text("action", x.subscribe ? "subscribe" : "unsubscribe")
      .text("ticker", x.ticker)
      .finish();
}

}  // namespace outcry
