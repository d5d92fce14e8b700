#include "messages/bots_codec.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/messages/samples.hpp"

using namespace outcry;
using nlohmann::json;
using test::replaced;

namespace {

const bot_identity identity{"counter-BTC/USD", "BTC/USD", "counter", "box-1", bot_kind::controlled};

/// The field a parser refuses when `from` becomes `to`, or "accepted".
template <class Parse>
std::string refused_field(Parse&& parse, const std::string& text, std::string_view from,
                          std::string_view to) {
  const auto x = parse(replaced(text, from, to));
  return x ? "accepted" : x.error().field;
}

}  // namespace

TEST_CASE("bots codec: a bot's state comes back as it was") {
  const bot_status x{identity, bot_state::failed, desired_state::stopped, 5,
                     6,        R"({"n":1.10})",   "it \"threw\"\n"};
  const auto text = to_json(x);
  const auto y = parse_bot_status(text);
  REQUIRE(y);
  CHECK(y->identity == x.identity);
  CHECK(y->state == x.state);
  CHECK(y->desired == x.desired);
  CHECK(y->since_ms == 5);
  CHECK(y->heartbeat_ms == 6);
  CHECK(y->details == x.details);
  CHECK(y->reason == x.reason);
  const auto document = json::parse(text);
  CHECK(document.size() == 11);
  CHECK(document["kind"] == "controlled");
  CHECK(document["details"]["n"] == 1.1);

  const auto field = [&](std::string_view from, std::string_view to) {
    return refused_field(parse_bot_status, text, from, to);
  };
  CHECK(field("counter-BTC/USD", "a b") == "id");
  CHECK(field("\"BTC/USD\"", "\"\"") == "ticker");
  CHECK(field("\"controlled\"", "\"wild\"") == "kind");
  CHECK(field("\"failed\"", "\"dead\"") == "state");
  CHECK(field("\"stopped\"", "\"absent\"") == "desired");
  CHECK(field("\"since\":5", "\"since\":null") == "since");
  CHECK(field("{\"n\":1.10}", "[1]") == "details");
  CHECK(field("\"details\":{\"n\":1.10},", "") == "accepted");
}

TEST_CASE("bots codec: a command to a container bot") {
  bot_command x;
  x.message.id = "m-1";
  x.message.type = "set";
  x.message.config = R"({"size": 1.10})";
  x.message.description = "ä";
  x.message.pressed_at_ms = 5;
  x.message.created_by = "u";
  x.addressed = true;
  x.expires_at_ms = 9;
  const auto text = to_json(x);
  CHECK(
      text ==
      R"({"id":"m-1","type":"set","config":{"size": 1.10},"addressed":true,"pressedAt":5,"expiresAt":9,"description":"ä","createdBy":"u"})");
  const auto y = parse_bot_command(text);
  REQUIRE(y);
  CHECK(y->message == x.message);
  CHECK(y->addressed);
  CHECK(y->expires_at_ms == 9);

  const auto field = [&](std::string_view from, std::string_view to) {
    return refused_field(parse_bot_command, text, from, to);
  };
  CHECK(field("\"m-1\"", "\"m 1\"") == "id");
  CHECK(field("\"set\"", "\"\"") == "type");
  CHECK(field("{\"size\": 1.10}", "1") == "config");
  CHECK(field("true", "1") == "addressed");
  CHECK(field("\"pressedAt\":5,", "") == "pressedAt");
  CHECK(field("\"expiresAt\":9", "\"expiresAt\":-9") == "expiresAt");
}

TEST_CASE("bots codec: an acknowledgement of a container bot") {
  container_acknowledgement x;
  x.message_id = "m-1";
  x.line.bot_id = identity.id;
  x.line.status = line_status::error;
  x.line.code = "invalid_config";
  x.line.reason = "size: expected ...";
  x.line.result = "[1, 2.50]";
  x.line.at_ms = 7;
  const auto text = to_json(x);
  const auto y = parse_container_acknowledgement(text);
  REQUIRE(y);
  CHECK(y->message_id == "m-1");
  CHECK(y->line == x.line);
  const auto least =
      parse_container_acknowledgement(R"({"id":"m","bot":"b","status":"done","at":1})");
  REQUIRE(least);
  CHECK(least->line.result.empty());

  const auto field = [&](std::string_view from, std::string_view to) {
    return refused_field(parse_container_acknowledgement, text, from, to);
  };
  for (const auto* status : {"\"open\"", "\"expired\"", "\"no_answer\"", "\"ok\"", "1", "null"}) {
    CAPTURE(status);
    CHECK(field("\"error\"", status) == "status");
  }
  for (const auto* status : {"\"pending\"", "\"done\"", "\"ignored\""}) {
    CAPTURE(status);
    CHECK(field("\"error\"", status) == "accepted");
  }
  CHECK(field("\"m-1\"", "\"\"") == "id");
  CHECK(field("counter-BTC/USD", "*") == "bot");
  CHECK(field("\"at\":7", "\"at\":-7") == "at");
  CHECK(field("\"invalid_config\"", '"' + std::string(65, 'x') + '"') == "code");
  CHECK(field("size: expected ...", std::string(1001, 'x')) == "reason");
  CHECK(field("[1, 2.50]", std::string(20, '[') + std::string(20, ']')) == "");
  CHECK(field("[1, 2.50]", std::string(9, '[') + std::string(9, ']')) == "result");
}

TEST_CASE("bots codec: presence of a container bot") {
  const container_presence x{identity, bot_state::waiting_for_open, R"({"position":"3.5"})"};
  const auto text = to_json(x);
  const auto y = parse_container_presence(text);
  REQUIRE(y);
  CHECK(*y == x);

  const auto field = [&](std::string_view from, std::string_view to) {
    return refused_field(parse_container_presence, text, from, to);
  };
  CHECK(field("counter-BTC/USD", "") == "bot");
  CHECK(field("\"BTC/USD\"", "\"BTC USD\"") == "ticker");
  CHECK(field("\"counter\"", "null") == "strategy");
  CHECK(field("\"waiting_for_open\"", "\"waiting\"") == "state");
  CHECK(field("{\"position\":\"3.5\"}", "\"3.5\"") == "details");
  CHECK(field("{\"position\":\"3.5\"}", "null") == "accepted");
}

TEST_CASE("bots codec: who does not say whether it was briefed was") {
  const container_presence x{identity, bot_state::starting, "{}", false};
  const auto text = to_json(x);
  CHECK(parse_container_presence(text).value() == x);
  CHECK(parse_container_presence(replaced(text, R"(,"briefed":false)", "")).value().briefed);
  CHECK(refused_field(parse_container_presence, text, R"("briefed":false)", R"("briefed":0)") ==
        "briefed");
}

TEST_CASE("bots codec: briefing of a container bot") {
  const container_briefing x{desired_state::stopped, R"({"step":3})", 5, 4};
  const auto text = to_json(x);
  CHECK(text == R"({"desired":"stopped","parameters":{"step":3},"at":5,"since":4})");
  CHECK(parse_container_briefing(text).value() == x);
  CHECK(refused_field(parse_container_briefing, text, "stopped", "maybe") == "desired");
  CHECK(refused_field(parse_container_briefing, text, R"({"step":3})", "[]") == "parameters");
  CHECK(refused_field(parse_container_briefing, text, R"("at":5)", R"("at":-5)") == "at");
  CHECK(refused_field(parse_container_briefing, text, R"("since":4)", R"("since":-4)") == "since");
}

TEST_CASE("bots codec: farewell of a container bot") {
  const container_farewell x{"counter-BTC/USD", "sold", 5};
  const auto text = to_json(x);
  CHECK(text == R"({"bot":"counter-BTC/USD","reason":"sold","at":5})");
  CHECK(parse_container_farewell(text).value() == x);
  CHECK(refused_field(parse_container_farewell, text, "counter-", "a b") == "bot");
  CHECK(refused_field(parse_container_farewell, text, R"("at":5)", R"("at":"x")") == "at");
}
