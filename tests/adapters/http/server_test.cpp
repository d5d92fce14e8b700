#include "adapters/http/server.hpp"

#include <future>
#include <mutex>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "tests/adapters/http/raw_client.hpp"

namespace http = outcry::http;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using outcry::test::raw_client;

namespace {

std::string get(const std::string& target, const std::string& more = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
}

/// Answers with what it understood of the request.
void echo(const http::request& asked, const http::responder& answer) {
  http::response response;
  response.headers.push_back({"X-Method", asked.method});
  response.body = asked.path;
  for (const auto& [name, value] : asked.query) response.body += "|" + name + "=" + value;
  response.body += "|" + asked.body;
  answer.respond(response);
}

}  // namespace

TEST_CASE("requests are answered one after the other on one connection") {
  http::server server({}, echo);
  raw_client client(server.port());
  REQUIRE(client.send(get("/a%20b?x=1+2&y=%3D&z") + get("/second") +
                      "POST /third HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                      "3\r\nabc\r\n0\r\n\r\n"));
  CHECK_THAT(client.read_response(), Contains("\r\n\r\n/a%20b|x=1 2|y==|z=|"));
  CHECK_THAT(client.read_response(), Contains("\r\n\r\n/second|"));
  CHECK_THAT(client.read_response(), Contains("\r\n\r\n/third|abc"));
}

TEST_CASE("an answer that comes late does not let the next request pass") {
  std::promise<http::responder> first;
  http::server server({}, [&](const http::request& asked, const http::responder& answer) {
    if (asked.path == "/slow") return first.set_value(answer);
    echo(asked, answer);
  });
  raw_client client(server.port());
  client.send(get("/slow") + get("/fast"));
  first.get_future().get().respond({200, {}, "slow"});
  CHECK_THAT(client.read_response(), Contains("\r\n\r\nslow"));
  CHECK_THAT(client.read_response(), Contains("\r\n\r\n/fast"));
}

TEST_CASE("every answer says when it was given") {
  http::options opts;
  opts.now = [] { return std::time_t{784'887'151}; };
  http::server server(opts, [](const http::request& asked, const http::responder& answer) {
    if (asked.path != "/stream") return echo(asked, answer);
    answer.start_stream({200, {}, {}}).close();
  });
  for (const char* path : {"/", "/stream", "no-slash"}) {
    raw_client client(server.port());
    client.send(get(path));
    CHECK_THAT(client.read_response(), Contains("\r\nDate: Tue, 15 Nov 1994 08:12:31 GMT\r\n"));
  }
}

TEST_CASE("HEAD has the header of GET and no body") {
  http::server server({}, echo);
  raw_client client(server.port());
  client.send("HEAD /four HTTP/1.1\r\nHost: h\r\n\r\n" + get("/next"));
  const std::string head = client.read_to("\r\n\r\n");
  CHECK_THAT(head, Contains("Content-Length: 6"));
  CHECK_THAT(client.read_response(), StartsWith("HTTP/1.1 200") && Contains("/next|"));
}

TEST_CASE("X-HTTP-Method-Override turns a POST into another method") {
  http::server server({}, echo);
  const auto ask = [&](const std::string& method, const std::string& wanted) {
    raw_client client(server.port());
    client.send(method + " / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n" +
                "X-HTTP-Method-Override: " + wanted + "\r\n\r\n");
    return client.read_response();
  };
  CHECK_THAT(ask("POST", "patch"), Contains("X-Method: PATCH"));
  CHECK_THAT(ask("GET", "DELETE"), Contains("X-Method: GET"));
  CHECK_THAT(ask("POST", "BREW"), StartsWith("HTTP/1.1 400") && Contains("BREW"));
}

TEST_CASE("what is too large or broken is refused") {
  http::options opts;
  opts.max_body = 100;
  opts.max_header = 8192;
  http::server server(opts, echo);
  const auto ask = [&](const std::string& bytes) {
    raw_client client(server.port());
    client.send(bytes);
    return client.read_all();
  };
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  SECTION("a body announced too large, before it is sent") {
    CHECK_THAT(ask(post + "Content-Length: 101\r\nExpect: 100-continue\r\n\r\n"),
               StartsWith("HTTP/1.1 413") && Contains("100 bytes"));
  }
  SECTION("a body that grows too large") {
    CHECK_THAT(ask(post + "Transfer-Encoding: chunked\r\n\r\nC8\r\n" + std::string(200, 'x') +
                   "\r\n0\r\n\r\n"),
               StartsWith("HTTP/1.1 413"));
  }
  SECTION("a header too large") {
    CHECK_THAT(ask(get("/", "X: " + std::string(9000, 'x') + "\r\n")), StartsWith("HTTP/1.1 431"));
  }
  SECTION("no HTTP") {
    CHECK_THAT(ask("NONSENSE\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  }
  SECTION("a broken escape") {
    CHECK_THAT(ask(get("/?a=%g1", "Connection: close\r\n")), StartsWith("HTTP/1.1 400"));
  }
  SECTION("and a body of the largest size is taken, announced or not") {
    const std::string body(100, 'b');
    CHECK_THAT(ask(post + "Connection: close\r\nContent-Length: 100\r\n\r\n" + body),
               StartsWith("HTTP/1.1 200"));
    raw_client client(server.port());
    client.send(post + "Content-Length: 100\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.read_to("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send(body);
    CHECK_THAT(client.read_response(), Contains(body));
  }
}

TEST_CASE("a handler that throws or forgets to answer becomes a 500") {
  http::server server({}, [](const http::request& asked, const http::responder&) {
    if (asked.path == "/throw") throw std::runtime_error("secret detail");
  });
  raw_client client(server.port());
  client.send(get("/throw") + get("/forget"));
  const std::string thrown = client.read_response();
  CHECK_THAT(thrown, StartsWith("HTTP/1.1 500"));
  CHECK_THAT(thrown, !Contains("secret"));
  CHECK_THAT(client.read_response(), StartsWith("HTTP/1.1 500"));
}

TEST_CASE("a connection beyond the limit is turned away") {
  http::options opts;
  opts.max_connections = 1;
  std::promise<http::responder> asked;
  http::server server(
      opts, [&](const http::request&, const http::responder& answer) { asked.set_value(answer); });
  raw_client first(server.port());
  first.send(get("/"));
  const http::responder held = asked.get_future().get();
  raw_client second(server.port());
  CHECK_THAT(second.read_all(), StartsWith("HTTP/1.1 503"));
  held.respond({200, {}, "at last"});
  CHECK_THAT(first.read_response(), Contains("at last"));
}

TEST_CASE("a value from outside cannot add header lines") {
  http::server server({}, [](const http::request&, const http::responder& answer) {
    answer.respond({200, {{"X-Echo", "a\r\nX-Evil: 1"}}, ""});
  });
  raw_client client(server.port());
  client.send(get("/"));
  CHECK_THAT(client.read_response(), !Contains("\r\nX-Evil"));
}

TEST_CASE("a port in use and a bad address are named") {
  http::server server({}, echo);
  http::options same;
  same.port = server.port();
  CHECK_THROWS_WITH(http::server(same, echo),
                    Contains(std::to_string(server.port())) && Contains("in use"));
  http::options bad;
  bad.address = "home";
  CHECK_THROWS_WITH(http::server(bad, echo), Contains("found \"home\""));
}

namespace {

/// A server whose only answer is a stream, and that stream's writer.
struct streaming {
  explicit streaming(const http::options& opts = {})
      : server(opts, [this](const http::request&, const http::responder& answer) {
          writer.set_value(answer.start_stream({200, {{"Content-Type", "text/plain"}}, ""}));
        }) {}
  std::promise<http::stream_writer> writer;
  http::server server;
};

}  // namespace

TEST_CASE("a stream arrives in chunks and ends when it is closed") {
  streaming with;
  raw_client client(with.server.port());
  client.send(get("/"));
  const http::stream_writer writer = with.writer.get_future().get();
  CHECK_THAT(client.read_to("\r\n\r\n"), Contains("Transfer-Encoding: chunked"));
  REQUIRE(writer.write("one"));
  CHECK(client.read_to("one\r\n") == "3\r\none\r\n");
  REQUIRE(writer.write("twotwotwotwotwotwo"));
  writer.close();
  CHECK_FALSE(writer.write("late"));
  CHECK(client.read_all() == "12\r\ntwotwotwotwotwotwo\r\n0\r\n\r\n");
}

TEST_CASE("a stream notices that its client has gone") {
  streaming with;
  raw_client client(with.server.port());
  client.send(get("/"));
  const http::stream_writer writer = with.writer.get_future().get();
  std::promise<void> gone;
  writer.on_close([&] { gone.set_value(); });
  CHECK(writer.open());
  client.close();
  gone.get_future().get();
  CHECK_FALSE(writer.open());
  CHECK_FALSE(writer.write("nobody reads this"));
}

TEST_CASE("a stream's client that does not read is cut off") {
  http::options opts;
  opts.max_stream_queue = 100'000;
  streaming with(opts);
  raw_client client(with.server.port());
  client.send(get("/"));
  const http::stream_writer writer = with.writer.get_future().get();
  std::promise<void> gone;
  writer.on_close([&] { gone.set_value(); });
  // Larger than the limit and than all socket buffers, but the first: no sign of slowness yet.
  REQUIRE(writer.write(std::string(50'000'000, 'x')));
  REQUIRE(writer.write(std::string(60'000, 'y')));
  REQUIRE(writer.write(std::string(60'000, 'y')));
  CHECK_FALSE(writer.write(std::string(60'000, 'z')));
  gone.get_future().get();
  CHECK_FALSE(writer.open());
}

TEST_CASE("stop ends open streams, idle connections and unanswered requests") {
  std::promise<http::responder> held;
  std::promise<http::stream_writer> stream;
  http::server server({}, [&](const http::request& asked, const http::responder& answer) {
    if (asked.path == "/hold") return held.set_value(answer);
    if (asked.path == "/stream") return stream.set_value(answer.start_stream({}));
    echo(asked, answer);
  });
  raw_client idle(server.port());
  idle.send(get("/"));
  idle.read_response();
  raw_client holding(server.port());
  holding.send(get("/hold"));
  raw_client streamed(server.port());
  streamed.send(get("/stream"));
  const http::responder answer = held.get_future().get();
  const http::stream_writer writer = stream.get_future().get();
  server.stop();
  CHECK_FALSE(writer.open());
  answer.respond({200, {}, "too late"});
  CHECK(idle.read_all().empty());
  CHECK(holding.read_all().empty());
}
