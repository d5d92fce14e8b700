#include "messages/operator_codec.hpp"

#include <random>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/messages/samples.hpp"

using namespace outcry;
using nlohmann::json;
using test::replaced;

namespace {

const std::string stop =
    R"({"type":"stop","target":{"type":"SELECTED","selected":["AAPL","BRK.B"]},"config":{"x": 1.10},)"
    R"("description":"müde","state":"sent","pressedAt":1700000000000,"createdAt":1700000000001,"createdBy":"u-1"})";

operator_message message_of(std::string_view text) {
  const auto x = parse_operator_message("m-1", text);
  if (!x) FAIL(to_string(x.error()));
  return *x;
}

invalid_field message_refusal(std::string_view text, std::string_view id = "m-1") {
  const auto x = parse_operator_message(id, text);
  if (x) FAIL("accepted: " + std::string{text});
  return x.error();
}

ledger sample_ledger() {
  ledger x;
  x.message = message_of(stop);
  x.state = message_state::failed;
  x.adopted_at_ms = 5;
  x.unmatched = {"NOPE", "ä\""};
  x.code = "unknown_target";
  x.reason = "nobody \"there\"";
  x.lines = {
      {"counter-AAPL", "floor", "AAPL", line_status::done, "", "", R"({"n":1.10})", 6, false, true},
      {"counter-BTC/USD", "box", "BTC/USD", line_status::ignored, "", "not me", "", 7, false,
       false},
      {"z", "floor", "META", line_status::no_answer, "no_answer", "10 s", "[1, 2]", 8, true, true},
      {"zz", "floor", "META", line_status::open, "", "", "", 0, false, true}};
  return x;
}

}  // namespace

TEST_CASE("operator codec: a message as a client writes it") {
  const auto x = message_of(stop);
  CHECK(x.id == "m-1");
  CHECK(x.type == "stop");
  CHECK_FALSE(x.to_all);
  CHECK(x.selected == std::vector<std::string>{"AAPL", "BRK.B"});
  CHECK(x.config == R"({"x": 1.10})");
  CHECK(x.description == "müde");
  CHECK(x.pressed_at_ms == 1'700'000'000'000);
  CHECK(x.created_at_ms == 1'700'000'000'001);
  CHECK(x.created_by == "u-1");
  CHECK(message_of(to_json(x)) == x);
}

TEST_CASE("operator codec: the least a message needs") {
  const auto x = message_of(R"({"type":"dance","target":{"type":"ALL"},"pressedAt":0})");
  operator_message expected;
  expected.id = "m-1";
  expected.type = "dance";
  expected.to_all = true;
  CHECK(x == expected);
  CHECK(message_of(to_json(x)) == x);
  CHECK(message_of(R"({"type":"kill","target":{"type":"ALL","selected":["A"]},"pressedAt":1,
      "config":null,"description":null,"createdAt":null,"createdBy":null})")
            .selected.empty());
  CHECK(message_of(R"({"type":"kill","target":{"type":"ALL"},"pressedAt":1.7e12})").pressed_at_ms ==
        1'700'000'000'000);
}

TEST_CASE("operator codec: what the floor added is ignored") {
  CHECK(message_of(replaced(stop, "{", R"({"acknowledgement":{"a":[]},"unmatched":7,"new":{},)")) ==
        message_of(stop));
}

TEST_CASE("operator codec: every bad message is refused with its field") {
  const std::string long_config = R"("config":{"x":")" + std::string(17'000, 'x') + "\"}";
  const std::string deep_config = R"("config":{"x":[[[[[[[[]]]]]]]]})";
  const auto start = replaced(stop, R"("stop")", R"("start")");
  struct row {
    std::string from, to, field, found;
  };
  const std::vector<row> table = {
      {R"("type":"start",)", "", "type", "nothing"},
      {R"("start")", R"("")", "type", R"("")"},
      {R"("start")", "7", "type", "7"},
      {R"("start")", '"' + std::string(33, 's') + '"', "type", '"' + std::string(33, 's') + '"'},
      {R"("SELECTED")", R"("SOME")", "target.type", R"("SOME")"},
      {R"("type":"SELECTED",)", "", "target.type", "nothing"},
      {R"(["AAPL","BRK.B"])", "[]", "target.selected", "[]"},
      {R"(["AAPL","BRK.B"])", R"("AAPL")", "target.selected", R"("AAPL")"},
      {R"(,"selected":["AAPL","BRK.B"])", "", "target.selected", "nothing"},
      {R"("BRK.B")", R"("")", "target.selected[1]", R"("")"},
      {R"("BRK.B")", "null", "target.selected[1]", "null"},
      {R"({"type":"SELECTED","selected":["AAPL","BRK.B"]})", R"("ALL")", "target", R"("ALL")"},
      {R"({"x": 1.10})", "[]", "config", "[]"},
      {R"({"x": 1.10})", R"({"x":1,"x":2})", "config", R"({"x":1,"x":2})"},
      {R"({"x": 1.10})", R"({"y":[{"x":1,"\u0078":2}]})", "config",
       R"({"y":[{"x":1,"\u0078":2}]})"},
      {R"("config":{"x": 1.10})", deep_config, "config", R"({"x":[[[[[[[[]]]]]]]]})"},
      {R"("müde")", "5", "description", "5"},
      {R"("BRK.B")", R"("all")", "target.selected", R"(["AAPL","all"])"},
      {"1700000000000", R"("now")", "pressedAt", R"("now")"},
      {"1700000000000", "-1", "pressedAt", "-1"},
      {"1700000000000", "1.5", "pressedAt", "1.5"},
      {"1700000000000", "9223372036854775808", "pressedAt", "9223372036854775808"},
      {"1700000000000", "1e400", "pressedAt", "1e400"},
      {"\"pressedAt\":1700000000000,", "", "pressedAt", "nothing"},
      {"1700000000001", R"({".sv":"timestamp"})", "createdAt", R"({".sv":"timestamp"})"},
      {R"("u-1")", "[]", "createdBy", "[]"},
      {"{", R"({"type":"kill",)", "type", R"("start")"},
      {R"("SELECTED")", R"("SELECTED","type":"ALL")", "target.type", R"("ALL")"},
  };
  for (const auto& [from, to, field, found] : table) {
    CAPTURE(from, to);
    const auto x = message_refusal(replaced(start, from, to));
    CHECK(x.field == field);
    CHECK(x.found == found);
    CHECK_FALSE(x.expected.empty());
  }
  const auto x = message_refusal(replaced(start, R"("config":{"x": 1.10})", long_config));
  CHECK(x.field == "config");
  CHECK(x.found.size() == 80);
}

TEST_CASE("operator codec: nothing but its target can be wrong with a brake") {
  const std::vector<std::pair<std::string, std::string>> table = {
      {R"({"x": 1.10})", R"("x")"},
      {R"({"x": 1.10})", R"({"x":1,"x":2})"},
      {R"("müde")", "5"},
      {R"("müde")", '"' + std::string(1001, 'x') + '"'},
      {"1700000000000", "1700000000000.5"},
      {"\"pressedAt\":1700000000000,", ""},
      {"1700000000001", R"("then")"},
      {R"("u-1")", "[]"},
      {"{", R"({"pressedAt":7,)"}};
  for (const auto& [from, to] : table) {
    CAPTURE(from, to);
    const auto x = message_of(replaced(stop, from, to));
    CHECK(x.type == "stop");
    CHECK_FALSE(x.to_all);
    CHECK(x.selected == std::vector<std::string>{"AAPL", "BRK.B"});
    CHECK(message_of(to_json(x)) == x);
  }
  const auto half = message_of(replaced(replaced(stop, R"("müde")", "5"), "\"u-1\"", "[]"));
  CHECK(half.pressed_at_ms == 1'700'000'000'000);
  CHECK(half.config == R"({"x": 1.10})");
  CHECK(half.description.empty());
  CHECK(half.created_by.empty());
}

TEST_CASE("operator codec: who calls a brake for all among others means all") {
  CHECK(message_of(replaced(stop, R"("BRK.B")", R"("all")")).to_all);
  CHECK(message_of(R"({"type":"kill"})").to_all);
  CHECK(message_of(R"({"type":"kill","target":7,"config":[]})").to_all);
}

TEST_CASE("operator codec: a brake for nobody it can name is refused") {
  for (const char* target :
       {R"("ALL")", R"({"type":"SOME"})", R"({"type":"SELECTED"})",
        R"({"type":"SELECTED","selected":[]})", R"({"type":"SELECTED","selected":["AAPL",5]})"}) {
    CAPTURE(target);
    CHECK(message_refusal(R"({"type":"stop","pressedAt":1,"target":)" + std::string{target} + "}")
              .field.find("target") == 0);
  }
  CHECK(message_refusal(R"({"type":"stop","pressedAt":1})").field == "target");
}

TEST_CASE("operator codec: bounds are met exactly") {
  const auto names = [](std::size_t n, std::size_t size) {
    return replaced(stop, R"(["AAPL","BRK.B"])",
                    json(std::vector<std::string>(n, std::string(size, 'a'))).dump());
  };
  CHECK(message_of(names(1000, 96)).selected.size() == 1000);
  CHECK(message_refusal(names(1001, 1)).field == "target.selected");
  CHECK(message_refusal(names(1, 97)).field == "target.selected[0]");
  const auto described = [](std::size_t n) {
    std::string text;
    for (; n > 0; --n) text += "ä";
    return replaced(stop, "müde", text);
  };
  CHECK(message_of(described(1000)).description.size() == 2000);
  CHECK(message_refusal(replaced(described(1001), "stop", "start")).field == "description");
  CHECK(message_of(replaced(stop, "\"stop\"", '"' + std::string(32, 's') + '"')).type.size() == 32);
  const auto configured = [](std::size_t bytes) {
    return replaced(stop, R"({"x": 1.10})", R"({"x":")" + std::string(bytes - 8, 'x') + "\"}");
  };
  CHECK(message_of(configured(16 << 10)).config.size() == 16 << 10);
  CHECK(message_refusal(replaced(configured((16 << 10) + 1), "stop", "start")).field == "config");
  CHECK(message_of(replaced(stop, "1.10", "[[[[[[[]]]]]]]")).config.size() > 14);
}

TEST_CASE("operator codec: keys that are no message ids, and texts that are no JSON") {
  CHECK(message_refusal(stop, "").field == "id");
  CHECK(message_refusal(stop, "a b").field == "id");
  CHECK(message_refusal(stop, std::string(129, 'a')).field == "id");
  for (const std::string text : {"", "stop", "[]", "null", "{", "{\"a\":\"\xFF\"}"}) {
    CAPTURE(text);
    CHECK(message_refusal(text).field.empty());
  }
  CHECK(message_refusal(stop + "x").field.empty());
  CHECK(message_refusal(replaced(stop, "müde",
                                 "m\xFC"
                                 "de"))
            .expected.find("UTF-8") == 0);
  CHECK(message_refusal(std::string((1 << 20) + 1, ' ')).found == "1048577 bytes");
}

TEST_CASE("operator codec: config stays on one line and otherwise as it came") {
  const auto x = message_of(replaced(stop, R"({"x": 1.10})", "{\r\n\t\"x\":\n1e2, \"y\":\"\\n\"}"));
  CHECK(x.config == "{  \t\"x\": 1e2, \"y\":\"\\n\"}");
  CHECK(to_json(x).find('\n') == std::string::npos);
  CHECK(message_of(to_json(x)) == x);
}

TEST_CASE("operator codec: any message comes back as it was") {
  std::mt19937 random{10};
  for (int i = 0; i < 3'000; ++i) {
    operator_message x;
    x.id = "m-1";
    x.type = "t" + test::random_utf8(random, 31);
    x.to_all = test::pick(random, 2) == 0;
    for (auto n = x.to_all ? 0 : 1 + test::pick(random, 5); n > 0; --n) {
      x.selected.push_back("s" + test::random_utf8(random, 95));
    }
    x.config = json{{test::random_utf8(random, 9), test::random_utf8(random, 9)}}.dump();
    x.description = test::random_utf8(random, 1000);
    x.pressed_at_ms = static_cast<std::int64_t>(random());
    x.created_at_ms = static_cast<std::int64_t>(random() % 2);
    x.created_by = test::random_utf8(random, 9);
    const auto text = to_json(x);
    CAPTURE(text);
    REQUIRE(message_of(text) == x);
    REQUIRE(json::parse(text)["description"] == x.description);
  }
}

TEST_CASE("operator codec: an acknowledgement as it stands in Firebase") {
  const auto x = sample_ledger().lines[0];
  CHECK(
      acknowledgement_json(x) ==
      R"({"container":"floor","ticker":"AAPL","status":"done","code":"","reason":"","result":{"n":1.10},"at":6,"late":false})");
  const auto again = parse_acknowledgement("counter-AAPL", acknowledgement_json(x));
  REQUIRE(again);
  auto expected = x;
  expected.addressed = false;  // does not stand in Firebase
  CHECK(*again == expected);
}

TEST_CASE("operator codec: bad acknowledgements are refused with their field") {
  const auto good = acknowledgement_json(sample_ledger().lines[0]);
  const auto field = [&](std::string_view from, std::string_view to) {
    const auto x = parse_acknowledgement("b", replaced(good, from, to));
    return x ? std::string{"accepted"} : x.error().field;
  };
  CHECK(field("\"done\"", "\"finished\"") == "status");
  CHECK(field("\"at\":6,", "") == "at");
  CHECK(field("\"late\":false", "\"late\":0") == "late");
  CHECK(field("\"container\":\"floor\"", "\"container\":null") == "container");
  CHECK(field("{\"n\":1.10}", "{\"n\":1,\"n\":2}") == "result");
  CHECK(field(",\"late\":false", "") == "accepted");
}

TEST_CASE("operator codec: a result that is no JSON cannot spoil its line") {
  ledger_line x;
  x.result = "}{";
  const auto document = json::parse(acknowledgement_json(x));
  CHECK(document["result"] == "}{");
  CHECK(document["status"] == "open");
}

TEST_CASE("operator codec: a ledger comes back as it was") {
  const auto x = sample_ledger();
  const auto text = to_json(x);
  const auto again = parse_ledger(text);
  REQUIRE(again);
  CHECK(*again == x);
  const auto document = json::parse(text);
  CHECK(document["acknowledgementCount"] == 3);
  CHECK(document["acknowledgement"]["counter-BTC/USD"]["status"] == "ignored");
  CHECK(document["id"] == "m-1");
  CHECK(document["state"] == "failed");
  CHECK(document["unmatched"] == json{"NOPE", "ä\""});

  ledger unreadable;
  unreadable.message.id = "m-2";
  unreadable.state = message_state::failed;
  const auto empty = parse_ledger(to_json(unreadable));
  REQUIRE(empty);
  CHECK(*empty == unreadable);
}

TEST_CASE("operator codec: bad ledgers are refused with their field") {
  const auto good = to_json(sample_ledger());
  const auto field = [&](std::string_view from, std::string_view to) {
    const auto x = parse_ledger(replaced(good, from, to));
    return x ? std::string{"accepted"} : x.error().field;
  };
  CHECK(field("\"failed\"", "\"open\"") == "state");
  CHECK(field("\"ignored\"", "\"maybe\"") == "acknowledgement.counter-BTC/USD.status");
  CHECK(field("\"NOPE\"", "1") == "unmatched[0]");
  CHECK(field("\"adoptedAt\":5,", "") == "adoptedAt");
  CHECK(field("\"zz\":", "\"z\":") == "acknowledgement.z");
}

TEST_CASE("operator codec: the line of the summary") {
  CHECK(json::parse(summary_json(sample_ledger())) == json::parse(R"({"type":"stop",
      "target":{"type":"SELECTED","selected":["AAPL","BRK.B"]},"state":"failed",
      "createdAt":1700000000001,"pressedAt":1700000000000,"createdBy":"u-1",
      "counts":{"done":1,"ignored":1,"no_answer":1}})"));
}

TEST_CASE("operator codec: the halt") {
  CHECK(to_json(halt_state{halt_kind::killed, "m-1", 5}) ==
        R"({"kind":"killed","messageId":"m-1","since":5})");
}

TEST_CASE("operator codec: config from KEY=VALUE") {
  const auto x = config_from_pairs({"n=1.10", "text=hello", "quoted=\"1\"", "flag=true",
                                    "list=[1, 2]", "empty=", "a b=c=d", "nan=NaN"});
  REQUIRE(x);
  CHECK(
      *x ==
      R"({"n":1.10,"text":"hello","quoted":"1","flag":true,"list":[1, 2],"empty":"","a b":"c=d","nan":"NaN"})");
  CHECK(*config_from_pairs({}) == "{}");
  const auto refused = [](const std::vector<std::string>& pairs) {
    const auto y = config_from_pairs(pairs);
    return y ? std::string{"accepted"} : to_string(y.error());
  };
  CHECK(refused({"a=1", "novalue"}) == "config[1]: expected KEY=VALUE, found novalue");
  CHECK(refused({"=1"}) == "config[0]: expected KEY=VALUE, found =1");
  CHECK(refused({""}) == "config[0]: expected KEY=VALUE, found \"\"");
  CHECK(refused({"a=\xFF"}).starts_with("config[0]"));
  CHECK(refused({"a=1", "a=2"}).starts_with("config: expected every name once"));
  CHECK(refused({"a=" + std::string(17'000, 'x')})
            .starts_with("config: expected at most 16384 bytes"));
  CHECK(refused({"a=[[[[[[[[]]]]]]]]"}).starts_with("config: expected at most 8 levels"));
}
