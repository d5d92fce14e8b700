#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include "adapters/http/server.hpp"
#include "tests/adapters/http/frame_client.hpp"
#include "tests/adapters/http/raw_client.hpp"
#include "tests/adapters/http/socket_server.hpp"

namespace http = outcry::http;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using outcry::test::client_frame;
using outcry::test::frame_client;
using outcry::test::handshake;
using outcry::test::raw_client;
using outcry::test::socket_server;

namespace {

/// The answer to `bytes` on a connection of its own.
std::string ask(std::uint16_t port, const std::string& bytes) {
  raw_client client(port);
  client.send(bytes);
  return client.read_response();
}

std::string without(std::string text, const std::string& line) {
  const std::size_t at = text.find(line);
  return text.erase(at, text.find("\r\n", at) + 2 - at);
}

std::string with(std::string text, const std::string& line, const std::string& instead) {
  const std::size_t at = text.find(line);
  return text.replace(at, text.find("\r\n", at) - at, instead);
}

}  // namespace

TEST_CASE("a WebSocket is accepted, talks both ways and is closed") {
  socket_server with_sockets;
  frame_client client(with_sockets.port(), "/echo?v=5");
  client.send("hello");
  CHECK(client.message() == "hello");
  const http::socket ours = with_sockets.accepted("/echo");
  CHECK(ours.open());
  CHECK(ours.send("from the server"));
  ours.close();
  CHECK_FALSE(ours.open());
  CHECK_FALSE(ours.send("late"));
  CHECK(client.message() == "from the server");
  CHECK(client.close_code() == 1000);
  CHECK(client.raw.read_all().empty());
  CHECK(with_sockets.ended("/echo"));
}

TEST_CASE("a handshake that is not RFC 6455's is refused, naming what is wrong") {
  socket_server with_sockets;
  const std::uint16_t port = with_sockets.port();
  const std::string good = handshake("/echo");
  SECTION("the version") {
    for (const std::string& bytes :
         {with(good, "Sec-WebSocket-Version", "Sec-WebSocket-Version: 8"),
          without(good, "Sec-WebSocket-Version"),
          handshake("/echo", "Sec-WebSocket-Version: 13\r\n")}) {
      CHECK_THAT(ask(port, bytes), StartsWith("HTTP/1.1 426") &&
                                       Contains("\r\nSec-WebSocket-Version: 13\r\n") &&
                                       Contains("expected version 13"));
    }
  }
  SECTION("the key") {
    for (const std::string& bytes :
         {without(good, "Sec-WebSocket-Key"),
          with(good, "Sec-WebSocket-Key", "Sec-WebSocket-Key: c2hvcnQ="),
          with(good, "Sec-WebSocket-Key", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=!"),
          handshake("/echo", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")}) {
      CHECK_THAT(ask(port, bytes), StartsWith("HTTP/1.1 400") && Contains("Sec-WebSocket-Key"));
    }
  }
  SECTION("the method, also a disguised one") {
    for (const char* more :
         {"Content-Length: 0\r\n", "Content-Length: 0\r\nX-HTTP-Method-Override: GET\r\n"}) {
      CHECK_THAT(ask(port, "POST" + handshake("/echo", more).substr(3)),
                 StartsWith("HTTP/1.1 405") && Contains("Allow: GET") && Contains("found POST"));
    }
  }
  SECTION("a body") {
    CHECK_THAT(ask(port, handshake("/echo", "Content-Length: 2\r\n") + "ab"),
               StartsWith("HTTP/1.1 400") && Contains("body"));
  }
  SECTION("frames before the answer") {
    CHECK_THAT(ask(port, good + client_frame(outcry::test::opcode::text, "early")),
               StartsWith("HTTP/1.1 400") && Contains("waits"));
  }
}

TEST_CASE("what is no WebSocket handshake is a plain request") {
  socket_server with_sockets;
  const std::uint16_t port = with_sockets.port();
  const std::string good = handshake("/echo");
  CHECK_THAT(ask(port, with(good, "Upgrade: websocket", "Upgrade: h2c")), Contains("plain"));
  CHECK_THAT(ask(port, with(good, "Connection", "Connection: keep-alive")), Contains("plain"));
  CHECK_THAT(ask(port, with(good, "GET", "GET /echo HTTP/1.0")), Contains("plain"));
  SECTION("and so is every request where nobody decides about WebSockets") {
    http::server plain({}, [](const http::request&, const http::responder& to) {
      to.respond({404, {}, "nothing here"});
    });
    CHECK_THAT(ask(plain.port(), good), StartsWith("HTTP/1.1 404") && Contains("nothing here"));
  }
}

TEST_CASE("words of the handshake are found in any case, in lists and on several lines") {
  socket_server with_sockets;
  raw_client client(with_sockets.port());
  client.send(
      "GET /echo HTTP/1.1\r\nhost: h\r\nCONNECTION: keep-alive\r\nconnection: x ,  UPGRADE\r\n"
      "upgrade: other, WebSocket\r\nsec-websocket-version: 13\r\n"
      "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n");
  const std::string head = client.read_to("\r\n\r\n");
  CHECK_THAT(head, StartsWith("HTTP/1.1 101 ") &&
                       Contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
  CHECK_THAT(head, !Contains("permessage-deflate"));
}

TEST_CASE("whoever decides may refuse, forgetting and throwing are a 500") {
  socket_server with_sockets;
  const std::uint16_t port = with_sockets.port();
  CHECK_THAT(ask(port, handshake("/refuse")), StartsWith("HTTP/1.1 403") && Contains("not you"));
  CHECK_THAT(ask(port, handshake("/forget")), StartsWith("HTTP/1.1 500"));
  CHECK_THAT(ask(port, handshake("/throw")), StartsWith("HTTP/1.1 500") && !Contains("secret"));
}

TEST_CASE("a decision may come late, from another thread, and only once") {
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<http::socket_acceptor> held;
  http::options opts;
  opts.upgrade = [&](const http::request&, const http::socket_acceptor& acceptor) {
    const std::lock_guard lock(mutex);
    held = acceptor;
    changed.notify_all();
  };
  http::server server(opts, [](const http::request&, const http::responder&) {});
  raw_client client(server.port());
  client.send(handshake("/"));
  std::unique_lock lock(mutex);
  REQUIRE(changed.wait_for(lock, std::chrono::seconds(20), [&] { return held.has_value(); }));
  const http::socket first = held->accept();
  CHECK(first.open());
  const http::socket second = held->accept();
  CHECK_FALSE(second.open());
  CHECK_FALSE(second.send("to nobody"));
  bool told = false;
  second.on_close([&] { told = true; });
  CHECK(told);
  held->refuse({403, {}, ""});
  CHECK(first.send("welcome"));
  CHECK_THAT(client.read_to("welcome"), StartsWith("HTTP/1.1 101 "));
}

TEST_CASE("there is a limit to the number of WebSockets, apart from that of connections") {
  http::options opts;
  opts.max_sockets = 1;
  opts.max_connections = 1;
  socket_server with_sockets(opts);
  auto first = std::make_unique<frame_client>(with_sockets.port(), "/echo1");
  with_sockets.accepted("/echo1").vouch();
  CHECK_THAT(ask(with_sockets.port(), handshake("/echo2")),
             StartsWith("HTTP/1.1 503") && Contains("Too many WebSockets"));
  first->send("undisturbed");
  CHECK(first->message() == "undisturbed");
  first.reset();
  REQUIRE(with_sockets.ended("/echo1"));
  // The connection of the refused one may take a moment to be gone.
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < limit) {
    const std::string answer = ask(with_sockets.port(), handshake("/echo3"));
    if (answer.find("HTTP/1.1 101") == 0) {
      SUCCEED("there is room again");
      return;
    }
    REQUIRE_THAT(answer, StartsWith("HTTP/1.1 503"));
  }
  FAIL("the place of the first socket was never free again");
}

TEST_CASE("stop ends WebSockets and undecided handshakes") {
  socket_server with_sockets;
  frame_client client(with_sockets.port());
  const http::socket ours = with_sockets.accepted("/echo");
  with_sockets.server.stop();
  CHECK(with_sockets.ended("/echo"));
  CHECK_FALSE(ours.open());
  CHECK_FALSE(ours.send("late"));
  CHECK(client.close_code() == -1);
}
