#include "messages/market_codec.hpp"

#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/messages/samples.hpp"

using namespace outcry;
using test::replaced;

namespace {

const std::string bare =
    R"({"type":"price","timestamp":"2013-10-08T13:30:00.5Z","price":"107.5","volume":"100","symbol":"AAPL"})";

std::string enveloped(const std::string& data) {
  return R"({"data":)" + data + R"(,"timestamp":"2013-10-08T09:30:00","sender":"alpaca_broker"})";
}

price_update price_of(std::string_view payload, std::string_view ticker = "AAPL") {
  const auto x = parse_market_update(payload, ticker, 7);
  if (!x) FAIL(to_string(x.error()));
  return std::get<price_update>(*x);
}

invalid_field refusal_of(std::string_view payload, std::string_view ticker = "AAPL") {
  const auto x = parse_market_update(payload, ticker, 7);
  if (x) FAIL("accepted: " + std::string{payload});
  return x.error();
}

std::string order_payload(const nlohmann::json& order_data) {
  return nlohmann::json{{"type", "order"},
                        {"timestamp", "2025-05-06 14:39:11.760112+00:00"},
                        {"symbol", "PLTR"},
                        {"order_data", order_data}}
      .dump();
}

}  // namespace

TEST_CASE("market codec: a price, bare and enveloped") {
  const price_update expected{
      "AAPL", {*Price::parse("107.5"), *Quantity::parse("100"), 1'381'239'000'500'000'000, 7}};
  CHECK(price_of(bare) == expected);
  CHECK(price_of(enveloped(bare)) == expected);
  CHECK(price_of(" \n\t" + enveloped(bare) + "\r ") == expected);
}

TEST_CASE("market codec: numbers come as strings or as JSON numbers, exactly") {
  for (const auto* text :
       {"107.5", "\"107.5\"", "1.075e2", "\"1.075E+2\"", "107.500", "\"\\u0031075e-1\""}) {
    CAPTURE(text);
    CHECK(to_string(price_of(replaced(bare, "\"107.5\"", text)).tick.price) == "107.5");
  }
  CHECK(to_string(price_of(replaced(bare, "\"107.5\"", "0.1")).tick.price) == "0.1");
  CHECK(to_string(
            price_of(replaced(bare, "\"107.5\"", "123456789012345678.000000000001")).tick.price) ==
        "123456789012345678.000000000001");
  CHECK(price_of(replaced(bare, "\"100\"", "null")).tick.volume.is_zero());
  CHECK(price_of(replaced(bare, "\"volume\":\"100\",", "")).tick.volume.is_zero());
  CHECK(to_string(price_of(replaced(bare, "\"100\"", "0.25")).tick.volume) == "0.25");
}

TEST_CASE("market codec: what is unknown or escaped does not matter") {
  CHECK(price_of(replaced(bare, "{", R"({"x":[1,{"price":"9"}],"x":"\ud83d\ude00\"}",)")) ==
        price_of(bare));
  CHECK(price_of(replaced(bare, "\"price\":", "\"\\u0070rice\":")) == price_of(bare));
  CHECK(price_of(replaced(bare, "\"price\"", "\"pr\\u0069ce\"")) == price_of(bare));
  CHECK(price_of(replaced(bare, "\"AAPL\"", "\"aapl\"")) == price_of(bare));
  CHECK(price_of(bare, "aapl") == price_of(bare));
  CHECK(price_of(replaced(bare, "AAPL", "BTC\\/USD"), "BTC/USD").ticker == "BTC/USD");
  // Beside an envelope's data the price fields are nobody's.
  CHECK(price_of(R"({"price":1,"price":2,"type":"x",)" + enveloped(bare).substr(1)) ==
        price_of(bare));
}

TEST_CASE("market codec: every bad price is refused with its field") {
  struct row {
    std::string from, to, field, found;
  };
  const std::vector<row> table = {
      {"\"107.5\"", "\"0\"", "price", "\"0\""},
      {"\"107.5\"", "-1", "price", "-1"},
      {"\"107.5\"", "\"NaN\"", "price", "\"NaN\""},
      {"\"107.5\"", "\"Infinity\"", "price", "\"Infinity\""},
      {"\"107.5\"", "\"\"", "price", "\"\""},
      {"\"107.5\"", "\" 1\"", "price", "\" 1\""},
      {"\"107.5\"", "1e30", "price", "1e30"},
      {"\"107.5\"", "0.0000000000001", "price", "0.0000000000001"},
      {"\"107.5\"", "null", "price", "null"},
      {"\"107.5\"", "true", "price", "true"},
      {"\"107.5\"", "[1]", "price", "[1]"},
      {"\"price\":\"107.5\",", "", "price", "nothing"},
      {"\"100\"", "-1", "volume", "-1"},
      {"\"100\"", "\"many\"", "volume", "\"many\""},
      {"\"100\"", "{}", "volume", "{}"},
      {"\"AAPL\"", "\"META\"", "symbol", "\"META\""},
      {"\"AAPL\"", "null", "symbol", "null"},
      {",\"symbol\":\"AAPL\"", "", "symbol", "nothing"},
      {"\"type\":\"price\"", "\"type\":\"quote\"", "type", "\"quote\""},
      {"\"type\":\"price\"", "\"type\":1", "type", "1"},
      {"\"type\":\"price\",", "", "type", "nothing"},
      {"2013-10-08T13:30:00.5Z", "yesterday", "timestamp", "\"yesterday\""},
      {"2013-10-08T13:30:00.5Z", "1969-12-31T23:59:59Z", "timestamp", "\"1969-12-31T23:59:59Z\""},
      {"\"2013-10-08T13:30:00.5Z\"", "1381239000", "timestamp", "1381239000"},
      {"{", "{\"price\":\"107.5\",", "price", "\"107.5\""},
      {"{", "{\"symbol\":\"AAPL\",", "symbol", "\"AAPL\""},
      {"{", "{\"\\u0074ype\":\"order\",", "type", "\"price\""},
  };
  for (const auto& [from, to, field, found] : table) {
    const auto payload = replaced(bare, from, to);
    CAPTURE(payload);
    const auto x = refusal_of(payload);
    CHECK(x.field == field);
    CHECK(x.found == found);
    CHECK_FALSE(x.expected.empty());
    CHECK(refusal_of(enveloped(payload)).field == "data." + field);
  }
}

TEST_CASE("market codec: envelopes must be envelopes") {
  CHECK(refusal_of(R"({"data":null})").field == "data");
  CHECK(refusal_of(R"({"data":"{}"})").field == "data");
  CHECK(refusal_of("{\"data\":" + bare + ',' + enveloped(bare).substr(1)).field == "data");
  CHECK(refusal_of(R"({"sender":1,)" + enveloped(bare).substr(1)).field == "sender");
  // Inside a data object another envelope is only an unknown field.
  CHECK(refusal_of("{\"data\":" + enveloped(bare) + "}").field == "data.type");
}

TEST_CASE("market codec: what is no JSON is refused, also where nobody looks") {
  for (const std::string text : {"",
                                 " ",
                                 "{",
                                 "}",
                                 "null",
                                 "[]",
                                 "\"x\"",
                                 "{}x",
                                 "{\"a\"}",
                                 "{\"a\":}",
                                 "{\"a\":1,}",
                                 "{,}",
                                 "{a:1}",
                                 "{'a':1}",
                                 "{\"a\":01}",
                                 "{\"a\":1.}",
                                 "{\"a\":.5}",
                                 "{\"a\":+1}",
                                 "{\"a\":-}",
                                 "{\"a\":1e}",
                                 "{\"a\":NaN}",
                                 "{\"a\":tru}",
                                 "{\"a\":truex}",
                                 "{\"a\":[1,]}",
                                 "{\"a\":[1 2]}",
                                 "{\"a\":[}",
                                 "{\"a\":\"}",
                                 "{\"a\":\"\\x\"}",
                                 "{\"a\":\"\\u12\"}",
                                 "{\"a\":\"\\u12G4\"}",
                                 "{\"a\":\"\\ud800\"}",
                                 "{\"a\":\"\\udc00\"}",
                                 "{\"a\":\"\\ud800\\u0041\"}",
                                 "{\"a\":\"\n\"}",
                                 "{\"a\":\"\x01\"}",
                                 "{\"a\":\"\xFF\"}",
                                 "{\"a\":\"\xC3\"}",
                                 "{\"a\":1}//",
                                 "\xEF\xBB\xBF{}"}) {
    CAPTURE(text);
    const auto x = refusal_of(text);
    CHECK(x.field.empty());
    CHECK(x.expected.find(" at byte ") != std::string::npos);
  }
  CHECK(refusal_of(bare + std::string(1, '\0')).expected ==
        "nothing more at byte " + std::to_string(bare.size()));
  CHECK(refusal_of(bare + bare).found.starts_with("{\"type\":"));
  CHECK(refusal_of("{\"a\":").found == "the end");
}

TEST_CASE("market codec: size and depth have a limit") {
  const auto nested = [](std::size_t arrays) {
    return replaced(bare, "{",
                    "{\"x\":" + std::string(arrays, '[') + std::string(arrays, ']') + ',');
  };
  CHECK(price_of(nested(15)) == price_of(bare));
  CHECK(refusal_of(nested(16)).expected.starts_with("less nesting"));
  CHECK(refusal_of(nested(30'000)).expected.starts_with("less nesting"));
  const auto blanks = std::string((std::size_t{64} << 10U) - bare.size(), ' ');
  CHECK(price_of(bare + blanks) == price_of(bare));
  CHECK(refusal_of(bare + blanks + ' ').found == "65537 bytes");
}

TEST_CASE("market codec: an order travels unchanged") {
  auto text = order_payload(test::sample_order_data());
  text = replaced(text, "\"order_data\":{", "\"order_data\":{ \"more\" : 1.10,\n");
  for (const auto& payload : {text, enveloped(text)}) {
    const auto x = parse_market_update(payload, "PLTR", 7);
    REQUIRE(x);
    const auto& order = std::get<order_update>(*x);
    CHECK(order.ticker == "PLTR");
    CHECK(order.order_id == "o-1");
    CHECK(order.event == "fill");
    CHECK(order.event_ns == 1'746'542'351'760'112'000);
    CHECK(order.init_ns == 7);
    CHECK(order.order_data.find("{ \"more\" : 1.10,\n") == 0);
    CHECK(nlohmann::json::parse(order.order_data)["order"] == test::sample_order_data()["order"]);
    const auto again = parse_market_update(to_json(order), "PLTR", 7);
    REQUIRE(again);
    CHECK(std::get<order_update>(*again) == order);
  }
}

TEST_CASE("market codec: an order lacks none of its fields") {
  const auto whole = test::sample_order_data();
  REQUIRE(whole["order"].size() == 32);
  for (const auto& [key, value] : whole.items()) {
    auto less = whole;
    less.erase(key);
    CAPTURE(key);
    const auto x = refusal_of(order_payload(less), "PLTR");
    CHECK(x.field == "order_data." + key);
    CHECK(x.found == "nothing");
  }
  for (const auto& [key, value] : whole["order"].items()) {
    auto less = whole;
    less["order"].erase(key);
    CAPTURE(key);
    const auto x = refusal_of(enveloped(order_payload(less)), "PLTR");
    CHECK(x.field == "data.order_data.order." + key);
    CHECK(x.found == "nothing");
  }
}

TEST_CASE("market codec: an order's fields have their types") {
  const auto refused = [](const char* pointer, const nlohmann::json& value) {
    auto data = test::sample_order_data();
    data[nlohmann::json::json_pointer{pointer}] = value;
    return !parse_market_update(order_payload(data), "PLTR", 7);
  };
  CHECK(refused("/event", nullptr));
  CHECK(refused("/event", ""));
  CHECK(refused("/qty", "NaN"));
  CHECK(refused("/qty", ""));
  CHECK(refused("/timestamp", 1));
  CHECK(refused("/order", nullptr));
  CHECK(refused("/order/id", nullptr));
  CHECK(refused("/order/id", ""));
  CHECK(refused("/order/side", 1));
  CHECK(refused("/order/hwm", false));
  CHECK(refused("/order/limit_price", "inf"));
  CHECK(refused("/order/extended_hours", "false"));
  CHECK(refused("/order/legs", "none"));
  CHECK_FALSE(refused("/order/legs", nlohmann::json::array()));
  CHECK_FALSE(refused("/order/qty", 0.5));
  CHECK_FALSE(refused("/order/side", nullptr));
  const auto text = order_payload(test::sample_order_data());
  CHECK(refusal_of(replaced(text, "\"side\":", "\"side\":\"sell\",\"side\":"), "PLTR").field ==
        "order_data.order.side");
  CHECK(refusal_of(replaced(text, "\"event\":", "\"event\":\"new\",\"event\":"), "PLTR").field ==
        "order_data.event");
}

TEST_CASE("market codec: what is written is what existing bots read") {
  price_update x{"BRK.B", {*Price::parse("107.5"), {}, 1'381'239'000'123'456'000, 7}};
  CHECK(
      to_json(x) ==
      R"({"type":"price","timestamp":"2013-10-08T13:30:00.123456+00:00","price":"107.5","volume":null,"symbol":"BRK.B"})");
  x.tick.volume = *Quantity::parse("0.25");
  CHECK(price_of(to_json(x), "BRK.B") == x);
  const auto wrapped = to_envelope(to_json(x), "a \"b\"", 0);
  CHECK(price_of(wrapped, "BRK.B") == x);
  const auto document = nlohmann::json::parse(wrapped);
  CHECK(document["sender"] == "a \"b\"");
  CHECK(document["timestamp"] == "1970-01-01T00:00:00.000000+00:00");
}

TEST_CASE("market codec: registrations") {
  const auto bare_form = parse_registration(R"({"action":"subscribe","ticker":"brk.b"})");
  REQUIRE(bare_form);
  CHECK(*bare_form == registration{true, "BRK.B", "unknown"});
  const auto wrapped = parse_registration(
      R"({"data":{"action":"unsubscribe","ticker":"AAPL"},"timestamp":"x","sender":"scale_t"})");
  REQUIRE(wrapped);
  CHECK(*wrapped == registration{false, "AAPL", "scale_t"});
  const auto again = parse_registration(to_envelope(to_json(*wrapped), wrapped->sender, 0));
  REQUIRE(again);
  CHECK(*again == *wrapped);
  const std::vector<std::pair<std::string, std::string>> bad = {
      {R"({"action":"follow","ticker":"AAPL"})", "action"},
      {R"({"ticker":"AAPL"})", "action"},
      {R"({"action":"subscribe","ticker":"A B"})", "ticker"},
      {R"({"action":"subscribe","ticker":7})", "ticker"},
      {R"({"action":"subscribe","action":"unsubscribe","ticker":"A"})", "action"},
      {R"({"data":[]})", "data"},
      {R"({"data":{"action":"subscribe"}})", "data.ticker"},
      {R"({"data":{"action":"subscribe","ticker":"A"},"sender":1})", "sender"},
      {"subscribe AAPL", ""},
  };
  for (const auto& [text, field] : bad) {
    CAPTURE(text);
    const auto x = parse_registration(text);
    REQUIRE_FALSE(x);
    CHECK(x.error().field == field);
  }
}
