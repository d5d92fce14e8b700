#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <random>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "messages/market_codec.hpp"
#include "tests/messages/samples.hpp"

using namespace outcry;
using test::pick;

namespace {

/// A field as nlohmann's event parser saw it.
struct seen_field {
  int times = 0;
  char kind = 0;  ///< s string, n number, o object, 0 anything else that is not null, - null
  std::string text;
};

using seen_object = std::map<std::string, seen_field>;

/// Collects the fields of the root and of its `data`, with the text of numbers.
struct collector : nlohmann::json_sax<nlohmann::json> {
  struct level {
    seen_object* into;
    std::string key;
  };
  seen_object root;
  seen_object data;
  std::vector<level> levels;
  std::size_t deepest = 0;
  bool root_is_object = false;

  bool put(char kind, std::string text) {
    if (levels.empty() || levels.back().into == nullptr) return true;
    auto& field = (*levels.back().into)[levels.back().key];
    ++field.times;
    field.kind = kind;
    field.text = std::move(text);
    return true;
  }
  bool null() override { return put('-', ""); }
  bool boolean(bool) override { return put(0, ""); }
  bool number_integer(number_integer_t x) override { return put('n', std::to_string(x)); }
  bool number_unsigned(number_unsigned_t x) override { return put('n', std::to_string(x)); }
  bool number_float(number_float_t, const string_t& text) override { return put('n', text); }
  bool string(string_t& x) override { return put('s', x); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override {
    put('o', "");
    seen_object* into = nullptr;
    if (levels.empty()) {
      into = &root;
      root_is_object = true;
    } else if (levels.size() == 1 && root_is_object && levels[0].key == "data") {
      into = &data;
      data.clear();
    }
    levels.push_back({into, ""});
    deepest = std::max(deepest, levels.size());
    return true;
  }
  bool key(string_t& x) override {
    levels.back().key = x;
    return true;
  }
  bool end_object() override {
    levels.pop_back();
    return true;
  }
  bool start_array(std::size_t) override {
    put(0, "");
    levels.push_back({nullptr, ""});
    deepest = std::max(deepest, levels.size());
    return true;
  }
  bool end_array() override {
    levels.pop_back();
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
    return false;
  }
};

/// What must become of a payload whose type is price, by nlohmann's parser.
std::optional<price_update> reference(const std::string& payload) {
  // nlohmann takes a NUL for the end and skips a byte order mark; JSON knows neither.
  if (payload.size() > 65'536 || payload.find('\0') != std::string::npos ||
      payload.starts_with("\xEF\xBB\xBF")) {
    return std::nullopt;
  }
  collector events;
  if (!nlohmann::json::sax_parse(payload, &events)) return std::nullopt;
  if (!events.root_is_object || events.deepest > 16) return std::nullopt;
  const bool enveloped = events.root.contains("data");
  if (enveloped) {
    for (const auto* name : {"data", "timestamp", "sender"}) {
      if (events.root[name].times > 1) return std::nullopt;
    }
    if (events.root["data"].kind != 'o') return std::nullopt;
  }
  auto& fields = enveloped ? events.data : events.root;
  for (const auto* name : {"type", "timestamp", "symbol", "price", "volume", "order_data"}) {
    if (fields[name].times > 1) return std::nullopt;
  }
  const auto is_text = [&](const char* name, const char* text) {
    return fields[name].kind == 's' && fields[name].text == text;
  };
  auto symbol = fields["symbol"];
  for (auto& c : symbol.text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  if (!is_text("type", "price") || symbol.kind != 's' || symbol.text != "AAPL") return std::nullopt;
  const auto time = parse_iso(fields["timestamp"].text);
  if (fields["timestamp"].kind != 's' || !time || *time < 0) return std::nullopt;
  const auto is_number = [](const seen_field& x) { return x.kind == 's' || x.kind == 'n'; };
  const auto price = Price::parse(fields["price"].text);
  if (!is_number(fields["price"]) || !price || !price->is_positive()) return std::nullopt;
  Quantity volume;
  if (fields["volume"].times > 0 && fields["volume"].kind != '-') {
    const auto found = Quantity::parse(fields["volume"].text);
    if (!is_number(fields["volume"]) || !found || *found < Quantity{}) return std::nullopt;
    volume = *found;
  }
  return price_update{"AAPL", {*price, volume, *time, 7}};
}

template <std::size_t N>
std::string any_of(std::mt19937& random, const std::array<const char*, N>& choices) {
  return choices[pick(random, N)];
}

std::string blank(std::mt19937& random) {
  return any_of(random, std::array{"", "", "", " ", "\n", "\t "});
}

/// A payload that is nearly always well-formed and often a good price.
std::string random_payload(std::mt19937& random) {
  static const std::array prices{
      "\"107.5\"", "107.5",        "0.1",   "1e2",    "\"-1\"", "0", "12345678901234567890",
      "null",      "\"1\\u0030\"", "\"x\"", "1.0e-12"};
  static const std::array volumes{"null", "100", "\"0.5\"", "-1", "\"\"", "0", "[]"};
  static const std::array extras{"1",    "\"\\ud83d\\ude00\"", "[[],{}]",      "{\"price\":\"9\"}",
                                 "true", "\"\xC3\xA4\"",       "[1.5e3,null]", "\"\\\"}{\""};
  std::vector<std::string> members = {
      "\"type\":" +
          any_of(random, std::array{"\"price\"", "\"price\"", "\"pri\\u0063e\"", "\"quote\""}),
      "\"timestamp\":\"2013-10-08T13:30:00" +
          any_of(random, std::array{"", "Z", ".25Z", "+02:00"}) + '"',
      "\"symbol\":" + any_of(random, std::array{"\"AAPL\"", "\"AAPL\"", "\"aapl\"", "\"META\""}),
      "\"price\":" + blank(random) + any_of(random, prices),
      "\"volume\":" + any_of(random, volumes)};
  if (pick(random, 4) == 0) members.push_back(members[pick(random, members.size())]);
  if (pick(random, 8) == 0)
    members.erase(members.begin() + static_cast<long>(pick(random, members.size())));
  if (pick(random, 2) == 0) members.push_back("\"x\":" + any_of(random, extras));
  std::shuffle(members.begin(), members.end(), random);
  std::string object = "{";
  for (const auto& x : members) {
    if (object.size() > 1) object += ',';
    object += blank(random) + x + blank(random);
  }
  object += '}';
  switch (pick(random, 4)) {
    case 0:
      return object;
    case 1:
      return "{\"price\":1,\"data\":" + object + '}';
    case 2:
      return "{\"sender\":\"s\",\"data\":" + blank(random) + object + ",\"timestamp\":null}";
    default:
      return blank(random) + "{\"data\":" + object + "}" + blank(random);
  }
}

void mutate(std::mt19937& random, std::string& text) {
  constexpr std::string_view likely = "{}[]\",:\\u0019.eE+-ntf \n";
  const auto any_byte = [&] {
    return pick(random, 3) == 0 ? static_cast<char>(random()) : likely[pick(random, likely.size())];
  };
  for (auto n = 1 + pick(random, 3); n > 0 && !text.empty(); --n) {
    const auto at = pick(random, text.size());
    switch (pick(random, 5)) {
      case 0:
        text[at] = any_byte();
        break;
      case 1:
        text.insert(at, 1, any_byte());
        break;
      case 2:
        text.erase(at, 1 + pick(random, 4));
        break;
      case 3:
        text.insert(at, text.substr(pick(random, text.size()), pick(random, 40)));
        break;
      default:
        text.resize(at);
    }
  }
}

}  // namespace

TEST_CASE("market codec: the same verdict and value as a document parser") {
  std::mt19937 random{8};
  int accepted = 0;
  int refused = 0;
  for (int i = 0; i < 60'000; ++i) {
    auto payload = random_payload(random);
    if (i % 2 == 1) mutate(random, payload);
    const auto expected = reference(payload);
    const auto found = parse_market_update(payload, "AAPL", 7);
    CAPTURE(payload);
    REQUIRE(found.has_value() == expected.has_value());
    if (found) {
      ++accepted;
      REQUIRE(std::get<price_update>(*found) == *expected);
      const auto again = parse_market_update(to_json(*expected), "AAPL", 7);
      REQUIRE(again);
      REQUIRE(std::get<price_update>(*again) == *expected);
    } else {
      ++refused;
      REQUIRE_FALSE(found.error().expected.empty());
      REQUIRE_FALSE(found.error().found.empty());
    }
  }
  CHECK(accepted > 3'000);
  CHECK(refused > 3'000);
}

TEST_CASE("market codec: a damaged order is refused or still an order") {
  std::mt19937 random{9};
  const auto whole = nlohmann::json{{"type", "order"},
                                    {"timestamp", "2025-05-06T14:39:11Z"},
                                    {"symbol", "PLTR"},
                                    {"order_data", test::sample_order_data()}}
                         .dump();
  int accepted = 0;
  int refused = 0;
  for (int i = 0; i < 5'000; ++i) {
    auto payload = whole;
    mutate(random, payload);
    const auto found = parse_market_update(payload, "PLTR", 7);
    CAPTURE(payload);
    if (!found) {
      ++refused;
      continue;
    }
    ++accepted;
    REQUIRE(std::holds_alternative<order_update>(*found));
    const auto& order = std::get<order_update>(*found);
    const auto document = nlohmann::json::parse(payload);
    REQUIRE(nlohmann::json::parse(order.order_data) == document["order_data"]);
    REQUIRE(order.order_id == document["order_data"]["order"]["id"]);
  }
  CHECK(accepted > 100);
  CHECK(refused > 1'000);
}
