#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/http/server.hpp"
#include "tests/adapters/http/frame_client.hpp"
#include "tests/adapters/http/socket_server.hpp"
#include "tests/support/rounds.hpp"
#include "tests/support/websocket_frames.hpp"

namespace http = outcry::http;
namespace opcode = outcry::test::opcode;
using outcry::test::announce;
using outcry::test::client_frame;
using outcry::test::frame;
using outcry::test::frame_client;
using outcry::test::socket_server;
using outcry::test::websocket_frame;

TEST_CASE("messages of every length form arrive and come back") {
  socket_server with_sockets;
  frame_client client(with_sockets.port());
  for (const std::size_t size : {0, 1, 125, 126, 65'535, 65'536, 700'000}) {
    const std::string text(size, 'x');
    REQUIRE(client.send(text));
    CHECK(client.message() == text);
  }
}

TEST_CASE("a fragmented message is one message, control frames between its pieces are answered") {
  socket_server with_sockets;
  frame_client client(with_sockets.port());
  // The euro sign is cut in two.
  client.raw.send(client_frame(opcode::text, "one \xe2\x82", false) +
                  client_frame(opcode::ping, "are you there") +
                  client_frame(opcode::more, "", false) + client_frame(opcode::pong, "unasked") +
                  client_frame(opcode::more, "\xac two"));
  const frame answer = client.read();
  CHECK(answer.opcode == opcode::pong);
  CHECK(answer.bytes == "are you there");
  CHECK(client.message() == "one \xe2\x82\xac two");
}

TEST_CASE("a broken frame ends its socket with the code of RFC 6455") {
  http::options opts;
  opts.max_socket_message = 1000;
  socket_server with_sockets(opts);
  struct broken {
    const char* what;
    std::string bytes;
    int code;
  };
  const std::string text = client_frame(opcode::text, "x");
  const std::vector<broken> all{
      {"no mask", websocket_frame(opcode::text, "x"), 1002},
      {"reserved bit 1", std::string(1, static_cast<char>(0xc1)) + text.substr(1), 1002},
      {"reserved bit 2", std::string(1, static_cast<char>(0xa1)) + text.substr(1), 1002},
      {"reserved bit 3", std::string(1, static_cast<char>(0x91)) + text.substr(1), 1002},
      {"an unknown opcode", client_frame(3, "x"), 1002},
      {"an unknown control opcode", client_frame(11, ""), 1002},
      {"a ping in pieces", client_frame(opcode::ping, "x", false), 1002},
      {"a ping too long", client_frame(opcode::ping, std::string(126, 'x')), 1002},
      {"a continuation of nothing", client_frame(opcode::more, "x"), 1002},
      {"a message within a message",
       client_frame(opcode::text, "x", false) + client_frame(opcode::text, "y"), 1002},
      {"a length in too many bytes", std::string("\x81\xfe\x00\x01\0\0\0\0x", 9), 1002},
      {"a length beyond 63 bits",
       std::string("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14), 1009},
      {"a close frame of one byte", client_frame(opcode::close, "x"), 1002},
      {"a close code that nobody may send", client_frame(opcode::close, "\x03\xed"), 1002},
      {"a close reason that is not UTF-8", client_frame(opcode::close, "\x03\xe8\xff"), 1002},
      {"binary", client_frame(opcode::binary, "x"), 1003},
      {"empty binary", client_frame(opcode::binary, ""), 1003},
      {"the beginning of a binary message", client_frame(opcode::binary, "x", false), 1003},
      {"no UTF-8", client_frame(opcode::text, "\xc3\x28"), 1007},
      {"a surrogate", client_frame(opcode::text, "\xed\xa0\x80"), 1007},
      {"half a character", client_frame(opcode::text, "\xe2\x82"), 1007},
      {"announced too large", announce(1001), 1009},
      {"grown too large",
       client_frame(opcode::text, std::string(999, 'x'), false) + client_frame(opcode::more, "yz"),
       1009},
  };
  int number = 0;
  for (const broken& one : all) {
    INFO(one.what);
    const std::string path = "/echo" + std::to_string(number++);
    frame_client client(with_sockets.port(), path);
    REQUIRE(client.raw.send(one.bytes));
    CHECK(client.close_code() == one.code);
    CHECK(client.raw.read_all().empty());
    CHECK(with_sockets.ended(path));
  }
}

TEST_CASE("a peer's close is answered with its code, and what it sent before is heard") {
  socket_server with_sockets;
  frame_client client(with_sockets.port());
  client.raw.send(client_frame(opcode::text, "last words") +
                  client_frame(opcode::close, "\x0f\xa1gone home"));
  CHECK(client.message() == "last words");
  CHECK(client.close_code() == 4001);
  CHECK(client.raw.read_all().empty());
  CHECK(with_sockets.ended("/echo"));
}

TEST_CASE("a socket hears no message behind its end") {
  socket_server with_sockets;
  frame_client client(with_sockets.port());
  client.raw.send(client_frame(opcode::close, "") + client_frame(opcode::text, "too late"));
  CHECK(client.message() == "(end)");
  CHECK(client.raw.read_all().empty());
}

namespace {

/// UTF-8 of `size` characters of all lengths.
std::string random_text(std::mt19937& dice, std::size_t size) {
  static const std::vector<std::string> alphabet{
      "a", "7", "\"", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += alphabet[dice() % alphabet.size()];
  return text;
}

}  // namespace

TEST_CASE("messages cut into random frames and packets come back whole and in order") {
  socket_server with_sockets;
  for (unsigned seed = 0; seed < outcry::test::rounds(20); ++seed) {
    INFO("seed " << seed);
    std::mt19937 dice(seed);
    frame_client client(with_sockets.port());
    std::vector<std::string> said;
    std::vector<std::string> pings;
    std::string bytes;
    for (int i = 0; i < 20; ++i) {
      const std::string text = random_text(dice, dice() % (i % 5 == 0 ? 20'000 : 300));
      said.push_back(text);
      bool first = true;
      std::size_t at = 0;
      bool last = false;
      while (!last) {
        if (dice() % 4 == 0) {
          pings.push_back(random_text(dice, dice() % 30));
          bytes += client_frame(opcode::ping, pings.back());
        }
        if (dice() % 6 == 0) bytes += client_frame(opcode::pong, "");
        const std::size_t size = dice() % 3 == 0 ? dice() % 4 : dice() % 10'000;
        const std::string piece = text.substr(at, size);
        at += piece.size();
        last = at == text.size() && dice() % 2 == 0;
        bytes += client_frame(first ? opcode::text : opcode::more, piece, last);
        first = false;
      }
    }
    // Whoever sends all without reading would wait for the echo to have room.
    std::size_t at = 0;
    std::vector<std::string> heard;
    std::size_t pongs = 0;
    const auto read_one = [&] {
      std::string text;
      for (;;) {
        const frame one = client.read();
        REQUIRE(one.opcode != -1);
        REQUIRE(one.opcode != opcode::close);
        if (one.opcode == opcode::pong) {
          REQUIRE(pongs < pings.size());
          REQUIRE(one.bytes == pings[pongs++]);
          continue;
        }
        text += one.bytes;
        if (one.final) break;
      }
      heard.push_back(text);
    };
    while (at < bytes.size()) {
      const std::size_t size = dice() % 2 == 0 ? 1 + dice() % 20 : 1 + dice() % 30'000;
      REQUIRE(client.raw.send(std::string_view(bytes).substr(at, size)));
      at += size;
    }
    while (heard.size() < said.size()) read_one();
    CHECK(heard == said);
    CHECK(pongs == pings.size());
  }
}

TEST_CASE("frames broken at random end their own socket only") {
  http::options opts;
  opts.max_socket_message = 5000;
  socket_server with_sockets(opts);
  frame_client bystander(with_sockets.port(), "/echo-bystander");
  const unsigned count = outcry::test::rounds(200);
  for (unsigned seed = 0; seed < count; ++seed) {
    std::mt19937 dice(seed);
    frame_client client(with_sockets.port());
    std::string bytes;
    for (int i = 0; i < 5; ++i) {
      bytes += client_frame(static_cast<int>(dice() % 3), random_text(dice, dice() % 200),
                            dice() % 2 == 0);
    }
    for (int i = 0; i < 5; ++i) bytes[dice() % bytes.size()] = static_cast<char>(dice());
    client.raw.send(bytes);
  }
  CHECK(with_sockets.ended(count));
  bystander.send("still here");
  CHECK(bystander.message() == "still here");
}
