#include "adapters/firebase/client.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/adapters/firebase/scripted_server.hpp"
#include "tests/support/process.hpp"

using namespace outcry::firebase;
using namespace std::chrono_literals;
using outcry::test::gate;
using outcry::test::scripted_connection;
using outcry::test::scripted_request;
using outcry::test::scripted_server;

namespace {

client_options quick(std::chrono::milliseconds total = 20s) {
  client_options options;
  options.total_timeout = total;
  return options;
}

client make(const scripted_server& server, std::shared_ptr<credentials> identity = nullptr,
            client_options options = quick()) {
  return client(database_url::parse(server.origin() + "?ns=demo"), std::move(identity),
                std::move(options));
}

/// Gives out another token after each `invalidate` that is for the present one.
class counted_tokens : public credentials {
public:
  grant apply(const std::stop_token&) override {
    grant result;
    result.auth = authorization::by_query("secret-" + std::to_string(number));
    return result;
  }
  void invalidate(const authorization& refused) override {
    ++invalidated;
    if (refused.secret == "secret-" + std::to_string(number) && renewable) ++number;
  }
  std::atomic<int> number{1};
  std::atomic<int> invalidated{0};
  bool renewable = true;
};

}  // namespace

TEST_CASE("each verb sends exactly its request, on one connection kept alive") {
  scripted_server server;
  auto db = make(server, static_token("t0k/n"));
  const std::string end = "ns=demo&auth=t0k%2Fn";

  server.then(200, R"({"a":1})", {"Date: Tue, 08 Oct 2013 13:30:00 GMT"});
  auto r = db.get("/tickers/BRK%2EB/price");
  CHECK(r.kind == outcome::ok);
  CHECK(r.http_status == 200);
  CHECK(r.body == R"({"a":1})");
  CHECK(r.error.empty());
  CHECK(r.server_date_ms == 1381239000000);

  query sent;
  sent.order_by = "state";
  sent.equal_to = json_string("sent");
  server.then(200, "null");
  CHECK(db.get("/pubsub-messages", sent));
  server.then(204);
  r = db.put("/a b", R"({"x":"é"})");
  CHECK(r);
  CHECK(r.body.empty());
  server.then(204);
  CHECK(db.patch("/", R"({"a/b":1,"c/d":null})"));
  server.then(200, R"({"name":"-Nabc"})");
  CHECK(db.post("/list", "5").name == "-Nabc");
  server.then(204);
  CHECK(db.remove("/a"));
  server.then(200, "7", {"ETag: e1"});
  r = db.get_with_etag("/v");
  CHECK(r.etag == "e1");
  CHECK_FALSE(r.server_date_ms);
  server.then(200, "8");
  CHECK(db.put_if_match("/v", "8", "e1"));
  server.then(200, "9");
  CHECK(db.put_if_match("/n", "9", null_etag));
  server.then(200, "null");
  CHECK(db.remove_if_match("/v", "e2"));

  const auto seen = server.requests(10);
  REQUIRE(seen.size() == 10);
  auto line = [&](std::size_t i) { return seen[i].method + " " + seen[i].target; };
  CHECK(line(0) == "GET /tickers/BRK%252EB/price.json?" + end);
  CHECK(line(1) == "GET /pubsub-messages.json?orderBy=%22state%22&equalTo=%22sent%22&" + end);
  CHECK(line(2) == "PUT /a%20b.json?print=silent&" + end);
  CHECK(seen[2].body == R"({"x":"é"})");
  CHECK(seen[2].header("Content-Type") == "application/json");
  CHECK(seen[2].header("Expect").empty());
  CHECK(line(3) == "PATCH /.json?print=silent&" + end);
  CHECK(seen[3].body == R"({"a/b":1,"c/d":null})");
  CHECK(line(4) == "POST /list.json?" + end);
  CHECK(seen[4].body == "5");
  CHECK(line(5) == "DELETE /a.json?print=silent&" + end);
  CHECK(line(6) == "GET /v.json?" + end);
  CHECK(seen[6].header("X-Firebase-ETag") == "true");
  CHECK(line(7) == "PUT /v.json?" + end);
  CHECK(seen[7].header("if-match") == "e1");
  CHECK(seen[8].header("if-match") == "null_etag");
  CHECK(line(9) == "DELETE /v.json?" + end);
  CHECK(seen[9].header("if-match") == "e2");
  for (const auto& request : seen) {
    CHECK(request.header("Authorization").empty());
    CHECK(request.header("Host") == "127.0.0.1:" + std::to_string(server.port()));
  }
  // A post asks for a connection of its own, so that libcurl never repeats it.
  CHECK(server.accepted() == 2);
}

TEST_CASE("a body over a megabyte arrives whole") {
  scripted_server server;
  auto db = make(server);
  const std::string big = "\"" + std::string(3'000'000, 'x') + "\"";
  server.then(204);
  CHECK(db.put("/big", big));
  CHECK(server.requests(1).at(0).body == big);
}

TEST_CASE("each kind of answer has its outcome") {
  scripted_server server;
  auto db = make(server);
  struct sample {
    int status;
    outcome kind;
  };
  for (const auto& [status, kind] :
       {sample{200, outcome::ok}, sample{204, outcome::ok}, sample{400, outcome::refused},
        sample{401, outcome::unauthorized}, sample{403, outcome::unauthorized},
        sample{404, outcome::retry_later}, sample{408, outcome::retry_later},
        sample{413, outcome::refused}, sample{423, outcome::retry_later},
        sample{429, outcome::retry_later}, sample{500, outcome::retry_later},
        sample{503, outcome::retry_later}, sample{304, outcome::unreachable}}) {
    CAPTURE(status);
    server.then(status, status == 204 || status == 304 ? "" : R"({"error":"why\nso"})");
    const auto r = db.put("/a", "1");
    CHECK(to_string(r.kind) == std::string(to_string(kind)));
    CHECK(r.http_status == status);
    CHECK_FALSE(r.may_have_happened);
    CHECK(r.error.empty() == (kind == outcome::ok));
    if (status >= 400) CHECK(r.error == "PUT /a: HTTP " + std::to_string(status) + ": why so");
  }
}

TEST_CASE("a failed precondition brings the present value and its etag") {
  scripted_server server;
  auto db = make(server);
  server.then(412, R"({"x":1})", {"etag: now"});
  const auto r = db.put_if_match("/v", "2", "then");
  CHECK(r.kind == outcome::precondition_failed);
  CHECK(r.etag == "now");
  CHECK(r.body == R"({"x":1})");
}

TEST_CASE("Retry-After is understood as seconds and as a date") {
  scripted_server server;
  auto options = quick();
  options.now = [] { return std::chrono::system_clock::from_time_t(1381239000); };
  auto db = make(server, nullptr, options);
  auto wait = [&](std::vector<std::string> headers) {
    server.then(429, "", std::move(headers));
    return db.get("/a").retry_after;
  };
  CHECK(wait({"Retry-After: 7"}) == 7s);
  // The server's own Date counts, not this machine's clock.
  CHECK(wait({"Date: Tue, 08 Oct 2013 20:00:00 GMT",
              "Retry-After: Tue, 08 Oct 2013 20:02:00 GMT"}) == 120s);
  CHECK(wait({"Retry-After: Tue, 08 Oct 2013 13:30:30 GMT"}) == 30s);
  CHECK(wait({"Retry-After: Tue, 08 Oct 2013 13:00:00 GMT"}) == 0s);
  CHECK(wait({"Retry-After: 99999999999999999999"}) == 3600s);
  CHECK_FALSE(wait({"Retry-After: soon"}));
  CHECK_FALSE(wait({"Retry-After: -5"}));
  CHECK_FALSE(wait({}));
}

TEST_CASE("401 renews the credentials once and repeats the request") {
  scripted_server server;
  auto tokens = std::make_shared<counted_tokens>();
  auto db = make(server, tokens);
  server.then(401, R"({"error":"Auth token is expired"})");
  server.then(204);
  CHECK(db.put("/a", "1"));
  auto seen = server.requests(2);
  CHECK_THAT(seen.at(0).target, Catch::EndsWith("auth=secret-1"));
  CHECK_THAT(seen.at(1).target, Catch::EndsWith("auth=secret-2"));
  CHECK(seen.at(1).body == "1");

  server.then(401, R"({"error":"Permission denied for secret-2"})");
  server.then(401, R"({"error":"Permission denied for secret-3"})");
  const auto r = db.put("/a", "1");
  CHECK(r.kind == outcome::unauthorized);
  CHECK(r.error == "PUT /a: HTTP 401: Permission denied for ***");
  CHECK(server.requests(4).size() == 4);
  CHECK(tokens->invalidated == 2);

  tokens->renewable = false;
  server.then(401);
  CHECK(db.get("/a").kind == outcome::unauthorized);
  server.then(200, "1");
  CHECK(db.get("/a"));  // the first 401 was not repeated
  CHECK(server.requests(6).size() == 6);
}

TEST_CASE("nobody listens: unreachable, and nothing can have happened") {
  const auto port = outcry::test::free_port();
  client db(database_url::parse("http://127.0.0.1:" + std::to_string(port)), static_token("hush"),
            quick());
  const auto r = db.put("/a", "1");
  CHECK(r.kind == outcome::unreachable);
  CHECK(r.http_status == 0);
  CHECK_FALSE(r.may_have_happened);
  CHECK_THAT(r.error, Catch::StartsWith("PUT /a: ") && !Catch::Contains("hush"));
}

TEST_CASE("a server that never answers: timed out, it may have happened") {
  scripted_server server;
  auto db = make(server, static_token("hush"), quick(500ms));
  server.then([](scripted_connection& c, const scripted_request&) { c.hang(); });
  const auto r = db.put("/a", "1");
  CHECK(r.kind == outcome::timed_out);
  CHECK(r.may_have_happened);
  CHECK_THAT(r.error, !Catch::Contains("hush"));
  CHECK(server.all_closed());
}

TEST_CASE("an answer that is cut off: unreachable, it may have happened") {
  scripted_server server;
  auto db = make(server);
  server.then([](scripted_connection& c, const scripted_request&) {
    c.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":");
    c.cut();
  });
  const auto r = db.get("/a");
  CHECK(r.kind == outcome::unreachable);
  CHECK(r.may_have_happened);
  CHECK_THAT(r.error, Catch::Contains("connection lost"));
  server.then(200, "1");
  CHECK(db.get("/a").body == "1");
}

TEST_CASE("an answer over the limit is refused without being kept") {
  scripted_server server;
  auto options = quick();
  options.max_response_bytes = 1000;
  auto db = make(server, nullptr, options);
  server.then(200, std::string(1000, '1'));
  CHECK(db.get("/a").body.size() == 1000);
  server.then(200, std::string(1001, '1'));
  const auto r = db.get("/a");
  CHECK(r.kind == outcome::refused);
  CHECK(r.body.size() <= 1000);
  CHECK_THAT(r.error, Catch::Contains("more than 1000 bytes"));
}

TEST_CASE("what cannot be sent is refused before anything is sent") {
  scripted_server server;
  auto db = make(server);
  auto refused = [](const reply& r) { return r.kind == outcome::refused && r.http_status == 0; };
  CHECK(refused(db.get("/a/b#c")));
  CHECK(refused(db.put("/a\nb", "1")));
  query q;
  q.limit_to_last = 1;
  CHECK(refused(db.get("/a", q)));
  CHECK(refused(db.put_if_match("/a", "1", "x\r\nEvil: 1")));
  CHECK(refused(db.put_if_match("/a", "1", "")));
  CHECK(server.accepted() == 0);
}

TEST_CASE("abort ends the running request and all later ones until resume") {
  scripted_server server;
  auto db = make(server);
  gate arrived;
  server.then([&](scripted_connection& c, const scripted_request&) {
    arrived.open();
    c.hang();
  });
  std::thread other([&] {
    arrived.wait();
    db.abort();
  });
  CHECK(db.get("/a").kind == outcome::aborted);
  other.join();
  CHECK(server.all_closed());
  CHECK(db.put("/a", "1").kind == outcome::aborted);
  CHECK(server.requests(1).size() == 1);
  db.resume();
  server.then(200, "1");
  CHECK(db.get("/a"));
}

TEST_CASE("a post whose answer is lost is not repeated, and is known to be in doubt") {
  scripted_server server;
  auto db = make(server);
  server.then(200, "1");
  CHECK(db.get("/a"));
  server.then([](scripted_connection& c, const scripted_request&) { c.cut(); });
  const auto r = db.post("/list", "1");
  CHECK(r.kind == outcome::unreachable);
  CHECK(r.may_have_happened);
  CHECK(server.requests(2).size() == 2);
  server.then(200, "{}");
  CHECK(db.post("/list", "1").kind == outcome::unreachable);
}

TEST_CASE("a long secret that the server quotes is not in the error, not even a part of it") {
  scripted_server server;
  const std::string secret(900, 's');
  auto db = make(server, static_token(secret));
  server.then(400, R"({"error":"bad token )" + secret + R"("})");
  CHECK(db.get("/a").error == "GET /a: HTTP 400: bad token ***");
  server.then(400, "bad token " + secret);
  CHECK(db.get("/a").error == "GET /a: HTTP 400: bad token ***");
}
