#include "adapters/signal_api/openapi.hpp"

#include <nlohmann/json.hpp>

namespace outcry::signal_api {

namespace {

constexpr const char* paths = R"json({
"/healthz": {"get": {
  "summary": "Whether the server answers", "operationId": "health", "security": [],
  "responses": {"200": {"description": "It does", "content": {"application/json": {
    "schema": {"$ref": "#/components/schemas/Health"}}}}}}},
"/openapi.json": {"get": {
  "summary": "This document", "operationId": "openapi", "security": [{"token": []}],
  "responses": {"200": {"description": "OpenAPI 3.1", "content": {"application/json": {
    "schema": {"type": "object"}}}},
    "default": {"$ref": "#/components/responses/Error"}}}},
"/messages": {
  "post": {
    "summary": "Hand in a message as it was said", "operationId": "postMessage",
    "description": "Scope contribute. The same source_id again is answered with the stored verdict.",
    "requestBody": {"required": true, "content": {"application/json": {
      "schema": {"$ref": "#/components/schemas/NewMessage"}}}},
    "responses": {"200": {"description": "How it was read", "content": {"application/json": {
      "schema": {"$ref": "#/components/schemas/Verdict"}}}},
      "default": {"$ref": "#/components/responses/Error"}}},
  "get": {
    "summary": "Messages with their verdicts", "operationId": "listMessages",
    "description": "Scope read. Newest first; with after, oldest first.",
    "parameters": [
      {"$ref": "#/components/parameters/after"}, {"$ref": "#/components/parameters/source"},
      {"name": "verdict", "in": "query", "schema": {"enum":
        ["signal", "update", "quarantine", "refused", "nothing", "duplicate"]}},
      {"$ref": "#/components/parameters/limit"}],
    "responses": {"200": {"description": "A page", "content": {"application/json": {
      "schema": {"$ref": "#/components/schemas/MessagePage"}}}},
      "default": {"$ref": "#/components/responses/Error"}}}},
"/signals": {
  "post": {
    "summary": "Hand in a call, or an update of one, that is read already",
    "operationId": "postSignal",
    "description": "Scope contribute. A body with steps is an update.",
    "requestBody": {"required": true, "content": {"application/json": {"schema": {"oneOf": [
      {"$ref": "#/components/schemas/NewCall"}, {"$ref": "#/components/schemas/NewUpdate"}]}}}},
    "responses": {
      "201": {"description": "New", "content": {"application/json": {
        "schema": {"$ref": "#/components/schemas/Verdict"}}}},
      "200": {"description": "Known", "content": {"application/json": {
        "schema": {"$ref": "#/components/schemas/Verdict"}}}},
      "default": {"$ref": "#/components/responses/Error"}}},
  "get": {
    "summary": "Signals, as a page or as a stream", "operationId": "listSignals",
    "description": "Scope read. Newest first; with after, oldest first. With Accept: text/event-stream or stream=1 server-sent events: 'signal' for each new one, whose id is the cursor; 'change' when something becomes of one told before; 'update' when something is said about one. The data of signal and change is a Signal, that of update an Update. after or Last-Event-ID resumes behind an id, 0 begins with the first, neither begins now. In a stream before and limit are refused.",
    "parameters": [
      {"$ref": "#/components/parameters/after"},
      {"name": "before", "in": "query", "description": "Ids below this, newest first",
        "schema": {"type": "integer", "minimum": 0}},
      {"$ref": "#/components/parameters/source"},
      {"name": "ticker", "in": "query", "schema": {"type": "string", "maxLength": 32}},
      {"name": "state", "in": "query", "description": "One, or several with commas between",
        "schema": {"type": "string"}},
      {"$ref": "#/components/parameters/limit"},
      {"name": "stream", "in": "query", "schema": {"enum": ["0", "1"]}},
      {"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}}],
    "responses": {"200": {"description": "A page, or a stream", "content": {
      "application/json": {"schema": {"$ref": "#/components/schemas/SignalPage"}},
      "text/event-stream": {"schema": {"type": "string"}}}},
      "default": {"$ref": "#/components/responses/Error"}}}},
"/signals/{id}": {"get": {
  "summary": "One signal and what was said about it", "operationId": "oneSignal",
  "description": "Scope read.",
  "parameters": [{"name": "id", "in": "path", "required": true,
    "schema": {"type": "integer", "minimum": 1}}],
  "responses": {"200": {"description": "The signal", "content": {"application/json": {
    "schema": {"$ref": "#/components/schemas/SignalWithUpdates"}}}},
    "default": {"$ref": "#/components/responses/Error"}}}},
"/tradingview": {"post": {
  "summary": "An alert whose body holds the secret in its field 'secret'",
  "operationId": "alert", "security": [],
  "requestBody": {"required": true, "content": {
    "application/json": {"schema": {"type": "object"}}}},
  "responses": {"202": {"description": "Kept, to be read at once", "content": {
    "application/json": {"schema": {"$ref": "#/components/schemas/Accepted"}}}},
    "default": {"$ref": "#/components/responses/Error"}}}},
"/tradingview/{secret}": {"post": {
  "summary": "An alert", "operationId": "alertWithSecret", "security": [],
  "parameters": [{"name": "secret", "in": "path", "required": true,
    "schema": {"type": "string"}}],
  "requestBody": {"required": true, "content": {
    "application/json": {"schema": {"type": "object"}},
    "text/plain": {"schema": {"type": "string"}}}},
  "responses": {"202": {"description": "Kept, to be read at once", "content": {
    "application/json": {"schema": {"$ref": "#/components/schemas/Accepted"}}}},
    "default": {"$ref": "#/components/responses/Error"}}}}
})json";

constexpr const char* answers = R"json({
"Health": {"type": "object", "additionalProperties": false, "required": ["status"],
  "properties": {"status": {"const": "ok"}}},
"Error": {"type": "object", "additionalProperties": false, "required": ["error"],
  "properties": {"error": {"type": "string", "description": "For people; names the field"}}},
"Accepted": {"type": "object", "additionalProperties": false, "required": ["status", "source_id"],
  "properties": {"status": {"const": "accepted"}, "source_id": {"type": "string"}}},
"Decimal": {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"},
"Time": {"type": ["string", "null"], "format": "date-time"},
"Confidence": {"type": "integer", "minimum": 0, "maximum": 100},
"State": {"enum": ["quarantined", "waiting", "accepted", "entering", "open", "closing", "closed",
  "cancelled", "refused", "declined", "expired", "observed"]},
"Verdict": {"type": "object", "additionalProperties": false,
  "required": ["source", "source_id", "verdict", "rule", "reason", "confidence", "reading",
    "signal_id", "signal", "update"],
  "properties": {
    "source": {"type": "string"}, "source_id": {"type": "string"},
    "verdict": {"enum": ["signal", "update", "quarantine", "refused", "nothing", "duplicate"]},
    "rule": {"type": "string"}, "reason": {"type": "string"},
    "confidence": {"$ref": "#/components/schemas/Confidence"},
    "reading": {"type": ["object", "null"], "description": "All that was read"},
    "signal_id": {"type": ["integer", "null"]},
    "signal": {"oneOf": [{"$ref": "#/components/schemas/Signal"}, {"type": "null"}]},
    "update": {"oneOf": [{"$ref": "#/components/schemas/Update"}, {"type": "null"}]}}},
"Message": {"type": "object", "additionalProperties": false,
  "required": ["id", "source", "source_id", "edited_at", "deleted", "trusted", "author_id",
    "author", "text", "sent_at", "received_at", "reply_to", "contributor", "verdict", "rule",
    "reason", "confidence", "reading"],
  "properties": {
    "id": {"type": "integer"}, "source": {"type": "string"}, "source_id": {"type": "string"},
    "edited_at": {"$ref": "#/components/schemas/Time"}, "deleted": {"type": "boolean"},
    "trusted": {"type": "boolean"}, "author_id": {"type": "string"}, "author": {"type": "string"},
    "text": {"type": "string"}, "sent_at": {"$ref": "#/components/schemas/Time"},
    "received_at": {"$ref": "#/components/schemas/Time"}, "reply_to": {"type": "string"},
    "contributor": {"type": "string"}, "verdict": {"type": "string"}, "rule": {"type": "string"},
    "reason": {"type": "string"}, "confidence": {"$ref": "#/components/schemas/Confidence"},
    "reading": {"type": ["object", "null"]}}},
"Trade": {"type": "object", "additionalProperties": false,
  "required": ["bot_id", "version", "state", "side", "wanted", "entered", "exited", "entry_price",
    "exit_price", "stop", "first_stop", "profit", "reason", "opened_at", "closed_at",
    "updated_at"],
  "properties": {
    "bot_id": {"type": "string"}, "version": {"type": "integer"},
    "state": {"$ref": "#/components/schemas/State"}, "side": {"type": "string"},
    "wanted": {"$ref": "#/components/schemas/Decimal"},
    "entered": {"$ref": "#/components/schemas/Decimal"},
    "exited": {"$ref": "#/components/schemas/Decimal"},
    "entry_price": {"$ref": "#/components/schemas/Decimal"},
    "exit_price": {"$ref": "#/components/schemas/Decimal"},
    "stop": {"$ref": "#/components/schemas/Decimal"},
    "first_stop": {"$ref": "#/components/schemas/Decimal"},
    "profit": {"$ref": "#/components/schemas/Decimal"}, "reason": {"type": "string"},
    "opened_at": {"$ref": "#/components/schemas/Time"},
    "closed_at": {"$ref": "#/components/schemas/Time"},
    "updated_at": {"$ref": "#/components/schemas/Time"}}},
"Update": {"type": "object", "additionalProperties": false,
  "required": ["id", "source", "source_id", "edited_at", "author_id", "ticker", "update",
    "target_source", "target_source_id", "code", "reason", "contributor", "said_at",
    "received_at", "version"],
  "properties": {
    "id": {"type": "integer"}, "source": {"type": "string"}, "source_id": {"type": "string"},
    "edited_at": {"$ref": "#/components/schemas/Time"}, "author_id": {"type": "string"},
    "ticker": {"type": "string"}, "update": {"type": ["object", "null"]},
    "target_source": {"type": "string"}, "target_source_id": {"type": "string"},
    "code": {"type": "string"}, "reason": {"type": "string"}, "contributor": {"type": "string"},
    "said_at": {"$ref": "#/components/schemas/Time"},
    "received_at": {"$ref": "#/components/schemas/Time"}, "version": {"type": "integer"}}},
"SignalPage": {"type": "object", "additionalProperties": false, "required": ["signals", "next"],
  "properties": {"signals": {"type": "array", "items": {"$ref": "#/components/schemas/Signal"}},
    "next": {"type": "integer", "description": "The after of the next page"}}},
"MessagePage": {"type": "object", "additionalProperties": false, "required": ["messages", "next"],
  "properties": {"messages": {"type": "array", "items": {"$ref": "#/components/schemas/Message"}},
    "next": {"type": "integer", "description": "The after of the next page"}}},
"Signal": {"type": "object", "additionalProperties": false,
  "required": ["id", "source", "source_id", "author_id", "author", "ticker", "side", "action",
    "asset", "call", "confidence", "state", "code", "reason", "bot_id", "contributor", "said_at",
    "received_at", "expires_at", "updated_at", "version", "trade"],
  "properties": {
    "id": {"type": "integer"}, "source": {"type": "string"}, "source_id": {"type": "string"},
    "author_id": {"type": "string"}, "author": {"type": "string"}, "ticker": {"type": "string"},
    "side": {"type": "string"}, "action": {"type": "string"}, "asset": {"type": "string"},
    "call": {"type": ["object", "null"], "description": "The call, as Call"},
    "confidence": {"$ref": "#/components/schemas/Confidence"},
    "state": {"$ref": "#/components/schemas/State"}, "code": {"type": "string"},
    "reason": {"type": "string"}, "bot_id": {"type": "string"},
    "contributor": {"type": "string"}, "said_at": {"$ref": "#/components/schemas/Time"},
    "received_at": {"$ref": "#/components/schemas/Time"},
    "expires_at": {"$ref": "#/components/schemas/Time"},
    "updated_at": {"$ref": "#/components/schemas/Time"}, "version": {"type": "integer"},
    "trade": {"oneOf": [{"$ref": "#/components/schemas/Trade"}, {"type": "null"}]}}}
})json";

constexpr const char* contributions = R"json({
"NewMessage": {"type": "object", "additionalProperties": false, "required": ["text"],
  "properties": {
    "text": {"type": "string", "minLength": 1},
    "source_id": {"type": "string", "minLength": 1, "maxLength": 128,
      "description": "Unique among the token's messages; without one each message is new"},
    "author": {"type": "string", "minLength": 1, "maxLength": 128},
    "channel": {"type": "string", "minLength": 1, "maxLength": 126,
      "description": "source_id and author are told apart by it"},
    "sent_at": {"type": "string", "format": "date-time"}}},
"Price": {"oneOf": [{"$ref": "#/components/schemas/Decimal"}, {"type": "number"}],
  "description": "Above 0"},
"Stop": {"type": "object", "additionalProperties": false, "required": ["price"], "properties": {
  "price": {"$ref": "#/components/schemas/Price"}, "trigger": {"enum": ["touch", "candle_close"]},
  "timeframe": {"type": "string", "maxLength": 128}}},
"NewCall": {"type": "object", "additionalProperties": false,
  "required": ["action", "side", "ticker"],
  "description": "entries may be left out only with the order market",
  "properties": {
    "source_id": {"type": "string", "minLength": 1, "maxLength": 128},
    "action": {"enum": ["open", "close"]}, "side": {"enum": ["long", "short"]},
    "ticker": {"type": "string", "maxLength": 32, "description": "In capitals"},
    "quote": {"type": "string", "maxLength": 32},
    "asset": {"enum": ["unknown", "stock", "option", "crypto", "forex", "metal", "future",
      "index"]},
    "order": {"enum": ["unsaid", "market", "limit", "stop"]},
    "venue": {"enum": ["unsaid", "spot", "futures"]},
    "entries": {"type": "array", "maxItems": 16, "items": {"$ref": "#/components/schemas/Price"}},
    "entry_range": {"type": "boolean"}, "add_at": {"$ref": "#/components/schemas/Price"},
    "stop": {"$ref": "#/components/schemas/Stop"},
    "second_stop": {"$ref": "#/components/schemas/Stop"},
    "targets": {"type": "array", "maxItems": 32, "items": {"$ref": "#/components/schemas/Price"}},
    "leverage": {"$ref": "#/components/schemas/Price"}, "isolated_margin": {"type": "boolean"},
    "size": {"type": "object", "additionalProperties": false, "properties": {
      "quantity": {"$ref": "#/components/schemas/Price"},
      "percent": {"$ref": "#/components/schemas/Price"},
      "risk_percent": {"$ref": "#/components/schemas/Price"},
      "risk_r": {"$ref": "#/components/schemas/Price"}, "risky": {"type": "boolean"}}},
    "option": {"type": "object", "additionalProperties": false,
      "required": ["strike", "right", "expiry"], "properties": {
      "strike": {"$ref": "#/components/schemas/Price"}, "right": {"enum": ["call", "put"]},
      "expiry": {"type": "string",
        "pattern": "^([0-9]{4}-)?[0-9]{2}-[0-9]{2}$|^0DTE$"}}},
    "timeframe": {"type": "string", "maxLength": 128},
    "source": {"type": "string", "description": "The token's own, if any"},
    "author": {"type": "string", "maxLength": 128},
    "message_time": {"type": "string", "format": "date-time"}}},
"NewUpdate": {"type": "object", "additionalProperties": false, "required": ["steps"],
  "properties": {
    "source_id": {"type": "string", "minLength": 1, "maxLength": 128},
    "ticker": {"type": "string", "maxLength": 32}, "quote": {"type": "string", "maxLength": 32},
    "side": {"enum": ["long", "short"]},
    "steps": {"type": "array", "minItems": 1, "maxItems": 16, "items": {"type": "object",
      "additionalProperties": false, "required": ["kind"], "properties": {
      "kind": {"enum": ["target_hit", "stop_hit", "filled", "partial_fill", "closed", "close",
        "close_partial", "cancel", "move_stop", "trailing_stop", "stop_rule_changed",
        "set_target", "set_leverage", "scale"]},
      "target": {"type": "integer", "minimum": 1, "maximum": 255}, "all": {"type": "boolean"},
      "breakeven": {"type": "boolean"}, "price": {"$ref": "#/components/schemas/Price"},
      "percent": {"$ref": "#/components/schemas/Price"},
      "leverage": {"$ref": "#/components/schemas/Price"},
      "factor": {"$ref": "#/components/schemas/Price"}}}},
    "source": {"type": "string"}, "author": {"type": "string", "maxLength": 128},
    "message_time": {"type": "string", "format": "date-time"}}}
})json";

constexpr const char* others = R"json({
"parameters": {
  "after": {"name": "after", "in": "query", "description": "Ids above this, oldest first",
    "schema": {"type": "integer", "minimum": 0}},
  "source": {"name": "source", "in": "query", "schema": {"type": "string", "maxLength": 128}},
  "limit": {"name": "limit", "in": "query",
    "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50}}},
"responses": {"Error": {
  "description": "400 a field is wrong; 401 no token, or one not known; 403 a scope is missing, or Host or Origin is not allowed; 404; 405; 413; 429 and 503 with Retry-After; 504",
  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}},
"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}
})json";

}  // namespace

std::string openapi_document(std::string_view version) {
  using nlohmann::json;
  auto components = json::parse(others);
  components["schemas"] = json::parse(answers);
  components["schemas"].update(json::parse(contributions));
  // Not by reference: a Signal has no additional properties.
  auto& schemas = components["schemas"];
  auto whole = schemas["Signal"];
  whole["required"].push_back("updates");
  whole["properties"]["updates"] = {{"type", "array"},
                                    {"items", {{"$ref", "#/components/schemas/Update"}}}};
  schemas["SignalWithUpdates"] = std::move(whole);
  const json document = {
      {"openapi", "3.1.0"},
      {"info", {{"title", "Outcry signals"}, {"version", version.empty() ? "0" : version}}},
      {"security", {{{"token", json::array()}}}},
      {"paths", json::parse(paths)},
      {"components", std::move(components)}};
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace outcry::signal_api
