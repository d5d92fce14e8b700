#include "adapters/signal_api/openapi.hpp"

#include <regex>
#include <set>

#include <catch2/catch.hpp>

#include "adapters/signal_api/routes.hpp"
#include "tests/adapters/signal_api/fake_page.hpp"

using namespace outcry;
using namespace outcry::signal_api;
using nlohmann::json;
using test::fake_page;
using test::giver_token;

namespace {

/// Checks values against the document's schemas, as far as these use JSON Schema, and remembers
/// which fields it met.
class schema_checker {
public:
  explicit schema_checker(json document) : document_(std::move(document)) {}

  /// What is wrong; empty if nothing is.
  std::string check(const std::string& name, const json& value) {
    return check({{"$ref", "#/components/schemas/" + name}}, value, name);
  }

  std::string check(const json& schema, const json& value, const std::string& at) {
    if (schema.contains("$ref")) {
      const auto reference = schema["$ref"].get<std::string>();
      const auto name = reference.substr(reference.rfind('/') + 1);
      return check(document_.at(json::json_pointer{reference.substr(1)}), value, name);
    }
    if (schema.contains("oneOf")) {
      int fits = 0;
      std::string why;
      for (const auto& each : schema["oneOf"]) {
        const auto wrong = check(each, value, at);
        if (wrong.empty()) ++fits;
        why += wrong + "; ";
      }
      return fits == 1 ? "" : at + ": fits " + std::to_string(fits) + " of oneOf: " + why;
    }
    if (schema.contains("const") && value != schema["const"]) return at + ": not the constant";
    if (schema.contains("enum") &&
        std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
      return at + ": not in enum: " + value.dump();
    if (schema.contains("type") && !has_type(schema["type"], value))
      return at + ": not " + schema["type"].dump() + ": " + value.dump();
    if (schema.contains("minimum") && value < schema["minimum"]) return at + ": too small";
    if (schema.contains("maximum") && value > schema["maximum"]) return at + ": too large";
    if (schema.contains("pattern") &&
        !std::regex_search(value.get<std::string>(),
                           std::regex{schema["pattern"].get<std::string>()}))
      return at + ": not of the pattern: " + value.dump();
    if (value.is_array() && schema.contains("items"))
      for (const auto& each : value)
        if (auto wrong = check(schema["items"], each, at + "[]"); !wrong.empty()) return wrong;
    if (!value.is_object() || !schema.contains("properties")) return {};
    for (const auto& name : schema.value("required", json::array()))
      if (!value.contains(name)) return at + ": lacks " + name.get<std::string>();
    for (const auto& [name, part] : value.items()) {
      if (!schema["properties"].contains(name)) return at + ": unknown field " + name;
      met_.insert(at + '.' + name);
      auto wrong = check(schema["properties"][name], part, at + '.' + name);
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

  /// Fields of the schema that no value had.
  std::string unmet(const std::string& name) const {
    std::string result;
    for (const auto& [field, part] : document_["components"]["schemas"][name]["properties"].items())
      if (!met_.contains(name + '.' + field)) result += name + '.' + field + ' ';
    return result;
  }

private:
  static bool has_type(const json& type, const json& value) {
    if (type.is_array())
      return std::any_of(type.begin(), type.end(),
                         [&](const auto& each) { return has_type(each, value); });
    if (type == "integer") return value.is_number_integer();
    return type == value.type_name();
  }

  json document_;
  std::set<std::string> met_;
};

}  // namespace

TEST_CASE("the document and the server know the same routes") {
  const auto document = json::parse(openapi_document("1.2.3"));
  CHECK(document["openapi"] == "3.1.0");
  CHECK(document["info"]["version"] == "1.2.3");
  std::size_t documented = 0;
  for (const auto& [path, methods] : document["paths"].items()) documented += methods.size();
  CHECK(documented == routes().size());
  for (const auto& x : routes()) {
    std::string method{x.method};
    for (auto& c : method) c = static_cast<char>(c - 'A' + 'a');
    INFO(x.path << ' ' << method);
    const auto& paths = document["paths"];
    REQUIRE(paths.contains(std::string{x.path}));
    REQUIRE(paths[std::string{x.path}].contains(method));
    const auto& said = paths[std::string{x.path}][method];
    const auto security = said.value("security", document["security"]);
    CHECK(security.empty() == (x.needs == right::none));
    const auto text = said.value("description", "");
    if (x.needs == right::read) CHECK(text.find("Scope read") != std::string::npos);
    if (x.needs == right::contribute) CHECK(text.find("Scope contribute") != std::string::npos);
  }
}

TEST_CASE("every reference of the document leads somewhere") {
  const auto document = json::parse(openapi_document("1"));
  std::size_t references = 0;
  const std::function<void(const json&)> look = [&](const json& x) {
    if (x.is_object() && x.contains("$ref")) {
      const auto text = x["$ref"].get<std::string>();
      INFO(text);
      CHECK(document.contains(json::json_pointer{text.substr(1)}));
      ++references;
    }
    if (x.is_structured())
      for (const auto& each : x) look(each);
  };
  look(document);
  CHECK(references > 50);
}

TEST_CASE("answers have the fields that the document says, all of them and no others") {
  fake_page page;
  schema_checker checker{page.get("/openapi.json").json()};
  const auto good = [&](const std::string& schema, const test::http_answer& x, int status) {
    INFO(x.body);
    CHECK(x.status == status);
    CHECK(checker.check(schema, x.json()) == "");
    CHECK(x.header("Content-Type") == "application/json; charset=utf-8");
  };
  good("Health", page.get("/healthz", ""), 200);
  good("Verdict", page.post("/messages", R"({"text":"call SOL","author":"Ann"})"), 200);
  good("Verdict", page.post("/messages", R"({"text":"said SOL"})"), 200);
  good("Verdict", page.post("/messages", R"({"text":"hello"})"), 200);
  const char* call =
      R"({"source_id":"1","action":"open","side":"long","ticker":"X","entries":[1]})";
  good("Verdict", page.post("/signals", call), 201);
  page.clock().advance(1);
  good("Verdict", page.post("/signals", call), 200);
  page.world().add_trade(1);
  page.world().add_signal("ETH");
  good("SignalPage", page.get("/signals"), 200);
  good("MessagePage", page.get("/messages"), 200);
  good("SignalWithUpdates", page.get("/signals/1"), 200);
  good("SignalWithUpdates", page.get("/signals/2"), 200);
  good("Accepted", page.post("/tradingview/" + std::string{test::alert_word}, "hi", ""), 202);
  good("Accepted",
       page.post("/tradingview", R"({"secret":")" + std::string{test::alert_word} + "\"}", ""),
       202);
  good("Error", page.get("/signals", ""), 401);
  good("Error", page.get("/signals", giver_token), 403);
  good("Error", page.get("/x"), 404);
  good("Error", page.ask("PUT", "/signals", giver_token), 405);
  good("Error", page.post("/messages", "{}"), 400);
  good("Error", page.post("/messages", std::string(70'000, ' ')), 413);
  test::event_reader events{page.port(), "&after=0"};
  const auto event = events.next();
  CHECK(checker.check("Signal", event.data) == "");
  for (const char* name : {"Health", "Error", "Accepted", "Verdict", "Message", "Trade", "Update",
                           "Signal", "SignalPage", "MessagePage", "SignalWithUpdates"})
    CHECK(checker.unmet(name) == "");
  // A checker that finds nothing wrong with anything would prove nothing.
  auto broken = event.data;
  broken["state"] = "asleep";
  CHECK(checker.check("Signal", broken) != "");
  broken = event.data;
  broken["more"] = 1;
  CHECK(checker.check("Signal", broken) != "");
  broken = event.data;
  broken.erase("ticker");
  CHECK(checker.check("Signal", broken) != "");
}

TEST_CASE("the fields documented for contributions are the ones taken") {
  fake_page page;
  schema_checker checker{page.get("/openapi.json").json()};
  const json message = {{"text", "call SOL"},
                        {"source_id", "1"},
                        {"author", "Ann"},
                        {"channel", "vip"},
                        {"sent_at", "2024-03-08T14:30:00Z"}};
  const auto call = json::parse(R"({
    "source_id": "2", "action": "open", "side": "long", "ticker": "SOL", "quote": "USDT",
    "asset": "crypto", "order": "limit", "venue": "futures", "entries": ["150", 148.5],
    "entry_range": true, "add_at": "147",
    "stop": {"price": "141", "trigger": "candle_close", "timeframe": "4H"},
    "second_stop": {"price": "139"}, "targets": ["160"], "leverage": "5", "isolated_margin": true,
    "size": {"quantity": "3", "percent": "5", "risk_percent": 0.5, "risk_r": "1", "risky": true},
    "option": {"strike": "160", "right": "put", "expiry": "2027-01-15"}, "timeframe": "2H",
    "source": "http:both", "author": "me", "message_time": "2024-03-08T14:30:00Z"})");
  const auto update = json::parse(R"({
    "source_id": "3", "ticker": "SOL", "quote": "USDT", "side": "short", "source": "http:both",
    "author": "me", "message_time": "2024-03-08T14:30:00Z",
    "steps": [{"kind": "move_stop", "target": 1, "all": true, "breakeven": true, "price": "150",
               "percent": "50", "leverage": "3", "factor": "0.5"}]})");
  struct row {
    const char* schema;
    const char* path;
    json body;
  };
  for (const auto& x : {row{"NewMessage", "/messages", message}, row{"NewCall", "/signals", call},
                        row{"NewUpdate", "/signals", update}}) {
    INFO(x.schema);
    CHECK(checker.check(x.schema, x.body) == "");
    CHECK(checker.unmet(x.schema) == "");
    CHECK(page.post(x.path, x.body.dump()).status < 300);
    auto more = x.body;
    more["unheard_of"] = 1;
    CHECK(checker.check(x.schema, more) != "");
    CHECK(page.post(x.path, more.dump()).status == 400);
  }
}
