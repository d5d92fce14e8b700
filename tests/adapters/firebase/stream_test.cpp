#include "adapters/firebase/stream.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/adapters/firebase/scripted_server.hpp"

using namespace outcry::firebase;
using namespace std::chrono_literals;
using outcry::test::gate;
using outcry::test::scripted_connection;
using outcry::test::scripted_request;
using outcry::test::scripted_server;
using lines = std::vector<std::string>;

namespace {

/// Gives out another token after each `invalidate`.
class stream_tokens : public credentials {
public:
  grant apply(const std::stop_token&) override {
    grant result;
    result.auth = authorization::by_query("secret-" + std::to_string(number));
    return result;
  }
  void invalidate(const authorization& refused) override {
    if (refused.secret == "secret-" + std::to_string(number)) ++number;
  }
  std::atomic<int> number{1};
};

/// A server, and everything a stream said, in order; waits of the stream are noted, not waited.
struct stream_fixture {
  stream_fixture() {
    options.path = "/q";
    options.on_event = [this](const stream_event& e) {
      note((e.what == stream_event::kind::put ? "put " : "patch ") + std::string(e.path) + " " +
           std::string(e.data));
    };
    options.on_state = [this](const stream_status& s) {
      note(to_string(s.state));
      std::lock_guard lock(mutex);
      reasons.push_back(s.reason);
    };
    options.wait = [this](std::chrono::milliseconds d, const std::stop_token&) {
      note("wait " + std::to_string(d.count()));
    };
    options.random = [] { return 0.5; };
    options.now = [] { return std::chrono::steady_clock::time_point(1h); };
  }

  stream make(std::shared_ptr<credentials> identity = nullptr) {
    return stream(database_url::parse(server.origin() + "?ns=demo"), std::move(identity), options);
  }

  void note(std::string line) {
    std::lock_guard lock(mutex);
    said.push_back(std::move(line));
    changed.notify_all();
  }

  /// The first `count` lines, once they are there.
  lines heard(std::size_t wanted) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, 20s, [&] { return said.size() >= wanted; });
    return {said.begin(),
            said.begin() + static_cast<std::ptrdiff_t>(std::min(wanted, said.size()))};
  }

  /// How many lines there are; final once the stream is stopped.
  std::size_t count() {
    std::lock_guard lock(mutex);
    return said.size();
  }

  std::string reason(std::size_t index) {
    std::lock_guard lock(mutex);
    return reasons.at(index);
  }

  /// One connection that streams `text` and then ends.
  void script_stream(std::string text) {
    server.then([text = std::move(text)](scripted_connection& c, const scripted_request&) {
      c.open_stream();
      c.send(text);
      c.cut();
    });
  }

  void script_stream_that_stays(std::string text) {
    server.then([text = std::move(text)](scripted_connection& c, const scripted_request&) {
      c.open_stream();
      c.send(text);
      c.hang();
    });
  }

  std::mutex mutex;
  std::condition_variable changed;
  lines said;
  lines reasons;
  scripted_server server;
  stream_options options;
};

const std::string whole = "event: put\ndata: {\"path\":\"/\",\"data\":{\"a\":1}}\n\n";

}  // namespace

TEST_CASE_METHOD(stream_fixture,
                 "puts, patches and keep-alives arrive, however they are cut into pieces") {
  gate half;
  server.then([&](scripted_connection& c, const scripted_request&) {
    c.open_stream();
    c.send(whole + "event: keep-alive\ndata: null\n\nevent: patch\ndata: {\"path\":\"/b\",\"da");
    half.wait();
    c.send("ta\":{\"x\":1.10}}\n\n");
    c.hang();
  });
  options.query.order_by = "state";
  options.query.equal_to = json_string("sent");
  auto s = make();
  CHECK(heard(3) == lines{"connecting", "live", R"(put / {"a":1})"});
  half.open();
  CHECK(heard(4).back() == R"(patch /b {"x":1.10})");
  s.stop();
  CHECK(server.all_closed());
  const auto request = server.requests(1).at(0);
  CHECK(request.method == "GET");
  CHECK(request.target == "/q.json?orderBy=%22state%22&equalTo=%22sent%22&ns=demo");
  CHECK(request.header("Accept") == "text/event-stream");
  CHECK(s.counters().events == 2);
  CHECK(s.counters().keep_alives == 1);
  CHECK(s.counters().connections == 1);
}

TEST_CASE_METHOD(stream_fixture,
                 "a stream cut inside an event discards it and reads everything again") {
  script_stream(whole + "event: put\ndata: {\"path\":\"/a\",\"data\":2}\n");
  script_stream_that_stays("event: put\ndata: {\"path\":\"/\",\"data\":{\"a\":2}}\n\n");
  auto s = make();
  CHECK(heard(8) == lines{"connecting", "live", R"(put / {"a":1})", "down", "wait 250",
                          "connecting", "live", R"(put / {"a":2})"});
  CHECK(reason(2) == "the server ended the stream");
}

TEST_CASE_METHOD(stream_fixture,
                 "the backoff doubles up to its cap and starts again after a live event") {
  for (int i = 0; i < 9; ++i) server.then(500);
  script_stream(whole);
  server.then(500);
  script_stream_that_stays("");
  auto s = make();
  const auto all = heard(9 * 3 + 5 + 3 + 1);
  lines waits;
  for (const auto& line : all)
    if (line.starts_with("wait")) waits.push_back(line.substr(5));
  CHECK(waits == lines{"250", "500", "1000", "2000", "4000", "8000", "15000", "15000", "15000",
                       "250", "500"});
}

TEST_CASE_METHOD(stream_fixture, "Retry-After is respected") {
  server.then(503, "", {"Retry-After: 7"});
  server.then(
      429, "",
      {"Date: Tue, 08 Oct 2013 20:00:00 GMT", "Retry-After: Tue, 08 Oct 2013 20:02:00 GMT"});
  script_stream_that_stays(whole);
  auto s = make();
  CHECK(heard(8) == lines{"connecting", "down", "wait 7000", "connecting", "down", "wait 120000",
                          "connecting", "live"});
  CHECK_THAT(reason(1), Catch::Contains("HTTP 503"));
}

TEST_CASE_METHOD(stream_fixture, "auth_revoked renews the credentials at once, then patiently") {
  const std::string revoked = "event: auth_revoked\ndata: credential is no longer valid\n\n";
  script_stream(whole + revoked + whole);
  script_stream(revoked);
  script_stream_that_stays(whole);
  auto s = make(std::make_shared<stream_tokens>());
  CHECK(heard(10) == lines{"connecting", "live", R"(put / {"a":1})", "down", "connecting", "down",
                           "wait 250", "connecting", "live", R"(put / {"a":1})"});
  const auto seen = server.requests(3);
  CHECK_THAT(seen.at(0).target, Catch::EndsWith("auth=secret-1"));
  CHECK_THAT(seen.at(1).target, Catch::EndsWith("auth=secret-2"));
  CHECK_THAT(seen.at(2).target, Catch::EndsWith("auth=secret-3"));
  CHECK(s.counters().auth_revoked == 2);
  CHECK(reason(2) == "the credential is no longer valid");
}

TEST_CASE_METHOD(stream_fixture, "cancel is final") {
  script_stream(whole + "event: cancel\ndata: null\n\n" + whole);
  auto s = make();
  CHECK(heard(4) == lines{"connecting", "live", R"(put / {"a":1})", "cancelled"});
  s.stop();
  CHECK(count() == 4);
  CHECK(server.accepted() == 1);
}

TEST_CASE_METHOD(stream_fixture, "a server that is silent from the start is left") {
  options.stall_timeout = 50ms;
  server.then([](scripted_connection& c, const scripted_request&) { c.hang(); });
  auto s = make();
  CHECK(heard(3) == lines{"connecting", "down", "wait 250"});
  s.stop();
  CHECK_THAT(reason(1), Catch::Contains("the server is silent"));
  CHECK(s.counters().stalls >= 1);
}

TEST_CASE_METHOD(stream_fixture, "a live stream that falls silent is left") {
  options.stall_timeout = 100ms;
  // On a busy machine even the first event may come too late: then the next connection shows it.
  for (int i = 0; i < 20; ++i) script_stream_that_stays(whole);
  auto s = make();
  lines all;
  for (std::size_t n = 1; all.empty() || all.back() != R"(put / {"a":1})"; ++n) {
    all = heard(n);
    REQUIRE(all.size() == n);
  }
  const auto next = heard(all.size() + 2);
  REQUIRE(next.size() == all.size() + 2);
  CHECK(next[all.size()] == "down");
  CHECK(next[all.size() + 1] == "wait 250");
  s.stop();
  CHECK(s.counters().stalls >= 1);
}

TEST_CASE_METHOD(stream_fixture, "a query the server will not stream is polled instead") {
  options.query.order_by = "state";
  options.poll_interval = 3s;
  server.then(400, R"({"error":"no streams with queries"})");
  server.then(200, R"({"a":1})");
  server.then(200, R"({"a":1})");
  server.then(200, R"({"a":2})");
  server.then(503);
  script_stream_that_stays(whole);
  auto s = make();
  CHECK(heard(12) == lines{"connecting", "fallback_polling", R"(put / {"a":1})", "wait 3000",
                           "wait 3000", R"(put / {"a":2})", "wait 3000", "down", "wait 250",
                           "connecting", "live", R"(put / {"a":1})"});
  CHECK_THAT(reason(1), Catch::Contains("reading it every 3000 ms instead") &&
                            Catch::Contains("no streams with queries"));
  const auto seen = server.requests(6);
  CHECK(seen.at(1).target == seen.at(0).target);
  CHECK(seen.at(1).header("Accept") != "text/event-stream");
  CHECK(s.counters().polls == 4);
}

TEST_CASE_METHOD(stream_fixture,
                 "400 without a query, and to the poll as well, is an error with backoff") {
  server.then(400, R"({"error":"bad"})");
  SECTION("no query") {
    script_stream_that_stays(whole);
    auto s = make();
    CHECK(heard(5) == lines{"connecting", "down", "wait 250", "connecting", "live"});
  }
  SECTION("the query itself is wrong") {
    options.query.order_by = "state";
    server.then(400, R"({"error":"Index not defined"})");
    script_stream_that_stays(whole);
    auto s = make();
    CHECK(heard(6) ==
          lines{"connecting", "fallback_polling", "down", "wait 250", "connecting", "live"});
    CHECK_THAT(reason(2), Catch::Contains("Index not defined"));
  }
}

TEST_CASE_METHOD(stream_fixture,
                 "401 renews the credentials once, then waits, and tells no secret") {
  server.then(401, R"({"error":"no secret-1"})");
  server.then(401, R"({"error":"no secret-2"})");
  server.then(401, R"({"error":"no secret-2"})");
  script_stream_that_stays(whole);
  auto s = make(std::make_shared<stream_tokens>());
  CHECK(heard(5) == lines{"connecting", "down", "wait 250", "connecting", "live"});
  CHECK(reason(1) == "GET /q: HTTP 401: no ***");
  CHECK_THAT(server.requests(4).at(3).target, Catch::EndsWith("auth=secret-3"));
}

TEST_CASE_METHOD(stream_fixture,
                 "unknown events are counted and skipped, broken ones end the connection") {
  script_stream("event: surprise\ndata: x\n\n" + whole + "event: put\ndata: {\"path\":\"/\"}\n\n" +
                whole);
  script_stream_that_stays(whole);
  auto s = make();
  CHECK(heard(8) == lines{"connecting", "live", R"(put / {"a":1})", "down", "wait 250",
                          "connecting", "live", R"(put / {"a":1})"});
  CHECK(reason(2) == "malformed put event");
  CHECK(s.counters().unknown_events == 1);
  CHECK(s.counters().malformed_events == 1);
  CHECK(s.counters().events == 2);
}

TEST_CASE_METHOD(stream_fixture, "an oversized event ends the connection") {
  options.limits = {100, 100};
  script_stream("data: " + std::string(200, 'x'));
  script_stream_that_stays(whole);
  auto s = make();
  CHECK(heard(5) == lines{"connecting", "down", "wait 250", "connecting", "live"});
  CHECK_THAT(reason(1), Catch::Contains("line longer than 100 bytes"));
}

TEST_CASE_METHOD(stream_fixture, "an answer that is no event stream is not taken for one") {
  server.then(200, "{\"data\":1}", {"Content-Type: application/json"});
  script_stream_that_stays(whole);
  auto s = make();
  CHECK(heard(5) == lines{"connecting", "down", "wait 250", "connecting", "live"});
  CHECK_THAT(reason(1), Catch::Contains("the server sends 'application/json'"));
}

TEST_CASE_METHOD(stream_fixture, "exceptions of the callbacks are counted and end nothing") {
  auto on_event = options.on_event;
  auto on_state = options.on_state;
  options.on_event = [on_event](const stream_event& e) {
    on_event(e);
    throw std::runtime_error("callback");
  };
  options.on_state = [on_state](const stream_status& status) {
    on_state(status);
    throw 5;
  };
  script_stream_that_stays(whole + whole);
  auto s = make();
  CHECK(heard(4) == lines{"connecting", "live", R"(put / {"a":1})", R"(put / {"a":1})"});
  s.stop();
  CHECK(s.counters().callback_errors == 4);
  CHECK(s.counters().connections == 1);
}

TEST_CASE_METHOD(stream_fixture,
                 "a stream follows its redirect and comes back to where it was sent") {
  scripted_server other;
  server.then(307, "", {"Location: " + other.origin() + "/q.json?ns=moved"});
  for (int i = 0; i < 2; ++i)
    other.then([](scripted_connection& c, const scripted_request&) {
      c.open_stream();
      c.send("event: keep-alive\ndata: null\n\n");
      c.cut();
    });
  // Refused there: back to the start.
  other.then(500);
  script_stream_that_stays(whole);
  auto s = make(std::make_shared<stream_tokens>());
  CHECK(heard(14).back() == R"(put / {"a":1})");
  const auto there = other.requests(3);
  CHECK(there.at(0).header("Accept") == "text/event-stream");
  CHECK(there.at(1).target == "/q.json?ns=moved");
  for (const auto& request : there) CHECK_THAT(request.target, !Catch::Contains("secret"));
  CHECK(server.requests(2).size() == 2);
}

TEST_CASE_METHOD(stream_fixture, "stop ends a stream in whatever it is doing") {
  // The stream's own waiting; an hour is longer than any test may last.
  options.wait = nullptr;
  options.backoff_base = 2h;
  options.backoff_cap = 2h;
  options.poll_interval = 1h;
  options.stall_timeout = 1h;

  SECTION("waiting for an answer") {
    server.then([](scripted_connection& c, const scripted_request&) { c.hang(); });
    auto s = make();
    CHECK(server.requests(1).size() == 1);
    s.stop();
    CHECK(count() == 1);
  }
  SECTION("live") {
    script_stream_that_stays(whole);
    auto s = make();
    CHECK(heard(3).size() == 3);
    s.stop();
    s.stop();
    CHECK(count() == 3);
  }
  SECTION("down, backing off") {
    server.then(500);
    auto s = make();
    CHECK(heard(2) == lines{"connecting", "down"});
    s.stop();
    CHECK(count() == 2);
  }
  SECTION("polling") {
    options.query.order_by = "x";
    server.then(400);
    server.then(200, "1");
    auto s = make();
    CHECK(heard(3) == lines{"connecting", "fallback_polling", "put / 1"});
    s.stop();
    CHECK(count() == 3);
  }
  SECTION("cancelled") {
    script_stream("event: cancel\ndata: null\n\n");
    auto s = make();
    CHECK(heard(2) == lines{"connecting", "cancelled"});
    s.stop();
  }
  SECTION("from its own callback") {
    gate built;
    stream* self = nullptr;
    auto on_event = options.on_event;
    options.on_event = [&](const stream_event& e) {
      built.wait();
      self->stop();
      on_event(e);
    };
    script_stream_that_stays(whole + whole);
    auto s = make();
    self = &s;
    built.open();
    CHECK(heard(3).size() == 3);
    s.stop();
    CHECK(count() == 3);
  }
  CHECK(server.all_closed());
}

TEST_CASE_METHOD(stream_fixture, "a stream that cannot work is refused at once") {
  options.path = "/a#b";
  CHECK_THROWS_AS(make(), std::invalid_argument);
  options.path = "/a";
  options.query.limit_to_last = 1;
  CHECK_THROWS_AS(make(), std::invalid_argument);
  options.query = {};
  options.on_event = nullptr;
  CHECK_THROWS_AS(make(), std::invalid_argument);
}
