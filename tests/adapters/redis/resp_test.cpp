#include "adapters/redis/resp.hpp"

#include <catch2/catch.hpp>

using namespace outcry::redis;

namespace {

constexpr std::size_t limit = 1000;

std::string message_bytes(std::string_view channel, std::string_view payload) {
  std::string out;
  append_command(out, {"message", channel, payload});
  return out;
}

}  // namespace

TEST_CASE("a command carries any bytes") {
  std::string out;
  append_command(out, {"SET", std::string_view("a\0\r\n", 4), ""});
  CHECK(out == std::string("*3\r\n$3\r\nSET\r\n$4\r\na\0\r\n\r\n$0\r\n\r\n", 29));
}

TEST_CASE("frames of subscriber mode are read in place") {
  frame next;
  auto bytes = message_bytes("TICKER_UPDATES_AAPL", "{}") + "rest";
  auto read = parse_frame(bytes, limit, next);
  REQUIRE(read.status == frame_status::complete);
  CHECK(read.consumed == bytes.size() - 4);
  CHECK(next.kind == frame_kind::message);
  CHECK(next.channel == "TICKER_UPDATES_AAPL");
  CHECK(next.payload == "{}");
  CHECK(next.payload.data() > bytes.data());
  CHECK(next.payload.data() < bytes.data() + bytes.size());

  REQUIRE(parse_frame("*4\r\n$8\r\npmessage\r\n$2\r\nT*\r\n$2\r\nTA\r\n$1\r\nx\r\n", limit, next)
              .status == frame_status::complete);
  CHECK(next.kind == frame_kind::pattern_message);
  CHECK(next.pattern == "T*");
  CHECK(next.channel == "TA");
  CHECK(next.payload == "x");

  REQUIRE(parse_frame("*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:12\r\n", limit, next).status ==
          frame_status::complete);
  CHECK(next.kind == frame_kind::subscribed);
  CHECK(next.channel == "c");

  REQUIRE(parse_frame("*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n", limit, next).status ==
          frame_status::complete);
  CHECK(next.kind == frame_kind::unsubscribed);
  CHECK(next.channel.empty());

  CHECK((parse_frame("+PONG\r\n", limit, next), next.kind) == frame_kind::pong);
  CHECK((parse_frame("*2\r\n$4\r\npong\r\n$0\r\n\r\n", limit, next), next.kind) ==
        frame_kind::pong);
  CHECK((parse_frame("-NOPERM no\r\n", limit, next), next.kind) == frame_kind::error);
  CHECK(next.payload == "NOPERM no");
}

TEST_CASE("every beginning of a frame is incomplete, never invalid") {
  for (const std::string& bytes :
       {message_bytes("channel", std::string(123, 'x')), std::string("-ERR bad\r\n"),
        std::string("*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:12\r\n")}) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      frame next;
      CAPTURE(bytes.substr(0, size));
      auto read = parse_frame(std::string_view(bytes).substr(0, size), limit, next);
      CHECK(read.status == frame_status::incomplete);
      CHECK(read.needed <= bytes.size());
    }
  }
}

TEST_CASE("a payload over the limit is known by its length and skipped") {
  auto bytes = message_bytes("c", std::string(limit + 1, 'x'));
  frame next;
  auto early = parse_frame(std::string_view(bytes).substr(0, 40), limit, next);
  REQUIRE(early.status == frame_status::oversized);
  CHECK(next.channel == "c");
  CHECK(early.consumed == 40);
  CHECK(early.skip == bytes.size() - 40);
  auto whole = parse_frame(bytes + "+PONG\r\n", limit, next);
  REQUIRE(whole.status == frame_status::oversized);
  CHECK(whole.consumed == bytes.size());
  CHECK(whole.skip == 0);
  CHECK(parse_frame(message_bytes("c", std::string(limit, 'x')), limit, next).status ==
        frame_status::complete);
}

TEST_CASE("what is not Redis is refused") {
  auto bytes =
      GENERATE(as<std::string>(), "HTTP/1.1 400 Bad Request\r\n", "*x\r\n", "*0\r\n", "*-1\r\n",
               "*5\r\n", "*99999999999999999999\r\n", "*1\r\n+x\r\n", "*1\r\n$-2\r\n",
               "*1\r\n$3\r\nabcd\r\n", "*1\rX", "*1\r\n$1x\r\n", "*3\r\n$9999\r\n");
  CAPTURE(bytes);
  frame next;
  CHECK(parse_frame(bytes, limit, next).status == frame_status::invalid);
}
