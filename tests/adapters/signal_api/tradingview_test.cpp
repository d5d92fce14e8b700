#include "adapters/signal_api/tradingview.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/signal_api/refusal.hpp"

using namespace outcry;
using namespace outcry::signal_api;
using nlohmann::json;

namespace {

constexpr timestamp_ns now = 1'709'908'200 * ns_per_s;  // 2024-03-08T14:30:00Z

auto read(const std::string& body) {
  return read_alert({"tv", "id1", body, now});
}

/// The call as short words; "text: ..." if it was read as a message.
std::string call(const std::string& body) {
  const auto x = read(body);
  if (const auto* message = std::get_if<raw_message>(&x)) return "text: " + message->text;
  const auto s = json::parse(std::get<contributed_signal>(x).signal);
  auto result = s["action"].get<std::string>() + ' ' + s["side"].get<std::string>() + ' ' +
                s["ticker"].get<std::string>();
  if (s.contains("quote")) result += '/' + s["quote"].get<std::string>();
  for (const auto& price : s["entries"]) result += ' ' + price.get<std::string>();
  if (s["order"] == "market") result += " market";
  if (s.contains("stop")) result += " stop " + s["stop"]["price"].get<std::string>();
  for (const auto& price : s["targets"]) result += " target " + price.get<std::string>();
  return result;
}

bool is_text(const std::string& body) {
  return call(body).starts_with("text: ");
}

}  // namespace

TEST_CASE("a strategy's order is a call if its position is told") {
  CHECK(call(R"({"ticker":"BINANCE:SOLUSDT","action":"buy","market_position":"long","price":150.5,)"
             R"("stop":141,"target":"160"})") == "open long SOL/USDT 150.5 stop 141 target 160");
  CHECK(call(R"({"ticker":"AAPL","action":"sell","market_position":"short","close":"180"})") ==
        "open short AAPL 180");
  CHECK(call(R"({"ticker":"AAPL","action":"sell","market_position":"flat","price":"180"})") ==
        "close long AAPL 180");
  CHECK(call(R"({"ticker":"AAPL","action":"buy","market_position":"flat","price":"180"})") ==
        "close short AAPL 180");
  CHECK(call(R"({"TICKER":"aapl","Action":"BUY","tp":[190,"200",NaN]})") ==
        "open long AAPL market target 190 target 200");
}

TEST_CASE("what leaves a doubt goes to the reader as text") {
  CHECK(is_text(R"({"ticker":"AAPL","action":"sell","price":180})"));
  CHECK(is_text(R"({"ticker":"AAPL","action":"buy","market_position":"short","price":180})"));
  CHECK(is_text(R"({"ticker":"AAPL","action":"buy","price":"cheap"})"));
  CHECK(is_text(R"({"ticker":"AAPL","action":"buy","price":-1})"));
  CHECK(is_text(R"({"ticker":"AAPL","action":"buy","stop":[1,2]})"));
  CHECK(is_text(R"({"ticker":"A B","action":"buy"})"));
  CHECK(is_text(R"({"action":"buy"})"));
  CHECK(is_text(R"({"ticker":"{{ticker}}","action":"buy"})"));
  CHECK(is_text(R"({"ticker":"AAPL"})"));
  CHECK(is_text("[1]"));
  CHECK(is_text("{\"ticker\": AAPL}"));
}

TEST_CASE("numbers that are none say nothing") {
  CHECK(call(R"({"ticker":"AAPL","action":"buy","price":NaN,"close":180,"stop":NaN,"tp":"NaN"})") ==
        "open long AAPL 180");
  CHECK(call(R"({"ticker":"AAPL","action":"buy","price":-NaN,"stop":na})") ==
        "open long AAPL market");
  // Inside a text they are words.
  CHECK(call(R"({"text":"buy \"NaN\" now"})") == "text: buy \"NaN\" now");
}

TEST_CASE("a text is handed on as it is, a body without its secret") {
  CHECK(call("SOL long now, stop 141") == "text: SOL long now, stop 141");
  CHECK(call(R"({"secret":"s3cret","message":"SOL long"})") == "text: SOL long");
  CHECK(call(R"({"alert_message":"SOL long","ticker":"SOL","action":"buy"})") == "text: SOL long");
  CHECK(call(R"({"Secret":"s3cret","a":0.00000012,"b":NaN})") ==
        R"(text: {"a":0.00000012,"b":null})");
  const auto x = read(R"({"secret":"s3cret","ticker":"SOL","action":"buy"})");
  CHECK(std::get<contributed_signal>(x).signal.find("s3cret") == std::string::npos);
}

TEST_CASE("where it is from and when") {
  const auto x = std::get<raw_message>(read("hello"));
  CHECK(x.source == "tradingview:tv");
  CHECK(x.source_id == "id1");
  CHECK(x.author_id == "tv");
  CHECK(x.sent_ns == now);
  CHECK(x.received_ns == now);
  const auto y = std::get<contributed_signal>(
      read(R"({"ticker":"SOL","action":"buy","timenow":"2024-03-08T14:29:30Z"})"));
  CHECK(y.said_ns == now - 30 * ns_per_s);
  CHECK(json::parse(y.signal)["message_time"] == "2024-03-08T14:29:30.000000+00:00");
  CHECK(json::parse(y.signal)["source"] == "tradingview:tv");
  const auto future =
      std::get<raw_message>(read(R"({"text":"x","timenow":"2034-03-08T14:29:30Z"})"));
  CHECK(future.sent_ns == now);
}

TEST_CASE("a look at an alert") {
  CHECK(look_at_alert("plain").secret.empty());
  CHECK_FALSE(look_at_alert("plain").names_its_time);
  const auto x = look_at_alert(R"({"secret":"s","timenow":"2024-03-08T14:29:30Z","p":NaN})");
  CHECK(x.secret == "s");
  CHECK(x.names_its_time);
  CHECK_FALSE(look_at_alert(R"({"timenow":"{{timenow}}"})").names_its_time);
  CHECK_THROWS_AS(look_at_alert(""), refusal);
  CHECK_THROWS_AS(look_at_alert(" \r\n"), refusal);
  CHECK_THROWS_AS(look_at_alert("\xff"), refusal);
  CHECK_THROWS_AS(look_at_alert(std::string("a\0b", 3)), refusal);
  CHECK(alert_digest("a").size() == 32);
  CHECK(alert_digest("a") == alert_digest("a"));
  CHECK(alert_digest("a") != alert_digest("b"));
}
