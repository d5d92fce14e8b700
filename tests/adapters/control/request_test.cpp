#include "adapters/control/request.hpp"

#include <random>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace outcry;
using namespace outcry::control;

namespace {

auto read(std::string_view line) {
  return parse_request(line, 1000, "local:me");
}

}  // namespace

TEST_CASE("every operation is read with its defaults") {
  const std::pair<const char*, operation> words[] = {
      {"log", operation::log},    {"bots", operation::bots}, {"actors", operation::actors},
      {"pits", operation::pits},  {"tail", operation::tail}, {"status", operation::status},
      {"links", operation::links}};
  for (auto [word, op] : words) {
    auto x = read(std::string{R"({"id":3,"op":")"} + word + "\"}");
    REQUIRE(x);
    CHECK(x->id == 3);
    CHECK(x->op == op);
    CHECK(x->limit == 20);
    CHECK(x->before_ms == 0);
    CHECK(x->ledger_id.empty());
    CHECK(x->tickers.empty());
  }
}

TEST_CASE("send becomes an operator message of the floor's time and the peer's account") {
  auto x = read(R"({"id":1,"op":"send","type":"set","to":["aapl","counter-META"],
                    "config":{"every":2},"description":"why","message":"m1","wait_s":3})");
  REQUIRE(x);
  CHECK(x->message.id == "m1");
  CHECK(x->message.type == "set");
  CHECK_FALSE(x->message.to_all);
  CHECK(x->message.selected == std::vector<std::string>{"aapl", "counter-META"});
  CHECK(x->message.config == R"({"every":2})");
  CHECK(x->message.description == "why");
  CHECK(x->message.pressed_at_ms == 1000);
  CHECK(x->message.created_by == "local:me");
  CHECK(x->wait_ms == 3000);
  auto all = read(R"({"id":1,"op":"send","type":"stop","to":"ALL"})");
  REQUIRE(all);
  CHECK(all->message.to_all);
  CHECK(all->message.id.empty());
  CHECK(all->wait_ms == 15'000);
}

TEST_CASE("nobody can sign with another name or time") {
  CHECK_FALSE(read(R"({"id":1,"op":"send","type":"stop","to":"ALL","createdBy":"x"})"));
  CHECK_FALSE(read(R"({"id":1,"op":"send","type":"stop","to":"ALL","pressedAt":5})"));
}

TEST_CASE("log and tail take their arguments") {
  auto log = read(R"({"id":1,"op":"log","ledger":"m1","limit":1000,"before":77})");
  REQUIRE(log);
  CHECK(log->ledger_id == "m1");
  CHECK(log->limit == 1000);
  CHECK(log->before_ms == 77);
  auto tail = read(R"({"id":1,"op":"tail","tickers":["aapl","BTC/USD"]})");
  REQUIRE(tail);
  CHECK(tail->tickers == std::vector<std::string>{"AAPL", "BTC/USD"});
}

TEST_CASE("what is wrong is refused with the field, what was expected and what was found") {
  struct row {
    const char* line;
    std::uint64_t id;
    const char* field;
    ec code = ec::invalid_input;
  };
  const row rows[] = {
      {"", 0, ""},
      {"hello", 0, ""},
      {"[1]", 0, ""},
      {"{\"id\":1,\"op\":\"bots\"} x", 0, ""},
      {R"({"op":"bots"})", 0, "id"},
      {R"({"id":0,"op":"bots"})", 0, "id"},
      {R"({"id":-1,"op":"bots"})", 0, "id"},
      {R"({"id":1.5,"op":"bots"})", 0, "id"},
      {R"({"id":18446744073709551615,"op":"bots"})", 0, "id"},
      {R"({"id":"1","op":"bots"})", 0, "id"},
      {R"({"id":4})", 4, "op"},
      {R"({"id":4,"op":7})", 4, "op", ec::unsupported},
      {R"({"id":4,"op":"fly"})", 4, "op", ec::unsupported},
      {R"({"id":4,"op":"bots","sort":1})", 4, "sort"},
      {R"({"id":4,"op":"log","limit":0})", 4, "limit"},
      {R"({"id":4,"op":"log","limit":1001})", 4, "limit"},
      {R"({"id":4,"op":"log","before":-1})", 4, "before"},
      {R"({"id":4,"op":"log","ledger":""})", 4, "ledger"},
      {R"({"id":4,"op":"log","ledger":5})", 4, "ledger"},
      {R"({"id":4,"op":"tail","tickers":"AAPL"})", 4, "tickers"},
      {R"({"id":4,"op":"tail","tickers":["no ticker"]})", 4, "tickers"},
      {R"({"id":4,"op":"tail","tickers":[1]})", 4, "tickers"},
      {R"({"id":4,"op":"send","type":"stop"})", 4, "to"},
      {R"({"id":4,"op":"send","type":"stop","to":[]})", 4, "to"},
      {R"({"id":4,"op":"send","type":"stop","to":"AAPL"})", 4, "to"},
      {R"({"id":4,"op":"send","type":"stop","to":[5]})", 4, "target.selected[0]"},
      {R"({"id":4,"op":"send","to":"ALL"})", 4, "type"},
      {R"({"id":4,"op":"send","type":"start","to":"ALL","config":[]})", 4, "config"},
      {R"({"id":4,"op":"send","type":"start","to":"ALL","description":5})", 4, "description"},
      {R"({"id":4,"op":"send","type":"stop","to":"ALL","message":"a b"})", 4, "message"},
      {R"({"id":4,"op":"send","type":"stop","to":"ALL","wait_s":601})", 4, "wait_s"},
      {R"({"id":4,"op":"send","type":"stop","to":"ALL","wait_s":-1})", 4, "wait_s"},
  };
  for (const auto& row : rows) {
    INFO(row.line);
    auto x = read(row.line);
    REQUIRE_FALSE(x);
    CHECK(x.error().id == row.id);
    CHECK(x.error().why.field == row.field);
    CHECK(x.error().code == row.code);
    CHECK_FALSE(x.error().why.expected.empty());
  }
}

TEST_CASE("nesting cannot exhaust the stack") {
  std::string deep = R"({"id":1,"op":"send","type":"stop","to":"ALL","config":)";
  for (int i = 0; i < 500'000; ++i) deep += "[";
  CHECK_FALSE(read(deep));
}

TEST_CASE("any bytes get an answer that is one line of JSON") {
  std::mt19937 random{11};
  const std::string seed =
      R"({"id":1,"op":"send","type":"stop","to":["AAPL"],"config":{"a":[1,"x"]},"wait_s":3})";
  for (int round = 0; round < 5000; ++round) {
    auto text = seed;
    for (int change = 0; change < 3; ++change)
      text[random() % text.size()] = static_cast<char>(random());
    auto x = read(text);
    if (x) continue;
    auto answer = error_line(x.error().id, to_string(x.error().code), to_string(x.error().why));
    auto parsed = nlohmann::json::parse(answer, nullptr, false);
    REQUIRE(parsed.is_object());
    REQUIRE(answer.find('\n') == std::string::npos);
  }
}

TEST_CASE("the lines of an answer are as documented") {
  CHECK(item_line(5, R"({"a":1})") == R"({"id":5,"item":{"a":1}})");
  CHECK(end_line(5) == R"({"id":5,"end":true})");
  CHECK(end_line(5, R"("final":false)") == R"({"id":5,"end":true,"final":false})");
  CHECK(error_line(5, "x", "a \"b\"\n") == R"({"id":5,"error":{"code":"x","reason":"a \"b\"\n"}})");
  CHECK(error_line(0, "x", "y") == R"({"error":{"code":"x","reason":"y"}})");
}
