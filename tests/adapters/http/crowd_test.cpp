// More clients than there is room for: who has to go, and who is served all the same.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/http/detail/seats.hpp"
#include "adapters/http/detail/spare_peers.hpp"
#include "adapters/http/open_files.hpp"
#include "adapters/http/server.hpp"
#include "tests/adapters/http/frame_client.hpp"
#include "tests/adapters/http/socket_server.hpp"
#include "tests/support/skip.hpp"

namespace http = outcry::http;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using http::detail::seats;
using outcry::test::frame_client;
using outcry::test::raw_client;
using outcry::test::socket_server;

namespace {

const std::string question = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// What a new client gets.
std::string ask(std::uint16_t port) {
  raw_client client(port);
  client.send(question);
  return client.read_response();
}

}  // namespace

TEST_CASE("whoever has waited the longest for a request makes room for a newcomer") {
  http::options opts;
  opts.max_connections = 3;
  socket_server server(opts);
  raw_client half(server.port());
  half.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhal");
  raw_client asks_now_and_then(server.port());
  asks_now_and_then.send(question);
  CHECK_THAT(asks_now_and_then.read_response(), Contains("plain"));
  raw_client silent(server.port());
  silent.send(question);
  CHECK_THAT(silent.read_response(), Contains("plain"));
  asks_now_and_then.send(question);
  CHECK_THAT(asks_now_and_then.read_response(), Contains("plain"));

  CHECK_THAT(ask(server.port()), StartsWith("HTTP/1.1 200"));
  CHECK(half.read_all().empty());
  raw_client another(server.port());
  CHECK_THAT(ask(server.port()), StartsWith("HTTP/1.1 200"));
  CHECK(silent.read_all().empty());
  asks_now_and_then.send(question);
  CHECK_THAT(asks_now_and_then.read_response(), Contains("plain"));
}

TEST_CASE("one address cannot take the places of all others, but this machine may have them all") {
  if (http::allow_open_files(2048) < 2048) OUTCRY_SKIP("fewer than 2048 open files are allowed");
  socket_server server;
  std::vector<std::unique_ptr<raw_client>> crowd;
  for (std::size_t i = 0; i < seats::most; ++i) {
    crowd.push_back(std::make_unique<raw_client>(server.port(), "127.0.0.2"));
  }
  // WebSockets count as well.
  CHECK(crowd.front()->send(outcry::test::handshake("/quiet")));
  CHECK_THAT(crowd.front()->read_to("\r\n\r\n"), StartsWith("HTTP/1.1 101"));
  raw_client one_more(server.port(), "127.0.0.2");
  CHECK_THAT(one_more.read_all(), StartsWith("HTTP/1.1 503"));
  raw_client elsewhere(server.port(), "127.0.0.3");
  elsewhere.send(question);
  CHECK_THAT(elsewhere.read_response(), Contains("plain"));
  CHECK_THAT(ask(server.port()), Contains("plain"));

  // A place is free again when its socket has ended.
  crowd.front().reset();
  CHECK(server.ended("/quiet"));
  raw_client again(server.port(), "127.0.0.2");
  again.send(question);
  CHECK_THAT(again.read_response(), Contains("plain"));
}

TEST_CASE("seats are counted for each household, and none for this machine") {
  const auto at = [](const char* text) { return boost::asio::ip::make_address(text); };
  seats table;
  std::vector<std::shared_ptr<void>> held;
  for (std::size_t i = 0; i < seats::most; ++i) {
    held.push_back(table.take(at("192.168.1.7")));
    held.push_back(table.take(at(("fd00::" + std::to_string(i + 1)).c_str())));
    REQUIRE((held.back() && held[held.size() - 2]));
  }
  CHECK_FALSE(table.take(at("192.168.1.7")));
  CHECK_FALSE(table.take(at("::ffff:192.168.1.7")));
  CHECK(table.take(at("192.168.1.8")));
  // One machine has as many addresses of its network as it likes.
  CHECK_FALSE(table.take(at("fd00::1:2:3:4")));
  CHECK(table.take(at("fd00:0:0:1::1")));
  for (const char* own : {"127.0.0.1", "::1", "::ffff:127.0.0.1"}) {
    CAPTURE(own);
    for (std::size_t i = 0; i <= seats::most; ++i) held.push_back(table.take(at(own)));
    CHECK(held.back());
  }
  held.clear();
  CHECK(table.take(at("192.168.1.7")));
}

TEST_CASE("a socket nobody vouches for makes room, one that is vouched for does not") {
  http::options opts;
  opts.max_sockets = 2;
  socket_server server(opts);
  frame_client stranger(server.port(), "/echo-stranger");
  frame_client friendly(server.port(), "/echo-friend");
  server.accepted("/echo-friend").vouch();
  friendly.send("known");
  CHECK(friendly.message() == "known");

  frame_client second(server.port(), "/echo-second");
  CHECK(server.ended("/echo-stranger"));
  frame_client third(server.port(), "/echo-third");
  CHECK(server.ended("/echo-second"));
  server.accepted("/echo-third").vouch();
  third.send("known too");
  CHECK(third.message() == "known too");

  raw_client refused(server.port());
  refused.send(outcry::test::handshake("/echo-fourth"));
  CHECK_THAT(refused.read_response(), StartsWith("HTTP/1.1 503") && Contains("at most 2"));
  friendly.send("still here");
  CHECK(friendly.message() == "still here");
}

TEST_CASE("spare peers leave in the order in which they came") {
  http::detail::spare_peers spare;
  const auto number = [](std::uintptr_t n) { return reinterpret_cast<http::detail::peer*>(n); };
  CHECK(spare.oldest() == nullptr);
  for (const int n : {1, 2, 3, 1}) spare.add(number(static_cast<std::uintptr_t>(n)));
  CHECK(spare.oldest() == number(1));
  spare.remove(number(1));
  spare.remove(number(1));
  CHECK(spare.oldest() == number(2));
  spare.add(number(1));
  spare.remove(number(2));
  spare.remove(number(3));
  CHECK(spare.oldest() == number(1));
}
