#include "adapters/signal_api/bridge.hpp"

#include <thread>

#include <caf/scoped_actor.hpp>
#include <catch2/catch.hpp>

#include "tests/adapters/signal_api/fake_page.hpp"

using namespace outcry;
using namespace outcry::signal_api;
using nlohmann::json;
using test::both_token;
using test::fake_page;
using test::giver_token;
using test::reader_token;
using mood = test::page_world::mood;

TEST_CASE("health needs no token, and without any token nothing else is served") {
  fake_page page{[](bridge_options& x) {
    x.tokens.clear();
    x.tradingview.clear();
  }};
  CHECK(page.get("/healthz", "").json() == json{{"status", "ok"}});
  for (const char* path : {"/messages", "/signals", "/signals/1", "/openapi.json", "/", "/x"}) {
    CHECK(page.get(path, "").status == 401);
    CHECK(page.get(path, both_token).status == 401);
  }
  CHECK(page.post("/messages", R"({"text":"call SOL"})").status == 401);
  CHECK(page.post("/tradingview/" + std::string{test::alert_word}, "x", "").status == 404);
  CHECK(page.world().asked().empty());
}

TEST_CASE("a token opens what its scopes say, and nothing else") {
  fake_page page;
  const auto nobody = page.get("/signals", "");
  CHECK(nobody.status == 401);
  CHECK(nobody.header("WWW-Authenticate") == "Bearer realm=\"outcry\"");
  const auto stranger = page.get("/signals", "wrong-token-0123456789");
  CHECK(stranger.status == 401);
  CHECK(stranger.error().find("0123456789") == std::string::npos);
  CHECK(page.get("/signals", reader_token).status == 200);
  CHECK(page.get("/messages", reader_token).status == 200);
  CHECK(page.get("/openapi.json", giver_token).status == 200);
  const auto reader = page.post("/messages", R"({"text":"call SOL"})", reader_token);
  CHECK(reader.status == 403);
  CHECK(reader.header("WWW-Authenticate") ==
        "Bearer realm=\"outcry\", error=\"insufficient_scope\", scope=\"contribute\"");
  for (const char* path : {"/signals", "/messages", "/signals/1", "/signals?stream=1"})
    CHECK(page.get(path, giver_token).status == 403);
  CHECK(page.post("/messages", R"({"text":"hi"})", giver_token).status == 200);
  // Another scheme, or the token elsewhere, is none.
  CHECK(page.ask("GET", "/signals", "", {},
                 "Authorization: Basic " + std::string{reader_token} + "\r\n")
            .status == 401);
  CHECK(page.get("/signals?token=" + std::string{reader_token}, "").status == 401);
}

TEST_CASE("a message is answered with the desk's verdict") {
  fake_page page;
  const auto x = page.post("/messages",
                           R"({"text":"call SOL","source_id":"m1","author":"Ann B",)"
                           R"("sent_at":"2024-03-08T14:29:00Z"})",
                           giver_token);
  REQUIRE(x.status == 200);
  const auto body = x.json();
  CHECK(body["verdict"] == "signal");
  CHECK(body["rule"] == "by-levels");
  CHECK(body["reason"] == "a whole call");
  CHECK(body["confidence"] == 95);
  CHECK(body["reading"] == json{{"verdict", "signal"}});
  CHECK(body["signal_id"] == 1);
  CHECK(body["signal"]["ticker"] == "SOL");
  CHECK(body["signal"]["call"]["entries"] == json{"150"});
  CHECK(body["source"] == "http:giver");
  CHECK(body["source_id"] == "m1");
  const auto asked = page.world().asked();
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].source == "http:giver");
  CHECK(asked[0].author == "Ann B");
  CHECK(asked[0].author_id == "Ann B");
  CHECK(asked[0].contributor == "giver");
  CHECK(asked[0].trusted);
  CHECK(asked[0].sent_ns == test::manual_clock::start - 60 * ns_per_s);
  CHECK(asked[0].received_ns == test::manual_clock::start);

  // The same again changes nothing; another token's is another.
  page.clock().advance(ns_per_s);
  CHECK(page.post("/messages", R"({"text":"other","source_id":"m1"})", giver_token).json() == body);
  CHECK(page.post("/messages", R"({"text":"call SOL","source_id":"m1"})").json()["signal_id"] == 2);
}

TEST_CASE("a message without a source_id gets one, which is told") {
  fake_page page;
  const auto first = page.post("/messages", R"({"text":"hi"})").json();
  const auto second = page.post("/messages", R"({"text":"hi"})").json();
  CHECK(first["source_id"].get<std::string>().size() == 32);
  CHECK(first["source_id"] != second["source_id"]);
  CHECK(first["verdict"] == "nothing");
  CHECK(first["signal_id"].is_null());
  CHECK(first["signal"].is_null());
}

TEST_CASE("a call that is read already is new once") {
  fake_page page;
  const char* call = R"({"source_id":"c1","action":"open","side":"long","ticker":"SOL",)"
                     R"("entries":[150],"stop":{"price":"141"},"targets":["160"]})";
  const auto first = page.post("/signals", call);
  CHECK(first.status == 201);
  CHECK(first.json()["signal_id"] == 1);
  page.clock().advance(1);
  const auto again = page.post("/signals", call);
  CHECK(again.status == 200);
  CHECK(again.json() == first.json());
  page.world().set_store(mood::is_down);
  const auto without = page.post("/signals", call);
  CHECK(without.status == 200);
  CHECK(without.json()["verdict"] == "signal");
  CHECK(without.json()["signal"].is_null());
  page.world().set_store(mood::answers);
  const auto update =
      page.post("/signals",
                R"({"source_id":"u1","ticker":"SOL","steps":[{"kind":"move_stop","price":150}]})");
  CHECK(update.status == 201);
  CHECK(update.json()["update"]["code"] == "applied");
  page.clock().advance(1);
  CHECK(page.post("/signals", R"({"source_id":"u1","steps":[{"kind":"cancel"}]})").status == 200);

  const auto given = page.world().contributed();
  REQUIRE(given.size() == 5);
  CHECK(given[0].source == "http:both");
  CHECK(given[0].source_id == "c1");
  CHECK(given[0].contributor == "both");
  CHECK(given[0].update.empty());
  CHECK_FALSE(given[0].shared);
  const auto signal = json::parse(given[0].signal);
  CHECK(signal["source"] == "http:both");
  CHECK(signal["entries"] == json{"150"});
  CHECK_FALSE(signal.contains("source_id"));
  CHECK(given[3].signal.empty());
  CHECK(json::parse(given[3].update)["steps"][0]["price"] == "150");
}

TEST_CASE("pages of signals and messages, with cursors") {
  fake_page page;
  for (int i = 1; i <= 5; ++i)
    page.post("/messages", R"({"text":"call )" + std::string(i == 4 ? "ETH" : "SOL") + "\"}");
  page.post("/messages", R"({"text":"hello"})", giver_token);
  page.world().change(2, signal_state::closed);
  const auto ids = [&](const std::string& query) {
    const auto x = page.get("/signals" + query).json();
    std::string result;
    for (const auto& each : x["signals"]) result += std::to_string(each["id"].get<int>()) + ' ';
    return result + "next " + std::to_string(x["next"].get<int>());
  };
  CHECK(ids("") == "5 4 3 2 1 next 5");
  CHECK(ids("?limit=2") == "5 4 next 5");
  CHECK(ids("?after=2&limit=2") == "3 4 next 4");
  CHECK(ids("?after=5") == "next 5");
  CHECK(ids("?before=3") == "2 1 next 2");
  CHECK(ids("?ticker=eth") == "4 next 4");
  CHECK(ids("?state=closed,open") == "2 next 2");
  CHECK(ids("?source=http:giver") == "next 0");
  const auto messages = page.get("/messages?after=4").json();
  REQUIRE(messages["messages"].size() == 2);
  CHECK(messages["messages"][1]["text"] == "hello");
  CHECK(messages["messages"][1]["source"] == "http:giver");
  CHECK(messages["next"] == 6);
  CHECK(page.get("/messages?verdict=nothing").json()["messages"].size() == 1);
  CHECK(page.get("/messages?source=http%3Agiver").json()["messages"].size() == 1);
}

TEST_CASE("one signal with what was said about it and its trade") {
  fake_page page;
  page.post("/messages", R"({"text":"call SOL"})");
  page.post("/messages", R"({"text":"call ETH"})");
  page.post("/messages", R"({"text":"said SOL"})");
  page.world().add_trade(1);
  const auto x = page.get("/signals/1").json();
  CHECK(x["id"] == 1);
  CHECK(x["state"] == "open");
  CHECK(x["trade"]["entry_price"] == "150.25");
  CHECK(x["trade"]["closed_at"].is_null());
  REQUIRE(x["updates"].size() == 1);
  CHECK(x["updates"][0]["update"]["steps"][0]["kind"] == "cancel");
  CHECK(page.get("/signals/2").json()["trade"].is_null());
  for (const char* path : {"/signals/3", "/signals/0", "/signals/-1", "/signals/x",
                           "/signals/9223372036854775807", "/signals/99999999999999999999"})
    CHECK(page.get(path).status == 404);
}

TEST_CASE("what is wrong with a request is said in words") {
  fake_page page;
  const auto why = [&](const std::string& body, const char* path = "/messages") {
    const auto x = page.post(path, body);
    return std::to_string(x.status) + ' ' + x.error();
  };
  CHECK(why(R"({"text":7})") == "400 text: expected a text, found 7");
  CHECK(why(R"({"txt":"x"})").starts_with("400 txt: expected no field of this name"));
  CHECK(why(R"({"text":""})").starts_with("400 text:"));
  CHECK(why(R"({"text":"a\u0000b"})").starts_with("400 text:"));
  CHECK(why(R"({"text":"x","source_id":"a b"})").starts_with("400 source_id:"));
  CHECK(why(R"({"text":"x","source_id":")" + std::string(129, 'i') + "\"}")
            .starts_with("400 source_id:"));
  CHECK(why(R"({"text":"x","author":"a\nb"})").starts_with("400 author:"));
  CHECK(why(R"({"text":"x","sent_at":"now"})").starts_with("400 sent_at:"));
  CHECK(why(R"({"text":"x","channel":")" + std::string(126, 'c') + R"(","source_id":"ab"})")
            .starts_with("400 channel:"));
  CHECK(why("{").starts_with("400 expected"));
  CHECK(why("").starts_with("400 expected"));
  CHECK(why("[]").starts_with("400 expected"));
  CHECK(why(R"({"action":"open","side":"long","ticker":"SOL","entries":["150"],)"
            R"("targets":["160","170","-1"]})",
            "/signals")
            .starts_with("400 targets[2]: expected a decimal number above 0"));
  CHECK(why(R"({"action":"open","side":"long","ticker":"X","order":"market","source":"discord:1"})",
            "/signals")
            .starts_with("400 source:"));
  CHECK(why(R"({"steps":[]})", "/signals").starts_with("400 steps:"));

  const auto refused = [&](const char* path) {
    const auto x = page.get(path);
    return std::to_string(x.status) + ' ' + x.error();
  };
  CHECK(refused("/signals?limit=0") == "400 limit: expected a whole number of 1 to 1000, found 0");
  CHECK(refused("/signals?limit=1001").starts_with("400 limit:"));
  CHECK(refused("/signals?after=-1").starts_with("400 after:"));
  CHECK(refused("/signals?after=1x").starts_with("400 after:"));
  CHECK(refused("/signals?after=1&before=2").starts_with("400 before:"));
  CHECK(refused("/signals?state=open,sleepy") ==
        "400 state: expected states of a signal with commas between, found sleepy");
  CHECK(refused("/signals?state=").starts_with("400 state:"));
  CHECK(refused("/signals?ticker=a%20b").starts_with("400 ticker:"));
  CHECK(refused("/signals?source=").starts_with("400 source:"));
  CHECK(refused("/signals?tikcer=A").starts_with("400 tikcer:"));
  CHECK(refused("/signals?limit=1&limit=2").starts_with("400 limit:"));
  CHECK(refused("/signals?stream=2").starts_with("400 stream:"));
  CHECK(refused("/signals?stream=1&limit=5").starts_with("400 limit:"));
  CHECK(refused("/messages?verdict=maybe").starts_with("400 verdict:"));
  CHECK(refused("/messages?ticker=A").starts_with("400 ticker:"));
  CHECK(page.ask("GET", "/signals?stream=1", both_token, {}, "Last-Event-ID: x\r\n").error() ==
        "Last-Event-ID: expected the id of an event, found x");
  CHECK(page.world().asked().empty());
}

TEST_CASE("paths and methods that are not there") {
  fake_page page;
  for (const char* path : {"/", "/signal", "/signals/", "/signals/1/2", "/messages/1", "/healthz/",
                           "/signals%2F1", "/openapi"})
    CHECK(page.get(path).status == 404);
  const auto put = page.ask("PUT", "/signals", both_token, "{}");
  CHECK(put.status == 405);
  CHECK(put.header("Allow") == "POST, GET");
  CHECK(page.ask("DELETE", "/signals/1", both_token).header("Allow") == "GET");
  CHECK(page.ask("DELETE", "/healthz", both_token).status == 405);
  CHECK(page.ask("GET", "/tradingview/x", both_token).header("Allow") == "POST");
  // A HEAD has a header and no body.
  const auto head = page.ask("HEAD", "/signals", both_token);
  CHECK(head.status == 200);
  CHECK(head.body.empty());
  CHECK(page.ask("HEAD", "/signals?stream=1", both_token).status == 400);
}

TEST_CASE("a body that is too large, a host and an origin that are not ours") {
  fake_page page;
  const auto large = page.post("/messages", R"({"text":")" + std::string(65'536, 'x') + "\"}");
  CHECK(large.status == 413);
  CHECK(large.error().find("65536") != std::string::npos);
  CHECK(page.post("/messages", R"({"text":")" + std::string(65'000, 'x') + "\"}").status == 200);
  CHECK(
      page.ask("GET", "/signals", both_token, {}, "Origin: https://elsewhere.example\r\n").status ==
      403);
  const auto near = page.ask("GET", "/signals", both_token, {}, "Origin: http://localhost:9\r\n");
  CHECK(near.status == 200);
  CHECK(near.header("Access-Control-Allow-Origin") == "http://localhost:9");
  test::raw_client wire{page.port()};
  wire.send("GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
  CHECK(wire.read_all().find(" 403 ") != std::string::npos);
}

TEST_CASE("rates are kept per token and per address") {
  fake_page page{[](bridge_options& x) {
    x.limits.per_token = {60, 3, 10};
    x.limits.per_peer = {60, 10, 10};
  }};
  for (int i = 0; i < 3; ++i) CHECK(page.get("/signals", reader_token).status == 200);
  const auto much = page.get("/signals", reader_token);
  CHECK(much.status == 429);
  CHECK(much.header("Retry-After") == "1");
  CHECK(much.error() == "Too many requests from this token; try again in 1 s");
  CHECK(page.get("/signals", both_token).status == 200);
  page.clock().advance(ns_per_s);
  CHECK(page.get("/signals", reader_token).status == 200);
  // Guessing tokens is paid for by the address.
  for (int i = 0; i < 5; ++i) CHECK(page.get("/signals", "guess").status == 401);
  CHECK(page.get("/signals", "guess").status == 429);
  CHECK(page.get("/signals", both_token).status == 429);
  CHECK(page.get("/healthz", "").status == 200);
}

TEST_CASE("no more requests wait for the floor than allowed, each token with its share") {
  fake_page page{[](bridge_options& x) {
    x.limits.outstanding = 3;
    x.limits.outstanding_per_token = 2;
  }};
  page.world().set_desk(mood::holds);
  std::vector<std::thread> waiting;
  std::vector<int> status(3);
  const auto ask = [&](std::size_t i, const char* token) {
    waiting.emplace_back(
        [&, i, token] { status[i] = page.post("/messages", R"({"text":"hi"})", token).status; });
    CHECK(page.world().wait_for_questions(i + 1));
  };
  ask(0, giver_token);
  ask(1, giver_token);
  const auto third = page.post("/messages", R"({"text":"hi"})", giver_token);
  CHECK(third.status == 503);
  CHECK(third.header("Retry-After") == "1");
  ask(2, both_token);
  CHECK(page.get("/signals", both_token).status == 503);
  page.release();
  for (auto& x : waiting) x.join();
  CHECK(status == std::vector{200, 200, 200});
  page.world().set_desk(mood::answers);
  CHECK(page.get("/signals", both_token).status == 200);
}

TEST_CASE("a desk or store that does not answer is a refusal in words") {
  fake_page page{
      [](bridge_options& x) { x.desk_limit = caf::duration{std::chrono::milliseconds(20)}; }};
  const char* text = R"({"text":"hi"})";
  page.world().set_desk(mood::holds);
  CHECK(page.post("/messages", text).status == 504);
  page.world().set_desk(mood::is_full);
  const auto full = page.post("/messages", text);
  CHECK(full.status == 503);
  CHECK(full.error() == "The signal desk has too much to do; try later");
  CHECK(full.header("Retry-After") == "1");
  page.world().set_desk(mood::is_down);
  CHECK(page.post("/messages", text).error() == "The signal desk cannot be asked now; try later");
  page.world().set_desk(mood::refuses);
  const auto refused = page.post("/messages", text);
  CHECK(refused.status == 400);
  CHECK(refused.error() == "text: too strange");
  page.world().set_store(mood::is_down);
  for (const char* path : {"/signals", "/messages", "/signals/1"})
    CHECK(page.get(path).error() == "The signal store cannot be asked now; try later");
}

TEST_CASE("who waits when the bridge ends is told so, or sees the connection end") {
  fake_page page;
  page.world().set_desk(mood::holds);
  int status = -1;
  std::thread waiting{[&] { status = page.post("/messages", R"({"text":"hi"})").status; }};
  CHECK(page.world().wait_for_questions(1));
  page.stop();
  waiting.join();
  CHECK((status == 503 || status == 0));
}

TEST_CASE("a bridge that cannot open its port, or has a bad token, ends and says why") {
  fake_page page;
  caf::actor_system_config config;
  caf::actor_system system{config};
  const auto why = [&](bridge_options x) {
    auto handle = system.spawn(bridge, std::move(x));
    caf::scoped_actor self{system};
    std::string text;
    self->monitor(handle);
    self->receive([&](const caf::down_msg& down) { text = caf::to_string(down.reason); });
    return text;
  };
  bridge_options taken;
  taken.port = page.port();
  CHECK(why(taken).find(std::to_string(page.port())) != std::string::npos);
  bridge_options short_token;
  short_token.tokens = {{"me", true, false, "hunter2", {}}};
  const auto text = why(short_token);
  CHECK(text.find("token \\\"me\\\"") != std::string::npos);
  CHECK(text.find("hunter2") == std::string::npos);
}
