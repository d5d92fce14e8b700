// Clients that are not who they say, or want what is not theirs: over real sockets, with a good
// client beside them that must not notice.

#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/firebase/auth/home_token.hpp"
#include "tests/adapters/firebase/local/server_fixture.hpp"
#include "tests/adapters/firebase/local/wire_client.hpp"
#include "tests/support/captured_log.hpp"

using Catch::Matchers::Contains;
using json = nlohmann::json;
using outcry::test::captured_log;
using outcry::test::rest_client;
using outcry::test::server_fixture;
using outcry::test::wire_client;

namespace {

namespace auth = outcry::firebase::auth;

std::vector<std::string> bearer(const std::string& token) {
  return {"Authorization: Bearer " + token};
}

/// An operator's token as a page on this machine gets it.
std::string operator_token(const server_fixture& with) {
  rest_client page(with.server.port(), "");
  const auto got = page.ask("POST", "/auth/passcode", "{}", {"Content-Type: application/json"});
  REQUIRE(got.status == 200);
  return json::parse(got.body).at("idToken");
}

outcry::firebase::local::server::options with_our_rules() {
  outcry::firebase::local::server::options opts;
  opts.rules = OUTCRY_DATABASE_RULES;
  opts.signing.web.trust_machine = true;
  return opts;
}

json message() {
  return {{"type", "stop"},
          {"target", {{"type", "ALL"}}},
          {"state", "sent"},
          {"pressedAt", server_fixture::now},
          {"createdAt", {{".sv", "timestamp"}}},
          {"createdBy", "operator"}};
}

}  // namespace

TEST_CASE("wrong, expired and void credentials open nothing, and the log does not tell them") {
  const captured_log log;
  server_fixture with;
  wire_client good(with.server.port(), with.token);
  REQUIRE(good.status("q", {{"p", "/a"}, {"h", ""}}) == "ok");
  CHECK(good.next_push()["b"]["d"].is_null());

  const std::string key = auth::signing_key(with.dir.path()).current();
  const std::int64_t now_s = server_fixture::now / 1000;
  const auto signed_token = [&](std::int64_t expires_s, const std::string& by) {
    return auth::sign_home_token({"no-session", "passcode", now_s - 7200, expires_s}, by);
  };
  const std::string unsigned_token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcGVyYXRvciJ9.";
  struct bad {
    std::string credential;
    const char* status;
  };
  const std::vector<bad> all = {{"wrong", "invalid_token"},
                                {with.token + "x", "invalid_token"},
                                {with.token.substr(1), "invalid_token"},
                                {unsigned_token, "invalid_token"},
                                {signed_token(now_s + 600, "another key"), "invalid_token"},
                                {signed_token(now_s - 3600, key), "expired_token"},
                                {signed_token(now_s + 600, key), "expired_token"},
                                {std::string(30'000, 'x'), "invalid_token"}};
  rest_client rest(with.server.port(), "");
  for (const bad& one : all) {
    CAPTURE(one.credential.substr(0, 200));
    wire_client client(with.server.port());
    for (const char* how : {"auth", "gauth"}) {
      CHECK(client.status(how, {{"cred", one.credential}}) == one.status);
      CHECK(client.status("p", {{"p", "/a"}, {"d", "forged"}}) == "permission_denied");
      CHECK(client.status("q", {{"p", "/a"}, {"h", ""}}) == "permission_denied");
      CHECK(client.status("g", {{"p", "/a"}, {"q", json::object()}}) == "permission_denied");
      CHECK(client.status("o", {{"p", "/a"}, {"d", "forged"}}) == "permission_denied");
    }
    for (const char* method : {"GET", "PUT", "PATCH", "POST", "DELETE"}) {
      CHECK(rest.ask(method, "/a.json", R"({"b":1})", bearer(one.credential)).status == 401);
    }
    CHECK(rest.ask("GET", "/a.json?auth=" + one.credential).status == 401);
    auto stream = bearer(one.credential);
    stream.push_back("Accept: text/event-stream");
    CHECK(rest.ask("GET", "/a.json", {}, stream).status == 401);
  }
  CHECK(with.client.put("/a.json", "\"mine\"").status == 200);
  CHECK(good.next_push()["b"]["d"] == "mine");

  CHECK_THAT(log.text(), Contains("refused 127.0.0.1:") &&
                             Contains("credential that is not known") &&
                             Contains("credential that has expired"));
  CHECK_THAT(log.text(), !Contains(with.token.substr(1)));
  for (const bad& one : all) CHECK(log.text().find(one.credential) == std::string::npos);
}

TEST_CASE("what fills the log is counted instead") {
  const captured_log log;
  server_fixture with;
  rest_client rest(with.server.port(), "");
  for (int i = 0; i < 200; ++i) REQUIRE(rest.get("/a.json?auth=wrong").status == 401);
  CHECK(log.text().size() < 500);
}

TEST_CASE("nobody forges an acknowledgement or writes what only the floor may") {
  const captured_log log;
  server_fixture with(with_our_rules());
  const std::string token = operator_token(with);
  REQUIRE(with.client
              .put("/pubsub-messages/m1.json",
                   R"({"type":"stop","state":"working","createdBy":"operator",
                              "acknowledgement":{"aapl":{"status":"working"}}})")
              .status == 200);
  REQUIRE(with.client.put("/bots/aapl.json", R"({"state":"running"})").status == 200);
  const std::string before = with.client.get("/.json").body;
  wire_client phone(with.server.port(), token);
  wire_client stranger(with.server.port());
  rest_client rest(with.server.port(), "");

  const json done{{"status", "done"}};
  json answered = message();
  answered["acknowledgement"] = {{"aapl", done}};
  const std::vector<std::pair<const char*, json>> writes = {
      {"p", {{"p", "/pubsub-messages/m1/acknowledgement/aapl"}, {"d", done}}},
      {"p", {{"p", "/pubsub-messages/m1/acknowledgement/aapl/status"}, {"d", "done"}}},
      {"p", {{"p", "/pubsub-messages/m1/acknowledgement/goog"}, {"d", done}}},
      {"p", {{"p", "/pubsub-messages/m1/acknowledgement"}, {"d", nullptr}}},
      {"p", {{"p", "/pubsub-messages/m1/state"}, {"d", "done"}}},
      {"p", {{"p", "/pubsub-messages/m1"}, {"d", message()}}},
      {"p", {{"p", "/pubsub-messages/m1"}, {"d", nullptr}}},
      {"p", {{"p", "/pubsub-messages/m2"}, {"d", answered}}},
      {"p", {{"p", "/pubsub-messages"}, {"d", {{"m2", message()}}}}},
      {"p", {{"p", "/"}, {"d", {{"bots", nullptr}}}}},
      {"p", {{"p", "/"}, {"d", nullptr}}},
      {"m", {{"p", "/pubsub-messages/m1"}, {"d", {{"acknowledgement/aapl/status", "done"}}}}},
      {"m", {{"p", "/"}, {"d", {{"pubsub-messages/m3", message()}, {"bots/aapl/state", "x"}}}}},
      {"m",
       {{"p", "/"},
        {"d",
         {{"pubsub-messages/m3", message()},
          {"pubsub-messages/m1/acknowledgement/aapl/status", "done"}}}}},
      {"o", {{"p", "/pubsub-messages/m1/acknowledgement/aapl"}, {"d", done}}},
      {"om", {{"p", "/pubsub-messages/m1"}, {"d", {{"state", "done"}}}}},
      {"p", {{"p", "/bots/aapl/state"}, {"d", "stopped"}}},
      {"p", {{"p", "/floor/heartbeat"}, {"d", 1}}},
      {"p", {{"p", "/tickers/AAPL/price"}, {"d", "1"}}},
      {"p", {{"p", "/message-summaries/m1/state"}, {"d", "done"}}},
      {"p", {{"p", "/performance/aapl"}, {"d", 1}}},
      {"p", {{"p", "/operators/thief"}, {"d", true}}},
      {"p", {{"p", "/operator/heartbeat"}, {"d", 1}}},
      {"p", {{"p", "/anything"}, {"d", 1}}}};
  for (const auto& [action, body] : writes) {
    CAPTURE(action, body.dump());
    CHECK(phone.status(action, body) == "permission_denied");
    CHECK(stranger.status(action, body) == "permission_denied");
    if (*action == 'o') continue;
    const std::string target = body["p"].get<std::string>() + ".json";
    const char* const method = *action == 'm' ? "PATCH" : "PUT";
    CHECK(rest.ask(method, target, body["d"].dump(), bearer(token)).status == 401);
    CHECK(rest.ask(method, target, body["d"].dump()).status == 401);
  }
  CHECK(rest.ask("DELETE", "/pubsub-messages/m1.json", {}, bearer(token)).status == 401);
  CHECK(rest.ask("POST", "/bots.json", "1", bearer(token)).status == 401);
  CHECK(rest.ask("GET", "/operators.json", {}, bearer(token)).status == 401);
  CHECK(with.client.get("/.json").body == before);

  // And what is allowed goes on.
  CHECK(phone.status("p", {{"p", "/pubsub-messages/m4"}, {"d", message()}}) == "ok");
  CHECK(json::parse(with.client.get("/pubsub-messages/m4/createdAt.json").body) ==
        server_fixture::now);
  CHECK_THAT(log.text(), Contains("a write that is not allowed") && !Contains(token));
}

TEST_CASE("who signs out everywhere hears nothing more, on streams and on sockets") {
  server_fixture with(with_our_rules());
  rest_client page(with.server.port(), "");
  const std::vector<std::string> type = {"Content-Type: application/json"};
  const json granted = json::parse(page.ask("POST", "/auth/passcode", "{}", type).body);
  const std::string token = granted.at("idToken");
  outcry::test::raw_client stream(with.server.port());
  stream.send(
      "GET /bots.json HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
      "Authorization: Bearer " +
      token + "\r\n\r\n");
  CHECK_THAT(stream.read_to("data: {\"path\":\"/\",\"data\":null}"), Contains("event: put"));
  wire_client phone(with.server.port(), token);
  REQUIRE(phone.status("q", {{"p", "/bots"}, {"h", ""}}) == "ok");
  CHECK(phone.next_push()["a"] == "d");

  const json everywhere{{"refreshToken", granted.at("refreshToken")}, {"everywhere", true}};
  CHECK(page.ask("POST", "/auth/sign-out", everywhere.dump(), type).status == 200);
  const std::string rest = stream.read_all();
  CHECK_THAT(rest, Contains("auth_revoked") && !Contains("(open)"));
  CHECK(phone.next_push()["a"] == "c");
  const json revoked = phone.next_push();
  CHECK(revoked["a"] == "ac");
  CHECK(revoked["b"]["s"] == "invalid_token");
  with.client.put("/bots.json", "1");
  CHECK(phone.status("g", {{"p", "/bots"}, {"q", json::object()}}) == "permission_denied");
}
