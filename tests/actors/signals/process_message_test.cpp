#include "actors/signals/process_message.hpp"

#include <ctime>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "actors/signals/reading_json.hpp"
#include "tests/actors/signals/described.hpp"

using namespace outcry;
using namespace outcry::signals;

namespace {

/// What holds for any text.
void check_reading(std::string_view text, const reading& x) {
  CHECK_FALSE(x.reason.empty());
  CHECK(x.confidence <= 100);
  if (x.outcome == verdict::signal) {
    REQUIRE(x.call);
    CHECK_FALSE(x.call->ticker.empty());
    CHECK((!x.call->entries.empty() || x.call->order == entry_order::market));
    for (const auto price : x.call->entries) CHECK(price.is_positive());
    for (const auto price : x.call->targets) CHECK(price.is_positive());
    if (x.call->stop && x.call->action == trade_action::open)
      for (const auto price : x.call->entries)
        CHECK((x.call->side == trade_side::long_side ? x.call->stop->price < price
                                                     : x.call->stop->price > price));
  }
  if (x.outcome == verdict::update) {
    REQUIRE(x.follow_up);
    CHECK_FALSE(x.follow_up->steps.empty());
  }
  const auto explained = explain_message(text, {});
  CHECK(explained.result.outcome == x.outcome);
  std::size_t end = 0;
  for (const auto& t : explained.tokens) {
    CHECK(t.offset >= end);
    end = t.offset + t.length;
    CHECK(end <= text.size());
  }
  CHECK(nlohmann::json::accept(to_json(explained)));
}

/// Words the rules know, and others, in any order.
std::string random_message(std::mt19937& random) {
  static const std::vector<std::string> pieces = {
      "long", "short", "buy",   "sell",  "BTO",  "STC",  "SOL",   "#ADA", "SOL/USDT", "entry",
      "stop", "sl",    "tp",    "tp1",   "TP 2", "hit",  "close", "at",   "@",        ":",
      "-",    "/",     ",",     "\n",    "(",    ")",    "BE",    "12",   "0.5",      "1,250",
      "3k",   "10x",   "5%",    "45c",   "6/21", "if",   "?",     "✅",    "🎯",        "🛑",
      "now",  "limit", "moved", "to",    "half", "pips", "1)",    "2)",   "-7",       "H4",
      "out",  "sold",  "trail", "cross", "risk", "DCA",  "BTC",   ".",    "cancel",   "filled"};
  std::uniform_int_distribution<std::size_t> which(0, pieces.size() - 1);
  std::uniform_int_distribution<int> length(0, 30);
  std::string result;
  for (int n = length(random); n > 0; --n) {
    result += pieces[which(random)];
    if (which(random) % 4 != 0) result += ' ';
  }
  return result;
}

}  // namespace

TEST_CASE("any words in any order have a verdict that keeps its promises") {
  std::mt19937 random{20260101};
  for (int n = 0; n < 3000; ++n) {
    const auto text = random_message(random);
    INFO(text);
    check_reading(text, process_message(text, {}));
  }
}

TEST_CASE("any bytes have a verdict that keeps its promises") {
  std::mt19937 random{7};
  std::uniform_int_distribution<int> byte(0, 255);
  std::uniform_int_distribution<int> length(0, 300);
  for (int n = 0; n < 1000; ++n) {
    std::string text;
    for (int i = length(random); i > 0; --i) text += static_cast<char>(byte(random));
    check_reading(text, process_message(text, {}));
  }
}

TEST_CASE("a cut message is never more than a message") {
  const std::string text =
      "📢 #WAG/USDT LONG\nEntry: 10.5 – 10.2\nTP1 ➝ 11 ✅\nTP2 ➝ 12\nSL: 9.8 (2% risk) <@&123>";
  for (std::size_t n = 0; n <= text.size(); ++n) {
    const auto part = text.substr(0, n);
    check_reading(part, process_message(part, {}));
  }
}

TEST_CASE("what is longer than any message goes to a person unread") {
  CHECK(test::read_as(std::string(max_message_bytes + 1, 'a')) == "quarantine (length)");
  CHECK(test::read_as(std::string(1'000'000, '(')) == "quarantine (length)");
  CHECK(test::read_as(std::string(max_message_bytes, 'a')) == "nothing");
}

TEST_CASE("hostile repetitions cost little more than their length") {
  // Processor time, not the clock on the wall; the bound is a hundred times what is needed.
  for (const std::string piece :
       {"(",        "SL ",      "close ",      "if cancel ", "#A ",      "1.",       "1,1",
        "TP1 hit ", "BTO ",     ":a",          "<@",         "LONG ",    "A: ",      "12 - ",
        "@",        "CLOSE",    "entry 1 - ",  "\n1)",       "ETH/",     "stop to ", ". .",
        "5 pips ",  "take 5\n", "profit: 5\n", "> a\n",      "1.2,1.3,", "sold ",    "buying ",
        "....",     "1,",       "not ",        "\u2705",     "E: 1 ",    "cover 5 ", "sell 5 ",
        "out 5 ",   "buy A ",   "9 stop "}) {
    std::string text;
    while (text.size() + piece.size() <= 10'000) text += piece;
    INFO(piece);
    const auto begin = std::clock();
    const auto x = process_message(text, {});
    const auto spent = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    CHECK_FALSE(x.reason.empty());
    CHECK(spent < 1.0);
  }
}

TEST_CASE("source, author and time are handed on") {
  message_context context;
  context.source = "discord:42";
  context.author = "7";
  context.message_time = 5 * ns_per_s;
  const auto call = process_message("WAG/USDT long entry 10 sl 9 tp 12", context);
  REQUIRE(call.call);
  CHECK(call.call->source == "discord:42");
  CHECK(call.call->author == "7");
  CHECK(call.call->message_time == 5 * ns_per_s);
  const auto update = process_message("#WAG stopped out", context);
  REQUIRE(update.follow_up);
  CHECK(update.follow_up->source == "discord:42");
  CHECK(update.follow_up->author == "7");
  CHECK(update.follow_up->message_time == 5 * ns_per_s);
}

TEST_CASE("a source that is no UTF-8 spoils no JSON") {
  message_context context;
  context.source = "\xff";
  CHECK(nlohmann::json::accept(to_json(process_message("#WAG stopped out", context))));
}

TEST_CASE("the channel says what a bare ticker is, the text says it better") {
  message_context context;
  context.rules.asset = asset_kind::stock;
  CHECK(process_message("WAG long 10 stop 9", context).call->asset == asset_kind::stock);
  CHECK(process_message("WAG/USDT long 10 stop 9", context).call->asset == asset_kind::crypto);
  CHECK(process_message("WAG long 10 stop 9", {}).call->asset == asset_kind::unknown);
}

TEST_CASE("an explanation says what each token was used for") {
  const auto x = explain_message("WAG/USDT long, stop loss 9", {});
  std::string read;
  for (const auto& t : x.tokens) read += t.text + "=" + t.read + ";";
  CHECK(read ==
        "wag=symbol;/=symbol;usdt=symbol;long=side;,=comma;stop=label: stop;"
        "loss=label: stop;9=stop;");
}

TEST_CASE("a reading as JSON leaves out what was not said") {
  const auto json =
      nlohmann::json::parse(to_json(process_message("BTO 2 WAG 45c 6/21 @ 1.20 SL 0.8", {})));
  CHECK(json["verdict"] == "signal");
  CHECK(json["confidence"] == 96);
  const auto& signal = json["signal"];
  CHECK(signal["entries"] == nlohmann::json::array({"1.2"}));
  CHECK(signal["stop"]["price"] == "0.8");
  CHECK(signal["size"]["quantity"] == "2");
  CHECK(signal["option"] ==
        nlohmann::json({{"strike", "45"}, {"right", "call"}, {"expiry", "06-21"}}));
  CHECK_FALSE(signal.contains("leverage"));
  CHECK_FALSE(json.contains("update"));
  const auto update = nlohmann::json::parse(to_json(process_message("TP2 hit, SL to BE", {})));
  CHECK(update["update"]["steps"] ==
        nlohmann::json::array({{{"kind", "target_hit"}, {"target", 2}},
                               {{"kind", "move_stop"}, {"breakeven", true}}}));
}
