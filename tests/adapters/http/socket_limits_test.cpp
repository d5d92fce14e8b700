#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/http/detail/unfinished_input.hpp"
#include "adapters/http/open_files.hpp"
#include "adapters/http/server.hpp"
#include "tests/adapters/http/frame_client.hpp"
#include "tests/adapters/http/socket_server.hpp"

namespace http = outcry::http;
namespace opcode = outcry::test::opcode;
using outcry::test::announce;
using outcry::test::client_frame;
using outcry::test::frame;
using outcry::test::frame_client;
using outcry::test::socket_server;
using std::chrono::milliseconds;

namespace {

/// Longer than any test: what must not happen by itself.
constexpr milliseconds never{3'600'000};

/// More than all buffers of a connection on this machine.
std::string far_too_much() {
  return std::string(20'000'000, 'x');
}

}  // namespace

TEST_CASE("a peer that does not read is cut off") {
  http::options opts;
  opts.max_socket_queue = 100'000;
  socket_server with_sockets(opts);
  frame_client client(with_sockets.port());
  const http::socket ours = with_sockets.accepted("/echo");
  // Larger than the limit, but the first: no sign of slowness yet.
  REQUIRE(ours.send(far_too_much()));
  REQUIRE(ours.send(std::string(60'000, 'y')));
  REQUIRE(ours.send(std::string(60'000, 'y')));
  CHECK_FALSE(ours.send(std::string(60'000, 'z')));
  CHECK_FALSE(ours.open());
  CHECK(with_sockets.ended("/echo"));
}

TEST_CASE("what belongs together is sent whatever its size, and counts from then on") {
  http::options opts;
  opts.max_socket_queue = 100'000;
  socket_server with_sockets(opts);
  frame_client client(with_sockets.port());
  const http::socket ours = with_sockets.accepted("/echo");
  REQUIRE(ours.send_all(std::vector<std::string>(400, std::string(50'000, 'x'))));
  REQUIRE(ours.send("small"));
  for (int i = 0; i < 400; ++i) REQUIRE(client.message().size() == 50'000);
  CHECK(client.message() == "small");
  CHECK(ours.send_all({}));
}

TEST_CASE("when too much waits for all, whoever has more than his share is cut off") {
  http::options opts;
  opts.max_waiting = 150'000;
  socket_server with_sockets(opts);
  frame_client greedy(with_sockets.port(), "/quiet-greedy");
  frame_client modest(with_sockets.port(), "/quiet-modest");
  const http::socket to_greedy = with_sockets.accepted("/quiet-greedy");
  const http::socket to_modest = with_sockets.accepted("/quiet-modest");
  for (const http::socket& one : {to_greedy, to_modest}) REQUIRE(one.send(far_too_much()));
  REQUIRE(to_greedy.send(std::string(100'000, 'y')));
  REQUIRE(to_modest.send(std::string(60'000, 'y')));
  CHECK(to_modest.send("still within its share of 75,000"));
  CHECK_FALSE(to_greedy.send("beyond it"));
  CHECK(with_sockets.ended("/quiet-greedy"));
  CHECK(to_modest.open());
  CHECK(to_modest.send("and there is room again"));
}

TEST_CASE("of half-received messages that are too much together the largest goes") {
  http::options opts;
  opts.max_socket_message = 64'000;
  opts.max_unfinished = 100'000;
  socket_server with_sockets(opts);
  frame_client a(with_sockets.port(), "/echo-a");
  frame_client b(with_sockets.port(), "/echo-b");
  frame_client c(with_sockets.port(), "/echo-c");
  // Too much only when all of it has come, whatever comes first; the largest is a's then.
  for (const auto& [client, size] : {std::pair{&a, 40'000}, {&b, 30'000}, {&c, 31'000}}) {
    REQUIRE(client->raw.send(announce(60'000) + std::string(static_cast<std::size_t>(size), 'x')));
  }
  CHECK(a.close_code() == -1);
  CHECK(with_sockets.ended("/echo-a"));
  // The others finish, and their room is free again.
  REQUIRE(b.raw.send(std::string(30'000, 'x')));
  CHECK(b.message() == std::string(60'000, 'x'));
  REQUIRE(c.raw.send(std::string(29'000, 'x')));
  CHECK(c.message() == std::string(60'000, 'x'));
  REQUIRE(b.send(std::string(60'000, 'y')));
  CHECK(b.message() == std::string(60'000, 'y'));
}

TEST_CASE("unfinished input is counted and the largest holder found") {
  http::detail::unfinished_input input(100);
  const auto number = [](std::uintptr_t n) { return reinterpret_cast<http::detail::peer*>(n); };
  CHECK(input.set(number(1), 40));
  CHECK_FALSE(input.set(number(1), 60));
  CHECK(input.set(number(2), 40));
  CHECK(input.excess() == nullptr);
  CHECK_FALSE(input.set(number(2), 41));
  CHECK(input.excess() == number(1));
  input.set(number(2), 61);
  CHECK(input.excess() == number(2));
  input.set(number(2), 0);
  input.set(number(3), 0);
  CHECK(input.excess() == nullptr);
  CHECK(input.set(number(2), 41));
  CHECK(input.excess() == number(1));
}

TEST_CASE("a message once begun has to be finished in time") {
  http::options opts;
  opts.socket_message_timeout = milliseconds(50);
  socket_server with_sockets(opts);
  frame_client client(with_sockets.port());
  client.raw.send(client_frame(opcode::text, "half", false));
  CHECK(client.close_code() == 1008);
  CHECK(with_sockets.ended("/echo"));
}

TEST_CASE("an idle peer is pinged again and again as long as it answers") {
  http::options opts;
  opts.socket_ping = milliseconds(20);
  opts.socket_pong_timeout = never;
  socket_server with_sockets(opts);
  frame_client client(with_sockets.port());
  for (int i = 0; i < 5; ++i) {
    const frame ping = client.read();
    REQUIRE(ping.opcode == opcode::ping);
    REQUIRE(client.raw.send(client_frame(opcode::pong, ping.bytes)));
  }
  client.send("here");
  CHECK(client.message() == "here");
}

TEST_CASE("an idle peer that does not answer a ping is cut off") {
  http::options opts;
  opts.socket_ping = milliseconds(20);
  opts.socket_pong_timeout = milliseconds(20);
  socket_server with_sockets(opts);
  frame_client client(with_sockets.port());
  CHECK(with_sockets.ended("/echo"));
  CHECK(client.close_code() == -1);
}

TEST_CASE("a peer that takes nothing any more is cut off") {
  http::options opts;
  opts.write_timeout = milliseconds(50);
  socket_server with_sockets(opts);
  frame_client client(with_sockets.port());
  REQUIRE(with_sockets.accepted("/echo").send(far_too_much()));
  CHECK(with_sockets.ended("/echo"));
}

TEST_CASE("a close that is not answered ends all the same") {
  http::options opts;
  opts.socket_close_timeout = milliseconds(50);
  socket_server with_sockets(opts);
  frame_client client(with_sockets.port());
  with_sockets.accepted("/echo").close();
  CHECK(client.read().opcode == opcode::close);
  CHECK(with_sockets.ended("/echo"));
}

TEST_CASE("a peer that vanishes is noticed") {
  socket_server with_sockets;
  auto client = std::make_unique<frame_client>(with_sockets.port());
  client->raw.send(announce(1000) + "the beginning");
  client.reset();
  CHECK(with_sockets.ended("/echo"));
}

TEST_CASE("messages wait for somebody to hear them") {
  socket_server with_sockets;
  frame_client client(with_sockets.port(), "/quiet");
  const http::socket ours = with_sockets.accepted("/quiet");
  client.raw.send(client_frame(opcode::text, "one") + client_frame(opcode::text, "two"));
  client.raw.send(client_frame(opcode::text, "three") + client_frame(opcode::ping, ""));
  std::promise<std::string> all;
  std::string heard;
  ours.on_message([&](const std::string& text) {
    heard += text + ";";
    if (text == "three") all.set_value(heard);
  });
  auto result = all.get_future();
  REQUIRE(result.wait_for(std::chrono::seconds(20)) == std::future_status::ready);
  CHECK(result.get() == "one;two;three;");
  CHECK(client.read().opcode == opcode::pong);  // reading goes on
}

TEST_CASE("a message that nobody ever hears ends its socket") {
  http::options opts;
  opts.socket_message_timeout = milliseconds(50);
  socket_server with_sockets(opts);
  frame_client client(with_sockets.port(), "/quiet");
  client.send("is anybody there");
  CHECK(client.close_code() == 1011);
  CHECK(with_sockets.ended("/quiet"));
}

TEST_CASE("a listener that fails ends its socket") {
  socket_server with_sockets;
  frame_client client(with_sockets.port(), "/fail");
  client.send("x");
  CHECK(client.close_code() == 1011);
  CHECK(with_sockets.ended("/fail"));
  bool told = false;
  with_sockets.accepted("/fail").on_close([&] { told = true; });
  CHECK(told);
}

TEST_CASE("a thousand sockets talk at once, on one thread") {
  const std::size_t count = std::min<std::size_t>(1000, http::allow_open_files(4096) / 2 - 50);
  socket_server with_sockets;
  std::vector<std::unique_ptr<frame_client>> clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(std::make_unique<frame_client>(with_sockets.port()));
  }
  for (std::size_t i = 0; i < count; ++i) clients[i]->send(std::to_string(i));
  for (std::size_t i = 0; i < count; ++i) REQUIRE(clients[i]->message() == std::to_string(i));
  const auto threads = std::filesystem::directory_iterator("/proc/self/task");
  CHECK(std::distance(begin(threads), end(threads)) < 10);
  clients.clear();
  CHECK(with_sockets.ended(count));
}
